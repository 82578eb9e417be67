/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.report;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.djladapters.examples.report.Block.Heading;
import org.djladapters.examples.report.Block.Paragraph;
import org.djladapters.examples.report.Block.Rows;

/** What the methods of a suite cost. */
final class CostSection {

    private static final int MEASURED = 8;

    private CostSection() {}

    static List<Block> blocks(Suite suite, List<MeasuredCost> costs) {
        Rows rows = new Rows();
        List<MeasuredCost> used = new ArrayList<>();
        for (Contender method : suite.contenders()) {
            List<MeasuredCost> fitting = costs.stream().filter(c -> c.fits(method)).toList();
            used.addAll(fitting);
            if (fitting.isEmpty()) {
                rows.add(row(method, null));
            }
            fitting.forEach(cost -> rows.add(row(method, cost)));
        }
        List<Block> blocks = new ArrayList<>();
        blocks.add(new Heading(2, "Suite " + suite.name() + ": cost"));
        blocks.add(
                rows.under(
                        "method",
                        "adapter parameters",
                        "file",
                        "training, s a run",
                        "step, × frozen",
                        "prediction, × base",
                        "merged, × base",
                        "peak memory",
                        "memory, × frozen",
                        "FLOPs a token, forward",
                        "backward",
                        "measured with"));
        blocks.add(new Paragraph(explanation(costs, used)));
        return blocks;
    }

    private static List<String> row(Contender method, MeasuredCost cost) {
        List<String> row = new ArrayList<>();
        row.add(method.label());
        row.add(Text.count(method.parameters()));
        row.add(method.fileBytes() == 0 ? Text.NONE : Text.bytes(method.fileBytes()));
        row.add(seconds(method));
        if (cost == null) {
            row.addAll(Collections.nCopies(MEASURED, Text.NONE));
        } else {
            row.add(number("%.2f", cost.stepRatio()));
            row.add(number("%.2f", cost.inferenceRatio()));
            row.add(number("%.2f", cost.mergedInferenceRatio()));
            row.add(number("%,.0f MiB", cost.peakRssMib()));
            row.add(number("%.2f", cost.memoryRatio()));
            row.add(number("%.3g", cost.forwardFlops()));
            row.add(number("%.3g", cost.backwardFlops()));
            row.add(cost.conditions());
        }
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

    private static String explanation(List<MeasuredCost> costs, List<MeasuredCost> used) {
        String text =
                "File: the weights on disk, head included. Seconds a run: the mean over tasks and"
                        + " seeds, without trials of learning rates.";
        if (costs.isEmpty()) {
            return text + " Times and memory were not measured: --costs takes lines of bench.";
        }
        long unused = costs.stream().filter(cost -> !used.contains(cost)).count();
        return text
                + " Times and memory are those of bench for the same method and number of trained"
                + " parameters."
                + (unused == 0 ? "" : " Lines of bench that fit no method here: " + unused + ".");
    }
}
