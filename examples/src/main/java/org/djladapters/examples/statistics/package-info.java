/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */

/**
 * How sure a difference between methods is: intervals over seeds and examples, and verdicts.
 *
 * <p>A {@link org.djladapters.examples.statistics.Measurement} is a run's metric with its values on
 * resamples of the examples; {@link org.djladapters.examples.statistics.Bootstrap} makes of the
 * measurements of several methods an {@link org.djladapters.examples.statistics.Estimate} of
 * whatever is computed from their means, and a {@link org.djladapters.examples.statistics.Verdict}
 * says what that proves.
 */
package org.djladapters.examples.statistics;
