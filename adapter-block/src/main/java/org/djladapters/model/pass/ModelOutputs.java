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
import java.util.List;
import java.util.Objects;
import org.djladapters.rotation.programs.TransformKernel;

/** Finds the outputs that are asked for among those that a model gives. */
public final class ModelOutputs {

    /** The name of a model's logits. */
    public static final String LOGITS = "logits";

    /** The names of vectors: those in a space that texts and images share go before. */
    private static final List<String> VECTORS =
            List.of("text_embeds", "image_embeds", Heads.POOLED);

    private ModelOutputs() {}

    /**
     * Finds the logits among a model's outputs: those of that name, or else the first; in float32,
     * whatever the type of the model's weights is.
     */
    public static NDArray logits(NDList outputs) {
        return inFloat32(named(LOGITS, outputs));
    }

    /** Finds the output of a name, or else takes the first. */
    public static NDArray named(String name, NDList outputs) {
        return outputs.stream()
                .filter(output -> name.equals(output.getName()))
                .findFirst()
                .orElse(outputs.get(0));
    }

    /**
     * Finds the vectors that a model makes of texts or images itself, of shape (B, d).
     *
     * @throws IllegalArgumentException if it makes none
     */
    public static NDArray vectors(NDList outputs) {
        return VECTORS.stream()
                .map(outputs::get)
                .filter(Objects::nonNull)
                .findFirst()
                .orElseThrow(
                        () ->
                                new IllegalArgumentException(
                                        ("The model gives no vectors of its own (%s); choose the"
                                                        + " pooling mean or cls")
                                                .formatted(String.join(", ", VECTORS))));
    }

    /** Returns an array if it is of that type, otherwise a copy through which gradients flow. */
    public static NDArray inFloat32(NDArray array) {
        if (array.getDataType() == DataType.FLOAT32) {
            return array;
        }
        NDManager manager = array.getManager();
        try (NDArray dtype = manager.create(new Shape(0), DataType.FLOAT32)) {
            return TransformKernel.cast(array, dtype, manager);
        }
    }

    /** Refuses outputs that are not finite. */
    public static void requireFinite(NDArray outputs) {
        for (float output : outputs.toFloatArray()) {
            if (!Float.isFinite(output)) {
                throw new ArithmeticException(
                        "The model's outputs are not finite; the adapter is damaged or was trained"
                                + " with too high a learning rate");
            }
        }
    }
}
