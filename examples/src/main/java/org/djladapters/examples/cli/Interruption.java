/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.cli;

import java.io.PrintWriter;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.djladapters.tuning.ProgressListener;

/**
 * Lets a fine-tuning run end in order when the program is asked to stop (SIGINT, SIGTERM): the run
 * is left after the current step, so that no file is half written, and a message says how to go on.
 */
final class Interruption implements ProgressListener, AutoCloseable {

    /** The exit status that shells know of programs that were interrupted. */
    static final int STATUS = 130;

    /** Who asks to stop a program kills it soon if it does not. */
    private static final long PATIENCE_SECONDS = 8;

    private final Progress listener;
    private final PrintWriter err;
    private final String ownMessage;
    private final CountDownLatch ended = new CountDownLatch(1);
    private final Thread hook = new Thread(this::stop, "interruption");
    private volatile boolean asked;
    private volatile boolean completed;
    private volatile int finishedEpochs;

    /**
     * Starts to watch; closing ends it.
     *
     * @param listener receives all that this receives
     * @param err where the message goes
     */
    Interruption(Progress listener, PrintWriter err) {
        this(listener, err, null);
    }

    /**
     * Starts to watch a program of several runs.
     *
     * @param listener receives all that this receives
     * @param err where the message goes
     * @param message what is kept and how to go on; null for that of a single run
     */
    Interruption(Progress listener, PrintWriter err, String message) {
        this.listener = listener;
        this.err = err;
        this.ownMessage = message;
        Runtime.getRuntime().addShutdownHook(hook);
    }

    /** Says that the run is over and its result shown. */
    void complete() {
        completed = true;
    }

    @Override
    public void onStart(int stepsPerEpoch, int epochs) {
        listener.onStart(stepsPerEpoch, epochs);
    }

    @Override
    public void onExamples(int examplesPerEpoch) {
        listener.onExamples(examplesPerEpoch);
    }

    @Override
    public void onUntrained(Map<String, Double> metrics) {
        listener.onUntrained(metrics);
    }

    @Override
    public void onMeasure(int done, int all) {
        listener.onMeasure(done, all);
    }

    @Override
    public void onStep(int epoch, int step, double loss) {
        finishedEpochs = epoch - 1;
        listener.onStep(epoch, step, loss);
        leaveIfAsked();
    }

    @Override
    public void onEpoch(int epoch, double loss, Map<String, Double> metrics, boolean best) {
        finishedEpochs = epoch;
        listener.onEpoch(epoch, loss, metrics, best);
        leaveIfAsked();
    }

    @Override
    public void onNote(String note) {
        if (!asked) { // what ends from then on ends for that reason
            listener.onNote(note);
        }
    }

    @Override
    public void onWarning(String warning) {
        if (!asked) {
            listener.onWarning(warning);
        }
    }

    /**
     * Leaves the run if the program has been asked to stop.
     *
     * @throws CancellationException if so
     */
    void leaveIfAsked() {
        if (asked) {
            throw new CancellationException("interrupted");
        }
    }

    private void stop() {
        asked = true;
        try {
            ended.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (!completed) {
            listener.clear();
            err.println(message());
        }
    }

    private String message() {
        if (ownMessage != null) {
            return ownMessage;
        }
        return finishedEpochs == 0
                ? "Interrupted before the first epoch was finished, so nothing was kept; run"
                        + " the same command again to start over"
                : "Interrupted, epoch "
                        + finishedEpochs
                        + " and earlier ones are kept; run the same command again to resume";
    }

    @Override
    public void close() {
        ended.countDown();
        if (!asked) {
            Runtime.getRuntime().removeShutdownHook(hook);
        }
    }
}
