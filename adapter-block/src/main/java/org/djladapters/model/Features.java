/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import java.util.Collection;
import org.djladapters.adapter.Adapter;
import org.djladapters.adapter.HeadConfig;
import org.djladapters.surgery.BaseModel;

/** The outputs of models that give features. */
final class Features {

    /** What the pooler of BERT and models like it makes of the first position. */
    static final String POOLED = "pooler_output";

    private static final String HIDDEN = "last_hidden_state";

    private Features() {}

    /** Tells whether heads can take what a model's pooler gives. */
    static boolean arePooled(BaseModel model) {
        return model.pooler().isPresent() || model.outputNames().contains(POOLED);
    }

    /**
     * Tells whether a pass has to be asked for what the pooler gives, for the heads of adapters.
     */
    static boolean needPooler(BaseModel model, Collection<Adapter> adapters) {
        return model.pooler().isPresent()
                && adapters.stream()
                        .map(Adapter::usedHead)
                        .anyMatch(h -> h != null && isPooler(h.config()));
    }

    /** Tells whether a head takes what the pooler gives. */
    static boolean isPooler(HeadConfig head) {
        return head.pooling() == HeadConfig.Pooling.POOLER;
    }

    /** The outputs of a pass without those that it gave only for heads. */
    static NDList own(BaseModel model, NDList outputs) {
        if (model.pooler().isEmpty()) {
            return outputs;
        }
        NDList own = new NDList(outputs);
        own.removeIf(output -> POOLED.equals(output.getName()));
        return own;
    }

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
