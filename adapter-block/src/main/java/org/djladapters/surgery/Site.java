/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.surgery;

import java.util.List;
import org.djladapters.adapter.WeightSpec;

/**
 * A weight of a model that can be adapted.
 *
 * @param path the path of its module, as HuggingFace names it, such as {@code
 *     encoder.layer.0.attention.self.query}; for a weight that is no module's only one, the name of
 *     the weight
 * @param kind what the module does
 * @param parameter the name of the weight among the model's parameters
 * @param weight shape, layout and type of the weight
 * @param socket whether a transform can be plugged into the module, so that training does not touch
 *     the weight
 */
public record Site(String path, Kind kind, String parameter, WeightSpec weight, boolean socket) {

    /** The first names of module paths under which HuggingFace's models keep their task head. */
    private static final List<String> HEADS =
            List.of("classifier", "score", "lm_head", "qa_outputs", "cls", "head", "heads", "fc");

    /** What a module does with its weight. */
    public enum Kind {
        /** y = x W<sup>T</sup> + b. */
        LINEAR,
        /** GPT-2's layer of that name, a linear layer with its weight stored as (in, out). */
        CONV1D,
        /** A two-dimensional convolution. */
        CONV2D,
        /** A weight used in a way of its own; it is transformed itself. */
        WEIGHT
    }

    /**
     * Tells whether the site belongs to the task head, such as a classifier or a language model's
     * output layer.
     *
     * @return true if it does
     */
    public boolean isHead() {
        int dot = path.indexOf('.');
        return HEADS.contains(dot < 0 ? path : path.substring(0, dot));
    }

    /**
     * Tells whether the site is a linear layer.
     *
     * @return true for {@link Kind#LINEAR} and {@link Kind#CONV1D}
     */
    public boolean isLinear() {
        return kind == Kind.LINEAR || kind == Kind.CONV1D;
    }
}
