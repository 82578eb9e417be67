/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */

/**
 * What is learned. A {@link org.djladapters.task.Task} knows its loss, its metrics and its outputs;
 * {@link org.djladapters.task.TaskModel} opens a model with an adapter, predicts with it and
 * exports it, {@link org.djladapters.task.Evaluator} measures it, and {@link
 * org.djladapters.task.TextGenerator} generates text.
 */
package org.djladapters.task;
