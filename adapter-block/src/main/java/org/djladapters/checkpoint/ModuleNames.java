/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.checkpoint;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.djladapters.adapter.AdapterConfig;
import org.djladapters.adapter.Methods;
import org.djladapters.adapter.ModulePatterns;
import org.djladapters.adapter.Targets;
import org.djladapters.adapter.format.AdapterFormat;
import org.djladapters.adapter.method.MethodDescriptor;
import org.djladapters.io.JsonFields;

/**
 * The names of a model's modules in a checkpoint. Usually they are those of the model; but
 * HuggingFace's classifiers hold their encoder as one of their modules ({@code bert.encoder…}),
 * while an export of the encoder is that module itself ({@code encoder…}).
 *
 * @param encoder the module that holds the encoder, null if names are those of the model
 * @param hidden the module of a head's hidden layer, null if the head has none
 * @param output the module of a head's last layer, null if names are those of the model
 * @param absent a module that the encoder has in the model but not in the checkpoint, null for none
 */
record ModuleNames(String encoder, String hidden, String output, String absent) {

    /** The names of the model itself. */
    static final ModuleNames SAME = new ModuleNames(null, null, null, null);

    private static final String HEAD = "head.";
    private static final String DENSE = HEAD + "dense.";

    private static final String EXCLUDED = "exclude_modules";

    /** Fields that select modules by a list of suffixes or by an expression on the whole path. */
    private static final List<String> SELECTORS =
            Stream.concat(
                            Stream.of("target_modules", EXCLUDED),
                            formats().flatMap(format -> format.moduleFields().stream()))
                    .toList();

    /** Fields that give values to modules by expressions on the end of a path. */
    private static final List<String> PATTERNS =
            formats().flatMap(format -> format.patternFields().stream()).toList();

    private static final String ALL_LINEAR = "all-linear";

    private static Stream<AdapterFormat> formats() {
        return Methods.descriptors().stream().map(MethodDescriptor::format);
    }

    /**
     * Returns the name in the checkpoint of a module or parameter of the model or of an adapter's
     * head.
     */
    String toFile(String key) {
        if (encoder == null) {
            return key;
        }
        if (hidden != null && key.startsWith(DENSE)) {
            return hidden + "." + key.substring(DENSE.length());
        }
        return key.startsWith(HEAD)
                ? output + "." + key.substring(HEAD.length())
                : encoder + "." + key;
    }

    /** Returns the name in the model of what has a name in the checkpoint. */
    String toKey(String name) {
        if (encoder == null) {
            return name;
        }
        if (hidden != null && name.startsWith(hidden + ".")) {
            return DENSE + name.substring(hidden.length() + 1);
        }
        if (name.startsWith(output + ".")) {
            return HEAD + name.substring(output.length() + 1);
        }
        return withoutEncoder(name);
    }

    /**
     * Returns null for a layer of the head, which PEFT lists too if it adapts all linear layers.
     */
    private String suffixInModel(String suffix) {
        return suffix.equals(hidden) || suffix.equals(output) ? null : withoutEncoder(suffix);
    }

    private String withoutEncoder(String name) {
        return name.startsWith(encoder + ".") ? name.substring(encoder.length() + 1) : name;
    }

    /** Returns the targets without the modules that the checkpoint does not have. */
    AdapterConfig withoutAbsent(AdapterConfig config, List<String> paths) {
        String[] idle =
                paths.stream()
                        .filter(path -> isAbsent(path) && config.targets().selects(path))
                        .toArray(String[]::new);
        return idle.length == 0 ? config : config.withTargets(config.targets().excluding(idle));
    }

    private boolean isAbsent(String path) {
        return absent != null && path.startsWith(absent + ".");
    }

    /** Returns the modules that are trained in full because they are the head. */
    List<String> headModules() {
        if (encoder == null) {
            return List.of();
        }
        List<String> modules = new ArrayList<>(List.of(outermost(output)));
        if (hidden != null && !modules.contains(outermost(hidden))) {
            modules.add(outermost(hidden));
        }
        return modules;
    }

    private String outermost(String module) {
        return withoutEncoder(module).replaceFirst("\\..*", "");
    }

