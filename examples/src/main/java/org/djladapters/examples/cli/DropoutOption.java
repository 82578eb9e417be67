/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.cli;

import org.djladapters.hub.OpenOptions;
import picocli.CommandLine.Option;

/** Whether the base model has dropout while adapters train; --dropout is that of some methods. */
@OptionGroup.In(OptionGroup.TRAINING)
final class DropoutOption {

    @Option(
            names = "--base-dropout",
            description =
                    "Drop values of a HuggingFace checkpoint at random in training, at the rates"
                            + " of its config.json. A TorchScript export has no dropout. Default:"
                            + " none is dropped.")
    private boolean given;

    OpenOptions.Builder set(OpenOptions.Builder options) {
        return options.optDropout(given);
    }
}
