/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.djladapters.examples.statistics.Estimate;

/** The findings of a suite in sentences. */
final class Answers {

    private final Analysis analysis;

    Answers(Analysis analysis) {
        this.analysis = analysis;
    }

    List<String> sentences() {
        List<String> sentences = new ArrayList<>();
        analysis.anchors().forEach(anchor -> distance(anchor).ifPresent(sentences::add));
        analysis.anchors().forEach(anchor -> rivals(anchor).ifPresent(sentences::add));
        analysis.leftOut()
                .forEach(
                        (task, why) ->
                                sentences.add(
                                        "%s is reported but not averaged: %s."
                                                .formatted(task, why)));
        if (analysis.averaged().isEmpty()) {
            sentences.add("No task is averaged, so methods are compared task by task only.");
        }
        sentences.addAll(caveats());
        return sentences;
    }

    /** Compares a compound layout with the reference; verdicts are in the tables. */
    private Optional<String> distance(Method method) {
        return analysis.reference()
                .filter(reference -> !reference.equals(method))
                .flatMap(
                        reference ->
                                difference(method, reference)
                                        .map(d -> distance(method, reference, d)));
    }

    private static String distance(Method method, Method reference, Estimate difference) {
        return "With these rates %s, with %s parameters, %s than %s, differs from it by %s points."
                .formatted(
                        Text.quoted(method.name()),
                        method.size(),
                        Text.fewer((double) reference.parameters() / method.parameters()),
                        Text.quoted(reference.name()),
                        Text.difference(difference));
    }

    /** Compares the methods of about as many parameters with a compound layout. */
    private Optional<String> rivals(Method anchor) {
        List<Double> differences =
                analysis.methods().stream()
                        .filter(m -> analysis.counterpart(m).filter(anchor::equals).isPresent())
                        .flatMap(method -> difference(method, anchor).stream())
                        .map(Estimate::value)
                        .sorted()
                        .toList();
        if (differences.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(
                "With these rates %s with about %s parameters differ%s from %s by %s points."
                        .formatted(
                                Text.counted(differences.size(), "other method"),
                                anchor.size(),
                                differences.size() == 1 ? "s" : "",
                                Text.quoted(anchor.name()),
                                range(differences)));
    }

    private Optional<Estimate> difference(Method method, Method other) {
        return analysis.difference(method, other, analysis.averaged());
    }

    private static String range(List<Double> sorted) {
        double least = sorted.get(0);
        double largest = sorted.get(sorted.size() - 1);
        return sorted.size() == 1
                ? Text.format("%+.1f", least)
                : Text.format("%+.1f to %+.1f", least, largest);
    }

    private List<String> caveats() {
        List<String> caveats = new ArrayList<>();
        if (analysis.reference().isEmpty()) {
            caveats.add("There is no reference here, so that there are no shares of its score.");
        }
        if (analysis.reference().isEmpty() || analysis.head().isEmpty()) {
            caveats.add(
                    "Without a reference and a head alone, all tasks are averaged, whether there is"
                            + " something to learn or not.");
        }
        List<String> dev =
                analysis.tasks().stream()
                        .filter(task -> task.split().equals("dev"))
                        .map(TaskScores::task)
                        .toList();
        if (!dev.isEmpty()) {
            caveats.add(
                    "Measured on development data, not on test data: %s."
                            .formatted(Text.words(dev)));
        }
        return caveats;
    }
}
