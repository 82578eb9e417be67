/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.unilora;

import ai.djl.ndarray.NDArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonPrimitive;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.djladapters.adapter.AdapterConfig;
import org.djladapters.adapter.Targets;
import org.djladapters.adapter.WeightAdapter;
import org.djladapters.adapter.WeightSpec;
import org.djladapters.adapter.format.AdapterFormat;
import org.djladapters.adapter.format.BiasField;
import org.djladapters.adapter.format.ConfigFields;
import org.djladapters.adapter.format.TargetFields;

/**
 * Uni-LoRA adapters with the fields of PEFT. A probability of module dropout is a field of our own.
 */
final class UniLoraFormat implements AdapterFormat {

    private static final String ADAPTED_BIAS = "unilora_only";
    private static final String INDICES = "unilora_indices_";

    @Override
    public String peftType() {
        return "UNILORA";
    }

    @Override
    public boolean isFor(AdapterConfig config) {
        return config instanceof UniLoraConfig;
    }

    @Override
    public void write(AdapterConfig config, Map<String, JsonElement> fields) {
        UniLoraConfig unilora = (UniLoraConfig) config;
        fields.put("r", new JsonPrimitive(unilora.rank()));
        fields.put("theta_d_length", new JsonPrimitive(unilora.vectorLength()));
        fields.put("proj_seed", new JsonPrimitive(unilora.seed()));
        fields.put("init_theta_d_bound", new JsonPrimitive(unilora.initialBound()));
        fields.put("unilora_dropout", new JsonPrimitive(unilora.dropout()));
        fields.put("save_indices", new JsonPrimitive(unilora.saveIndices()));
        fields.put("fan_in_fan_out", new JsonPrimitive(false));
        fields.put("init_weights", new JsonPrimitive(true));
        BiasField.write(unilora.bias(), ADAPTED_BIAS, fields);
        TargetFields.write(unilora.targets(), fields);
        if (unilora.moduleDropout() > 0) {
            fields.put("module_dropout", new JsonPrimitive(unilora.moduleDropout()));
        }
    }

    /**
     * Names all layers, whatever chose them: the same choice may take more of PEFT's model, which
     * may have a classifier or a pooler that this one has not, and with other layers PEFT would
     * draw other indices for all.
     */
    @Override
    public void writeLayers(List<WeightSpec> weights, Map<String, JsonElement> fields) {
        AdapterFormat.super.writeLayers(weights, fields);
        if (!weights.isEmpty()) {
            fields.remove("exclude_modules");
            String[] paths = weights.stream().map(WeightSpec::path).toArray(String[]::new);
            TargetFields.write(Targets.of(paths), fields);
        }
    }

    @Override
    public AdapterConfig read(ConfigFields fields, List<String> modulesToSave) throws IOException {
        // how a layer lies in memory is seen from the layer
        fields.bool("fan_in_fan_out", false);
        UniLoraConfig.Builder config =
                UniLoraConfig.builder()
                        .optTargets(TargetFields.read(fields))
                        .optModulesToSave(modulesToSave)
                        .optBias(BiasField.read(fields, ADAPTED_BIAS))
                        .optSaveIndices(fields.bool("save_indices", false));
        int rank = fields.integer("r", UniLoraConfig.DEFAULT_RANK);
        int length = fields.integer("theta_d_length", UniLoraConfig.DEFAULT_VECTOR_LENGTH);
        long seed = fields.longInteger("proj_seed", UniLoraConfig.DEFAULT_SEED);
        double bound = fields.number("init_theta_d_bound", UniLoraConfig.DEFAULT_INITIAL_BOUND);
        double dropout = fields.number("unilora_dropout", 0);
        double moduleDropout = fields.number("module_dropout", 0);
        try {
            return config.optRank(rank)
                    .optVectorLength(length)
                    .optSeed(seed)
                    .optInitialBound(bound)
                    .optDropout(dropout)
                    .optModuleDropout(moduleDropout)
                    .build();
        } catch (IllegalArgumentException e) {
            throw fields.invalid(e.getMessage(), e);
        }
    }

    /** Indices must be those of entries that the vector has. */
    @Override
    public NDArray fromFile(
            AdapterConfig config, WeightAdapter block, String parameter, NDArray stored) {
        if (parameter.startsWith(INDICES)) {
            int length = ((UniLoraConfig) config).vectorLength();
            long smallest = stored.min().getLong();
            long largest = stored.max().getLong();
            if (smallest < 0 || largest >= length) {
                throw new IllegalArgumentException(
                        ("Module %s uses entry %d of a vector that has those from 0 to %d; the"
                                        + " adapter is damaged or its theta_d_length is wrong")
                                .formatted(
                                        block.weight().path(),
                                        smallest < 0 ? smallest : largest,
                                        length - 1));
            }
        }
        return stored;
    }
}
