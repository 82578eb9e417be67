/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.djladapters.data.HeldOutSplit;
import org.djladapters.data.LabelledData;
import org.djladapters.data.PairData;
import org.djladapters.data.TaskKind;
import org.djladapters.tuning.FineTuner;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The options that name training and development data. */
@OptionGroup.In(OptionGroup.MODEL_AND_DATA)
final class DataOptions {

    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    @Option(
            names = "--train",
            required = true,
            paramLabel = "FILE",
            description =
                    "Training examples: a TSV, CSV, JSON Lines or Parquet file (.csv, .jsonl,"
                        + " .parquet) with the columns label, sentence1 and optionally sentence2,"
                        + " or the columns prompt and response for a causal language model; a GLUE"
                        + " file, or a folder that holds train.tsv; or a folder of images"
                        + " <label>/<file>. For question-answering a JSON file of SQuAD's form; for"
                        + " reranking a table of queries (sentence1), passages (sentence2) and"
                        + " their relevance (label), 0 or more; for multi-label-classification"
                        + " labels are lists in JSON Lines, or separated by | in a table; for"
                        + " token-classification a CoNLL file.")
    private Path train;

    @Option(
            names = "--dev",
            paramLabel = "FILE",
            description =
                    "Examples on which the model is evaluated after every epoch, in the"
                            + " same form. In a folder of tables the file is dev.tsv or"
                            + " dev_matched.tsv. Default: none, for --dev-split.")
    private Path dev;

    @Option(
            names = "--dev-split",
            paramLabel = "SHARE",
            description =
                    "Instead of --dev: share of the training examples, up to 0.5, that is held out"
                            + " for evaluation, with the same share of every class; --seed chooses"
                            + " them. Default: none.")
    private Double devSplit;

    @Mixin private ColumnOptions columns;

    @Mixin private CorpusOptions corpus;

    /** Training data, and either development data or the share that is held out for them. */
    record Examples(LabelledData train, Optional<LabelledData> dev, Optional<Double> devSplit) {

        /** Passes the data to a fine-tuner. */
        void apply(FineTuner.Builder builder) {
            builder.setTrain(train);
            dev.ifPresent(builder::setDev);
            devSplit.ifPresent(builder::optDevSplit);
        }
    }

    /** Reads the data, for a task if it is given. */
    Examples read(Optional<TaskKind> task) throws IOException {
        if ((dev == null) == (devSplit == null)) {
            throw Usage.wrong(
                    command,
                    "Give either --dev FILE or --dev-split SHARE: the examples on which the model"
                            + " is evaluated after every epoch");
        }
        if (corpus.isGiven() && !task.equals(Optional.of(TaskKind.EMBEDDING))) {
            throw Usage.wrong(
                    command, "--corpus is for embeddings; leave it out, or add --task embedding");
        }
        if (devSplit != null) {
            Usage.check(command, () -> HeldOutSplit.requireShare(devSplit));
        }
        return new Examples(
                columns.readTrain(train, task), readDev(task), Optional.ofNullable(devSplit));
    }

    /** Reads pairs whose columns are those of the other data. */
    PairData readPairs(Path pairs) throws IOException {
        return columns.readPairs(pairs);
    }

    private Optional<LabelledData> readDev(Optional<TaskKind> task) throws IOException {
        if (corpus.isGiven()) {
            if (dev == null) {
                throw Usage.wrong(
                        command, "--corpus needs --dev, whose passages are searched in it");
            }
            return Optional.of(corpus.read(dev, columns));
        }
        return dev == null ? Optional.empty() : Optional.of(columns.readDev(dev, task));
    }
}
