/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.cli;

import java.io.PrintWriter;
import java.util.List;
import org.djladapters.adapter.AdapterConfig;
import org.djladapters.adapter.AdapterSpec;
import org.djladapters.examples.params.PublishedFigure;
import org.djladapters.examples.params.PublishedShape;
import org.djladapters.model.ModelSpec;
import org.djladapters.rotation.FlopCount;
import org.djladapters.tuning.Flops;

/**
 * Shows the parameters and operations of methods.
 *
 * @param rows the counts, grouped by model
 * @param figures the numbers that papers print
 * @param tokens the number of tokens of a step
 */
record ParamsReport(List<Row> rows, List<Figure> figures, int tokens) {

    private static final double GIGA = 1e9;

    /**
     * A method in a model.
     *
     * @param model the name of the shape or the location of the model
     * @param base the number of the model's parameters
     * @param method the method and its options
     */
    record Row(String model, long base, String method, AdapterSpec adapter, Flops flops) {

        static Row of(
                String model, ModelSpec spec, String label, AdapterConfig config, int tokens) {
            AdapterSpec adapter = spec.adapter(config);
            return new Row(model, spec.size(), label, adapter, Flops.of(spec, adapter, tokens));
        }

        private ResultLine line() {
            FlopCount frozen = flops.base();
            FlopCount added = flops.adapter();
            return new ResultLine()
                    .text("model", model)
                    .text("method", adapter.config().method())
                    .text("settings", adapter.config().toString())
                    .count("base_parameters", base)
                    .sizes(adapter.size(), adapter.adapterSize())
                    .number("coverage", adapter.coverage())
                    .count("base_forward_flops_per_token", frozen.forward())
                    .count("base_backward_flops_per_token", frozen.backward())
                    .count("adapter_forward_flops_per_token", added.forward())
                    .count("adapter_backward_flops_per_token", added.backward())
                    .count("adapter_forward_flops_per_step", added.stepForward())
                    .count("adapter_backward_flops_per_step", added.stepBackward())
                    .number("step_flops_ratio", flops.stepRatio());
        }
    }

    /**
     * A published number beside those of this library.
     *
     * @param here the number for the same layers and layout here, -1 if it is unknown
     * @param counted the number that the paper counts, -1 if it is unknown
     */
    record Figure(PublishedFigure published, long here, long counted) {

        static Figure of(PublishedFigure published) {
            ModelSpec spec = PublishedShape.of(published.shape()).spec();
            return new Figure(
                    published,
                    size(spec, published.options(), 0),
                    size(spec, published.counted(), published.head()));
        }

        private static long size(ModelSpec spec, String options, int head) {
            return options.isEmpty() ? -1 : spec.adapter(config(options)).size() + head;
        }

        private ResultLine line() {
            ResultLine line =
                    new ResultLine()
                            .text("model", published.shape())
                            .text("task", published.task())
                            .text("method", published.method())
                            .text("printed", published.printed())
                            .text("source", published.source());
            if (here >= 0) {
                line.text("options", published.options()).count("here", here);
            }
            if (counted >= 0) {
                line.count("as_the_paper_counts", counted);
            }
            return line.text("reason", published.reason());
        }
    }

    /** Returns the configuration for options of {@code finetune}. */
    static AdapterConfig config(String options) {
        return OptionLine.parse(List.of(options.split(" "))).config();
    }

    void print(PrintWriter out) {
        printCounts(out);
        if (!figures.isEmpty()) {
            out.println();
            printFigures(out);
        }
    }

    private void printCounts(PrintWriter out) {
        Table table = new Table();
        table.add(
                "model",
                "method",
                "trainable",
                "of base model, %",
                "coverage, %",
                "forward, x",
                "backward, x",
                "once a step, GFLOP",
                "step, x");
        for (Row row : rows) {
            FlopCount frozen = row.flops().base();
            FlopCount added = row.flops().adapter();
            table.add(
                    row.model(),
                    row.method(),
                    "%,d".formatted(row.adapter().size()),
                    "%.4f".formatted(100.0 * row.adapter().size() / row.base()),
                    "%.1f".formatted(100 * row.adapter().coverage()),
                    ratio(added.forward(), frozen.forward()),
                    ratio(added.backward(), frozen.backward()),
                    "%.3f".formatted((added.stepForward() + added.stepBackward()) / GIGA),
                    "%.4f".formatted(row.flops().stepRatio()));
        }
        table.print(out);
        out.printf(
                "coverage: share of the adapted layers' outputs that can change; forward, backward:"
                    + " operations for a token, relative to the frozen linear layers; step: with"
                    + " what is done once, at %,d tokens%n",
                tokens);
    }

    private static String ratio(long added, long frozen) {
        return "%.4f".formatted(added == 0 ? 1 : 1 + (double) added / frozen);
    }

    private void printFigures(PrintWriter out) {
        Table table = new Table();
        table.add(
                "published",
                "task",
                "method",
                "printed",
                "source",
                "here",
                "as the paper counts",
                "reason");
        for (Figure figure : figures) {
            PublishedFigure published = figure.published();
            table.add(
                    published.shape(),
                    published.task(),
                    published.method(),
                    published.printed(),
                    published.source(),
                    number(figure.here()),
                    number(figure.counted()),
                    published.reason());
        }
        table.print(out);
    }

    private static String number(long parameters) {
        return parameters < 0 ? "-" : "%,d".formatted(parameters);
    }

    ResultLine line() {
        return new ResultLine()
                .count("tokens", tokens)
                .list("counts", rows.stream().map(Row::line).toList())
                .list("published", figures.stream().map(Figure::line).toList());
    }
}
