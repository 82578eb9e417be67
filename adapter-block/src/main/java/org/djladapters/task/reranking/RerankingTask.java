/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.task.reranking;

import ai.djl.huggingface.translator.TextClassificationTranslatorFactory;
import ai.djl.ndarray.NDArray;
import ai.djl.training.loss.Loss;
import ai.djl.translate.Translator;
import ai.djl.util.StringPair;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;
import org.djladapters.checkpoint.head.ScoreActivation;
import org.djladapters.data.LabelSpace;
import org.djladapters.data.LabelledData;
import org.djladapters.data.TaskKind;
import org.djladapters.data.TextData;
import org.djladapters.data.TextDataset;
import org.djladapters.data.encoding.TextEncoder;
import org.djladapters.data.encoding.TextInputs;
import org.djladapters.hub.LogitScore;
import org.djladapters.hub.ModelDirectory;
import org.djladapters.io.PlainNumber;
import org.djladapters.model.AdaptedModel;
import org.djladapters.model.pass.ModelOutputs;
import org.djladapters.task.classification.LabelMetrics;
import org.djladapters.task.kind.Batching;
import org.djladapters.task.kind.Measuring;
import org.djladapters.task.kind.MergedServing;
import org.djladapters.task.kind.RecordedOptions;
import org.djladapters.task.kind.Task;
import org.djladapters.task.kind.TaskInputs;
import org.djladapters.task.kind.TaskLoss;
import org.djladapters.task.kind.TaskTranslator;
import org.djladapters.task.kind.TypedTranslator;
import org.djladapters.task.metric.EvaluationListener;

/**
 * Scoring how relevant a passage is to a query: the model reads the pair and gives one logit, which
 * becomes the score.
 *
 * <p>Labels are relevances from 0 on. If some are greater than 1, all are divided by the largest of
 * the training data, since the loss needs numbers between 0 and 1.
 *
 * @param largest the divisor of labels, at least 1
 * @param activation the function from logit to score, a sigmoid unless the model's files name
 *     another
 * @param judges whether a language model judges by the token that it would say, without a head
 */
