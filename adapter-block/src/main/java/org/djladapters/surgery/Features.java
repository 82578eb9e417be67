/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.surgery;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;

/** The outputs of models that give features. */
final class Features {

    private static final String HIDDEN = "last_hidden_state";

    private Features() {}

    /** The hidden states among the outputs of a model: those of that name, or else the first. */
    static NDArray hidden(NDList outputs) {
        for (NDArray output : outputs) {
            if (HIDDEN.equals(output.getName())) {
                return output;
            }
        }
        return outputs.get(0);
    }
}
