/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.djladapters.task.metric.ClassScore;

/**
 * How well every class is found, as scikit-learn's classification report and, for entities,
 * seqeval's have it, and which classes are taken for which.
 */
final class ClassReport {

    /** The largest matrix that is shown as it is. */
    private static final int SHOWN = 12;

    /** How many pairs of classes are shown of a larger one. */
    private static final int PAIRS = 10;

    private final List<ClassScore> classes;
    private final long[][] confusion;

    /**
     * Takes the scores of all classes.
     *
     * @param confusion how many examples of a class (row) are predicted as another one (column);
     *     empty where an example may have several classes
     */
    ClassReport(List<ClassScore> classes, long[][] confusion) {
        this.classes = classes;
        this.confusion = confusion;
    }

    /** Shows a table of the classes and the matrix, or the most frequent errors of a large one. */
    void print(PrintWriter out) {
        Table table = new Table();
        table.add("class", "precision", "recall", "f1", "support");
        for (ClassScore score : classes) {
            add(table, score.label(), score.support(), metric -> metric.applyAsDouble(score));
        }
        if (confusion.length == 0) {
            ClassScore all = together();
            add(table, "(micro)", all.support(), metric -> metric.applyAsDouble(all));
        }
        add(table, "(macro)", support(), this::macro);
        add(table, "(weighted)", support(), this::weighted);
        table.print(out);
        out.println();
        if (confusion.length > SHOWN) {
            printErrors(out);
        } else if (confusion.length > 0) {
            printMatrix(out);
        }
    }

    private static void add(
            Table table,
            String label,
            long support,
            ToDoubleFunction<ToDoubleFunction<ClassScore>> value) {
        table.add(
                label,
                number(value.applyAsDouble(ClassScore::precision)),
                number(value.applyAsDouble(ClassScore::recall)),
                number(value.applyAsDouble(ClassScore::f1)),
                support);
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%.4f", value);
    }

    private ClassScore together() {
        return classes.stream().reduce(ClassScore::plus).orElseThrow();
    }

    private long support() {
        return together().support();
    }

    private double macro(ToDoubleFunction<ClassScore> metric) {
        return classes.stream().mapToDouble(metric).average().orElseThrow();
    }

    private double weighted(ToDoubleFunction<ClassScore> metric) {
        double sum =
                classes.stream()
                        .mapToDouble(score -> score.support() * metric.applyAsDouble(score))
                        .sum();
        return support() == 0 ? 0 : sum / support();
    }

    private void printMatrix(PrintWriter out) {
        Table table = new Table();
        List<Object> header = new ArrayList<>(List.of("label \\ prediction"));
        classes.forEach(score -> header.add(score.label()));
        table.add(header.toArray());
        for (int i = 0; i < confusion.length; i++) {
            List<Object> row = new ArrayList<>(List.of(classes.get(i).label()));
            LongStream.of(confusion[i]).forEach(row::add);
            table.add(row.toArray());
        }
        table.print(out);
        out.println();
    }

    private record Mistake(int label, int prediction, long times) {}

    private void printErrors(PrintWriter out) {
        List<Mistake> mistakes =
                IntStream.range(0, confusion.length)
                        .boxed()
                        .flatMap(
                                i ->
                                        IntStream.range(0, confusion.length)
                                                .filter(j -> i != j && confusion[i][j] > 0)
                                                .mapToObj(j -> new Mistake(i, j, confusion[i][j])))
                        .sorted(Comparator.comparingLong(Mistake::times).reversed())
                        .limit(PAIRS)
                        .toList();
        if (mistakes.isEmpty()) {
            return;
        }
        Table table = new Table();
        table.add("most frequent errors: label", "prediction", "examples");
        for (Mistake mistake : mistakes) {
            table.add(
                    classes.get(mistake.label()).label(),
                    classes.get(mistake.prediction()).label(),
                    mistake.times());
        }
        table.print(out);
        out.println();
    }

    /** Adds the scores, and the matrix with its rows and columns in their order. */
    void addTo(ResultLine line) {
        line.list(
                "classes",
                classes.stream()
                        .map(
                                score ->
                                        new ResultLine()
                                                .text("label", score.label())
                                                .number("precision", score.precision())
                                                .number("recall", score.recall())
                                                .number("f1", score.f1())
                                                .count("support", score.support())
                                                .count("tp", score.right())
                                                .count("fp", score.predicted() - score.right())
                                                .count("fn", score.support() - score.right()))
                        .toList());
        line.line("macro_avg", averages(this::macro));
        line.line("weighted_avg", averages(this::weighted));
        if (confusion.length > 0) {
            line.table("confusion", confusion);
        }
    }

    private static ResultLine averages(ToDoubleFunction<ToDoubleFunction<ClassScore>> average) {
        return new ResultLine()
                .number("precision", average.applyAsDouble(ClassScore::precision))
                .number("recall", average.applyAsDouble(ClassScore::recall))
                .number("f1", average.applyAsDouble(ClassScore::f1));
    }
}
