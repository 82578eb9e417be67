/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.onnx;

import java.util.List;
import java.util.Map;

/**
 * A node of an ONNX graph.
 *
 * @param operator the operator of ONNX that it computes; {@code domain:operator} for another
 *     library's
 * @param inputs the names of the values that it takes, empty for one that is left out
 * @param outputs the names of the values that it gives
 * @param attributes its attributes that are a {@code Long}, a {@code Float} or a {@code
 *     List<Long>}; others are not read
 */
public record OnnxNode(
        String operator,
        String name,
        List<String> inputs,
        List<String> outputs,
        Map<String, Object> attributes) {

    /** Makes the lists immutable. */
    public OnnxNode {
        inputs = List.copyOf(inputs);
        outputs = List.copyOf(outputs);
        attributes = Map.copyOf(attributes);
    }

    /** Returns an attribute, or what holds without it. */
    public Object attribute(String attribute, Object otherwise) {
        return attributes.getOrDefault(attribute, otherwise);
    }
}
