/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.cli;

import org.djladapters.hub.OpenOptions;
import picocli.CommandLine.Option;

/** The option for dropout in the base model during training; some methods have --dropout. */
@OptionGroup.In(OptionGroup.TRAINING)
final class DropoutOption implements FileAccessOption.Change {

    @Option(
            names = "--base-dropout",
            description =
                    "Drop values of a HuggingFace checkpoint at random in training, at the rates of"
                            + " its config.json. A TorchScript export has no dropout. Default: no"
                            + " dropout.")
    private boolean given;

    @Override
    public void addTo(OpenOptions.Builder options) {
        options.optDropout(given);
    }
}
