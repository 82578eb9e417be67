/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import org.djladapters.data.LabelledData;
import org.djladapters.model.AdaptedModel;
import org.djladapters.task.Evaluator;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Measures a fine-tuned adapter. */
@Command(
        name = "evaluate",
        header = {
            "Evaluates a fine-tuned adapter on data with labels or responses.",
            "",
            "  adapters evaluate --model model --adapter tuned --data test.tsv",
            "  adapters evaluate --model model --adapter tuned --data images/test",
            "  adapters evaluate --model model --adapter tuned --data test.csv \\",
            "      --text-column message --label-column topic",
            ""
        },
        description = "The last line is the result as JSON.")
final class EvaluateCommand implements Callable<Integer> {

    private static final String NAME = "evaluated";

    @Spec private CommandSpec spec;

    @Mixin private ModelOption model;

    @Mixin private ProductOptions products;

    @Mixin private AdapterOption adapter;

    @OptionGroup.In(OptionGroup.MODEL_AND_DATA)
    @Option(
            names = "--data",
            required = true,
            paramLabel = "FILE",
            description =
                    "Examples with labels or responses: a TSV, CSV or JSON Lines file, a folder"
                            + " that holds dev.tsv or dev_matched.tsv, or a folder of images.")
    private Path data;

    @Mixin private ColumnOptions columns;

    @Override
    public Integer call() throws IOException {
        products.check();
        LabelledData examples = columns.readDev(data, Evaluator.task(adapter.folder()));
        try (AdaptedModel opened = model.open(products)) {
            ResultLine sizes = new ResultLine().sizes(adapter.load(opened, NAME));
            opened.delete(NAME);
            long start = System.nanoTime();
            Map<String, Double> metrics = Evaluator.evaluate(opened, adapter.folder(), examples);
            double seconds = (System.nanoTime() - start) / 1e9;
            spec.commandLine()
                    .getOut()
                    .println(
                            sizes.metrics(metrics)
                                    .seconds(seconds)
                                    .text("adapter", adapter.location()));
        }
        return 0;
    }
}
