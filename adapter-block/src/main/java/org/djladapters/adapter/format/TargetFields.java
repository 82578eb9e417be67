/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.format;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonPrimitive;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.djladapters.adapter.Targets;
import org.djladapters.adapter.WeightSpec;

/** The fields by which PEFT's configurations select modules. */
public final class TargetFields {

    /** The field that says what is left out. */
    public static final List<String> EXCLUDED = List.of("exclude_modules");

    /** All fields but {@code target_modules}. */
    public static final List<String> CHOICES =
            List.of("exclude_modules", "layers_to_transform", "layers_pattern");

    private static final String ALL_LINEAR = "all-linear";

    private TargetFields() {}

    /**
     * Returns the targets in a form that PEFT takes: it knows a choice of layers only with a list.
     *
     * @param paths the modules that the targets select
     */
    public static Targets portable(Targets targets, List<String> paths) {
        boolean listed = targets.layers().isEmpty() || !targets.suffixes().isEmpty();
        return listed ? targets : Targets.builder().optSuffixes(paths).build();
    }

    /** Writes the fields that select the targets. */
    public static void write(Targets targets, Map<String, JsonElement> fields) {
        JsonElement modules = list(targets.suffixes()); // null where they depend on the model type
        if (targets.isAllLinear()) {
            modules = new JsonPrimitive(ALL_LINEAR);
        } else if (targets.regex() != null) {
            modules = new JsonPrimitive(targets.regex());
        }
        fields.put("target_modules", modules);
        if (targets.excludedRegex() != null) {
            fields.put("exclude_modules", new JsonPrimitive(targets.excludedRegex()));
        } else if (!targets.excludedSuffixes().isEmpty()) {
            fields.put("exclude_modules", list(targets.excludedSuffixes()));
        }
        fields.put("layers_to_transform", list(targets.layers()));
        fields.put(
                "layers_pattern",
                targets.layersPattern() == null
                        ? JsonNull.INSTANCE
                        : new JsonPrimitive(targets.layersPattern()));
    }

    /**
     * Lists the modules instead where a choice was written that PEFT does not know of a method.
     *
     * @param weights the adapted weights
     * @param unknown the fields that PEFT's configuration of the method has not
     */
    static void listInstead(
            List<WeightSpec> weights, Map<String, JsonElement> fields, List<String> unknown) {
        for (String field : unknown) {
            JsonElement choice = fields.remove(field);
            if (choice != null && !choice.isJsonNull()) {
                fields.put("target_modules", list(weights.stream().map(WeightSpec::path).toList()));
            }
        }
    }

    /** Reads the targets. */
    public static Targets read(ConfigFields fields) throws IOException {
        Targets.Builder targets = Targets.builder();
        List<String> modules = fields.strings("target_modules");
        List<String> excluded = fields.strings("exclude_modules");
        List<String> patterns = fields.strings("layers_pattern");
        try {
            if (modules.isEmpty()) {
                targets.optByModelType(true);
            } else if (!fields.isString("target_modules")) {
                targets.optSuffixes(modules);
            } else if (!modules.get(0).equals(ALL_LINEAR)) {
                targets.optRegex(modules.get(0));
            }
            if (fields.isString("exclude_modules")) {
                targets.optExcludedRegex(excluded.get(0));
            } else {
                targets.optExcludedSuffixes(excluded);
            }
            targets.optLayers(fields.integers("layers_to_transform"));
            if (patterns.size() == 1) {
                targets.optLayersPattern(patterns.get(0));
            } else if (!patterns.isEmpty()) {
                targets.optLayersPattern("(?:" + String.join("|", patterns) + ")");
            }
            return targets.build();
        } catch (IllegalArgumentException e) {
            throw fields.invalid(e.getMessage(), e);
        }
    }

    /** Returns a list, or null where it is empty, as PEFT writes it. */
    public static JsonElement list(List<?> values) {
        JsonArray array = new JsonArray();
        for (Object value : values) {
            array.add(
                    value instanceof Number number
                            ? new JsonPrimitive(number)
                            : new JsonPrimitive(value.toString()));
        }
        return array.isEmpty() ? JsonNull.INSTANCE : array;
    }
}