public record RerankingTask(
        int maxLength, double largest, ScoreActivation activation, boolean judges) implements Task {

    /** One output, a number. */
    public static final LabelSpace SPACE = new LabelSpace(TaskKind.REGRESSION, List.of());

    /**
     * Describes relevances such as those of the training data.
     *
     * @throws IllegalArgumentException if the data hold no pairs with relevances, or all are 0
     */
    public static RerankingTask of(ModelDirectory model, OptionalInt maxLength, LabelledData train)
            throws IOException {
        double largest = Arrays.stream(relevances(pairs(train))).max().orElseThrow();
        if (largest == 0) {
            throw new IllegalArgumentException(
                    ("All labels of '%s' are 0, so no passage is relevant; label relevant ones with"
                                    + " 1, or with grades")
                            .formatted(train.source()));
        }
        return new RerankingTask(
                TextEncoder.maxLength(model, maxLength),
                Math.max(1, largest),
                ScoreActivation.of(model),
                judges(model));
    }

    /** Reads the options that a run has recorded. */
    public static RerankingTask of(ModelDirectory model, RecordedOptions options)
            throws IOException {
        OptionalInt maxLength = options.maxLength();
        return of(model, TextEncoder.maxLength(model, maxLength));
    }

    /** Describes a model that was trained already. */
    public static RerankingTask of(ModelDirectory model, int maxLength) throws IOException {
        return new RerankingTask(maxLength, 1, ScoreActivation.of(model), judges(model));
    }

    private static boolean judges(ModelDirectory model) throws IOException {
        return LogitScore.of(model).isPresent();
    }

    @Override
    public boolean trainsHead() {
        return !judges;
    }

    private static TextData pairs(LabelledData data) {
        if (data instanceof TextData texts && texts.isPairs()) {
            return texts;
        }
        throw new IllegalArgumentException(
                ("'%s' holds no pairs; reranking needs rows with a query (sentence1), a passage"
                                + " (sentence2) and its relevance (label)")
                        .formatted(data.source()));
    }

    static double[] relevances(TextData pairs) {
        double[] relevances = SPACE.encode(pairs);
        for (int row = 0; row < relevances.length; row++) {
            if (relevances[row] < 0) {
                throw new IllegalArgumentException(
                        "%s: the relevance is %s, but must be 0 or more"
                                .formatted(pairs.where(row), pairs.label(row)));
            }
        }
        return relevances;
    }

    @Override
    public TaskKind kind() {
        return TaskKind.RERANKING;
    }

    @Override
    public Map<String, ?> options() {
        return Map.of(RecordedOptions.MAX_LENGTH, maxLength);
    }

    @Override
    public Optional<ScoreActivation> scoreActivation() {
        return Optional.of(activation);
    }

    @Override
    public void describe(JsonObject config) {
        Task.super.describe(config);
        if (activation == ScoreActivation.IDENTITY) {
            config.remove("problem_type"); // with it the score would be a number without an order
        }
    }

    @Override
    public Optional<List<String>> outputLabels() {
        return judges ? Optional.empty() : Optional.of(List.of());
    }

    @Override
    public TextDataset dataset(AdaptedModel model, LabelledData data, Batching batching)
            throws IOException {
        TextDataset.Builder builder = batching.set(TextDataset.builder(), model, maxLength);
        JudgePrompt.of(TaskInputs.directory(model)).ifPresent(builder::optPairFormat);
        TextData pairs = pairs(data);
        return builder.setData(scaled(pairs, relevances(pairs))).setLabelSpace(SPACE).build();
    }

    private TextData scaled(TextData pairs, double[] relevances) {
        if (largest <= 1) {
            return pairs;
        }
        List<TextData.Row> rows = new ArrayList<>();
        for (int i = 0; i < relevances.length; i++) {
            TextData.Row row = pairs.rows().get(i);
            String label = Double.toString(relevances[i] / largest);
            rows.add(TextData.Row.of(label, row.first(), row.second()));
        }
        return TextData.of(rows);
    }

    @Override
    public Loss loss() {
        return TaskLoss.binaryCrossEntropy();
    }

    @Override
    public Measure measure(AdaptedModel model, LabelledData data, int batchSize)
            throws IOException {
        TextDataset dataset = dataset(model, data, Batching.inOrder(batchSize));
        TextData pairs = pairs(data);
        List<String> queries = queries(pairs);
        double[] relevances = relevances(pairs);
        if (!RankingMetrics.canOrder(queries, relevances)) {
            return measureScores(model, pairs, dataset);
        }
        return listener -> {
            double[] logits = logits(model, dataset, listener);
            Measuring.tell(listener, data, row -> PlainNumber.of(activation.score(logits[row])));
            listener.onColumns(Map.of("rank", RankingMetrics.ranks(queries, relevances, logits)));
            return RankingMetrics.of(queries, relevances, logits);
        };
    }

    private static List<String> queries(TextData pairs) {
        return pairs.rows().stream().map(TextData.Row::first).toList();
    }

    /** Returns the names of the metrics on some data, the default first. */
    static List<String> metrics(LabelledData data) {
        TextData pairs = pairs(data);
        return RankingMetrics.canOrder(queries(pairs), relevances(pairs))
                ? RankingMetrics.NAMES
                : List.of("spearman", "pearson");
    }

    /** Measures how scores and labels go together where no query has several candidates. */
    private Measure measureScores(AdaptedModel model, TextData pairs, TextDataset dataset) {
        double[] labels = relevances(pairs);
        if (Arrays.stream(labels).distinct().count() < 2) {
            throw new IllegalArgumentException(
                    ("All pairs of '%s' have the same label, so there is nothing to measure; give"
                                    + " rows with the same sentence1, some with label 0, or"
                                    + " different scores")
                            .formatted(pairs.source()));
        }
        return listener -> {
            double[] logits = logits(model, dataset, listener);
            double[] scores = Arrays.stream(logits).map(activation::score).toArray();
            Measuring.tell(listener, pairs, row -> PlainNumber.of(scores[row]));
            listener.onLabels(SPACE, labels, scores);
            return LabelMetrics.of(SPACE, scores, labels);
        };
    }

    private static double[] logits(
            AdaptedModel model, TextDataset dataset, EvaluationListener listener) {
        double[] logits = new double[dataset.size()];
        Measuring.forEachBatch(
                model,
                dataset,
                listener,
                batch -> {
                    NDArray outputs = ModelOutputs.logits(model.predict(batch.getData()));
                    ModelOutputs.requireFinite(outputs);
                    float[] values = outputs.toFloatArray();
                    for (int i = 0; i < values.length; i++) {
                        logits[(Integer) batch.getIndices().get(i)] = values[i];
                    }
                });
        return logits;
    }

    @Override
    public List<TypedTranslator> translators(TaskInputs inputs) {
        return List.of(
                new TypedTranslator(
                        StringPair.class, Float.class, () -> translator(inputs, score -> score)),
                new TypedTranslator(
                        StringPair.class,
                        float[].class,
                        () -> translator(inputs, score -> new float[] {score})));
    }

    private <O> Translator<StringPair, O> translator(TaskInputs inputs, Function<Float, O> result)
            throws IOException {
        TextInputs texts = inputs.texts();
        TextEncoder encoder =
                inputs.encoder(maxLength).withPairs(JudgePrompt.of(inputs.directory()));
        return TaskTranslator.of(
                (manager, batch) ->
                        texts.create(
                                manager,
                                batch.stream()
                                        .map(pair -> encoder.encode(pair.getKey(), pair.getValue()))
                                        .toList()),
                logits -> scores(logits).stream().map(result).toList());
    }

    private List<Float> scores(NDArray logits) {
        ModelOutputs.requireFinite(logits);
        List<Float> scores = new ArrayList<>();
        for (float logit : logits.toFloatArray()) {
            scores.add((float) activation.score(logit));
        }
        return scores;
    }

    @Override
    public Optional<MergedServing> serving(ModelDirectory directory, List<String> inputNames) {
        Map<String, String> properties = MergedServing.ofTexts(maxLength, inputNames);
        properties.put(MergedServing.FACTORY, TextClassificationTranslatorFactory.class.getName());
        properties.put("reranking", "true");
        if (activation == ScoreActivation.IDENTITY) {
            properties.put("sigmoid", "false");
        }
        return Optional.of(
                new MergedServing(
                        properties,
                        "StringPair",
                        "float[]",
                        judges
                                ? "an array of the score of texts as they stand: write the prompt"
                                        + " around them"
                                : "an array of one score",
                        "Float",
                        "the score"));
    }
}
