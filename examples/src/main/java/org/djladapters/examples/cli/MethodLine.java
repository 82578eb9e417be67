/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.cli;

import org.djladapters.adapter.AdapterConfig;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Reads the options of a method as they are typed. */
@Command
final class MethodLine {

    @Mixin private MethodOptions method;

    private MethodLine() {}

    /**
     * The configuration that options describe.
     *
     * @param options such as {@code --method lora --rank 8}
     */
    static AdapterConfig config(String options) {
        MethodLine line = new MethodLine();
        new CommandLine(line).parseArgs(options.split(" "));
        return line.method.config();
    }
}
