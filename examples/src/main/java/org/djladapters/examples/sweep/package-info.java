/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */

/**
 * Sweeps: many fine-tuning runs that a file declares, as tasks times methods times seeds.
 *
 * <p>A file becomes a list of runs, which are done one after the other; the result of each is a
 * {@link org.djladapters.examples.sweep.RunResult}, a line of JSON.
 */
package org.djladapters.examples.sweep;
