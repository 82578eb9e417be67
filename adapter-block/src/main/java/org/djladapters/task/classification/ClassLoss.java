/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.task.classification;

import ai.djl.ndarray.NDList;
import ai.djl.training.dataset.Batch;
import ai.djl.training.loss.Loss;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.djladapters.data.LabelSpace;
import org.djladapters.data.LabelledData;
import org.djladapters.data.TaskKind;
import org.djladapters.task.kind.TaskLoss;
import org.djladapters.task.option.ClassWeights;
import org.djladapters.task.option.TaskOptions;

/**
 * The choices of the loss of classes.
 *
 * @param asked the weights that were asked for
 * @param weights the weight of every class; empty if all are 1
 * @param smoothing the share of each label that all classes get alike
 */
public record ClassLoss(ClassWeights asked, List<Double> weights, double smoothing) {

    /** The loss where nothing is chosen. */
    public static final ClassLoss PLAIN = new ClassLoss(ClassWeights.EQUAL, List.of(), 0);

    /**
     * Finds the weights of the classes.
     *
     * @throws IllegalArgumentException if a class with a weight is none of the training data
     */
    public static ClassLoss of(TaskOptions run, LabelSpace labels) {
        return new ClassLoss(
                run.classWeights(),
                weights(run.classWeights(), labels, run.train()),
                run.labelSmoothing());
    }

    private static List<Double> weights(ClassWeights asked, LabelSpace labels, LabelledData train) {
        for (String label : asked.weights().keySet()) {
            if (!labels.labels().contains(label)) {
                throw new IllegalArgumentException(
                        "A weight is given for '%s', which is no class of '%s': %s"
                                .formatted(label, train.source(), labels.shownLabels()));
            }
        }
        if (asked.isBalanced()) {
            return balanced(labels, train);
        }
        return asked.equals(ClassWeights.EQUAL)
                ? List.of()
                : labels.labels().stream()
                        .map(label -> asked.weights().getOrDefault(label, 1.0))
                        .toList();
    }

    private static List<Double> balanced(LabelSpace labels, LabelledData train) {
        long[] counts = labels.counts(train);
        boolean several = labels.kind() == TaskKind.MULTI_LABEL_CLASSIFICATION;
        List<Double> weights = new ArrayList<>();
        for (int i = 0; i < counts.length; i++) {
            if (several && counts[i] == train.size()) {
                throw new IllegalArgumentException(
                        "All examples of '%s' have the class '%s', which can't be balanced; leave the class weights out"
                                .formatted(train.source(), labels.labels().get(i)));
            }
            weights.add(
                    several
                            ? (double) (train.size() - counts[i]) / counts[i]
                            : (double) train.size() / (counts[i] * (double) counts.length));
        }
        return weights;
    }

    /** Returns the entries of the record of a run: those that were chosen. */
    public Map<String, Object> options() {
        Map<String, Object> options = new LinkedHashMap<>();
        if (!asked.equals(ClassWeights.EQUAL)) {
            options.put("class_weights", asked);
        }
        if (smoothing > 0) {
            options.put("label_smoothing", smoothing);
        }
        return options;
    }

    /** Returns the loss where an example has one class. */
    Loss ofOne() {
        return equals(PLAIN)
                ? Loss.softmaxCrossEntropyLoss()
                : TaskLoss.ofWeightedClasses(weights, smoothing);
    }

    /** Returns the loss where an example may have several classes. */
    public Loss ofSeveral() {
        return weights.isEmpty()
                ? TaskLoss.binaryCrossEntropy()
                : TaskLoss.binaryCrossEntropy(weights);
    }

    /** Returns what the loss of a batch of single classes is divided by. */
    double divisor(Batch batch) {
        return weights.isEmpty() ? batch.getSize() : sum(batch.getLabels());
    }

    private double sum(NDList labels) {
        return LongStream.of(labels.singletonOrThrow().toLongArray())
                .mapToDouble(label -> weights.get((int) label))
                .sum();
    }
}
