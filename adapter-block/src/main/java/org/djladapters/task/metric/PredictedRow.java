/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.task.metric;

import java.util.OptionalDouble;

/**
 * What a model predicted for an example that it was measured on.
 *
 * @param where where the example stands: its file, and its line if the file holds several
 * @param label its label, as it is written there
 * @param prediction what the model predicts instead: a class, a number or a text
 * @param probability how probable the model finds that, between 0 and 1; empty for what has none
 */
public record PredictedRow(
        String where, String label, String prediction, OptionalDouble probability) {}
