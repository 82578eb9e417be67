/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */

/** The options of embeddings and classes, and those that only some kinds of tasks take. */
package org.djladapters.task.option;
