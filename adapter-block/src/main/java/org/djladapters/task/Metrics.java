/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.task;

import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.commons.math3.stat.correlation.PearsonsCorrelation;
import org.apache.commons.math3.stat.ranking.NaturalRanking;
import org.apache.commons.math3.stat.ranking.TiesStrategy;
import org.djladapters.data.LabelSpace;
import org.djladapters.data.LabelledData;
import org.djladapters.data.TaskKind;
import org.djladapters.data.encoding.EntitySpan;
import org.djladapters.io.PlainNumber;
import org.djladapters.task.classification.ConfusionMatrix;

/**
 * How well predictions agree with labels, or answers with responses. Of every metric but {@code
 * perplexity} and {@code loss} more is better; 1 is perfect.
 *
 * <p>For a classification:
 *
 * <ul>
 *   <li>{@code accuracy}: the share of examples that are right.
 *   <li>{@code f1}: \(2 tp / (2 tp + fp + fn)\). With two classes that of the positive class, which
 *       is the one labelled {@code 1}, else the second; with more the mean over all classes that
 *       occur among labels or predictions (macro F1).
 *   <li>{@code matthews}: the correlation of labels and predictions, between -1 and 1; with more
 *       than two classes Gorodkin's R<sub>K</sub>.
 *   <li>{@code balanced_accuracy}: the mean over the classes that occur among the labels of the
 *       share of their examples that are right.
 * </ul>
 *
 * <p>For a regression:
 *
 * <ul>
 *   <li>{@code pearson}: the linear correlation of labels and predictions, between -1 and 1.
 *   <li>{@code spearman}: the same of their ranks, equal values sharing the mean of their ranks.
 * </ul>
 *
 * <p>For a causal language model:
 *
 * <ul>
 *   <li>{@code perplexity}: the exponential of the mean cross entropy of all response tokens, given
 *       the prompt and the response before them; from 1 on, and less is better.
 *   <li>{@code exact_match}: the share of prompts that the model continues by the response. It
 *       generates greedily until its end token or as many tokens as the response has with that; the
 *       texts are compared without white space at their ends.
 * </ul>
 *
 * <p>On plain texts, which have no prompts:
 *
 * <ul>
 *   <li>{@code perplexity}: the exponential of the loss.
 *   <li>{@code loss}: the mean cross entropy, in nats, of all tokens but the first of each text,
 *       given those before them; less is better. Every token counts the same, so long texts count
 *       more.
 * </ul>
 *
 * <p>For a token classification, over all entities of all sentences (micro average), as seqeval
 * counts them by default; an entity is found if its type, its first and its last word are right:
 *
 * <ul>
 *   <li>{@code f1}: \(2 p r / (p + r)\) of precision p and recall r.
 *   <li>{@code precision}: the share of the predicted entities that are right.
 *   <li>{@code recall}: the share of the entities that are found.
 * </ul>
 *
 * <p>Where a correlation is undefined because all predictions or all labels are equal, it is 0:
 * such predictions tell nothing. So is a correlation of fewer than two examples, and an F1, a
 * precision or a recall without any positive label or prediction.
 *
 * @see <a href="https://doi.org/10.1016/j.compbiolchem.2004.09.006">J. Gorodkin, Comparing two
 *     K-category assignments by a K-category correlation coefficient, 2004</a>
 */
public final class Metrics {

    private static final List<String> OF_CLASSIFICATION =
            List.of("accuracy", "f1", "matthews", "balanced_accuracy");
    private static final List<String> OF_REGRESSION = List.of("pearson", "spearman");
    private static final String PERPLEXITY = "perplexity";
    private static final String LOSS = "loss";
    private static final String EXACT_MATCH = "exact_match";

    private Metrics() {}

    /**
     * Returns the names of a task's metrics.
     *
     * @param kind what is predicted
     * @return the names in order; the first is the default of {@link #decisive}
     */
    public static List<String> names(TaskKind kind) {
        return switch (kind) {
            case CLASSIFICATION -> OF_CLASSIFICATION;
            case REGRESSION -> OF_REGRESSION;
            case CAUSAL_LM -> List.of(PERPLEXITY, EXACT_MATCH);
            case EMBEDDING ->
                    List.of(
                            "mrr@10",
                            "recall@1",
                            "recall@10",
                            "ndcg@10",
                            "map",
                            "spearman",
                            "pearson",
                            "accuracy");
            case TOKEN_CLASSIFICATION -> List.of("f1", "precision", "recall");
            case QUESTION_ANSWERING -> List.of("f1", EXACT_MATCH);
            case RERANKING -> List.of("mrr@10", "ndcg@10");
        };
    }

