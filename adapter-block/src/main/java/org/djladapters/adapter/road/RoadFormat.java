/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.road;

import static org.djladapters.io.MalformedFileException.quote;

import com.google.gson.JsonElement;
import com.google.gson.JsonPrimitive;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.djladapters.adapter.AdapterConfig;
import org.djladapters.adapter.Bias;
import org.djladapters.adapter.WeightSpec;
import org.djladapters.adapter.format.AdapterFormat;
import org.djladapters.adapter.format.BiasField;
import org.djladapters.adapter.format.ConfigFields;
import org.djladapters.adapter.format.TargetFields;

/**
 * RoAd adapters with the fields of PEFT. Trained biases and module dropout, which it has not for
 * RoAd, are written only where they are set.
 */
final class RoadFormat implements AdapterFormat {

    private static final String ADAPTED_BIAS = "road_only";
    private static final String VARIANT = "variant";
    private static final String GROUP_SIZE = "group_size";
    private static final String MODULE_DROPOUT = "module_dropout";

    @Override
    public String peftType() {
        return "ROAD";
    }

    @Override
    public boolean isFor(AdapterConfig config) {
        return config instanceof RoadConfig;
    }

    @Override
    public void write(AdapterConfig config, Map<String, JsonElement> fields) {
        RoadConfig road = (RoadConfig) config;
        fields.put(VARIANT, new JsonPrimitive(road.variant().toString()));
        fields.put(GROUP_SIZE, new JsonPrimitive(road.groupSize()));
        fields.put("init_weights", new JsonPrimitive(true));
        TargetFields.write(road.targets(), fields);
        if (road.bias() != Bias.NONE) {
            BiasField.write(road.bias(), ADAPTED_BIAS, fields);
        }
        if (road.moduleDropout() > 0) {
            fields.put(MODULE_DROPOUT, new JsonPrimitive(road.moduleDropout()));
        }
    }

    @Override
    public void writeLayers(List<WeightSpec> weights, Map<String, JsonElement> fields) {
        TargetFields.listInstead(
                weights, fields, "exclude_modules", "layers_to_transform", "layers_pattern");
    }

    @Override
    public AdapterConfig read(ConfigFields fields, List<String> modulesToSave) throws IOException {
        RoadConfig.Builder config =
                RoadConfig.builder()
                        .optTargets(TargetFields.read(fields))
                        .optModulesToSave(modulesToSave)
                        .optBias(BiasField.read(fields, ADAPTED_BIAS))
                        .optVariant(variant(fields));
        int groupSize = fields.integer(GROUP_SIZE, RoadConfig.DEFAULT_GROUP_SIZE);
        double moduleDropout = fields.number(MODULE_DROPOUT, 0);
        try {
            return config.optGroupSize(groupSize).optModuleDropout(moduleDropout).build();
        } catch (IllegalArgumentException e) {
            throw fields.invalid(e.getMessage(), e);
        }
    }

    private static RoadVariant variant(ConfigFields fields) throws IOException {
        String word = fields.string(VARIANT, RoadVariant.ROAD_1.toString());
        for (RoadVariant variant : RoadVariant.values()) {
            if (variant.toString().equals(word)) {
                return variant;
            }
        }
        throw fields.invalid(
                "the field '"
                        + VARIANT
                        + "' is "
                        + quote(word)
                        + " where road_1, road_2 or road_4 is expected; get or save the file"
                        + " again",
                null);
    }
}
