/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.cli;

import java.io.PrintWriter;
import java.util.Map;
import java.util.function.LongSupplier;
import org.djladapters.tuning.Pace;

/**
 * Prints how far a command is as JSON Lines for programs, each with the name of an {@code event}.
 * Steps and other work are printed at most once a second.
 */
final class JsonProgress implements Progress {

    private static final long NANOS_BETWEEN = 1_000_000_000L;

    private final PrintWriter err;
    private final LongSupplier clock;
    private String work = "";
    private Pace pace;
    private long shownAt;

    JsonProgress(PrintWriter err, LongSupplier clock) {
        this.err = err;
        this.clock = clock;
        shownAt = clock.getAsLong() - NANOS_BETWEEN;
    }

    @Override
    public void onExamples(int examplesPerEpoch) {
        print(event("examples").count("examples_per_epoch", examplesPerEpoch));
    }

    @Override
    public void onStart(int stepsPerEpoch, int epochs) {
        print(event("start").count("steps_per_epoch", stepsPerEpoch).count("epochs", epochs));
    }

    @Override
    public void onUntrained(Map<String, Double> metrics) {
        work = "";
        print(event("untrained").metrics(metrics));
    }

    @Override
    public void onStep(int epoch, int step, double loss) {
        work = "";
        if (isDue()) {
            print(event("step").count("epoch", epoch).count("step", step).number("loss", loss));
        }
    }

    @Override
    public void onEpoch(int epoch, double loss, Map<String, Double> metrics, boolean best) {
        work = "";
        print(
                event("epoch")
                        .count("epoch", epoch)
                        .number("train_loss", loss)
                        .metrics(metrics)
                        .flag("best", best));
    }

    @Override
    public void onEvaluation(int epoch, int step, Map<String, Double> metrics, boolean best) {
        work = "";
        print(
                event("evaluation")
                        .count("epoch", epoch)
                        .count("step", step)
                        .metrics(metrics)
                        .flag("best", best));
    }

    @Override
    public void onWork(String what, long done, long all) {
        print(what, event(what), "examples_per_second", done, all);
    }

    @Override
    public void onDownload(String file, long done, long all) {
        print(file, event("download").text("file", file), "bytes_per_second", done, all);
    }

    private void print(String what, ResultLine event, String perSecond, long done, long all) {
        if (!what.equals(work)) {
            work = what;
            pace = new Pace(clock, done);
        }
        if (isDue() || done == all) {
            print(
                    event.count("done", done)
                            .count("all", all)
                            .number(perSecond, pace.perSecond(done))
                            .count("seconds_left", pace.secondsLeft(done, all)));
        }
    }

    @Override
    public void onNote(String note) {
        print(event("note").text("text", note));
    }

    private boolean isDue() {
        long now = clock.getAsLong();
        if (now - shownAt < NANOS_BETWEEN) {
            return false;
        }
        shownAt = now;
        return true;
    }

    private void print(ResultLine event) {
        err.println(event);
    }

    private static ResultLine event(String name) {
        return new ResultLine().text("event", name);
    }
}
