/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.task.embedding;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;

/** Texts whose vectors can be computed, as often as the adapters of a model change. */
public interface EmbeddedTexts {

    /** Follows how many texts are done. */
    @FunctionalInterface
    interface Progress {
        void add(int texts);
    }

    /** Returns the number of texts. */
    int size();

    /**
     * Embeds the texts with the model as it is now, or as they were embedded.
     *
     * @return float32 of shape (number of texts, d), in the order of the texts
     * @throws ArithmeticException if it is not finite
     */
    NDArray compute(NDManager owner, Progress progress);
}
