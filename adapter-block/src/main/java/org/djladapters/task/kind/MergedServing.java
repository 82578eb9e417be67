/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.task.kind;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/**
 * The settings of DJL's own translators for a model that was exported for a task, and the form of
 * their predictions.
 *
 * @param input the type that DJL's translator predicts from
 * @param output the type that it predicts
 * @param meaning a description of its predictions where they are not those of a {@link
 *     org.djladapters.task.TaskModel}, else empty
 * @param own the type that a task model predicts
 * @param ownMeaning a description of those
 */
public record MergedServing(
        Map<String, String> properties,
        String input,
        String output,
        String meaning,
        String own,
        String ownMeaning) {

    /** The entry that names a translator. */
    public static final String FACTORY = "translatorFactory";

    /** Entries of a base model that change how its outputs are read. */
    private static final List<String> OTHER_WAYS =
            List.of("reranking", "sparse", "sigmoid", "dense", "denseActivation", "layerNorm");

    /** Describes predictions that are those of a task model. */
    public MergedServing(Map<String, String> properties, String input, String output) {
        this(properties, input, output, "", output, "");
    }

    /** Describes numbers. */
    public static MergedServing ofNumber(Map<String, String> properties, String input) {
        return new MergedServing(
                properties, input, "float[]", "a float[] of one number", "Float", "the number");
    }

    /** Returns the same with another description of the predictions. */
    public MergedServing withMeaning(String other) {
        return new MergedServing(properties, input, output, other, own, ownMeaning);
    }

    /** Returns the settings of all translators of texts, which clear those of the base model. */
    public static Map<String, String> ofTexts(int maxLength, List<String> inputNames) {
        Map<String, String> properties = new LinkedHashMap<>();
        OTHER_WAYS.forEach(key -> properties.put(key, ""));
        properties.put("maxLength", Integer.toString(maxLength));
        // without it DJL reads at most 512 tokens
        properties.put("modelMaxLength", Integer.toString(maxLength));
        boolean types = inputNames.contains("token_type_ids");
        properties.put("includeTokenTypes", Boolean.toString(types));
        return properties;
    }

    /** Returns the length to which texts are truncated, in tokens; empty for images. */
    public OptionalInt maxLength() {
        String length = properties.get("maxLength");
        return length == null ? OptionalInt.empty() : OptionalInt.of(Integer.parseInt(length));
    }

    /** Tells in one line how a program opens the model. */
    public String usage() {
        String stock =
                ("DJL alone opens it with setTypes(%s.class, %s.class) and optTranslatorFactory("
                                + "new DeferredTranslatorFactory()) of Criteria")
                        .formatted(input, output);
        if (meaning.isEmpty()) {
            return stock;
        }
        if (ownMeaning.isEmpty()) {
            return stock + ", which returns " + meaning;
        }
        return stock
                + (", which returns %s; with adapter-block, optTranslatorFactory("
                                + "new TaskTranslatorFactory()) and setTypes(%s.class, %s.class)"
                                + " return %s")
                        .formatted(meaning, input, own, ownMeaning);
    }
}
