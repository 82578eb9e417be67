/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.cli;

import java.io.PrintWriter;
import java.util.function.LongSupplier;
import org.djladapters.examples.sweep.ForwardedProgress;
import org.djladapters.tuning.ProgressPrinter;

/** Shows the progress of a command: a bar on a terminal, elsewhere a line every few seconds. */
final class TextProgress extends ForwardedProgress implements Progress {

    private static final int WIDTH = 30;
    private static final long NANOS_BETWEEN_BARS = 100_000_000L;

    private final ProgressPrinter printer;
    private final Bar bar;

    /** Prints to a stream, of which a terminal can overwrite its last line. */
    TextProgress(PrintWriter err, boolean terminal) {
        this(err, terminal, System::nanoTime);
    }

    /** Prints as above, by a clock that tells nanoseconds. */
    TextProgress(PrintWriter err, boolean terminal, LongSupplier clock) {
        this(new Bar(err), terminal, clock);
    }

    private TextProgress(Bar bar, boolean terminal, LongSupplier clock) {
        this(
                terminal
                        ? ProgressPrinter.of(bar::print, bar::draw, NANOS_BETWEEN_BARS, clock)
                        : ProgressPrinter.of(bar.err::println, clock),
                bar);
    }

    private TextProgress(ProgressPrinter printer, Bar bar) {
        super(printer);
        this.printer = printer;
        this.bar = bar;
    }

    /** The last line of a terminal. */
    private static final class Bar {

        private final PrintWriter err;
        private int shownWidth;

        Bar(PrintWriter err) {
            this.err = err;
        }

        void print(String line) {
            clear();
            err.println(line);
        }

        void draw(String what, double share, String figures) {
            clear();
            int filled = (int) (WIDTH * share);
            String marks = "#".repeat(filled) + ".".repeat(WIDTH - filled);
            String line = "%s [%s] %s".formatted(what, marks, figures);
            err.print(line);
            err.flush();
            shownWidth = line.length();
        }

        void clear() {
            if (shownWidth > 0) {
                PlainText.command(err, "\r" + " ".repeat(shownWidth) + "\r");
                err.flush();
                shownWidth = 0;
            }
        }
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
    public void clear() {
        bar.clear();
    }
}
