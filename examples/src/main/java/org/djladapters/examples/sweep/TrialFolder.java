/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.sweep;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.djladapters.io.JsonLines;

/**
 * The folder of a training with one learning rate: {@code curve.jsonl} gets a line an epoch, {@code
 * trial.jsonl} the end, {@code adapter} what was trained.
 */
final class TrialFolder {

    private final Path folder;
    private final JsonLines<RunResult.EpochPoint> curve;
    private final JsonLines<Ended> end;

    TrialFolder(Path work, double learningRate) throws IOException {
        folder = Files.createDirectories(work.resolve("rate-" + learningRate));
        curve =
                new JsonLines<>(
                        folder.resolve("curve.jsonl"),
                        RunResult.EpochPoint.class,
                        "an epoch",
                        point -> point.epoch() > 0);
        end =
                new JsonLines<>(
                        folder.resolve("trial.jsonl"),
                        Ended.class,
                        "a trial",
                        ended -> ended.setup() != null && ended.trial() != null);
    }

    /**
     * A training that ended.
     *
     * @param setup what the run was given
     * @param trial its rate and what it reached
     * @param metric the name of the metric that decides
     * @param bestEpoch the epoch that was kept
     * @param adapterParameters the number of trainable parameters without the head
     * @param trainableParameters the number of all trainable parameters
     * @param fileBytes the size of the weights on disk
     * @param versions versions of this library, DJL, its engine and Java
     */
    record Ended(
            RunSetup setup,
            RunResult.Trial trial,
            String metric,
            int bestEpoch,
            long adapterParameters,
            long trainableParameters,
            long fileBytes,
            Map<String, String> versions) {

        static Ended failed(RunSetup setup, double rate, double seconds, String reason) {
            RunResult.Trial trial = new RunResult.Trial(rate, null, seconds, reason);
            return new Ended(setup, trial, null, 0, 0, 0, 0, Map.of());
        }

        boolean isFailed() {
            return trial.failure() != null;
        }
    }

    /** Where the adapter is saved. */
    Path adapter() {
        return folder.resolve("adapter");
    }

    /** Returns how the training ended, if it did with this set-up. */
    Optional<Ended> ended(RunSetup setup) throws IOException {
        return end.read().stream()
                .filter(ended -> ended.setup().equals(setup))
                .filter(ended -> ended.isFailed() || Files.isDirectory(adapter()))
                .reduce((first, last) -> last);
    }

    void end(Ended ended) throws IOException {
        end.append(List.of(ended));
    }

    void addEpoch(RunResult.EpochPoint point) throws IOException {
        curve.append(List.of(point));
    }

    /** Returns the epochs; of one that was done twice the last time. */
    List<RunResult.EpochPoint> curve() throws IOException {
        Map<Integer, RunResult.EpochPoint> epochs = new TreeMap<>();
        curve.read().forEach(point -> epochs.put(point.epoch(), point));
        return new ArrayList<>(epochs.values());
    }
}
