/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ProgressPrinterTest {

    private final StringWriter text = new StringWriter();

    @Test
    void printsALinePerEpochIntoFiles() {
        ProgressPrinter printer = new ProgressPrinter(new PrintWriter(text, true), false);
        follow(printer);
        assertThat(text.toString().lines())
                .singleElement()
                .asString()
                .startsWith("epoch 1/2  loss 0.5000  accuracy 0.7500")
                .endsWith("best");
    }

    @Test
    void drawsABarOnTerminalsAndTakesItAway() {
        ProgressPrinter printer = new ProgressPrinter(new PrintWriter(text, true), true);
        follow(printer);
        assertThat(text.toString()).contains("epoch 1/2 [###############...............] 1/2");
        assertThat(text.toString().replaceAll(".*\r", "")).startsWith("epoch 1/2  loss");
    }

    private static void follow(ProgressPrinter printer) {
        printer.onStart(2, 2);
        printer.onStep(1, 1, 0.6);
        printer.onStep(1, 2, 0.4);
        printer.onEpoch(1, 0.5, Map.of("accuracy", 0.75), true);
    }
}
