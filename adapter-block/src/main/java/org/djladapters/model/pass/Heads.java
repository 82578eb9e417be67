/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.model.pass;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.ParameterStore;
import java.util.Collection;
import java.util.List;
import org.djladapters.adapter.Adapter;
import org.djladapters.adapter.Head;
import org.djladapters.adapter.HeadConfig;
import org.djladapters.rotation.programs.TransformKernel;
import org.djladapters.surgery.BaseModel;

/** Applies the heads of adapters to the outputs of base models that give features. */
public final class Heads {

    /** The output of the pooler of BERT and models like it, computed from the first position. */
    public static final String POOLED = "pooler_output";

    private static final String HIDDEN = "last_hidden_state";

    private Heads() {}

    /** Tells whether heads can take what a model's pooler gives. */
    public static boolean arePooled(BaseModel model) {
        return model.facts().pooler().isPresent() || model.facts().outputNames().contains(POOLED);
    }

    /**
     * Tells whether a pass has to be asked for what the pooler gives, for the heads of adapters.
     */
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

    /** Applies the head of the adapter that has one; without, the outputs are the model's own. */
    static NDList apply(
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
            return model.facts().pooler().isPresent() ? withoutPooled(outputs) : outputs;
        }
        String name = isPooler(head.config()) ? POOLED : HIDDEN;
        NDList features = new NDList(ModelOutputs.named(name, outputs));
        int mask = model.facts().inputNames().indexOf("attention_mask");
        if (mask >= 0 && mask < inputs.size()) {
            features.add(inputs.get(mask));
        }
        return head.forward(store, features, training);
    }

    /** Leaves out what the pass gave only for heads. */
    private static NDList withoutPooled(NDList outputs) {
        NDList own = new NDList(outputs);
        own.removeIf(output -> POOLED.equals(output.getName()));
        return own;
    }

    /**
     * Returns outputs of 16 bits in float32: losses would lose digits in float16, DJL can't take
     * gradients of bfloat16, which it does not know, and its own casts cut gradients off.
     */
    static NDList toFloat32(NDList outputs, NDManager scope) {
        NDList converted = new NDList(outputs.size());
        for (NDArray output : outputs) {
            if (isNarrow(output)) {
                NDArray float32 = scope.create(new Shape(0), DataType.FLOAT32);
                NDArray cast = TransformKernel.cast(output, float32, output.getManager());
                cast.setName(output.getName());
                converted.add(cast);
            } else {
                converted.add(output);
            }
        }
        return converted;
    }

    private static boolean isNarrow(NDArray output) {
        DataType type = output.getDataType();
        return type == DataType.FLOAT16 || type == DataType.BFLOAT16 || type == DataType.UNKNOWN;
    }
}