    /**
     * Decides by which metric epochs are compared.
     *
     * <p>That of a language model is perplexity by default, since it tells epochs apart where exact
     * match does not: free texts are hardly ever matched, and of a few short answers often equally
     * many are.
     *
     * @param kind what is predicted
     * @param asked the metric that the user wants; {@code null} for the default, which is accuracy,
     *     Pearson's correlation or perplexity
     * @return the metric's name
     * @throws IllegalArgumentException if the task has no such metric
     */
    public static String decisive(TaskKind kind, String asked) {
        if (asked != null && !names(kind).contains(asked)) {
            throw new IllegalArgumentException(
                    "A %s has no metric '%s'; choose one of %s"
                            .formatted(kind.noun(), asked, String.join(", ", names(kind))));
        }
        return asked == null ? names(kind).get(0) : asked;
    }

    /**
     * Tells in which direction a metric improves.
     *
     * @param metric the name of a metric
     * @return true if less is better
     */
    public static boolean isLowerBetter(String metric) {
        return metric.equals(PERPLEXITY) || metric.equals(LOSS);
    }

    /**
     * Computes the metrics of a language model.
     *
     * @param meanTokenLoss the mean cross entropy of all response tokens
     * @param answers what the model generated for each prompt
     * @param responses what it was to generate
     * @return perplexity and exact match by name
     * @throws ArithmeticException if the perplexity is not finite
     */
    public static Map<String, Double> ofResponses(
            double meanTokenLoss, List<String> answers, List<String> responses) {
        double perplexity = perplexity(meanTokenLoss);
        long matches =
                IntStream.range(0, responses.size())
                        .filter(i -> isExactMatch(answers.get(i), responses.get(i)))
                        .count();
        Map<String, Double> metrics = new LinkedHashMap<>();
        metrics.put(PERPLEXITY, perplexity);
        metrics.put(EXACT_MATCH, (double) matches / responses.size());
        return Collections.unmodifiableMap(metrics);
    }

    /**
     * Computes the metrics of a language model on plain texts.
     *
     * @param meanTokenLoss the mean cross entropy of all tokens that were predicted
     * @return perplexity and loss by name
     * @throws ArithmeticException if the perplexity is not finite
     */
    public static Map<String, Double> ofTexts(double meanTokenLoss) {
        Map<String, Double> metrics = new LinkedHashMap<>();
        metrics.put(PERPLEXITY, perplexity(meanTokenLoss));
        metrics.put(LOSS, meanTokenLoss);
        return Collections.unmodifiableMap(metrics);
    }

    private static double perplexity(double meanTokenLoss) {
        double perplexity = Math.exp(meanTokenLoss);
        if (!Double.isFinite(perplexity)) {
            throw new ArithmeticException("The perplexity is not finite");
        }
        return perplexity;
    }

    /**
     * Tells whether a model generated what it was to generate.
     *
     * @param answer what it generated
     * @param response what it was to generate
     * @return whether they are equal, without white space at their ends
     */
    public static boolean isExactMatch(String answer, String response) {
        return answer.strip().equals(response.strip());
    }

