/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */

/** Following a measurement: its progress, its predictions and its columns. */
package org.djladapters.task.metric;
