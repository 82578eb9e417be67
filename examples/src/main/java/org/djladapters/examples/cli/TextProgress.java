/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.cli;

import java.io.PrintWriter;
import java.util.Map;
import java.util.function.LongSupplier;
import org.djladapters.tuning.ProgressPrinter;

/** Shows how far a command is: a bar on a terminal, and elsewhere a line now and then. */
final class TextProgress implements Progress {

    private static final int BAR = 30;
    private static final long NANOS_BETWEEN_BARS = 100_000_000L;

    private final PrintWriter err;
    private final ProgressPrinter printer;
    private int shownWidth;

    /**
     * Creates what shows progress.
     *
     * @param err where to print
     * @param terminal whether a line there can be overwritten
     */
    TextProgress(PrintWriter err, boolean terminal) {
        this(err, terminal, System::nanoTime);
    }

    /** The same with a clock that tells nanoseconds. */
    TextProgress(PrintWriter err, boolean terminal, LongSupplier clock) {
        this.err = err;
        printer =
                terminal
                        ? ProgressPrinter.of(this::print, this::draw, NANOS_BETWEEN_BARS, clock)
                        : ProgressPrinter.of(err::println, clock);
    }

    private void print(String line) {
        clear();
        err.println(line);
    }

    private void draw(String what, double share, String figures) {
        clear();
        int filled = (int) (BAR * share);
        String bar = "#".repeat(filled) + ".".repeat(BAR - filled);
        String line = "%s [%s] %s".formatted(what, bar, figures);
        err.print(line);
        err.flush();
        shownWidth = line.length();
    }

    @Override
    public void onExamples(int examples) {
        printer.onExamples(examples);
    }

    @Override
    public void onStart(int steps, int all) {
        printer.onStart(steps, all);
    }

    @Override
    public void onUntrained(Map<String, Double> metrics) {
        printer.onUntrained(metrics);
    }

    @Override
    public void onStep(int epoch, int step, double loss) {
        printer.onStep(epoch, step, loss);
    }

    @Override
    public void onEpoch(int epoch, double loss, Map<String, Double> metrics, boolean best) {
        printer.onEpoch(epoch, loss, metrics, best);
    }

    @Override
    public void onWork(String what, long done, long all) {
        printer.onWork(what, done, all);
    }

    @Override
    public void onDownload(String file, long done, long all) {
        printer.onDownload(file, done, all);
    }

    @Override
    public void onNote(String note) {
        printer.onNote(note);
    }

    @Override
    public void clear() {
        if (shownWidth > 0) {
            PlainText.command(err, "\r" + " ".repeat(shownWidth) + "\r");
            err.flush();
            shownWidth = 0;
        }
    }
}
