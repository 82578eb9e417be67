/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.vera;

import com.google.gson.JsonElement;
import com.google.gson.JsonPrimitive;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.djladapters.adapter.AdapterConfig;
import org.djladapters.adapter.format.AdapterFormat;
import org.djladapters.adapter.format.BiasField;
import org.djladapters.adapter.format.ConfigFields;
import org.djladapters.adapter.format.TargetFields;

/** VeRA adapters with the fields of PEFT. A probability of module dropout is a field of our own. */
final class VeraFormat implements AdapterFormat {

    private static final String ADAPTED_BIAS = "vera_only";

    @Override
    public String peftType() {
        return "VERA";
    }

    @Override
    public boolean isFor(AdapterConfig config) {
        return config instanceof VeraConfig;
    }

    @Override
    public void write(AdapterConfig config, Map<String, JsonElement> fields) {
        VeraConfig vera = (VeraConfig) config;
        fields.put("r", new JsonPrimitive(vera.rank()));
        fields.put("d_initial", new JsonPrimitive(vera.initial()));
        fields.put("projection_prng_key", new JsonPrimitive(vera.seed()));
        fields.put("save_projection", new JsonPrimitive(vera.saveProjections()));
        fields.put("vera_dropout", new JsonPrimitive(vera.dropout()));
        fields.put("fan_in_fan_out", new JsonPrimitive(false));
        fields.put("init_weights", new JsonPrimitive(true));
        BiasField.write(vera.bias(), ADAPTED_BIAS, fields);
        TargetFields.write(vera.targets(), fields);
        if (vera.moduleDropout() > 0) {
            fields.put("module_dropout", new JsonPrimitive(vera.moduleDropout()));
        }
    }

    @Override
    public AdapterConfig read(ConfigFields fields, List<String> modulesToSave) throws IOException {
        // how a layer lies in memory is seen from the layer
        fields.bool("fan_in_fan_out", false);
        VeraConfig.Builder config =
                VeraConfig.builder()
                        .optTargets(TargetFields.read(fields))
                        .optModulesToSave(modulesToSave)
                        .optBias(BiasField.read(fields, ADAPTED_BIAS))
                        .optSaveProjections(fields.bool("save_projection", true));
        int rank = fields.integer("r", VeraConfig.DEFAULT_RANK);
        int seed = fields.integer("projection_prng_key", 0);
        double dropout = fields.number("vera_dropout", 0);
        double moduleDropout = fields.number("module_dropout", 0);
        double initial = fields.number("d_initial", VeraConfig.DEFAULT_INITIAL);
        try {
            return config.optRank(rank)
                    .optSeed(seed)
                    .optDInitial(initial)
                    .optDropout(dropout)
                    .optModuleDropout(moduleDropout)
                    .build();
        } catch (IllegalArgumentException e) {
            throw fields.invalid(e.getMessage(), e);
        }
    }
}
