/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.djladapters.examples.statistics.Estimate;
import org.djladapters.examples.statistics.RandomTasks;

/** The findings of a suite in sentences. */
final class Answers {

    private final Analysis analysis;
    private final boolean isJoint;

    Answers(Analysis analysis) {
        this.analysis = analysis;
        isJoint = Tuning.isJoint(analysis.suite());
    }

    List<String> sentences() {
        List<String> sentences = new ArrayList<>();
        if (isJoint && analysis.leftOut().isEmpty()) {
            analysis.anchors().forEach(anchor -> verdict(anchor).ifPresent(sentences::add));
        }
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

    /**
     * Says whether a compound layout comes near the reference on other tasks. Of tasks that were
     * taken by the gain of the reference nothing follows for others.
     */
    private Optional<String> verdict(Method method) {
        return analysis.reference()
                .filter(reference -> !reference.equals(method))
                .flatMap(
                        reference ->
                                analysis.randomTasks(method)
                                        .map(tasks -> verdict(method, reference, tasks)));
    }

    private String verdict(Method method, Method reference, RandomTasks tasks) {
        String margin = Text.format("%.0f %%", ComparisonSection.MARGIN);
        return "%s has %s of that one's score on average over such tasks, by the %d here: %s."
                .formatted(
                        described(method, reference),
                        Text.share(tasks.share()),
                        analysis.averaged().size(),
                        tasks.comesWithin(ComparisonSection.MARGIN)
                                .map(
                                        within ->
                                                within
                                                        ? "it comes within " + margin
                                                        : "it falls behind by more than " + margin)
                                .orElse("whether it comes within " + margin + " is undecided"));
    }

    /** Compares a compound layout with the reference on the tasks of the suite. */
    private Optional<String> distance(Method method) {
        return analysis.reference()
                .filter(reference -> !reference.equals(method))
                .flatMap(
                        reference ->
                                difference(method, reference)
                                        .map(d -> distance(method, reference, d)));
    }

    private String distance(Method method, Method reference, Estimate difference) {
        return "%s %s differs from it by %s points."
                .formatted(rates(), described(method, reference), Text.difference(difference));
    }

    private static String described(Method method, Method reference) {
        return "%s, with %s parameters, %s,"
                .formatted(
                        Text.quoted(method.name()),
                        method.size(),
                        Text.fewer(
                                method.parameters(),
                                reference.parameters(),
                                Text.quoted(reference.name())));
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
                "%s %s with about %s parameters differ%s from %s by %s points."
                        .formatted(
                                rates(),
                                Text.counted(differences.size(), "other method"),
                                anchor.size(),
                                differences.size() == 1 ? "s" : "",
                                Text.quoted(anchor.name()),
                                range(differences)));
    }

    private String rates() {
        return isJoint ? "With tuned rates" : "With these rates";
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
