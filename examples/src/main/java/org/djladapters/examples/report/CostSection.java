/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.report;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Function;
import org.djladapters.examples.report.Block.Heading;
import org.djladapters.examples.report.Block.Paragraph;
import org.djladapters.examples.report.Block.Rows;

/** What the methods of a suite cost. */
final class CostSection {

    private static final List<Column> MEASURED =
            List.of(
                    new Column("step, × frozen model", cost -> number("%.2f", cost.stepRatio())),
                    new Column("prediction, × base model", c -> number("%.2f", c.inferenceRatio())),
                    new Column(
                            "merged, × base model", c -> number("%.2f", c.mergedInferenceRatio())),
                    new Column("peak memory", cost -> number("%,.0f MiB", cost.peakRssMib())),
                    new Column(
                            "memory, × frozen model", cost -> number("%.2f", cost.memoryRatio())));
    private static final List<Column> COUNTED =
            List.of(
                    new Column("operations per token, forward", c -> millions(c.forwardFlops())),
                    new Column("backward", cost -> millions(cost.backwardFlops())));

    /** A column of what bench measured. */
    private record Column(String title, Function<MeasuredCost, String> text) {}

    private CostSection() {}

    static List<Block> blocks(Suite suite, List<MeasuredCost> costs) {
        List<Column> columns = new ArrayList<>(MEASURED);
        if (costs.stream().anyMatch(cost -> cost.forwardFlops() != null)) {
            columns.addAll(COUNTED);
        }
        columns.add(new Column("measured with", MeasuredCost::conditions));
        Rows rows = new Rows();
        List<MeasuredCost> used = new ArrayList<>();
        for (Contender method : suite.contenders()) {
            List<MeasuredCost> fitting = costs.stream().filter(c -> c.fits(method)).toList();
            used.addAll(fitting);
            if (fitting.isEmpty()) {
                List<String> row = row(method);
                row.addAll(Collections.nCopies(columns.size(), Text.NONE));
                rows.add(row);
            }
            for (MeasuredCost cost : fitting) {
                List<String> row = row(method);
                columns.forEach(column -> row.add(column.text().apply(cost)));
                rows.add(row);
            }
        }
        List<String> header =
                new ArrayList<>(
                        List.of("method", "adapter parameters", "file", "training, s per run"));
        columns.forEach(column -> header.add(column.title()));
        List<Block> blocks = new ArrayList<>();
        blocks.add(new Heading(2, "Suite " + suite.name() + ": cost"));
        blocks.add(rows.under(header));
        blocks.add(new Paragraph(explanation(costs, used)));
        return blocks;
    }

    private static List<String> row(Contender method) {
        List<String> row = new ArrayList<>();
        row.add(method.label());
        row.add(method.size());
        row.add(method.fileBytes() == 0 ? Text.NONE : Text.bytes(method.fileBytes()));
        row.add(seconds(method));
        return row;
    }

    private static String seconds(Contender method) {
        double mean =
                method.runs().stream()
                        .filter(run -> !run.isFailed())
                        .mapToDouble(run -> run.seconds())
                        .average()
                        .orElse(Double.NaN);
        return Double.isNaN(mean) ? Text.NONE : Text.format("%,.0f", mean);
    }

    private static String number(String format, Double value) {
        return value == null ? Text.NONE : Text.format(format, value);
    }

    private static String millions(Double count) {
        return count == null ? Text.NONE : Text.format("%,.2f M", count / 1e6);
    }

    private static String explanation(List<MeasuredCost> costs, List<MeasuredCost> used) {
        String text =
                "File: the weights on disk, including the head. Seconds per run: the mean over"
                        + " tasks and seeds, without the trials of learning rates.";
        if (costs.isEmpty()) {
            return text
                    + " Times and memory were not measured; --costs takes lines that bench"
                    + " printed.";
        }
        long unused = costs.stream().filter(cost -> !used.contains(cost)).count();
        return text
                + " Times and memory are those that bench measured for the same method and"
                + " number of trainable parameters; operations are those of the linear layers"
                + " in a training step."
                + (unused == 0 ? "" : " Lines of bench that match no method: " + unused + ".");
    }
}
