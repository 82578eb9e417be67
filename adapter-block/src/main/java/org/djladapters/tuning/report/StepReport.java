/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.tuning.report;

import java.util.LinkedHashMap;
import java.util.Map;
import org.djladapters.io.Internal;

/**
 * The numbers of an update.
 *
 * @param step its number in the run, from 1
 * @param epoch the passes over the data that are done, such as 1.5
 * @param loss the mean loss of its examples, before the update
 * @param learningRate that of the adapter
 * @param gradNorm the Euclidean norm of all gradients, before they are clipped
 */
@Internal
public record StepReport(int step, double epoch, double loss, float learningRate, double gradNorm) {

    /** Returns the numbers by the names that HuggingFace's trainer gives them. */
    Map<String, Number> values() {
        Map<String, Number> values = new LinkedHashMap<>();
        values.put("loss", loss);
        values.put("learning_rate", learningRate);
        values.put("grad_norm", gradNorm);
        return values;
    }
}
