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

    TrialFolder(Path work) throws IOException {
        folder = Files.createDirectories(work);
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
                        ended -> ended.setup() != null && ended.versions() != null);
    }

    /**
     * A training that ended.
     *
     * @param setup what it was given
     * @param learningRate its learning rate
     * @param metric the name of the metric that decides
     * @param value this metric of the best epoch on the held-out data; null for a failure
     * @param seconds the wall time
     * @param bestEpoch the epoch that was kept; 0 if nothing was trained, or nothing became better
     * @param curve how training went
     * @param adapterParameters the number of trainable parameters without the head
     * @param trainableParameters the number of all trainable parameters
     * @param coverage the share of the outputs of the adapted layers that are changed; null if
     *     nothing was trained
     * @param fileBytes the size of the weights on disk
     * @param peakMiB the largest resident size of the process meanwhile, in MiB; null if unknown
     * @param versions versions of this library, DJL, its engine and Java
     * @param failure why it failed; null if it did not
     */
    record Ended(
            RunSetup setup,
            double learningRate,
            String metric,
            Double value,
            double seconds,
            int bestEpoch,
            List<RunResult.EpochPoint> curve,
            long adapterParameters,
            long trainableParameters,
            Double coverage,
            long fileBytes,
            Long peakMiB,
            Map<String, String> versions,
            String failure) {

        static Ended failed(RunSetup setup, double learningRate, double seconds, String reason) {
            return new Ended(
                    setup,
                    learningRate,
                    null,
                    null,
                    seconds,
                    0,
                    List.of(),
                    0,
                    0,
                    null,
                    0,
                    null,
                    Map.of(),
                    reason);
        }

        boolean isFailed() {
            return failure != null;
        }

        /** Whether nothing was trained, as the method and the task leave nothing to train. */
        boolean isFrozen() {
            return !isFailed() && trainableParameters == 0;
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
                .filter(
                        ended ->
                                ended.isFailed()
                                        || ended.isFrozen()
                                        || Files.isDirectory(adapter()))
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
