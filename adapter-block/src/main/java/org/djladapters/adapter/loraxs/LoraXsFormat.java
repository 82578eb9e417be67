/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.loraxs;

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
import org.djladapters.adapter.singular.BasisRecord;

/** LoRA-XS adapters, with fields like those of LoRA. PEFT does not know them. */
final class LoraXsFormat implements AdapterFormat {

    private static final String ADAPTED_BIAS = "loraxs_only";

    @Override
    public String peftType() {
        return "LORAXS";
    }

    @Override
    public boolean isReadByPeft() {
        return false;
    }

    @Override
    public boolean isFor(AdapterConfig config) {
        return config instanceof LoraXsConfig;
    }

    @Override
    public void write(AdapterConfig config, Map<String, JsonElement> fields) {
        LoraXsConfig small = (LoraXsConfig) config;
        fields.put("r", new JsonPrimitive(small.rank()));
        fields.put("alpha", new JsonPrimitive(small.alpha()));
        fields.put("dropout", new JsonPrimitive(small.dropout()));
        BiasField.write(small.bias(), ADAPTED_BIAS, fields);
        TargetFields.write(small.targets(), fields);
        if (small.moduleDropout() > 0) {
            fields.put("module_dropout", new JsonPrimitive(small.moduleDropout()));
        }
    }

    @Override
    public AdapterConfig read(ConfigFields fields, List<String> modulesToSave) throws IOException {
        LoraXsConfig.Builder config =
                LoraXsConfig.builder()
                        .optTargets(TargetFields.read(fields))
                        .optModulesToSave(modulesToSave)
                        .optBias(BiasField.read(fields, ADAPTED_BIAS));
        int rank = fields.integer("r", LoraXsConfig.DEFAULT_RANK);
        double alpha = fields.number("alpha", LoraXsConfig.DEFAULT_ALPHA);
        double dropout = fields.number("dropout", 0);
        double moduleDropout = fields.number("module_dropout", 0);
        try {
            return config.optRank(rank)
                    .optAlpha(alpha)
                    .optDropout(dropout)
                    .optModuleDropout(moduleDropout)
                    .build();
        } catch (IllegalArgumentException e) {
            throw fields.invalid(e.getMessage(), e);
        }
    }

    /** Files of older versions have no signs. */
    @Override
    public boolean mayLack(String fixed) {
        return BasisRecord.isSigns(fixed);
    }
}
