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
import org.djladapters.adapter.MethodConfig;
import org.djladapters.adapter.Targets;
import org.djladapters.adapter.format.ConfigFields;
import org.djladapters.adapter.format.Field;
import org.djladapters.adapter.format.MethodFormat;
import org.djladapters.adapter.format.TargetFields;

/**
 * IA3 adapters with the fields of PEFT. Trained biases, layer choices and module dropout, which it
 * has not for IA3, are written only where they are set.
 */
final class Ia3Format extends MethodFormat {

    private static final String FEEDFORWARD = "feedforward_modules";

    Ia3Format() {
        super(
                "IA3",
                Ia3Config.class,
                Ia3Config::builder,
                // how a layer lies in memory is seen from the layer, what it started with from its
                // tensor
                Field.alwaysFalse("fan_in_fan_out"),
                Field.of(
                        (config, fields) -> fields.put("init_ia3_weights", new JsonPrimitive(true)),
                        (fields, config) -> fields.bool("init_ia3_weights", true)),
                Field.of(Ia3Format::writeFeedforward, Ia3Format::readFeedforward),
                Field.bias("ia3_only").ifSet(),
                Field.moduleDropout().ifSet(),
                Field.written("exclude_modules", JsonNull.INSTANCE));
    }

    @Override
    public List<String> moduleFields() {
        return List.of(FEEDFORWARD);
    }

    @Override
    public void write(AdapterConfig config, Map<String, JsonElement> fields) {
        super.write(config, fields);
        fields.remove("layers_to_transform", JsonNull.INSTANCE);
        fields.remove("layers_pattern", JsonNull.INSTANCE);
    }

    private static void writeFeedforward(MethodConfig config, Map<String, JsonElement> fields) {
        fields.put(FEEDFORWARD, feedforward(config.get(Ia3Config.FEEDFORWARD), config.targets()));
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

    private static void readFeedforward(ConfigFields fields, MethodConfig.Builder<?> config)
            throws IOException {
        if (!fields.has(FEEDFORWARD)) {
            throw fields.missing(
                    FEEDFORWARD, "a list of module names, which may be empty, or an expression");
        }
        List<String> names = fields.strings(FEEDFORWARD);
        config.set(
                Ia3Config.FEEDFORWARD,
                fields.isString(FEEDFORWARD)
                        ? Targets.builder().optRegex(names.get(0)).build()
                        : Ia3Config.named(names));
    }
}
