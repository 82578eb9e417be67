/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.cli;

import com.google.gson.JsonObject;
import java.io.PrintWriter;
import java.util.Map;
import java.util.function.LongSupplier;
import org.djladapters.tuning.Pace;

/**
 * Tells programs how far a command is, by a JSON object a line: each has the name of an {@code
 * event}. Steps and other work are told at most once a second.
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
        print(event("examples").number("examples_per_epoch", examplesPerEpoch));
    }

    @Override
    public void onStart(int stepsPerEpoch, int epochs) {
        print(event("start").number("steps_per_epoch", stepsPerEpoch).number("epochs", epochs));
    }

    @Override
    public void onUntrained(Map<String, Double> metrics) {
        work = "";
        Event event = event("untrained");
        metrics.forEach(event::number);
        print(event);
    }

    @Override
    public void onStep(int epoch, int step, double loss) {
        work = "";
        if (isDue()) {
            print(event("step").number("epoch", epoch).number("step", step).number("loss", loss));
        }
    }

    @Override
    public void onEpoch(int epoch, double loss, Map<String, Double> metrics, boolean best) {
        work = "";
        Event event = event("epoch").number("epoch", epoch).number("loss", loss);
        metrics.forEach(event::number);
        event.json.addProperty("best", best);
        print(event);
    }

    @Override
    public void onWork(String what, long done, long all) {
        if (!what.equals(work)) {
            work = what;
            pace = new Pace(clock, done);
        }
        if (isDue() || done == all) {
            print(
                    event(what)
                            .number("done", done)
                            .number("all", all)
                            .number("examples_per_second", pace.perSecond(done))
                            .number("seconds_left", pace.secondsLeft(done, all)));
        }
    }

    @Override
    public void onDownload(String file, long done, long all) {
        if (!file.equals(work)) {
            work = file;
            pace = new Pace(clock, done);
        }
        if (isDue() || done == all) {
            print(
                    event("download")
                            .text("file", file)
                            .number("done", done)
                            .number("all", all)
                            .number("bytes_per_second", pace.perSecond(done))
                            .number("seconds_left", pace.secondsLeft(done, all)));
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

    private void print(Event event) {
        err.println(PlainText.json(event.json.toString()));
    }

    private static Event event(String name) {
        Event event = new Event(new JsonObject());
        event.json.addProperty("event", name);
        return event;
    }

    private record Event(JsonObject json) {

        Event text(String name, String value) {
            json.addProperty(name, value);
            return this;
        }

        Event number(String name, Number value) {
            json.addProperty(name, value);
            return this;
        }
    }
}
