/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter;

import ai.djl.ndarray.types.DataType;
import java.util.List;
import java.util.Set;

/**
 * A weight of a model that can be adapted.
 *
 * @param weight path, kind, shape and type of the weight
 * @param parameter the name of the weight among the model's parameters
 * @param bias the name of the module's bias among the model's parameters, null for none
 * @param socket whether a transform can be placed in the module, so that training does not touch
 *     the weight
 */
public record TargetModule(WeightSpec weight, String parameter, String bias, boolean socket) {

    /** The first names of module paths under which HuggingFace's models keep their task head. */
    private static final List<String> HEADS =
            List.of("classifier", "score", "lm_head", "qa_outputs", "cls", "head", "heads", "fc");

    private static final Set<DataType> CUSTOM_BACKWARD =
            Set.of(DataType.FLOAT64, DataType.FLOAT32, DataType.BFLOAT16);

    /**
     * {@return the path of its module, as HuggingFace names it, such as {@code
     * encoder.layer.0.attention.self.query}; for a weight that is no module's only one, the name of
     * the weight}
     */
    public String path() {
        return weight.path();
    }

    /** {@return what the module does with the weight} */
    public WeightSpec.Kind kind() {
        return weight.kind();
    }

    /**
     * {@return true if the module belongs to the task head, such as a classifier or a language
     * model's output layer}
     */
    public boolean isHead() {
        int dot = path().indexOf('.');
        return HEADS.contains(dot < 0 ? path() : path().substring(0, dot));
    }

    /** {@return true if the module is a linear layer} */
    public boolean isLinear() {
        return kind() == WeightSpec.Kind.LINEAR || kind() == WeightSpec.Kind.CONV1D;
    }

    /**
     * {@return true if a training pass can give the module's adapter a {@link
     * org.djladapters.rotation.CustomBackward}: a linear layer with a socket and a weight of
     * float64, float32 or bfloat16}
     */
    public boolean allowsCustomBackward() {
        return socket && isLinear() && CUSTOM_BACKWARD.contains(weight.dataType());
    }
}
