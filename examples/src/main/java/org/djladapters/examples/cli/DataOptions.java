/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.djladapters.data.LabelledData;
import org.djladapters.data.TaskKind;
import picocli.CommandLine.Option;

/** The options that name what is learned from and measured on. */
@OptionGroup.In(OptionGroup.MODEL_AND_DATA)
final class DataOptions {

    @Option(
            names = "--train",
            required = true,
            paramLabel = "FILE",
            description =
                    "Training examples: a TSV file with a header and the columns label,"
                            + " sentence1 and optionally sentence2, or the columns prompt and"
                            + " response for a causal language model; a GLUE file, or a folder"
                            + " that holds train.tsv; or a folder of images <label>/<file>.")
    private Path train;

    @Option(
            names = "--dev",
            required = true,
            paramLabel = "FILE",
            description =
                    "Examples on which the model is evaluated after every epoch, in the"
                            + " same form. In a folder of tables the file is dev.tsv or"
                            + " dev_matched.tsv.")
    private Path dev;

    /**
     * Reads what is learned from.
     *
     * @param task what is learned, if that was said
     */
    LabelledData train(Optional<TaskKind> task) throws IOException {
        return task.isPresent()
                ? LabelledData.read(train, task.get())
                : LabelledData.readTrain(train);
    }

    /** Reads what is measured on. */
    LabelledData dev(Optional<TaskKind> task) throws IOException {
        return task.isPresent() ? LabelledData.read(dev, task.get()) : LabelledData.readDev(dev);
    }
}
