/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.task.metric;

import java.util.List;
import java.util.Map;
import org.djladapters.data.LabelSpace;

/** Follows the measurement of a model. */
public interface EvaluationListener {

    /**
     * Receives the progress after each batch.
     *
     * @param done how many examples are done
     * @param all how many there are
     */
    default void onExamples(int done, int all) {}

    /**
     * Receives the prediction of each example, in order, when all are done. Embeddings and plain
     * texts have none.
     *
     * @param row the prediction
     */
    default void onPrediction(PredictedRow row) {}

    /**
     * Receives once, when all examples are done, the arguments of {@code Metrics.of}: for
     * classifications, regressions, and embeddings of pairs with scores.
     *
     * @param space what the labels mean
     * @param labels one per example, in its order
     * @param predictions one per example
     */
    default void onLabels(LabelSpace space, double[] labels, double[] predictions) {}

    /**
     * Receives once, when all examples are done, how well each class is found: of classifications
     * and multi-label classifications in the order of the model's outputs, of token classifications
     * the types of entities in alphabetical order.
     *
     * @param classes the scores of all classes
     */
    default void onClasses(List<ClassScore> classes) {}

    /**
     * Receives once, when all examples are done, the numbers of every example that the metrics of
     * all other tasks are computed from. With them a metric of some examples can be computed, and
     * two models compared example by example.
     *
     * <p>The columns by their names, with a number for each example in its order:
     *
     * <ul>
     *   <li>{@code rank}: of a search for each query the rank of the first relevant passage, from
     *       1, and the metrics of the search by their names; the rank alone of a reranking, for the
     *       queries that have something to order.
     *   <li>{@code right}, {@code predicted}, {@code entities}: of a token classification for each
     *       sentence the number of right predicted entities, of all predicted ones, and of the
     *       sentence's own ones.
     *   <li>{@code right}, {@code predicted}, {@code labels}, {@code subset_accuracy}: of a
     *       multi-label classification for each text the number of right predicted classes, of all
     *       predicted ones, and of the text's own ones, and 1 if these are the same, else 0.
     *   <li>{@code exact_match}, {@code f1}: of answers to questions.
     *   <li>{@code loss}, {@code tokens}, {@code exact_match}: of a language model the sum of the
     *       cross entropies of a response's tokens, their number, and whether it was generated; of
     *       plain texts the first two, with 0 tokens for a text of one token.
     *   <li>{@code hit}: of triplets 1 where the second text is nearer than the negatives, else 0.
     * </ul>
     *
     * @param columns the columns by name
     */
    default void onColumns(Map<String, double[]> columns) {}
}
