/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;

/** The outputs of models that give features. */
final class Features {

    /** What the pooler of BERT and models like it makes of the first position. */
    static final String POOLED = "pooler_output";

    private static final String HIDDEN = "last_hidden_state";

    private Features() {}

    /**
     * What a head takes among the outputs of a model: those of the pooler, or the hidden states,
     * which are those of that name, or else the first.
     */
    static NDArray of(NDList outputs, HeadConfig.Pooling pooling) {
        String name = pooling == HeadConfig.Pooling.POOLER ? POOLED : HIDDEN;
        for (NDArray output : outputs) {
            if (name.equals(output.getName())) {
                return output;
            }
        }
        return outputs.get(0);
    }
}
