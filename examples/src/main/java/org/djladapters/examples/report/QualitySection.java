/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.djladapters.examples.report.Block.Rows;
import org.djladapters.examples.report.Block.Table;
import org.djladapters.examples.statistics.Estimate;

/** The table of the scores of a suite's methods. */
final class QualitySection {

    private QualitySection() {}

    static Table table(Analysis analysis) {
        List<String> header = new ArrayList<>(List.of("method", "parameters", "seeds"));
        analysis.tasks()
                .forEach(
                        task ->
                                header.add(
                                        task.title()
                                                + (analysis.averaged().contains(task)
                                                        ? ""
                                                        : " (not averaged)")));
        header.addAll(List.of("mean", "95 % interval"));
        Rows rows = new Rows();
        for (Method method : analysis.methods()) {
            List<String> row = new ArrayList<>(List.of(method.name()));
            row.add(method.size());
            row.add(method.seeds());
            analysis.tasks()
                    .forEach(
                            task ->
                                    row.add(
                                            analysis.score(method, task)
                                                    .map(score -> text(score, task))
                                                    .orElse(Text.NONE)));
            Optional<Estimate> mean = analysis.mean(method);
            row.add(mean.map(m -> Text.format("%.1f", m.value())).orElse(Text.NONE));
            row.add(mean.map(m -> Text.interval(m.low(), m.high())).orElse(Text.NONE));
            rows.add(row);
        }
        return rows.under(header);
    }

    /** Writes a score with half the length of its interval. */
    private static String text(Estimate score, TaskScores task) {
        return Text.format(
                "%.1f ± %.1f", task.shown(score).value(), (score.high() - score.low()) / 2);
    }
}
