/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */

/** The options of training that only some kinds of tasks take. */
package org.djladapters.task.option;
