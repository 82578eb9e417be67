/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.boft;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.google.gson.JsonNull;
import com.google.gson.JsonPrimitive;
import java.util.List;
import java.util.Map;
import org.djladapters.adapter.AdapterConfig;
import org.djladapters.adapter.WeightAdapter;
import org.djladapters.adapter.format.Field;
import org.djladapters.adapter.format.MethodFormat;
import org.djladapters.adapter.format.SkewMatrices;
import org.djladapters.safetensors.TensorEntry;

/** BOFT adapters, with the fields of PEFT 0.17.1 and the full matrices that it stores. */
final class BoftFormat extends MethodFormat {

    private static final String ROTATION = "boft_R";

    /** Permutations that older versions of PEFT saved; they follow from the options. */
    private static final String PERMUTATION = ".boft_P";

    private static final int DIMENSIONS = 4;

    BoftFormat() {
        super(
                "BOFT",
                BoftConfig.class,
                BoftConfig::builder,
                Field.division("boft_block_num", "boft_block_size", BoftConfig.DEFAULT_BLOCK_SIZE),
                Field.integer("boft_n_butterfly_factor", BoftConfig.FACTORS),
                Field.number("boft_dropout", BoftConfig.DROPOUT),
                Field.moduleDropout().ifSet(), // PEFT's BOFT has no such option
                Field.bias("boft_only"),
                Field.alwaysFalse("fan_in_fan_out"),
                Field.written("init_weights", new JsonPrimitive(true)),
                Field.written("exclude_modules", JsonNull.INSTANCE));
    }

    @Override
    public boolean isUnused(String tensor) {
        return tensor.endsWith(PERMUTATION);
    }

    /** PEFT trains one butterfly factor on a CPU, whatever the configuration says. */
    @Override
    public AdapterConfig asStored(AdapterConfig config, Map<String, TensorEntry> tensors) {
        List<Long> factors =
                tensors.entrySet().stream()
                        .filter(tensor -> tensor.getKey().matches(".*\\." + ROTATION + "(\\..*)?"))
                        .map(tensor -> tensor.getValue().shape())
                        .filter(shape -> shape.dimension() == DIMENSIONS && shape.size() > 0)
                        .map(shape -> shape.get(0))
                        .filter(first -> first <= Integer.MAX_VALUE)
                        .distinct()
                        .toList();
        // where layers differ, their shapes are refused
        return factors.size() == 1
                ? ((BoftConfig) config).withFactors(Math.toIntExact(factors.get(0)))
                : config;
    }

    @Override
    public List<Shape> shapes(AdapterConfig config, WeightAdapter block, String parameter) {
        Shape own = block.getDirectParameters().get(parameter).getArray().getShape();
        if (!parameter.equals(ROTATION)) {
            return List.of(own);
        }
        int size = ((BoftAdapter) block).blockSize();
        return List.of(new Shape(own.get(0), own.get(1), size, size));
    }

    @Override
    public NDArray toFile(
            AdapterConfig config,
            WeightAdapter block,
            String parameter,
            NDArray value,
            boolean full,
            NDManager scope) {
        return parameter.equals(ROTATION)
                ? SkewMatrices.full(value, ((BoftAdapter) block).blockSize(), scope)
                : value;
    }

    @Override
    public NDArray fromFile(
            AdapterConfig config, WeightAdapter block, String parameter, NDArray stored) {
        return parameter.equals(ROTATION) ? SkewMatrices.packed(stored) : stored;
    }
}
