/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.model.pass;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import ai.djl.training.ParameterStore;
import java.util.Collection;
import java.util.List;
import org.djladapters.adapter.Adapter;
import org.djladapters.adapter.Head;
import org.djladapters.adapter.HeadConfig;
import org.djladapters.surgery.BaseModel;

/** The last step of a pass: applies the heads of adapters to the outputs of the base model. */
public final class Heads {

    /** The output of the pooler of BERT and models like it, computed from the first position. */
    public static final String POOLED = "pooler_output";

    private static final String HIDDEN = "last_hidden_state";

    private Heads() {}

    /** Tells whether heads can take what a model's pooler gives. */
    public static boolean arePooled(BaseModel model) {
        return model.facts().pooler().isPresent() || model.facts().outputNames().contains(POOLED);
    }

    /** Tells whether the heads of adapters need what the pooler gives. */
    static boolean needPooler(BaseModel model, Collection<Adapter> adapters) {
        return model.facts().pooler().isPresent()
                && adapters.stream()
                        .map(Adapter::usedHead)
                        .anyMatch(head -> head != null && isPooler(head.config()));
    }

    /** Tells whether a head takes what the pooler gives. */
    public static boolean isPooler(HeadConfig head) {
        return head.pooling() == HeadConfig.Pooling.POOLER;
    }

    /**
     * Applies the head of the adapter that has one; without, the outputs are the model's own.
     * Outputs of 16 bits become float32 before that: losses would lose digits in float16, DJL can't
     * take gradients of bfloat16, which it does not know, and its own casts cut gradients off.
     */
    static NDList apply(
            BaseModel model,
            List<Adapter> adapters,
            ParameterStore store,
            NDList inputs,
            NDList outputs,
            boolean training) {
        NDList wide = new NDList(outputs.stream().map(Heads::inFloat32).toList());
        return headed(model, adapters, store, inputs, wide, training);
    }

    private static NDArray inFloat32(NDArray output) {
        if (!isNarrow(output)) {
            return output;
        }
        NDArray wide = ModelOutputs.inFloat32(output);
        wide.setName(output.getName());
        output.close();
        return wide;
    }

    private static NDList headed(
            BaseModel model,
            List<Adapter> adapters,
            ParameterStore store,
            NDList inputs,
            NDList outputs,
            boolean training) {
        Head head = null;
        for (Adapter adapter : adapters) {
            head = adapter.usedHead() == null ? head : adapter.usedHead();
        }
        if (head == null) {
            NDList own = new NDList(outputs);
            // the pass gave it only for heads
            own.removeIf(o -> model.facts().pooler().isPresent() && POOLED.equals(o.getName()));
            return own;
        }
        String name = isPooler(head.config()) ? POOLED : HIDDEN;
        NDList features = new NDList(ModelOutputs.named(name, outputs));
        int mask = model.facts().inputNames().indexOf("attention_mask");
        if (mask >= 0 && mask < inputs.size()) {
            features.add(inputs.get(mask));
        }
        return head.forward(store, features, training);
    }

    private static boolean isNarrow(NDArray output) {
        DataType type = output.getDataType();
        return type == DataType.FLOAT16 || type == DataType.BFLOAT16 || type == DataType.UNKNOWN;
    }
}
