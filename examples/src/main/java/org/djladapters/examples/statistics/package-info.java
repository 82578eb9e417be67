/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */

/**
 * Intervals for differences between methods, over seeds and examples.
 *
 * <p>A {@link org.djladapters.examples.statistics.Measurement} is a run's metric with its values on
 * resamples of the examples. From those of several methods {@link
 * org.djladapters.examples.statistics.Bootstrap} computes an {@link
 * org.djladapters.examples.statistics.Estimate}, and a {@link
 * org.djladapters.examples.statistics.Verdict} is the conclusion from it.
 */
package org.djladapters.examples.statistics;