    /**
     * Computes the metrics of a token classification. What entities tags tell is decided as seqeval
     * does by default, however well the tags fit together: one begins with {@code B} or {@code S},
     * after {@code O}, {@code E} or {@code S}, and where the type changes. {@code L} and {@code U}
     * are read as {@code E} and {@code S}.
     *
     * @param predictions a predicted tag for every word of every sentence
     * @param tags the right ones
     * @return the metrics by name
     * @throws IllegalArgumentException if there are not as many predictions as tags
     * @see <a href="https://github.com/chakki-works/seqeval">seqeval</a>
     */
    public static Map<String, Double> ofEntities(
            List<List<String>> predictions, List<List<String>> tags) {
        if (!predictions.stream()
                .map(List::size)
                .toList()
                .equals(tags.stream().map(List::size).toList())) {
            throw new IllegalArgumentException("Metrics need one predicted tag for every word");
        }
        long predicted = 0;
        long there = 0;
        long right = 0;
        for (int i = 0; i < tags.size(); i++) {
            EntitySpan.Agreement agreement = EntitySpan.agreement(predictions.get(i), tags.get(i));
            predicted += agreement.predicted();
            there += agreement.entities();
            right += agreement.right();
        }
        Map<String, Double> metrics = new LinkedHashMap<>();
        metrics.put("f1", ratio(2 * right, predicted + there));
        metrics.put("precision", ratio(right, predicted));
        metrics.put("recall", ratio(right, there));
        return Collections.unmodifiableMap(metrics);
    }

    private static double ratio(long part, long whole) {
        return whole == 0 ? 0 : (double) part / whole;
    }

    /**
     * Computes all metrics of a task with labels.
     *
     * @param space what the labels mean
     * @param predictions one per example: the index of a class, or a value
     * @param labels one per example, as {@link LabelSpace#encode(LabelledData)} gives them
     * @return the metrics by name, in the order of {@link #names(TaskKind)}
     * @throws IllegalArgumentException if there are no examples, not as many predictions as labels,
     *     or a number is not finite or not the index of a class
     */
    public static Map<String, Double> of(LabelSpace space, double[] predictions, double[] labels) {
        check(space, predictions, labels);
        Map<String, Double> metrics = new LinkedHashMap<>();
        if (space.kind() == TaskKind.REGRESSION) {
            metrics.put("pearson", pearson(predictions, labels));
            metrics.put("spearman", spearman(predictions, labels));
        } else {
            ConfusionMatrix confusion = new ConfusionMatrix(space.outputs(), predictions, labels);
            metrics.put("accuracy", confusion.accuracy());
            metrics.put("f1", f1(space, confusion));
            metrics.put("matthews", confusion.matthews());
            metrics.put("balanced_accuracy", confusion.meanRecall());
        }
        return Collections.unmodifiableMap(metrics);
    }

    private static void check(LabelSpace space, double[] predictions, double[] labels) {
        if (labels.length == 0 || predictions.length != labels.length) {
            throw new IllegalArgumentException(
                    "Metrics need one prediction per example, got %d for %d"
                            .formatted(predictions.length, labels.length));
        }
        for (int i = 0; i < labels.length; i++) {
            checkValue(space, "prediction", i, predictions[i]);
            checkValue(space, "label", i, labels[i]);
        }
    }

    private static void checkValue(LabelSpace space, String what, int row, double value) {
        if (space.kind() == TaskKind.REGRESSION && !Double.isFinite(value)) {
            throw new IllegalArgumentException(
                    "The %s of example %d is %s, not a finite number"
                            .formatted(what, row, PlainNumber.of(value)));
        }
        if (space.kind() == TaskKind.CLASSIFICATION
                && !(value >= 0 && value < space.outputs() && value == Math.rint(value))) {
            throw new IllegalArgumentException(
                    "The %s of example %d is %s, not one of %d classes"
                            .formatted(what, row, value, space.outputs()));
        }
    }

    private static double f1(LabelSpace space, ConfusionMatrix confusion) {
        if (space.outputs() > 2) {
            return confusion.macroF1();
        }
        int one = space.labels().indexOf("1");
        return confusion.f1(one < 0 ? 1 : one);
    }

    private static double pearson(double[] predictions, double[] labels) {
        if (isConstant(predictions) || isConstant(labels)) {
            return 0;
        }
        double correlation = new PearsonsCorrelation().correlation(predictions, labels);
        // Differences too small to be squared make a variance of 0.
        return Double.isNaN(correlation) ? 0 : correlation;
    }

    private static double spearman(double[] predictions, double[] labels) {
        NaturalRanking ranking = new NaturalRanking(TiesStrategy.AVERAGE);
        return pearson(ranking.rank(predictions), ranking.rank(labels));
    }

    private static boolean isConstant(double[] values) {
        return Arrays.stream(values).allMatch(value -> value == values[0]);
    }
}
