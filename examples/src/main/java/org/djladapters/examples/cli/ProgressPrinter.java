/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.cli;

import java.io.PrintWriter;
import java.util.Map;
import java.util.function.LongSupplier;

/** Shows how far a command is: a bar on a terminal, and a line per epoch of training. */
final class ProgressPrinter implements Progress {

    private static final int BAR = 30;
    private static final long NANOS_BETWEEN = 100_000_000L;
    private static final double MEGABYTE = 1e6;

    private final PrintWriter err;
    private final boolean terminal;
    private final LongSupplier clock;
    private int stepsPerEpoch;
    private int epochs;
    private int examplesPerEpoch;
    private Pace run;
    private Pace epochPace;
    private boolean isResumed;
    private String work = "";
    private Pace workPace;
    private long shownAt;
    private int shownWidth;

    /**
     * Creates a printer.
     *
     * @param err where to print
     * @param terminal whether a line there can be overwritten
     */
    ProgressPrinter(PrintWriter err, boolean terminal) {
        this(err, terminal, System::nanoTime);
    }

    /** Creates a printer with a clock that tells nanoseconds. */
    ProgressPrinter(PrintWriter err, boolean terminal, LongSupplier clock) {
        this.err = err;
        this.terminal = terminal;
        this.clock = clock;
        shownAt = clock.getAsLong() - NANOS_BETWEEN;
    }

    @Override
    public void onExamples(int examples) {
        examplesPerEpoch = examples;
    }

    @Override
    public void onStart(int steps, int all) {
        stepsPerEpoch = steps;
        epochs = all;
        run = new Pace(clock, 0);
        epochPace = run;
        isResumed = true;
    }

    @Override
    public void onStep(int epoch, int step, double loss) {
        long before = (epoch - 1L) * stepsPerEpoch;
        if (isResumed) { // the steps of earlier epochs were not done now
            run = new Pace(run, before + step - 1);
            isResumed = false;
        }
        if (step == 1) {
            work = "";
        }
        if (!isDue(step == stepsPerEpoch)) {
            return;
        }
        double examplesPerStep = (double) examplesPerEpoch / stepsPerEpoch;
        show(
                "epoch %d/%d".formatted(epoch, epochs),
                step,
                stepsPerEpoch,
                "  loss %.4f".formatted(loss),
                epochPace.perSecond(step) * examplesPerStep,
                run.secondsLeft(before + step, (long) epochs * stepsPerEpoch));
    }

    @Override
    public void onWork(String what, long done, long all) {
        if (!what.equals(work) || done == 0) {
            work = what;
            workPace = new Pace(clock, done);
        }
        if (isDue(false)) {
            show(what, done, all, "", workPace.perSecond(done), workPace.secondsLeft(done, all));
        }
    }

    @Override
    public void onDownload(String file, long done, long all) {
        if (!file.equals(work) || done == 0) {
            work = file;
            workPace = new Pace(clock, done);
        }
        if (isDue(false)) {
            double perSecond = workPace.perSecond(done) / MEGABYTE;
            show(
                    bar(file, done, all)
                            + "%.1f/%.1f MB".formatted(done / MEGABYTE, all / MEGABYTE)
                            + rate(perSecond, "%.1f MB/s", workPace.secondsLeft(done, all)));
        }
    }

    @Override
    public void onEpoch(int epoch, double loss, Map<String, Double> metrics, boolean best) {
        StringBuilder line = new StringBuilder();
        line.append("epoch %d/%d  loss %.4f".formatted(epoch, epochs, loss));
        metrics.forEach((name, value) -> line.append("  %s %.4f".formatted(name, value)));
        line.append("  %.1f s".formatted(epochPace.seconds())).append(best ? "  best" : "");
        epochPace = new Pace(clock, 0);
        work = "";
        clear();
        err.println(line);
    }

    @Override
    public void onNote(String note) {
        clear();
        err.println(note);
    }

    /** Tells whether it is time to draw the bar again. */
    private boolean isDue(boolean always) {
        long now = clock.getAsLong();
        if (!terminal || (!always && now - shownAt < NANOS_BETWEEN)) {
            return false;
        }
        shownAt = now;
        return true;
    }

    private void show(
            String what, long done, long all, String more, double perSecond, long secondsLeft) {
        show(
                bar(what, done, all)
                        + "%,d/%,d".formatted(done, all)
                        + more
                        + rate(perSecond, "%,.0f examples/s", secondsLeft));
    }

    private static String bar(String what, long done, long all) {
        int filled = all == 0 ? BAR : (int) (BAR * done / all);
        return what + " [" + "#".repeat(filled) + ".".repeat(BAR - filled) + "] ";
    }

    private static String rate(double perSecond, String unit, long secondsLeft) {
        return perSecond > 0
                ? "  "
                        + unit.formatted(perSecond)
                        + "  %d:%02d left".formatted(secondsLeft / 60, secondsLeft % 60)
                : "";
    }

    private void show(String line) {
        clear();
        err.print(line);
        err.flush();
        shownWidth = line.length();
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