    /**
     * Lets the fields of a checkpoint's configuration that name modules select those of the model.
     */
    JsonObject toModel(JsonObject config, List<String> paths) {
        if (encoder == null) {
            return config;
        }
        Renaming renaming =
                new Renaming(
                        paths,
                        this::toFile,
                        path -> path,
                        regex -> regex.replaceFirst("^\\^?" + encoder + "\\\\?\\.", ""));
        return translate(config, renaming, this::suffixInModel);
    }

    /** Lets the fields that name modules of the model select those of the checkpoint. */
    JsonObject toFile(JsonObject config, List<String> paths) {
        if (encoder == null) {
            return config;
        }
        Renaming renaming =
                new Renaming(paths, path -> path, this::toFile, regex -> encoder + "\\." + regex);
        JsonObject translated = translate(config, renaming, suffix -> suffix);
        if (translated.get(EXCLUDED) instanceof JsonArray list) {
            list.asList().removeIf(suffix -> isAbsent(suffix.getAsString()));
            translated.add(EXCLUDED, list.isEmpty() ? JsonNull.INSTANCE : list);
        }
        return translated;
    }

    private static JsonObject translate(
            JsonObject config, Renaming renaming, UnaryOperator<String> suffix) {
        JsonObject translated = config.deepCopy();
        for (String field : SELECTORS) {
            JsonElement value = config.get(field);
            if (value instanceof JsonArray list) {
                translated.add(field, suffixes(list, suffix));
            } else if (JsonFields.isText(value) && !value.getAsString().equals(ALL_LINEAR)) {
                translated.addProperty(field, renaming.regex(value.getAsString()));
            }
        }
        for (String field : PATTERNS) {
            if (config.get(field) instanceof JsonObject values) {
                translated.add(field, renaming.values(values));
            }
        }
        return translated;
    }

    private static JsonArray suffixes(JsonArray list, UnaryOperator<String> suffix) {
        JsonArray suffixes = new JsonArray();
        for (JsonElement element : list) {
            String name = JsonFields.isText(element) ? suffix.apply(element.getAsString()) : null;
            if (name != null || !JsonFields.isText(element)) {
                suffixes.add(name == null ? element : new JsonPrimitive(name));
            }
        }
        return suffixes;
    }

    /**
     * Other names for modules. An expression that selects the same modules by these names is kept;
     * else it becomes the likely one if that selects the same; else the modules are listed.
     *
     * @param paths the modules
     * @param from the name of a module that expressions are for
     * @param to the name that they are to be for
     * @param likely what an expression may become
     */
    private record Renaming(
            List<String> paths,
            UnaryOperator<String> from,
            UnaryOperator<String> to,
            UnaryOperator<String> likely) {

        String regex(String regex) {
            try {
                List<String> meant = selected(regex, from);
                for (String same : List.of(regex, likely.apply(regex))) {
                    if (selected(same, to).equals(meant)) {
                        return same;
                    }
                }
                return meant.isEmpty()
                        ? "(?!)" // nothing
                        : meant.stream().map(this::literal).collect(Collectors.joining("|"));
            } catch (IllegalArgumentException e) {
                return regex; // whoever reads the field says so
            }
        }

        private List<String> selected(String regex, UnaryOperator<String> name) {
            Targets named = Targets.builder().optRegex(regex).build();
            return paths.stream().filter(path -> named.names(name.apply(path))).toList();
        }

        JsonObject values(JsonObject values) {
            JsonObject changed = new JsonObject();
            values.asMap().forEach((key, value) -> changed.add(likely.apply(key), value));
            try {
                Map<String, JsonElement> meant = values(values, from);
                for (JsonObject same : List.of(values, changed)) {
                    if (values(same, to).equals(meant)) {
                        return same;
                    }
                }
                JsonObject listed = new JsonObject();
                meant.forEach((path, value) -> listed.add(literal(path), value));
                return listed;
            } catch (IllegalArgumentException e) {
                return values; // whoever reads the field says so
            }
        }

        private Map<String, JsonElement> values(JsonObject byKey, UnaryOperator<String> name) {
            ModulePatterns<JsonElement> patterns = ModulePatterns.of(byKey.asMap());
            Map<String, JsonElement> values = new LinkedHashMap<>();
            for (String path : paths) {
                JsonElement value = patterns.valueFor(name.apply(path), null);
                if (value != null) {
                    values.put(path, value);
                }
            }
            return values;
        }

        private String literal(String path) {
            return to.apply(path).replace(".", "\\.");
        }
    }
}
