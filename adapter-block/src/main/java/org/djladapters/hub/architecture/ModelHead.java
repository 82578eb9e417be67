/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.hub.architecture;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The head that computes outputs of a model's features, as {@code architectures} of its
 * configuration says.
 */
public enum ModelHead {
    /** Features of tokens or patches. */
    NONE("Model"),
    /** A vector of a text or an image, in the space that both share. */
    PROJECTION("ModelWithProjection"),
    /** Logits of a text. */
    SEQUENCE("ForSequenceClassification"),
    /** Logits of each token. */
    TOKEN("ForTokenClassification"),
    /** Logits of each token to be the first or the last of an answer. */
    ANSWER("ForQuestionAnswering"),
    /** Logits of an image. */
    IMAGE("ForImageClassification"),
    /** Logits of the next token. */
    CAUSAL_LM("ForCausalLM"),
    /** Logits of the next token of an answer to a text that is read before. */
    SEQ2SEQ_LM("ForConditionalGeneration");

    private static final String TEXTS = "ai.djl.huggingface.translator.";

    /** Classes whose own heads are for pretraining: their features are what is used of them. */
    private static final List<String> PRETRAINING =
            List.of("ForMaskedLM", "ForPreTraining", "ForMaskedImageModeling");

    private static final Map<String, ModelHead> ENDINGS = new LinkedHashMap<>();

    static {
        for (ModelHead head : values()) {
            ENDINGS.put(head.ending, head);
        }
        ENDINGS.put("LMHeadModel", CAUSAL_LM);
        PRETRAINING.forEach(ending -> ENDINGS.put(ending, NONE));
    }

    private final String ending;

    ModelHead(String ending) {
        this.ending = ending;
    }

    /**
     * Returns the class that DJL's converter names in {@code serving.properties} for models with
     * this head, which makes predictions of the outputs; empty if there is none.
     */
    public Optional<String> translator() {
        return Optional.ofNullable(
                switch (this) {
                    case SEQUENCE -> TEXTS + "TextClassificationTranslatorFactory";
                    case TOKEN -> TEXTS + "TokenClassificationTranslatorFactory";
                    case ANSWER -> TEXTS + "QuestionAnsweringTranslatorFactory";
                    case IMAGE ->
                            "ai.djl.modality.cv.translator.ImageClassificationTranslatorFactory";
                    case NONE, PROJECTION, CAUSAL_LM, SEQ2SEQ_LM -> null;
                });
    }

    /** Returns the head that a configuration names; {@link #NONE} if it names no class. */
    public static ModelHead of(ConfigReader config) throws IOException {
        List<String> classes = config.strings("architectures");
        if (classes.isEmpty()) {
            return NONE;
        }
        String name = classes.get(0);
        // the longest ending first: LMHeadModel ends in Model
        return ENDINGS.keySet().stream()
                .filter(name::endsWith)
                .max((a, b) -> Integer.compare(a.length(), b.length()))
                .map(ENDINGS::get)
                .orElseThrow(
                        () ->
                                config.refused(
                                        "architectures",
                                        "a model with another head; heads that are computed are %s"
                                                .formatted(String.join(", ", ENDINGS.keySet()))));
    }
}
