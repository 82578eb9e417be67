/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.ia3;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonPrimitive;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.djladapters.adapter.AdapterConfig;
import org.djladapters.adapter.Bias;
import org.djladapters.adapter.Targets;
import org.djladapters.adapter.format.AdapterFormat;
import org.djladapters.adapter.format.BiasField;
import org.djladapters.adapter.format.ConfigFields;
import org.djladapters.adapter.format.TargetFields;

/**
 * IA3 adapters with the fields of PEFT. Trained biases, layer choices and module dropout, which it
 * has not for IA3, are written only where they are set.
 */
final class Ia3Format implements AdapterFormat {

    private static final String ADAPTED_BIAS = "ia3_only";
    private static final String FEEDFORWARD = "feedforward_modules";

    @Override
    public String peftType() {
        return "IA3";
    }

    @Override
    public boolean isFor(AdapterConfig config) {
        return config instanceof Ia3Config;
    }

    @Override
    public List<String> moduleFields() {
        return List.of(FEEDFORWARD);
    }

    @Override
    public void write(AdapterConfig config, Map<String, JsonElement> fields) {
        Ia3Config ia3 = (Ia3Config) config;
        fields.put("exclude_modules", JsonNull.INSTANCE);
        fields.put("fan_in_fan_out", new JsonPrimitive(false));
        fields.put("init_ia3_weights", new JsonPrimitive(true));
        fields.put(FEEDFORWARD, feedforward(ia3.feedforward(), ia3.targets()));
        TargetFields.write(ia3.targets(), fields);
        fields.remove("layers_to_transform", JsonNull.INSTANCE);
        fields.remove("layers_pattern", JsonNull.INSTANCE);
        if (ia3.bias() != Bias.NONE) {
            BiasField.write(ia3.bias(), ADAPTED_BIAS, fields);
        }
        if (ia3.moduleDropout() > 0) {
            fields.put("module_dropout", new JsonPrimitive(ia3.moduleDropout()));
        }
    }

    /** PEFT takes a list only if the list of targets has all of it, an expression always. */
    private static JsonElement feedforward(Targets feedforward, Targets targets) {
        List<String> suffixes = feedforward.suffixes();
        if (feedforward.regex() != null) {
            return new JsonPrimitive(feedforward.regex());
        }
        if (suffixes.isEmpty()) {
            return new JsonArray(); // null would stand for PEFT's defaults
        }
        return targets.suffixes().isEmpty() || targets.suffixes().containsAll(suffixes)
                ? TargetFields.list(suffixes)
                : new JsonPrimitive(regex(suffixes));
    }

    private static String regex(List<String> suffixes) {
        return suffixes.stream()
                .map(suffix -> suffix.replace(".", "\\."))
                .collect(Collectors.joining("|", "(.*\\.)?(", ")"));
    }

    @Override
    public AdapterConfig read(ConfigFields fields, List<String> modulesToSave) throws IOException {
        // how a layer lies in memory is seen from the layer, what it started with from its tensor
        fields.bool("fan_in_fan_out", false);
        fields.bool("init_ia3_weights", true);
        if (!fields.has(FEEDFORWARD)) {
            throw fields.missing(
                    FEEDFORWARD, "a list of module names, which may be empty, or an expression");
        }
        List<String> feedforward = fields.strings(FEEDFORWARD);
        Ia3Config.Builder config =
                Ia3Config.builder()
                        .optTargets(TargetFields.read(fields))
                        .optModulesToSave(modulesToSave)
                        .optBias(BiasField.read(fields, ADAPTED_BIAS));
        double moduleDropout = fields.number("module_dropout", 0);
        try {
            if (fields.isString(FEEDFORWARD)) {
                config.optFeedforwardRegex(feedforward.get(0));
            } else {
                config.optFeedforward(feedforward.toArray(String[]::new));
            }
            return config.optModuleDropout(moduleDropout).build();
        } catch (IllegalArgumentException e) {
            throw fields.invalid(e.getMessage(), e);
        }
    }
}
