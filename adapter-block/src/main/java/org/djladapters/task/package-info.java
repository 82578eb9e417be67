/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */

/**
 * Tasks: {@link org.djladapters.task.TaskModel} opens a model with an adapter, predicts with it and
 * exports it with the names of its outputs, and {@link org.djladapters.task.Evaluator} measures it.
 * Each kind of task is a folder.
 */
package org.djladapters.task;
