/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.cli;

import org.djladapters.hub.OpenOptions;
import picocli.CommandLine.Option;

/** The option by which training computes layers twice to save memory. */
@OptionGroup.In(OptionGroup.COMPUTATION)
final class CheckpointingOption implements FileAccessOption.Change {

    @Option(
            names = "--gradient-checkpointing",
            description =
                    "Keep only the inputs of each layer in training, and compute the layers again"
                            + " in the backward pass: less memory, steps that take about 1.4 times"
                            + " as long, the same gradients. Default: everything is kept.")
    private boolean given;

    @Override
    public void addTo(OpenOptions.Builder options) {
        options.optGradientCheckpointing(given);
    }
}
