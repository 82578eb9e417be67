/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.cli;

import java.nio.file.Path;
import picocli.CommandLine.Option;

/** The options for the folder that an adapter is written to. */
@OptionGroup.In(OptionGroup.OUTPUT)
final class AdapterOutput {

    @Option(
            names = "--output",
            required = true,
            paramLabel = "DIR",
            description = "Folder to write the adapter to.")
    private Path folder;

    @Option(
            names = "--overwrite",
            description = "Replace the adapter in the output folder, if there is one.")
    private boolean overwrite;

    Path folder() {
        return folder;
    }

    boolean overwrites() {
        return overwrite;
    }
}
