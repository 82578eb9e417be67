/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.tuning;

import java.io.IOException;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.djladapters.data.RetrievalData;
import org.djladapters.data.TaskKind;
import org.djladapters.io.PlainNumber;
import org.djladapters.task.kind.Task;
import org.djladapters.task.metric.EvaluationListener;
import org.djladapters.task.option.Guard;

/** The measurements of a run: of the development data, and of the guard if there is one. */
final class Evaluations {

    private final PreparedRun run;
    private final Task.Measure dev;
    private final Task.Measure guard;

    private Evaluations(PreparedRun run, Task.Measure dev, Task.Measure guard) {
        this.run = run;
        this.dev = dev;
        this.guard = guard;
    }

    /** Prepares them. */
    static Evaluations of(PreparedRun run) throws IOException {
        Optional<RetrievalData> guard = run.guarded();
        return new Evaluations(
                run,
                run.measure(run.options().dev()),
                guard.isPresent() ? run.measure(guard.get()) : null);
    }

    /**
     * What a model gives.
     *
     * @param metrics those of the development data
     */
    record Evaluation(Map<String, Double> metrics, QueryColumns queries) {}

    /** Measures the model as it is. */
    Evaluation measure() throws IOException {
        Columns ofDev = new Columns();
        Map<String, Double> metrics = dev.metrics(ofDev);
        Columns ofGuard = new Columns();
        if (guard != null) {
            guard.metrics(ofGuard);
        }
        return new Evaluation(metrics, new QueryColumns(ofDev.found, ofGuard.found));
    }

    /** Keeps the columns of a search. */
    private final class Columns implements EvaluationListener {

        private Map<String, double[]> found = Map.of();

        @Override
        public void onExamples(int done, int all) {
            run.options().listener().onMeasure(done, all);
        }

        @Override
        public void onColumns(Map<String, double[]> columns) {
            if (run.task().kind() == TaskKind.EMBEDDING && columns.containsKey(run.metric())) {
                found = columns;
            }
        }
    }

    /**
     * Says that the guard has become worse by more than its tolerance; empty if it has not, or
     * there is none.
     */
    Optional<String> objection(QueryColumns start, QueryColumns now) {
        return run.options()
                .guard()
                .filter(
                        guard ->
                                // a difference of means of equal values is not always 0
                                start.ofGuard(run.metric()) - now.ofGuard(run.metric())
                                        > guard.tolerance() + 1e-9)
                .map(guard -> objection(guard, start, now));
    }

    private String objection(Guard guard, QueryColumns start, QueryColumns now) {
        return String.format(
                Locale.ROOT,
                "%s of '%s' fell from %.4f to %.4f, by more than %s",
                run.metric(),
                guard.search().source(),
                start.ofGuard(run.metric()),
                now.ofGuard(run.metric()),
                PlainNumber.of(guard.tolerance()));
    }
}
