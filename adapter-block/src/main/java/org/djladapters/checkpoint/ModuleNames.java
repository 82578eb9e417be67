/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.checkpoint;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import java.util.stream.Collectors;
import org.djladapters.adapter.ModulePatterns;

/**
 * How the modules of a model are called in a checkpoint. Usually as in the model; but HuggingFace's
 * classifiers hold their encoder as one of their modules ({@code bert.encoder…}), while an export
 * of the encoder is that module itself ({@code encoder…}).
 *
 * @param encoder the module that holds the encoder, null if names are those of the model
 * @param hidden the module of a head's hidden layer, null if the head has none
 * @param output the module of a head's last layer, null if names are those of the model
 */
record ModuleNames(String encoder, String hidden, String output) {

    /** The names of the model itself. */
    static final ModuleNames SAME = new ModuleNames(null, null, null);

    private static final String HEAD = "head.";
    private static final String DENSE = HEAD + "dense.";

    /** Fields that select modules by a list of suffixes or by an expression on the whole path. */
    private static final List<String> SELECTORS =
            List.of("target_modules", "exclude_modules", "feedforward_modules");

    /** Fields that give values to modules by expressions on the end of a path. */
    private static final List<String> PATTERNS = List.of("rank_pattern", "alpha_pattern");

    private static final String ALL_LINEAR = "all-linear";

    /** The name in the checkpoint of a module or parameter of the model or of an adapter's head. */
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

    /** The name in the model of what has a name in the checkpoint. */
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

    private String withoutEncoder(String name) {
        return name.startsWith(encoder + ".") ? name.substring(encoder.length() + 1) : name;
    }

    /** The modules that are trained in full because they are the head. */
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
     *
     * @param paths the modules of the model
     */
    JsonObject toModel(JsonObject config, List<String> paths) {
        return encoder == null
                ? config
                : translate(config, paths, this::toFile, path -> path, this::withoutEncoder);
    }

    /** Lets the fields that name modules of the model select those of the checkpoint. */
    JsonObject toFile(JsonObject config, List<String> paths) {
        return encoder == null
                ? config
                : translate(config, paths, path -> path, this::toFile, suffix -> suffix);
    }

    /**
     * Keeps what selects the same by either name, and else lists what it selects.
     *
     * @param from the name of a module that the fields mean
     * @param to the name that they are to mean
     */
    private static JsonObject translate(
            JsonObject config,
            List<String> paths,
            UnaryOperator<String> from,
            UnaryOperator<String> to,
            UnaryOperator<String> suffix) {
        JsonObject translated = config.deepCopy();
        for (String field : SELECTORS) {
            JsonElement value = config.get(field);
            if (value instanceof JsonArray list) {
                translated.add(field, suffixes(list, suffix));
            } else if (isText(value) && !value.getAsString().equals(ALL_LINEAR)) {
                String regex = regex(value.getAsString(), paths, from, to);
                translated.addProperty(field, regex);
            }
        }
        for (String field : PATTERNS) {
            if (config.get(field) instanceof JsonObject values) {
                translated.add(field, values(values, paths, from, to));
            }
        }
        return translated;
    }

    private static boolean isText(JsonElement value) {
        return value instanceof JsonPrimitive primitive && primitive.isString();
    }

    private static JsonArray suffixes(JsonArray list, UnaryOperator<String> suffix) {
        JsonArray suffixes = new JsonArray();
        for (JsonElement element : list) {
            suffixes.add(
                    isText(element)
                            ? new JsonPrimitive(suffix.apply(element.getAsString()))
                            : element);
        }
        return suffixes;
    }

    private static String regex(
            String regex,
            List<String> paths,
            UnaryOperator<String> from,
            UnaryOperator<String> to) {
        Pattern pattern;
        try {
            pattern = Pattern.compile(regex);
        } catch (PatternSyntaxException e) {
            return regex; // whoever reads the field says so
        }
        List<String> meant =
                paths.stream().filter(p -> pattern.matcher(from.apply(p)).matches()).toList();
        List<String> selected =
                paths.stream().filter(p -> pattern.matcher(to.apply(p)).matches()).toList();
        if (meant.equals(selected)) {
            return regex;
        }
        return meant.isEmpty()
                ? "(?!)" // nothing
                : meant.stream().map(to).map(ModuleNames::literal).collect(Collectors.joining("|"));
    }

    private static JsonObject values(
            JsonObject values,
            List<String> paths,
            UnaryOperator<String> from,
            UnaryOperator<String> to) {
        Map<String, JsonElement> byKey = new LinkedHashMap<>(values.asMap());
        ModulePatterns<JsonElement> patterns;
        try {
            patterns = ModulePatterns.of(byKey);
        } catch (IllegalArgumentException e) {
            return values; // whoever reads the field says so
        }
        boolean same = true;
        JsonObject listed = new JsonObject();
        for (String path : paths) {
            JsonElement value = patterns.valueFor(from.apply(path), null);
            same &= Objects.equals(value, patterns.valueFor(to.apply(path), null));
            if (value != null) {
                listed.add(literal(to.apply(path)), value);
            }
        }
        return same ? values : listed;
    }

    private static String literal(String path) {
        return path.replace(".", "\\.");
    }
}
