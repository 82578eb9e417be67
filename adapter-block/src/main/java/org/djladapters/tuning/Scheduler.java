/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.tuning;

import ai.djl.training.tracker.Tracker;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import org.djladapters.io.PlainNumber;

/**
 * How the learning rate changes over the steps of a run, by the names of HuggingFace transformers.
 *
 * <p>Below, N is the number of updates, w that of the updates over which the rate rises, as told or
 * round(warm-up &middot; N), and t = 1, &hellip;, N the number of an update. All schedulers but
 * {@link #CONSTANT} begin with peak &middot; t / w up to t = w.
 *
 * <p>Update t has the rate that transformers has at its step t of N + 1 steps. Transformers counts
 * steps from 0, where the rate of a warm-up is 0 and nothing is learned; that step is left out.
 */
public enum Scheduler {
    /** Falls in a line to 0: peak &middot; (N + 1 &minus; t) / (N + 1 &minus; w). */
    LINEAR {
        @Override
        double after(double rising, double t, double end) {
            return (end - t) / (end - rising);
        }
    },

    /** Falls along a half wave to 0: peak &middot; (1 + cos(&pi; (t − w) / (N + 1 − w))) / 2. */
    COSINE {
        @Override
        double after(double rising, double t, double end) {
            return (1 + Math.cos(Math.PI * (t - rising) / (end - rising))) / 2;
        }
    },

    /** Is the peak in all steps, without a warm-up. */
    CONSTANT {
        @Override
        double after(double rising, double t, double end) {
            return 1;
        }
    },

    /** Is the peak after the warm-up. */
    CONSTANT_WITH_WARMUP {
        @Override
        double after(double rising, double t, double end) {
            return 1;
        }
    },

    /** Falls with the root of the steps: peak &middot; &radic;(w / t), with w = 10,000 for 0. */
    INVERSE_SQRT {
        @Override
        double after(double rising, double t, double end) {
            double scale = rising > 0 ? rising : STEPS_WITHOUT_WARM_UP;
            return 1 / Math.sqrt((t - rising + scale) / scale);
        }
    };

    private static final double STEPS_WITHOUT_WARM_UP = 10_000;

    /** Computes the share of the peak after the warm-up. */
    abstract double after(double rising, double t, double end);

    /**
     * Returns the rates of a run.
     *
     * @param peak the highest rate, positive
     * @param steps the number N of updates, at least 1
     * @param warmUp the share of the steps over which the rate rises, from 0 to 1
     * @return the rate of updates 1 to N; 0 is never among them
     */
    public Tracker rates(float peak, int steps, double warmUp) {
        if (!(warmUp >= 0 && warmUp <= 1)) {
            throw new IllegalArgumentException(
                    "A warm-up must be from 0 to 1, got " + PlainNumber.of(warmUp));
        }
        return ratesRisingFor((int) Math.round(warmUp * steps), peak, steps);
    }

    /**
     * Returns the rates of a run that rise for a number of updates.
     *
     * @param rising the number w, 0 or more; if it is more than N, the peak is never reached
     * @param peak the highest rate, positive
     * @param steps the number N of updates, at least 1
     * @return the rate of updates 1 to N; 0 is never among them
     */
    public Tracker ratesRisingFor(int rising, float peak, int steps) {
        if (!(peak > 0 && Float.isFinite(peak))) {
            throw new IllegalArgumentException(
                    "The learning rate must be positive, got " + PlainNumber.of(peak));
        }
        if (steps < 1 || rising < 0) {
            throw new IllegalArgumentException(
                    "A schedule needs at least one step and a warm-up of 0 or more, got %d and %d"
                            .formatted(steps, rising));
        }
        double first = warmsUp() ? rising : 0;
        return t -> (float) (peak * (t < first ? t / first : after(first, t, steps + 1.0)));
    }

    /** Tells whether the rate rises at first. */
    boolean warmsUp() {
        return this != CONSTANT;
    }

    /**
     * Finds a scheduler by its word.
     *
     * @param word {@code cosine} or {@code constant_with_warmup}, for example, in any case
     * @throws IllegalArgumentException if there is none; the message names all
     */
    public static Scheduler of(String word) {
        String name = word.toUpperCase(Locale.ROOT).replace('-', '_');
        return Arrays.stream(values())
                .filter(scheduler -> scheduler.name().equals(name))
                .findAny()
                .orElseThrow(
                        () ->
                                new IllegalArgumentException(
                                        "There is no scheduler '%s'; choose one of %s"
                                                .formatted(word, words())));
    }

    /** Returns all words, separated by commas. */
    static String words() {
        return Arrays.stream(values()).map(Scheduler::toString).collect(Collectors.joining(", "));
    }

    /** Returns the word, such as {@code constant_with_warmup}. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
