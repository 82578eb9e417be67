/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.tuning;

import java.io.PrintStream;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.djladapters.io.Internal;

/**
 * Prints how a fine-tuning run goes, as the command line does: a line for every epoch and every
 * note, and between them now and then how far the run is.
 *
 * <pre>{@code
 * FineTuner.builder().optListener(ProgressPrinter.of(System.out))
 * }</pre>
 *
 * <pre>
 * epoch 0/3  mrr@10 0.8521  before training
 * epoch 1/3  480/1,250  loss 0.4127  61 examples/s  31:12 left
 * epoch 1/3  loss 0.3310  mrr@10 0.8840  652.0 s  best
 * </pre>
 */
public final class ProgressPrinter implements ProgressListener {

    private static final long NANOS_BETWEEN_LINES = 10_000_000_000L;
    private static final double MEGABYTE = 1e6;

    private final Consumer<String> lines;
    private final Consumer<String> warnings;
    private final Moving moving;
    private final long nanosBetween;
    private final LongSupplier clock;
    private int stepsPerEpoch;
    private int epochs;
    private int examplesPerEpoch;
    private Pace run;
    private Pace epochPace;
    private boolean isResumed;
    private String work = "";
    private long workDone;
    private Pace workPace;
    private long shownAt;

    /** Shows how far work is that goes on. */
    @Internal
    @FunctionalInterface
    public interface Moving {

        /** Shows how far something is, from 0 to 1, and the same in figures. */
        void show(String what, double share, String figures);
    }

    private ProgressPrinter(
            Consumer<String> lines,
            Consumer<String> warnings,
            Moving moving,
            long nanosBetween,
            LongSupplier clock) {
        this.lines = lines;
        this.warnings = warnings;
        this.moving = moving;
        this.nanosBetween = nanosBetween;
        this.clock = clock;
        shownAt = clock.getAsLong();
    }

    /** Prints lines of one run, such as to {@code System.out}. */
    public static ProgressPrinter of(PrintStream out) {
        return of(out::println);
    }

    /** Hands lines to something. */
    public static ProgressPrinter of(Consumer<String> lines) {
        return of(lines, System::nanoTime);
    }

    /** Hands lines to something, by a clock. */
    @Internal
    public static ProgressPrinter of(Consumer<String> lines, LongSupplier clock) {
        Moving line = (what, share, figures) -> lines.accept(what + "  " + figures);
        return new ProgressPrinter(lines, warning(lines), line, NANOS_BETWEEN_LINES, clock);
    }

    /** Hands lines that stay to one thing, and what changes to another one, not too often. */
    @Internal
    public static ProgressPrinter of(
            Consumer<String> lines, Moving moving, long nanosBetween, LongSupplier clock) {
        ProgressPrinter printer =
                new ProgressPrinter(lines, warning(lines), moving, nanosBetween, clock);
        printer.shownAt -= nanosBetween; // begins at once
        return printer;
    }

    /** Hands lines that stay to one thing, and warnings to another one. */
    static ProgressPrinter logged(Consumer<String> lines, Consumer<String> warnings) {
        Moving nothing = (what, share, figures) -> {};
        return new ProgressPrinter(lines, warnings, nothing, Long.MAX_VALUE, System::nanoTime);
    }

    private static Consumer<String> warning(Consumer<String> lines) {
        return warning -> lines.accept("warning: " + warning);
    }

    @Override
    public void onExamples(int examples) {
        examplesPerEpoch = examples;
    }

    @Override
    public void onStart(int steps, int all) {
        stepsPerEpoch = steps;
        epochs = all;
        isResumed = true;
        restart();
        run = epochPace;
    }

    private void restart() {
        epochPace = new Pace(clock, 0);
        work = "";
    }

    @Override
    public void onUntrained(Map<String, Double> metrics) {
        line(text("epoch 0/%d%s  before training", epochs, shown(metrics)));
        restart();
        run = epochPace;
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
        if (isDue()) {
            double examplesPerStep = (double) examplesPerEpoch / stepsPerEpoch;
            moving.show(
                    "epoch %d/%d".formatted(epoch, epochs),
                    share(step, stepsPerEpoch),
                    text("%,d/%,d  loss %.4f", step, stepsPerEpoch, loss)
                            + rate(
                                    "%,.0f examples/s",
                                    epochPace.perSecond(step) * examplesPerStep,
                                    run.secondsLeft(before + step, (long) epochs * stepsPerEpoch)));
        }
    }

    @Override
    public void onMeasure(int done, int all) {
        onWork("evaluate", done, all);
    }

    /** Shows now and then how far work other than training is, named by one word. */
    @Internal
    public void onWork(String what, long done, long all) {
        show(what, done, all, text("%,d/%,d", done, all), "%,.0f examples/s", 1);
    }

    /** Shows now and then how far a file is that comes from elsewhere. */
    @Internal
    public void onDownload(String file, long done, long all) {
        String figures = text("%.1f/%.1f MB", done / MEGABYTE, all / MEGABYTE);
        show(file, done, all, figures, "%.1f MB/s", MEGABYTE);
    }

    private void show(
            String what, long done, long all, String figures, String pace, double perUnit) {
        if (!what.equals(work) || done <= workDone) { // the same word can begin again
            work = what;
            workPace = new Pace(clock, done);
        }
        workDone = done;
        if (isDue()) {
            double perSecond = workPace.perSecond(done) / perUnit;
            long left = workPace.secondsLeft(done, all);
            moving.show(what, share(done, all), figures + rate(pace, perSecond, left));
        }
    }

    private static double share(long done, long all) {
        return all == 0 ? 1 : (double) done / all;
    }

    @Override
    public void onEpoch(int epoch, double loss, Map<String, Double> metrics, boolean best) {
        line(
                text(
                        "epoch %d/%d  loss %.4f%s  %.1f s%s",
                        epoch,
                        epochs,
                        loss,
                        shown(metrics),
                        epochPace.seconds(),
                        best ? "  best" : ""));
        restart();
    }

    @Override
    public void onEvaluation(int epoch, int step, Map<String, Double> metrics, boolean best) {
        line(
                text(
                        "epoch %d/%d  %,d/%,d%s%s",
                        epoch, epochs, step, stepsPerEpoch, shown(metrics), best ? "  best" : ""));
    }

    @Override
    public void onNote(String note) {
        line(note);
    }

    @Override
    public void onWarning(String warning) {
        warnings.accept(warning);
        shownAt = clock.getAsLong();
    }

    private void line(String text) {
        lines.accept(text);
        shownAt = clock.getAsLong();
    }

    private boolean isDue() {
        long now = clock.getAsLong();
        if (now - shownAt < nanosBetween) {
            return false;
        }
        shownAt = now;
        return true;
    }

    private static String shown(Map<String, Double> metrics) {
        StringBuilder text = new StringBuilder();
        metrics.forEach(
                (name, value) -> {
                    String shown =
                            name.equals("loss") ? "dev loss" : name; // beside that of training
                    text.append(text("  %s %.4f", shown, value));
                });
        return text.toString();
    }

    private static String rate(String unit, double perSecond, long secondsLeft) {
        return perSecond > 0
                ? text(
                        "  " + unit + "  %d:%02d left",
                        perSecond,
                        secondsLeft / 60,
                        secondsLeft % 60)
                : "";
    }

    /** Writes numbers in the same way everywhere. */
    private static String text(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}
