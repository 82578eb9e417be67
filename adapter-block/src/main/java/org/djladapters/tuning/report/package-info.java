/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */

/** Reports of a training run: losses, rates, norms and metrics in files that other tools read. */
package org.djladapters.tuning.report;
