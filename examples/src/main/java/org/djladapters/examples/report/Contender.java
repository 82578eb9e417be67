/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.report;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SortedSet;
import java.util.TreeSet;
import org.djladapters.examples.sweep.RunResult;

/**
 * A method with one of its budgets, as far as a suite has results of it.
 *
 * @param label the method and its budget
 * @param family the word of the method
 * @param tasks all tasks of the suite
 * @param scores what it reached, by task
 */
record Contender(String label, String family, List<String> tasks, Map<String, TaskScore> scores) {

    /** Tasks without a run that succeeded. */
    List<String> missing() {
        return tasks.stream().filter(task -> score(task).isEmpty()).toList();
    }

    boolean isComplete() {
        return missing().isEmpty();
    }

    /** What it reached on a task, if a run succeeded. */
    Optional<TaskScore> score(String task) {
        return Optional.ofNullable(scores.get(task)).filter(score -> !score.good().isEmpty());
    }

    /** Says how much there is, for one that is not complete. */
    String extent() {
        return "%s has %d of %d tasks (missing: %s)"
                .formatted(
                        label,
                        tasks.size() - missing().size(),
                        tasks.size(),
                        String.join(", ", missing()));
    }

    List<RunResult> runs() {
        return scores.values().stream().flatMap(score -> score.runs().values().stream()).toList();
    }

    private List<RunResult> good() {
        return runs().stream().filter(run -> !run.isFailed()).toList();
    }

    long parameters() {
        return good().stream().mapToLong(RunResult::adapterParameters).max().orElse(0);
    }

    /** The number of adapter parameters as a report shows it. */
    String size() {
        return good().isEmpty() ? Text.NONE : Text.count(parameters());
    }

    long fileBytes() {
        return good().stream().mapToLong(RunResult::fileBytes).max().orElse(0);
    }

    /** Its place on a task. */
    Optional<Standing> standing(String task) {
        return score(task)
                .map(TaskScore::sample)
                .map(s -> standing(s.mean(), s.deviation(), s.size()));
    }

    /**
     * Its place on the average over all tasks: the mean of the tasks' means, and the deviation of
     * the averages of those seeds that did all tasks. Only shares have an average.
     */
    Optional<Standing> standing() {
        if (!isComplete() || scores.values().stream().anyMatch(s -> !s.isOfShares())) {
            return Optional.empty();
        }
        double average =
                tasks.stream()
                        .mapToDouble(task -> scores.get(task).sample().mean())
                        .average()
                        .orElseThrow();
        Sample averages = averages();
        return Optional.of(standing(average, averages.deviation(), averages.size()));
    }

    private Standing standing(double value, double deviation, int seeds) {
        return new Standing(label, family, parameters(), value, deviation, seeds);
    }

    /** The average over tasks of every seed that did them all. */
    private Sample averages() {
        return new Sample(
                seeds().stream()
                        .map(this::average)
                        .flatMapToDouble(OptionalDouble::stream)
                        .boxed()
                        .toList());
    }

    /** The average over tasks of a seed, if it did them all. */
    OptionalDouble average(long seed) {
        double sum = 0;
        for (String task : tasks) {
            TaskScore score = scores.get(task);
            OptionalDouble value = score == null ? OptionalDouble.empty() : score.value(seed);
            if (value.isEmpty()) {
                return value;
            }
            sum += value.getAsDouble();
        }
        return OptionalDouble.of(sum / tasks.size());
    }

    SortedSet<Long> seeds() {
        SortedSet<Long> seeds = new TreeSet<>();
        scores.values().forEach(score -> seeds.addAll(score.runs().keySet()));
        return seeds;
    }
}
