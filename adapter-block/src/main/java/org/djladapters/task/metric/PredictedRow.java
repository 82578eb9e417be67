/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.task.metric;

import java.util.OptionalDouble;

/**
 * The prediction for an example that a model was measured on.
 *
 * @param where the place of the example: its file, and its line if the file holds several
 * @param label its label, as it is written there
 * @param prediction the prediction of the model: a class, a number or a text
 * @param probability the probability of the prediction, between 0 and 1; empty if there is none
 */
public record PredictedRow(
        String where, String label, String prediction, OptionalDouble probability) {}
