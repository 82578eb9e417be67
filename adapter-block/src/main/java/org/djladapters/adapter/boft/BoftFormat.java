/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.boft;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonPrimitive;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.djladapters.adapter.AdapterConfig;
import org.djladapters.adapter.WeightAdapter;
import org.djladapters.adapter.format.AdapterFormat;
import org.djladapters.adapter.format.BiasField;
import org.djladapters.adapter.format.ConfigFields;
import org.djladapters.adapter.format.DivisionFields;
import org.djladapters.adapter.format.SkewMatrices;
import org.djladapters.adapter.format.TargetFields;
import org.djladapters.safetensors.TensorEntry;

/** BOFT adapters, with the fields of PEFT 0.17.1 and the full matrices that it stores. */
final class BoftFormat implements AdapterFormat {

    private static final String ADAPTED_BIAS = "boft_only";
    private static final String ROTATION = "boft_R";

    /** Permutations that older versions of PEFT saved along, though the options tell them. */
    private static final String PERMUTATION = ".boft_P";

    private static final String SIZE = "boft_block_size";
    private static final String NUMBER = "boft_block_num";
    private static final int DIMENSIONS = 4;
    private static final String MODULE_DROPOUT = "module_dropout";

    @Override
    public String peftType() {
        return "BOFT";
    }

    @Override
    public boolean isFor(AdapterConfig config) {
        return config instanceof BoftConfig;
    }

    @Override
    public void write(AdapterConfig config, Map<String, JsonElement> fields) {
        BoftConfig boft = (BoftConfig) config;
        fields.put(SIZE, new JsonPrimitive(boft.blockSize()));
        fields.put(NUMBER, new JsonPrimitive(boft.blocks()));
        fields.put("boft_n_butterfly_factor", new JsonPrimitive(boft.factors()));
        fields.put("boft_dropout", new JsonPrimitive(boft.dropout()));
        fields.put("init_weights", new JsonPrimitive(true));
        fields.put("fan_in_fan_out", new JsonPrimitive(false));
        if (boft.moduleDropout() > 0) {
            // PEFT's BOFT has no such option
            fields.put(MODULE_DROPOUT, new JsonPrimitive(boft.moduleDropout()));
        }
        BiasField.write(boft.bias(), ADAPTED_BIAS, fields);
        TargetFields.write(boft.targets(), fields);
        fields.putIfAbsent("exclude_modules", JsonNull.INSTANCE);
    }

    @Override
    public AdapterConfig read(ConfigFields fields, List<String> modulesToSave) throws IOException {
        BoftConfig.Builder config =
                BoftConfig.builder()
                        .optTargets(TargetFields.read(fields))
                        .optModulesToSave(modulesToSave)
                        .optBias(BiasField.read(fields, ADAPTED_BIAS));
        int size = fields.integer(SIZE, BoftConfig.DEFAULT_BLOCK_SIZE);
        int blocks = fields.integer(NUMBER, 0);
        int factors = fields.integer("boft_n_butterfly_factor", 1);
        double dropout = fields.number("boft_dropout", 0);
        double moduleDropout = fields.number(MODULE_DROPOUT, 0);
        // of no effect, since the weight's kind is known
        fields.bool("fan_in_fan_out", false);
        DivisionFields.requireOne(fields, NUMBER, blocks, SIZE, size);
        try {
            if (size != 0) {
                config.optBlockSize(size);
            } else {
                config.optBlocks(blocks);
            }
            return config.optFactors(factors)
                    .optDropout(dropout)
                    .optModuleDropout(moduleDropout)
                    .build();
        } catch (IllegalArgumentException e) {
            throw fields.invalid(e.getMessage(), e);
        }
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
