/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.cli;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import org.djladapters.examples.cluster.HubMember;

/** Sends the progress of the first process of a group to where it is shown. */
final class SentProgress implements Progress {

    private static final Gson GSON =
            new GsonBuilder().serializeSpecialFloatingPointValues().create();

    private final HubMember hub;

    SentProgress(HubMember hub) {
        this.hub = hub;
    }

    /** The methods of a listener. */
    private enum Method {
        EXAMPLES,
        START,
        UNTRAINED,
        STEP,
        EPOCH,
        EVALUATION,
        NOTE,
        WARNING,
        WORK,
        DOWNLOAD
    }

    /** A call with its arguments: those of a method, in its order; the others are 0 or null. */
    private record Call(
            Method method,
            String text,
            long first,
            long second,
            double loss,
            Map<String, Double> metrics,
            boolean best) {

        static Call of(Method method, long first, long second) {
            return new Call(method, null, first, second, 0, null, false);
        }

        static Call of(Method method, String text, long first, long second) {
            return new Call(method, text, first, second, 0, null, false);
        }

        int firstCount() {
            return Math.toIntExact(first);
        }

        int secondCount() {
            return Math.toIntExact(second);
        }
    }

    /** Calls a listener as the sender was called. */
    static void show(String event, Progress progress) {
        Call call = GSON.fromJson(event, Call.class);
        switch (call.method()) {
            case EXAMPLES -> progress.onExamples(call.firstCount());
            case START -> progress.onStart(call.firstCount(), call.secondCount());
            case UNTRAINED -> progress.onUntrained(call.metrics());
            case STEP -> progress.onStep(call.firstCount(), call.secondCount(), call.loss());
            case EPOCH ->
                    progress.onEpoch(call.firstCount(), call.loss(), call.metrics(), call.best());
            case EVALUATION ->
                    progress.onEvaluation(
                            call.firstCount(), call.secondCount(), call.metrics(), call.best());
            case NOTE -> progress.onNote(call.text());
            case WARNING -> progress.onWarning(call.text());
            case WORK -> progress.onWork(call.text(), call.first(), call.second());
            case DOWNLOAD -> progress.onDownload(call.text(), call.first(), call.second());
        }
    }

    private void send(Call call) {
        try {
            hub.tell(GSON.toJson(call));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void onExamples(int examplesPerEpoch) {
        send(Call.of(Method.EXAMPLES, examplesPerEpoch, 0));
    }

    @Override
    public void onStart(int stepsPerEpoch, int epochs) {
        send(Call.of(Method.START, stepsPerEpoch, epochs));
    }

    @Override
    public void onUntrained(Map<String, Double> metrics) {
        send(new Call(Method.UNTRAINED, null, 0, 0, 0, metrics, false));
    }

    @Override
    public void onStep(int epoch, int step, double loss) {
        send(new Call(Method.STEP, null, epoch, step, loss, null, false));
    }

    @Override
    public void onEpoch(int epoch, double loss, Map<String, Double> metrics, boolean best) {
        send(new Call(Method.EPOCH, null, epoch, 0, loss, metrics, best));
    }

    @Override
    public void onEvaluation(int epoch, int step, Map<String, Double> metrics, boolean best) {
        send(new Call(Method.EVALUATION, null, epoch, step, 0, metrics, best));
    }

    @Override
    public void onNote(String note) {
        send(Call.of(Method.NOTE, note, 0, 0));
    }

    @Override
    public void onWarning(String warning) {
        send(Call.of(Method.WARNING, warning, 0, 0));
    }

    @Override
    public void onWork(String what, long done, long all) {
        send(Call.of(Method.WORK, what, done, all));
    }

    @Override
    public void onDownload(String file, long done, long all) {
        send(Call.of(Method.DOWNLOAD, file, done, all));
    }
}
