/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import org.djladapters.checkpoint.AdapterDirectory;
import org.djladapters.data.LabelledData;
import org.djladapters.data.TaskKind;
import org.djladapters.model.AdaptedModel;
import org.djladapters.model.Adapter;
import org.djladapters.task.Evaluator;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Measures a fine-tuned adapter, or a model. */
@Command(
        name = "evaluate",
        header = {
            "Evaluates a fine-tuned adapter, or a model, on data.",
            "",
            "  adapters evaluate --model model --adapter tuned --data test.tsv",
            "  adapters evaluate --model model --adapter tuned --data images/test",
            "  adapters evaluate --model model --adapter tuned --data test.csv \\",
            "      --text-column message --label-column topic",
            "  adapters evaluate --model model --adapter tuned --data pairs.tsv --corpus"
                    + " corpus.tsv",
            "  adapters evaluate --model model --task embedding --data pairs.tsv",
            ""
        },
        description = "The last line is the result as JSON.")
final class EvaluateCommand implements Callable<Integer> {

    private static final String NAME = "evaluated";

    @Spec private CommandSpec spec;

    @Mixin private ModelOption model;

    @Mixin private ProductOptions products;

    @OptionGroup.In(OptionGroup.MODEL_AND_DATA)
    @Option(
            names = "--adapter",
            paramLabel = "DIR",
            description =
                    "Adapter folder, or where an adapter was published. Default: none, the model"
                            + " itself is measured.")
    private String adapter;

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

    @Mixin private CorpusOptions corpus;

    @OptionGroup.In(OptionGroup.MODEL_AND_DATA)
    @Option(
            names = "--task",
            paramLabel = "KIND",
            converter = TrainingOptions.TaskConverter.class,
            description = "What the data are for. Default: that which the adapter was trained for.")
    private TaskKind task;

    @OptionGroup.In(OptionGroup.MODEL_AND_DATA)
    @Option(
            names = "--max-length",
            paramLabel = "N",
            description =
                    "Without an adapter: number of tokens after which texts are truncated. Default:"
                            + " the model's maximum, at most 512.")
    private Integer maxLength;

    @Override
    public Integer call() throws IOException {
        products.check();
        Path folder = adapter == null ? null : ModelLocation.adapter(adapter);
        LabelledData examples = read(folder);
        try (AdaptedModel opened = model.open(products)) {
            ResultLine line = new ResultLine();
            if (folder != null) {
                Adapter loaded = AdapterDirectory.load(opened, NAME, folder);
                Warnings.print(loaded.warnings(), spec.commandLine().getErr());
                line.sizes(loaded);
                opened.delete(NAME);
            }
            long start = System.nanoTime();
            Map<String, Double> metrics =
                    folder == null
                            ? Evaluator.evaluate(opened, examples, limit())
                            : Evaluator.evaluate(opened, folder, examples);
            line.metrics(metrics).seconds((System.nanoTime() - start) / 1e9);
            if (adapter != null) {
                line.text("adapter", adapter);
            }
            spec.commandLine().getOut().println(line);
        }
        return 0;
    }

    private OptionalInt limit() {
        return maxLength == null ? OptionalInt.empty() : OptionalInt.of(maxLength);
    }

    private LabelledData read(Path folder) throws IOException {
        if (corpus.isGiven()) {
            return corpus.read(data);
        }
        Optional<TaskKind> kind = Optional.ofNullable(task);
        if (kind.isEmpty() && folder != null) {
            kind = Evaluator.task(folder);
        }
        return columns.readDev(data, kind);
    }
}
