/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.checkpoint.head;

import static org.djladapters.io.MalformedFileException.quote;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.util.Optional;
import org.djladapters.hub.ModelDirectory;
import org.djladapters.io.JsonFields;
import org.djladapters.io.MalformedFileException;

/**
 * The function that makes a score of the one logit that a cross-encoder gives for a pair of texts,
 * as in {@code CrossEncoder.predict} of sentence-transformers.
 */
public enum ScoreActivation {
    /** \(1 / (1 + e^{-x})\), unless another function is named. */
    SIGMOID("torch.nn.modules.activation.Sigmoid"),
    /** The logit as it is. */
    IDENTITY("torch.nn.modules.linear.Identity");

    private static final String CONFIG = OutputLabels.MODEL;

    /** An object with {@link #ENTRY}, since version 4 of sentence-transformers. */
    private static final String SECTION = "sentence_transformers";

    private static final String ENTRY = "activation_fn";

    /** The entry of older versions. */
    private static final String OLD_ENTRY = "sbert_ce_default_activation_function";

    private final String path;

    ScoreActivation(String path) {
        this.path = path;
    }

    /**
     * Reads what a model's files tell: {@code serving.properties} of a model that gives scores by a
     * sigmoid, else {@code config.json}.
     *
     * @throws IOException if {@code config.json} names another function
     */
    public static ScoreActivation of(ModelDirectory model) throws IOException {
        boolean served =
                Boolean.parseBoolean(model.servingProperty("reranking").orElse(""))
                        && !model.servingProperty("sigmoid").equals(Optional.of("false"));
        Optional<String> told = served ? Optional.empty() : told(model);
        if (told.isEmpty()) {
            return SIGMOID;
        }
        for (ScoreActivation known : values()) {
            if (told.get().endsWith("." + known.simpleName())) {
                return known;
            }
        }
        throw new MalformedFileException(
                model.path().resolve(CONFIG),
                ("makes scores of logits by the function %s, which is neither "
                                + "Sigmoid nor Identity; read the logits as arrays (NDList)")
                        .formatted(quote(told.get())));
    }

    /** Tells whether {@code config.json} names a function, as that of a cross-encoder may. */
    public static boolean isTold(ModelDirectory model) throws IOException {
        return told(model).isPresent();
    }

    private static Optional<String> told(ModelDirectory model) throws IOException {
        JsonFields config = model.fields(CONFIG);
        return config.within(SECTION).text(ENTRY).or(() -> config.text(OLD_ENTRY));
    }

    /**
     * Changes a configuration so that it names one function or, for outputs that are no scores,
     * none.
     */
    public static void write(JsonObject config, Optional<ScoreActivation> activation) {
        config.remove(OLD_ENTRY);
        JsonObject section =
                config.get(SECTION) instanceof JsonObject given ? given : new JsonObject();
        section.remove(ENTRY);
        activation.ifPresent(one -> section.addProperty(ENTRY, one.path));
        if (section.isEmpty()) {
            config.remove(SECTION);
        } else {
            config.add(SECTION, section);
        }
    }

    private String simpleName() {
        return path.substring(path.lastIndexOf('.') + 1);
    }

    /** Makes a score of a logit. */
    public double score(double logit) {
        return this == SIGMOID ? 1 / (1 + Math.exp(-logit)) : logit;
    }
}
