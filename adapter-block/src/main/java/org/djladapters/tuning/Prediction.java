/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.tuning;

/**
 * What a model predicts for a text.
 *
 * @param label the likeliest label; of a regression the number, as text
 * @param probability how likely the model takes it to be, from 0 to 1; NaN for a regression, which
 *     has no probabilities
 */
public record Prediction(String label, double probability) {}
