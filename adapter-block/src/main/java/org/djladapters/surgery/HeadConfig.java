/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.surgery;

import java.util.Locale;

/**
 * What head a model that gives features gets.
 *
 * @param outputs the number of classes, or of predicted numbers
 * @param pooling how the hidden states of a sequence become one vector
 */
public record HeadConfig(int outputs, Pooling pooling) {

    /** How the hidden states of a sequence become one vector. */
    public enum Pooling {
        /** The mean over the positions that the attention mask marks; over all if there is none. */
        MEAN,
        /** The first position. */
        CLS;

        /** The lower-case name. */
        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Checks the number of outputs. */
    public HeadConfig {
        if (outputs < 1) {
            throw new IllegalArgumentException(
                    "A head has at least one output, but " + outputs + " were asked for.");
        }
    }
}
