/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.checkpoint.head;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.djladapters.hub.LogitScore;
import org.djladapters.hub.ModelDirectory;
import org.djladapters.io.MalformedFileException;
import org.djladapters.model.AdaptedModel;
import org.djladapters.model.OutputLayer;

/** A model's own head, as {@code serving.properties} and {@code config.json} describe it. */
public final class OwnHead {

    private static final String TOKENS = "TokenClassificationTranslatorFactory";

    private static final String TEXTS = "TextClassificationTranslatorFactory";

    private static final Set<String> CLASSIFIERS =
            Set.of(TEXTS, "ImageClassificationTranslatorFactory", TOKENS);

    static final String REGRESSION = "regression";
    static final String SINGLE = "single_label_classification";

    /** Of a head whose inputs may belong to several classes at once. */
    static final String MULTI_LABEL = "multi_label_classification";

    private OwnHead() {}

    /**
     * Finds the names of the outputs of a model's own head: those of {@code id2label} if {@code
     * serving.properties} says that it chooses one of several classes; none if its logits are a
     * number, as {@code problem_type} tells; else empty.
     */
    public static Optional<List<String>> labels(AdaptedModel model) throws IOException {
        ModelDirectory directory = model.directory().orElse(null);
        if (directory != null && isRegression(model, directory)) {
            return Optional.of(List.of());
        }
        if (directory == null || !isClassifier(directory)) {
            return Optional.empty();
        }
        return Optional.of(configured(model, directory));
    }

    /**
     * Tells whether a model has a head of its own that scores pairs of texts, as a cross-encoder
     * does: one output, and {@code config.json} names no kind of problem, or a sigmoid that makes a
     * score of it; numbers of a regression are taken as they are. Or the model judges pairs by
     * tokens.
     */
    public static boolean givesScores(AdaptedModel model) throws IOException {
        ModelDirectory directory = model.directory().orElse(null);
        if (directory != null && directory.archive().isEmpty()) {
            if (LogitScore.of(directory).isPresent()) {
                return true;
            }
        }
        return directory != null
                && translator(directory).equals(TEXTS)
                && directory.numLabels().orElse(0) == 1
                && ownOutputs(model).orElse(1) == 1
                && (directory.problemType().isEmpty()
                        || (ScoreActivation.isTold(directory)
                                && ScoreActivation.of(directory) != ScoreActivation.IDENTITY));
    }

    /**
     * Finds the names of the outputs of a model with a head of its own that gives an input several
     * classes at once, as {@code problem_type} tells; empty for other models.
     */
    public static Optional<List<String>> severalLabels(AdaptedModel model) throws IOException {
        ModelDirectory directory = model.directory().orElse(null);
        return directory != null
                        && CLASSIFIERS.contains(translator(directory))
                        && !classifiesTokens(directory)
                        && givesSeveral(directory)
                ? Optional.of(configured(model, directory))
                : Optional.empty();
    }

    /** Tells whether a model's description says that an input may have several classes at once. */
    public static boolean givesSeveral(ModelDirectory directory) throws IOException {
        return directory.problemType().equals(Optional.of(MULTI_LABEL));
    }

    /** Writes into a model's configuration that an input may have several classes at once. */
    public static void describeSeveral(JsonObject config) {
        config.addProperty("problem_type", MULTI_LABEL);
    }

    /** Returns the names that the configuration has for the outputs of a model's own head. */
    private static List<String> configured(AdaptedModel model, ModelDirectory directory)
            throws IOException {
        List<String> labels = directory.labels();
        String source = "id2label in " + directory.path().resolve(OutputLabels.MODEL);
        LabelsFile.requireDifferent(source, labels);
        OptionalInt outputs = ownOutputs(model);
        if (outputs.isPresent() && outputs.getAsInt() != labels.size()) {
            throw new MalformedFileException(
                    source,
                    "names %d classes, but the model's head has %d outputs; name one for each"
                            .formatted(labels.size(), outputs.getAsInt()));
        }
        return labels;
    }

    /**
     * Finds the names of the outputs of a model that was exported for a task, none if a number is
     * predicted; a model of other tasks is refused.
     */
    public static List<String> labelsOfExport(ModelDirectory directory) throws IOException {
        String problem = directory.problemType().orElse(SINGLE);
        if (problem.equals(REGRESSION)) {
            return List.of();
        }
        if (!Set.of(SINGLE, MULTI_LABEL).contains(problem) || directory.labels().size() < 2) {
            throw new IOException(
                    ("'%s' describes neither a classification nor a regression (id2label,"
                                    + " problem_type); open a model that"
                                    + " TaskModel.export wrote, or choose another translator")
                            .formatted(directory.path().resolve(OutputLabels.MODEL)));
        }
        return directory.labels();
    }

    /**
     * Tells whether a model was exported to classify tokens, as its {@code serving.properties} say.
     */
    public static boolean classifiesTokens(ModelDirectory directory) {
        return translator(directory).equals(TOKENS);
    }

    private static OptionalInt ownOutputs(AdaptedModel model) {
        return OutputLayer.of(model).stream().mapToInt(OutputLayer::outputs).findFirst();
    }

    private static String translator(ModelDirectory directory) {
        return directory.servingProperty("translatorFactory").orElse("").replaceFirst(".*\\.", "");
    }

    /** Tells whether a model has a head of its own that chooses a class for an input or a token. */
    private static boolean isClassifier(ModelDirectory directory) throws IOException {
        return CLASSIFIERS.contains(translator(directory))
                && directory.labels().size() > 1
                && !givesSeveral(directory);
    }

    /** Tells whether a model has a head of its own that predicts a number. */
    private static boolean isRegression(AdaptedModel model, ModelDirectory directory)
            throws IOException {
        return directory.problemType().equals(Optional.of(REGRESSION))
                && model.outputNames().contains("logits")
                && ownOutputs(model).orElse(1) == 1;
    }
}
