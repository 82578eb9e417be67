/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.cli;

import java.io.PrintWriter;
import java.util.Map;
import org.djladapters.tuning.ProgressListener;

/** Shows how a fine-tuning run goes: a bar on a terminal, and a line per epoch. */
final class ProgressPrinter implements ProgressListener {

    private static final int BAR = 30;
    private static final long NANOS_BETWEEN = 100_000_000L;

    private final PrintWriter err;
    private final boolean terminal;
    private int stepsPerEpoch;
    private int epochs;
    private long epochStart;
    private long shownAt;
    private int shownWidth;

    /**
     * Creates a printer.
     *
     * @param err where to print
     * @param terminal whether a line there can be overwritten
     */
    ProgressPrinter(PrintWriter err, boolean terminal) {
        this.err = err;
        this.terminal = terminal;
    }

    @Override
    public void onStart(int steps, int all) {
        stepsPerEpoch = steps;
        epochs = all;
        epochStart = System.nanoTime();
    }

    @Override
    public void onStep(int epoch, int step, double loss) {
        long now = System.nanoTime();
        if (!terminal || now - shownAt < NANOS_BETWEEN) {
            return;
        }
        shownAt = now;
        int filled = BAR * step / stepsPerEpoch;
        String line =
                "epoch %d/%d [%s%s] %d/%d  loss %.4f"
                        .formatted(
                                epoch,
                                epochs,
                                "#".repeat(filled),
                                ".".repeat(BAR - filled),
                                step,
                                stepsPerEpoch,
                                loss);
        clear();
        err.print(line);
        err.flush();
        shownWidth = line.length();
    }

    @Override
    public void onEpoch(int epoch, double loss, Map<String, Double> metrics, boolean best) {
        long now = System.nanoTime();
        StringBuilder line = new StringBuilder();
        line.append("epoch %d/%d  loss %.4f".formatted(epoch, epochs, loss));
        metrics.forEach((name, value) -> line.append("  %s %.4f".formatted(name, value)));
        line.append("  %.1f s".formatted((now - epochStart) / 1e9)).append(best ? "  best" : "");
        epochStart = now;
        clear();
        err.println(line);
    }

    @Override
    public void onNote(String note) {
        clear();
        err.println(note);
    }

    /** Takes the bar away. */
    private void clear() {
        if (shownWidth > 0) {
            PlainText.command(err, "\r" + " ".repeat(shownWidth) + "\r");
            shownWidth = 0;
        }
    }
}
