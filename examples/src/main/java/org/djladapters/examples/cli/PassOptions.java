/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.cli;

import org.djladapters.hub.OpenOptions;
import picocli.CommandLine.Option;

/** How passes of the base model run while adapters train. */
@OptionGroup.In(OptionGroup.TRAINING)
final class PassOptions {

    @Option(
            names = "--base-dropout",
            description =
                    "Drop values of a HuggingFace checkpoint at random in training, at the rates"
                            + " of its config.json. A TorchScript export has no dropout. Default:"
                            + " none is dropped.")
    private boolean dropout;

    @Option(
            names = "--gradient-checkpointing",
            description =
                    "Keep only what goes into each layer in training, and compute the layers again"
                        + " in the backward pass: much less memory, about a third more time, the"
                        + " same gradients. Default: everything is kept.")
    private boolean gradientCheckpointing;

    OpenOptions.Builder set(OpenOptions.Builder options) {
        return options.optDropout(dropout).optGradientCheckpointing(gradientCheckpointing);
    }
}
