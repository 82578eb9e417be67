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
import org.djladapters.examples.sweep.ForwardedProgress;
import org.djladapters.task.metric.EvaluationListener;

/**
 * Ends work in order when the program is asked to stop (SIGINT, SIGTERM): training ends after the
 * current step, so that all files are complete, and a message says how to go on.
 */
final class Interruption extends ForwardedProgress implements Progress, AutoCloseable {

    /** The exit status of interrupted programs in shells. */
    static final int STATUS = 130;

    /** A program that does not stop is usually killed after about ten seconds. */
    private static final long PATIENCE_SECONDS = 8;

    /** What is said where the work of a command can't be resumed. */
    static final String NOTHING_WRITTEN =
            "Interrupted, and nothing was written; run the same command again to start over";

    /** One that is not killed waits so long for a step: an end within native code is a crash. */
    private static final long LONGEST_STEP_SECONDS = 120;

    private final Progress listener;
    private final PrintWriter err;
    private final String ownMessage;
    private final CountDownLatch ended = new CountDownLatch(1);
    private final Thread hook = new Thread(this::stop, "interruption");
    private volatile boolean asked;
    private volatile boolean completed;
    private boolean begun;

    /** The last evaluation, after which a run resumes; null before the first one. */
    private volatile String kept;

    private Interruption(Progress listener, PrintWriter err, String message) {
        super(listener);
        this.listener = listener;
        this.err = err;
        this.ownMessage = message;
        Runtime.getRuntime().addShutdownHook(hook);
    }

    /** Work that follows this listener. */
    @FunctionalInterface
    interface Work {
        void run(Interruption interruption) throws Exception;
    }

    /**
     * Does a command's work, which may take long, and returns its exit status. A busy machine is
     * warned of first.
     *
     * @param progress shows how far the work is
     * @param message says what an interruption keeps and how to go on; null for a single training
     */
    static int watch(Progress progress, PrintWriter err, String message, Work work)
            throws Exception {
        MachineLoad.current().warning().ifPresent(progress::onWarning);
        try (Interruption interruption = new Interruption(progress, err, message)) {
            work.run(interruption);
            interruption.completed = true;
            return 0;
        } catch (CancellationException e) {
            return STATUS; // the shutdown hook prints the message
        } finally {
            progress.clear();
        }
    }

    @Override
    public void clear() {
        listener.clear();
    }

    /** Shows how far work is, and leaves it if the program has been asked to stop. */
    @Override
    public void onWork(String what, long done, long all) {
        listener.onWork(what, done, all);
        leaveIfAsked();
    }

    /** Returns a listener of work on texts, such as to embed them, which shows how far it is. */
    EvaluationListener texts(String what) {
        return new EvaluationListener() {
            @Override
            public void onExamples(int done, int all) {
                onWork(what, done, all);
            }
        };
    }

    @Override
    public void onExamples(int examplesPerEpoch) {
        JavaHeap.staySmall(examplesPerEpoch); // they are prepared, which makes much garbage
        super.onExamples(examplesPerEpoch);
    }

    @Override
    public void onStep(int epoch, int step, double loss) {
        if (!begun) { // a run that resumes has kept what was before
            keep(epoch, step - 1);
        }
        leaveIfAsked(); // after what may be the last message, nothing is shown
        super.onStep(epoch, step, loss);
    }

    @Override
    public void onEpoch(int epoch, double loss, Map<String, Double> metrics, boolean best) {
        keep(epoch + 1, 0);
        super.onEpoch(epoch, loss, metrics, best);
        leaveIfAsked();
    }

    @Override
    public void onEvaluation(int epoch, int step, Map<String, Double> metrics, boolean best) {
        keep(epoch, step);
        super.onEvaluation(epoch, step, metrics, best);
        leaveIfAsked();
    }

    /** Notes that the steps of an epoch before the next one are kept. */
    private void keep(int epoch, int step) {
        begun = true;
        kept =
                step > 0
                        ? "step %d of epoch %d".formatted(step, epoch)
                        : epoch > 1 ? "epoch %d".formatted(epoch - 1) : null;
    }

    @Override
    public void onNote(String note) {
        if (!asked) { // a failure after that is a consequence of it
            super.onNote(note);
        }
    }

    @Override
    public void onWarning(String warning) {
        if (!asked) {
            super.onWarning(warning);
        }
    }

    /** Throws a {@link CancellationException} if the program has been asked to stop. */
    void leaveIfAsked() {
        if (asked) {
            throw new CancellationException("interrupted");
        }
    }

    /** Waits, and leaves the work if the program has been asked to stop. */
    void sleep(int seconds) throws InterruptedException {
        for (int i = 0; i < seconds; i++) {
            leaveIfAsked();
            TimeUnit.SECONDS.sleep(1);
        }
        leaveIfAsked();
    }

    private void stop() {
        asked = true;
        try {
            boolean left = ended.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
            if (!completed) {
                listener.clear();
                err.println(message());
            }
            if (!left) {
                ended.await(LONGEST_STEP_SECONDS, TimeUnit.SECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private String message() {
        if (ownMessage != null) {
            return ownMessage;
        }
        return kept == null
                ? "Interrupted before the first epoch was finished, so nothing was kept; run"
                        + " the same command again to start over"
                : "Interrupted, the state after %s is kept; run the same command again to resume"
                        .formatted(kept);
    }

    @Override
    public void close() {
        ended.countDown();
        if (!asked) {
            Runtime.getRuntime().removeShutdownHook(hook);
        }
    }
}
