/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.cli;

import java.io.IOException;
import java.nio.file.Path;
import org.djladapters.data.LabelledData;
import picocli.CommandLine.Option;

/** The options that name what is learned from and measured on. */
final class DataOptions {

    @Option(
            names = "--train",
            required = true,
            paramLabel = "FILE",
            description =
                    "Training examples: a TSV file with a header and the columns label, sentence1"
                        + " and perhaps sentence2, or prompt and response for a causal language"
                        + " model; a table of GLUE, or a folder that holds train.tsv; or a folder"
                        + " of images <label>/<file>.")
    private Path train;

    @Option(
            names = "--dev",
            required = true,
            paramLabel = "FILE",
            description =
                    "Examples on which every epoch is measured, in the same form; of a folder of"
                            + " tables dev.tsv or dev_matched.tsv.")
    private Path dev;

    LabelledData train() throws IOException {
        return LabelledData.readTrain(train);
    }

    LabelledData dev() throws IOException {
        return LabelledData.readDev(dev);
    }
}
