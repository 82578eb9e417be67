/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.report;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.djladapters.examples.statistics.Estimate;
import org.djladapters.examples.statistics.Verdict;

/** What a suite says, in sentences. */
final class Answers {

    private final Analysis analysis;

    Answers(Analysis analysis) {
        this.analysis = analysis;
    }

    List<String> sentences() {
        List<String> sentences = new ArrayList<>();
        analysis.anchors().forEach(anchor -> shares(anchor).ifPresent(sentences::add));
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

    /** How a compound layout compares with the reference. */
    private Optional<String> shares(Method method) {
        Optional<Estimate> difference =
                analysis.reference()
                        .filter(reference -> !reference.equals(method))
                        .flatMap(
                                reference ->
                                        analysis.difference(
                                                method, reference, analysis.averaged()));
        if (difference.isEmpty()) {
            return Optional.empty();
        }
        Method reference = analysis.reference().orElseThrow();
        double ratio = (double) reference.parameters() / method.parameters();
        String gain =
                analysis.head().isEmpty()
                        ? ""
                        : ", and %s of its gain over the head alone"
                                .formatted(share(analysis.gainShare(method)));
        return Optional.of(
                "%s has %s of the mean score of %s with %s parameters, %s%s. The difference is %s points: %s."
                        .formatted(
                                Text.quoted(method.name()),
                                share(analysis.scoreShare(method)),
                                Text.quoted(reference.name()),
                                method.size(),
                                Text.fewer(ratio),
                                gain,
                                Text.difference(difference.get()),
                                words(difference.get())));
    }

    private static String share(Optional<Estimate> share) {
        return share.map(Text::share).orElse("an undecided share");
    }

    private static String words(Estimate difference) {
        return Verdict.of(difference).words();
    }

    /** How the methods of as many parameters compare with a compound layout. */
    private Optional<String> rivals(Method anchor) {
        Map<Verdict, List<String>> byVerdict = new EnumMap<>(Verdict.class);
        for (Method method : analysis.methods()) {
            if (analysis.counterpart(method).filter(anchor::equals).isPresent()) {
                analysis.difference(method, anchor, analysis.averaged())
                        .map(Verdict::of)
                        .ifPresent(
                                verdict ->
                                        byVerdict
                                                .computeIfAbsent(verdict, v -> new ArrayList<>())
                                                .add(Text.quoted(method.name())));
            }
        }
        if (byVerdict.isEmpty()) {
            return Optional.empty();
        }
        List<String> parts = new ArrayList<>();
        for (Verdict verdict : Verdict.values()) {
            List<String> names = byVerdict.getOrDefault(verdict, List.of());
            if (names.isEmpty() && verdict == Verdict.BETTER) {
                parts.add("none is better");
            } else if (!names.isEmpty()) {
                parts.add("%s (%s)".formatted(counted(names.size(), verdict), Text.list(names)));
            }
        }
        return Optional.of(
                "Against %s, of the methods with about %s parameters %s."
                        .formatted(Text.quoted(anchor.name()), anchor.size(), Text.words(parts)));
    }

    private static String counted(int number, Verdict verdict) {
        String are = number == 1 ? "one is " : number + " are ";
        return are + (verdict == Verdict.ONE_SEED ? "undecided with one seed" : verdict.words());
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
