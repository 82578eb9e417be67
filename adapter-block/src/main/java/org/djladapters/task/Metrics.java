/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.task;

import java.util.List;
import java.util.Map;
import org.djladapters.data.LabelSpace;
import org.djladapters.data.LabelledData;
import org.djladapters.data.RetrievalData;
import org.djladapters.data.TaskKind;
import org.djladapters.task.classification.LabelMetrics;
import org.djladapters.task.tokens.EntityMetrics;

/**
 * The metrics by which predictions are compared with labels, or answers with responses. Of every
 * metric but {@code perplexity} and {@code loss} more is better; 1 is perfect.
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
 * <p>For a multi-label classification, as scikit-learn has them with {@code zero_division=0}:
 *
 * <ul>
 *   <li>{@code f1_micro}, {@code precision_micro}, {@code recall_micro}: those of all decisions
 *       about an example and a class together.
 *   <li>{@code f1_macro}: the mean F1 of the classes.
 *   <li>{@code map}: the mean over the classes of the average precision, for which no threshold is
 *       needed: the mean of the precisions at the probabilities of the examples that have the
 *       class.
 *   <li>{@code subset_accuracy}: the share of examples all of whose classes are right.
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
 * <p>For embeddings, on queries and passages: {@code mrr@10}, {@code recall@1}, {@code recall@10},
 * {@code ndcg@10} and {@code map}, the means of the queries, and at any {@linkplain
 * RetrievalData#measuredAt depth} k {@code accuracy@k}, {@code precision@k}, {@code recall@k},
 * {@code ndcg@k}, {@code mrr@k} and {@code map@k}, as the {@code InformationRetrievalEvaluator} of
 * sentence-transformers has them. On pairs with scores {@code spearman} and {@code pearson} of
 * these and the cosines; on triplets {@code accuracy}, the share whose second text is nearer than
 * all negatives.
 *
 * <p>For reranking, over the queries with candidates of different relevance, {@code mrr@10}, {@code
 * ndcg@10} and {@code map}; where no query has several, the correlations of scores and labels.
 *
 * <p>For preferences, by the names that TRL gives them. The reward of a response is beta times the
 * logarithm of its probability less that which the base model gives it:
 *
 * <ul>
 *   <li>{@code loss}: the mean of \(-\log \sigma(m)\) of the margins m; less is better, log 2 is
 *       that of the base model.
 *   <li>{@code rewards/accuracies}: the share of pairs whose margin is positive.
 *   <li>{@code rewards/margins}: the mean of the margins, the reward of the chosen response less
 *       that of the rejected one.
 *   <li>{@code perplexity}: that of the chosen responses.
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
 * <p>A correlation that is undefined because all predictions or all labels are equal is 0. So is a
 * correlation of fewer than two examples, and an F1, a precision or a recall without any positive
 * label or prediction.
 *
 * @see <a href="https://doi.org/10.1016/j.compbiolchem.2004.09.006">J. Gorodkin, Comparing two
 *     K-category assignments by a K-category correlation coefficient, 2004</a>
 */
public final class Metrics {

    private Metrics() {}

    /**
     * Returns the names of a task's metrics.
     *
     * @param kind the kind of task
     * @return the names in order; by the first, epochs are compared unless another one is chosen.
     *     For a language model that is perplexity, since exact match hardly tells epochs apart:
     *     free texts rarely match
     */
    public static List<String> names(TaskKind kind) {
        return Tasks.of(kind).metrics();
    }

    /**
     * Tells in which direction a metric improves.
     *
     * @param metric the name of a metric
     * @return true if less is better
     */
    public static boolean isLowerBetter(String metric) {
        return Tasks.isLowerBetter(metric);
    }

    /**
     * Computes the metrics of a token classification. Entities are found as seqeval does by
     * default, also where tags contradict each other: an entity begins with {@code B} or {@code S},
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
        return EntityMetrics.of(predictions, tags);
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
        return LabelMetrics.of(space, predictions, labels);
    }
}
