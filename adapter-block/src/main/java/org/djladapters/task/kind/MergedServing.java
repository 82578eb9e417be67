/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.task.kind;

import ai.djl.huggingface.translator.TextClassificationTranslatorFactory;
import ai.djl.huggingface.translator.TextEmbeddingTranslatorFactory;
import ai.djl.huggingface.translator.TokenClassificationTranslatorFactory;
import ai.djl.modality.cv.translator.ImageClassificationTranslatorFactory;
import ai.djl.modality.cv.translator.ImageFeatureExtractorFactory;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.djladapters.data.TaskKind;
import org.djladapters.data.encoding.ImagePreprocessing;
import org.djladapters.hub.ModelDirectory;
import org.djladapters.hub.SentenceSettings;
import org.djladapters.task.classification.LabelTask;
import org.djladapters.task.embedding.SentenceEncoder;
import org.djladapters.task.tokens.TokenTask;

/**
 * What DJL's own translators are told of a model that was exported for a task, and what they make
 * of it.
 *
 * @param properties entries of {@code serving.properties}
 * @param input the type that DJL's translator predicts from
 * @param output the type that it predicts
 * @param meaning what its predictions are where they are not those of a {@link
 *     org.djladapters.task.TaskModel}, else empty
 * @param own the type that a task model predicts, where that is another one
 * @param ownMeaning what its predictions are
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

    private static final String NO_PROMPTS =
            "vectors of texts as they stand: put the prompts of config_sentence_transformers.json"
                    + " before them";

    /** Entries of the base model for other ways to read its outputs. */
    private static final List<String> OTHER_WAYS =
            List.of("reranking", "sparse", "sigmoid", "dense", "denseActivation", "layerNorm");

    /** Describes predictions that are those of a task model. */
    public MergedServing(Map<String, String> properties, String input, String output) {
        this(properties, input, output, "", output, "");
    }

    /** Describes numbers. */
    private static MergedServing ofNumber(Map<String, String> properties, String input) {
        return new MergedServing(
                properties, input, "float[]", "a float[] of one number", "Float", "the number");
    }

    /** What all translators of texts are told, and nothing of how the base model is read. */
    public static Map<String, String> ofTexts(int maxLength, List<String> inputNames) {
        Map<String, String> properties = new LinkedHashMap<>();
        OTHER_WAYS.forEach(key -> properties.put(key, ""));
        properties.put("maxLength", Integer.toString(maxLength));
        // without it DJL never reads more than 512 tokens
        properties.put("modelMaxLength", Integer.toString(maxLength));
        boolean types = inputNames.contains("token_type_ids");
        properties.put("includeTokenTypes", Boolean.toString(types));
        return properties;
    }

    /** Finds the translator of DJL that suits a task best. */
    public static MergedServing of(
            LabelTask task, ModelDirectory directory, List<String> inputNames) throws IOException {
        boolean number = task.kind() == TaskKind.REGRESSION;
        if (task.imageSize().isPresent()) {
            return ofImages(task.imageSize().getAsInt(), number, directory);
        }
        Map<String, String> properties = ofTexts(task.maxLength().orElseThrow(), inputNames);
        properties.put(FACTORY, TextClassificationTranslatorFactory.class.getName());
        if (task.pairs()) {
            // DJL's translator for pairs, whose sigmoid is left out
            properties.put("reranking", "true");
            properties.put("sigmoid", "false");
            return number
                    ? ofNumber(properties, "StringPair")
                    : new MergedServing(
                            properties,
                            "StringPair",
                            "float[]",
                            "the logits of " + task.labels().labels() + " in order",
                            "Classifications",
                            "classes with probabilities");
        }
        if (number) {
            // that for classes applies a sigmoid to a single output, that for vectors nothing
            properties.put("pooling", "cls");
            properties.put("normalize", "false");
            properties.put(FACTORY, TextEmbeddingTranslatorFactory.class.getName());
            return ofNumber(properties, "String");
        }
        return new MergedServing(properties, "String", "Classifications");
    }

    /** Tells DJL's translator for text embeddings how a model gives texts vectors. */
    public static MergedServing of(SentenceEncoder encoder, List<String> inputNames) {
        SentenceSettings settings = encoder.settings();
        Map<String, String> properties = ofTexts(encoder.maxLength(), inputNames);
        properties.put("padding", "true");
        properties.put("pooling", settings.pooling().servingName());
        properties.put("normalize", Boolean.toString(settings.normalize()));
        properties.put(FACTORY, TextEmbeddingTranslatorFactory.class.getName());
        boolean bare = settings.equals(settings.withPrompts("", "", ""));
        return new MergedServing(
                properties, "String", "float[]", bare ? "" : NO_PROMPTS, "float[]", "");
    }

    /** Finds the translator of DJL that gives the tags of tokens. */
    public static MergedServing of(TokenTask task, List<String> inputNames) {
        Map<String, String> properties = ofTexts(task.maxLength(), inputNames);
        properties.put(FACTORY, TokenClassificationTranslatorFactory.class.getName());
        return new MergedServing(
                properties,
                "String",
                "NamedEntity[]",
                "a tag for each token, up to the maximum length",
                "NamedEntity[]",
                "whole entities of texts of any length");
    }

    private static MergedServing ofImages(int size, boolean number, ModelDirectory directory)
            throws IOException {
        Map<String, String> properties = new LinkedHashMap<>();
        ImagePreprocessing preprocessing = ImagePreprocessing.of(directory, size);
        properties.put("width", Integer.toString(size));
        properties.put("height", Integer.toString(size));
        properties.put("resize", "true");
        properties.put(
                "normalize",
                Stream.concat(preprocessing.mean().stream(), preprocessing.std().stream())
                        .map(String::valueOf)
                        .collect(Collectors.joining(",")));
        if (number) {
            properties.put(FACTORY, ImageFeatureExtractorFactory.class.getName());
            return ofNumber(properties, "Image");
        }
        properties.put("applySoftmax", "true");
        properties.put(FACTORY, ImageClassificationTranslatorFactory.class.getName());
        return new MergedServing(properties, "Image", "Classifications");
    }

    /** The length to which texts are truncated, in tokens; empty for images. */
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
