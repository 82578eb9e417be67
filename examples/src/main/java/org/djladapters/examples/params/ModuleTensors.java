/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.params;

import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.djladapters.adapter.TargetModule;
import org.djladapters.adapter.WeightSpec;
import org.djladapters.adapter.WeightSpec.Kind;
import org.djladapters.model.ModelSpec;

/**
 * Collects the target modules and parameters of a model, in its order. Paths are those of
 * HuggingFace.
 */
final class ModuleTensors {

    private final List<TargetModule> modules = new ArrayList<>();
    private final Map<String, Shape> parameters = new LinkedHashMap<>();

    /** A linear layer of weight (out, in) and perhaps a bias (out). */
    void linear(String path, int in, int out, boolean biased) {
        module(path, Kind.LINEAR, biased, out, in);
    }

    /** A table of weight (rows, width) of which rows are picked. */
    void embedding(String path, int rows, int width) {
        module(path, Kind.EMBEDDING, false, rows, width);
    }

    /** A convolution of weight (out, in, side, side) and bias (out). */
    void convolution(String path, int in, int out, int side) {
        module(path, Kind.CONV2D, true, out, in, side, side);
    }

    /** A normalization of factors (width) and perhaps a bias (width). */
    void norm(String path, int width, boolean biased) {
        parameters.put(path + ".weight", new Shape(width));
        if (biased) {
            parameters.put(path + ".bias", new Shape(width));
        }
    }

    /** A parameter that belongs to no module of these kinds. A matrix can be adapted itself. */
    void parameter(String name, long... shape) {
        if (shape.length == 2) {
            String path = name.replaceFirst("\\.weight$", "");
            Shape matrix = new Shape(shape);
            WeightSpec weight = new WeightSpec(path, Kind.WEIGHT, matrix, DataType.FLOAT32, false);
            modules.add(new TargetModule(weight, name, null, false));
        }
        parameters.put(name, new Shape(shape));
    }

    private void module(String path, Kind kind, boolean biased, long... shape) {
        WeightSpec weight = new WeightSpec(path, kind, new Shape(shape), DataType.FLOAT32, biased);
        String bias = biased ? path + ".bias" : null;
        modules.add(new TargetModule(weight, path + ".weight", bias, true));
        parameters.put(path + ".weight", weight.shape());
        if (biased) {
            parameters.put(bias, new Shape(weight.features()));
        }
    }

    ModelSpec spec(String modelType) {
        return ModelSpec.of(modules, parameters, modelType);
    }
}
