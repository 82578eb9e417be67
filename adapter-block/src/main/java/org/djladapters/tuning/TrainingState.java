/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.tuning;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.nn.Parameter;
import com.google.gson.Gson;
import com.google.gson.JsonParseException;
import com.google.gson.reflect.TypeToken;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.zip.CRC32C;
import org.djladapters.checkpoint.Provenance;
import org.djladapters.io.MalformedFileException;
import org.djladapters.kernel.InPlace;
import org.djladapters.matmul.Matmul;
import org.djladapters.matmul.Precision;
import org.djladapters.safetensors.SafetensorsFile;
import org.djladapters.task.Metrics;
import org.djladapters.task.kind.RecordedOptions;

/**
 * What a training run has reached after an evaluation: parameters, the optimizer's moments, the
 * best parameters so far. It can be written and resumed from.
 */
final class TrainingState {

    private static final String FILE = "state.safetensors";
    private static final String RUN = "run";
    private static final String START = "queries.start.";
    private static final String BEST = "queries.best.";
    private static final Gson GSON = new Gson();
    private static final TypeToken<LinkedHashMap<String, Double>> METRICS = new TypeToken<>() {};

    private final Map<String, Parameter> parameters;
    private final AdamW optimizer;
    private final NDManager manager;
    private final Map<String, NDArray> best = new LinkedHashMap<>();
    private Progress progress = Progress.START;
    private QueryColumns startQueries = QueryColumns.NONE;
    private QueryColumns bestQueries = QueryColumns.NONE;

    /**
     * How far the run is.
     *
     * @param epoch the epochs that are done
     * @param step the steps of the next epoch that are done
     * @param loss the sum of the losses of these steps
     * @param weight the number of examples, or tokens, that it is the sum over, or their weights
     * @param bestEpoch the epoch that is the best, or in which the best step is; 0 if none was
     *     better than the start
     * @param bestStep the number of updates before the best evaluation
     * @param sinceBest the evaluations since then
     * @param startMetrics those of the start; none if it was not measured
     * @param steps the number of updates
     * @param matmul how products were computed; null if that is not known
     * @param refused the evaluations that were the best, but for the guard
     */
    record Progress(
            int epoch,
            int step,
            double loss,
            double weight,
            int bestEpoch,
            int bestStep,
            int sinceBest,
            Map<String, Double> bestMetrics,
            Map<String, Double> startMetrics,
            int steps,
            double seconds,
            String matmul,
            int refused) {

        static final Progress START = started(Map.of());

        /**
         * Returns the progress of a run whose model was measured, or not, before the first step.
         */
        static Progress started(Map<String, Double> metrics) {
            return new Progress(0, 0, 0, 0, 0, 0, 0, metrics, metrics, 0, 0, null, 0);
        }

        /** Tells whether a file says all that a run needs to go on. */
        boolean isWhole(String metric) {
            return (epoch > 0 || step > 0)
                    && epoch >= 0
                    && step >= 0
                    && (step == 0 || (weight > 0 && Double.isFinite(loss)))
                    && startMetrics != null
                    && bestEpoch >= (startMetrics.isEmpty() ? 1 : 0)
                    && bestEpoch <= epoch + (step > 0 ? 1 : 0)
                    && bestStep >= 0
                    && bestStep <= steps
                    && sinceBest >= 0
                    && refused >= 0
                    && areWhole(bestMetrics, metric)
                    && (startMetrics.isEmpty() || areWhole(startMetrics, metric))
                    && steps > 0;
        }

        private static boolean areWhole(Map<String, Double> metrics, String metric) {
            return metrics != null
                    && metrics.containsKey(metric)
                    && metrics.values().stream().allMatch(Objects::nonNull);
        }
    }

    TrainingState(Map<String, Parameter> parameters, AdamW optimizer, NDManager manager) {
        this.parameters = parameters;
        this.optimizer = optimizer;
        this.manager = manager;
        parameters.forEach(
                (name, parameter) -> {
                    NDArray value = parameter.getArray();
                    NDArray copy = manager.zeros(value.getShape(), value.getDataType());
                    InPlace.copy(value, copy);
                    best.put(name, copy);
                });
    }

    Progress progress() {
        return progress;
    }

    /** Returns what was found for every query before the first step. */
    QueryColumns startQueries() {
        return startQueries;
    }

    /** Returns the same of the best evaluation. */
    QueryColumns bestQueries() {
        return bestQueries;
    }

    /** Notes what the parameters give before the first step: the best so far. */
    void start(Evaluations.Evaluation found) {
        progress = Progress.started(found.metrics());
        startQueries = found.queries();
        bestQueries = found.queries();
    }

    /**
     * Where a run is evaluated.
     *
     * @param epoch the epoch, from 1
     * @param step the steps of it that are done; 0 if it is done
     * @param loss the sum of the losses of the epoch
     * @param weight the number of examples, or tokens, that it is the sum over, or their weights
     */
    record Place(int epoch, int step, double loss, double weight) {}

    /**
     * Notes an evaluation; keeps the parameters and returns true if it is the best one.
     *
     * @param mayBeBest false if the guard objects
     */
    boolean measured(
            Place at,
            Evaluations.Evaluation found,
            boolean mayBeBest,
            String metric,
            double seconds,
            Matmul matmul) {
        Map<String, Double> metrics = found.metrics();
        boolean isBetter = progress.bestMetrics().isEmpty() || isBetter(metrics, metric);
        boolean isBest = isBetter && mayBeBest;
        if (isBest) {
            bestQueries = found.queries();
            parameters.forEach(
                    (name, parameter) -> InPlace.copy(parameter.getArray(), best.get(name)));
        }
        boolean ends = at.step() == 0;
        progress =
                new Progress(
                        ends ? at.epoch() : at.epoch() - 1,
                        at.step(),
                        ends ? 0 : at.loss(),
                        ends ? 0 : at.weight(),
                        isBest ? at.epoch() : progress.bestEpoch(),
                        isBest ? optimizer.steps() : progress.bestStep(),
                        isBest ? 0 : progress.sinceBest() + 1,
                        isBest ? metrics : progress.bestMetrics(),
                        progress.startMetrics(),
                        optimizer.steps(),
                        seconds,
                        matmul.toString(),
                        progress.refused() + (isBetter && !mayBeBest ? 1 : 0));
        return isBest;
    }

    private boolean isBetter(Map<String, Double> metrics, String metric) {
        double value = metrics.get(metric);
        double best = progress.bestMetrics().get(metric);
        return Metrics.isLowerBetter(metric) ? value < best : value > best;
    }

    /** Returns how products were computed; runs before there was a choice used the engine's. */
    Matmul matmul() {
        return progress.matmul() == null ? Matmul.MKL : Matmul.parse(progress.matmul());
    }

    /**
     * Gives the parameters the values of the best evaluation, or of the start if that was better.
     */
    void restoreBest() {
        parameters.forEach((name, parameter) -> InPlace.copy(best.get(name), parameter.getArray()));
    }

    /** Writes the state of a run, whole or not at all. */
    void write(Path folder, Provenance run) throws IOException {
        Files.createDirectories(folder);
        String reached = GSON.toJson(progress);
        Map<String, String> text =
                Map.of(
                        RUN,
                        run.run(),
                        RecordedOptions.PRECISION,
                        run.options().get(RecordedOptions.PRECISION),
                        "progress",
                        reached);
        try (NDManager scope = manager.newSubManager()) {
            Map<String, NDArray> arrays = arrays();
            write(START, startQueries, arrays, scope);
            write(BEST, bestQueries, arrays, scope);
            Map<String, String> whole = new HashMap<>(text);
            whole.put("checksum", checksum(reached, arrays));
            SafetensorsFile.write(folder.resolve(FILE), arrays, whole);
        }
    }

    private static void write(
            String prefix, QueryColumns queries, Map<String, NDArray> arrays, NDManager scope) {
        queries.named().forEach((name, column) -> arrays.put(prefix + name, scope.create(column)));
    }

    private static QueryColumns read(String prefix, Map<String, NDArray> arrays) {
        Map<String, double[]> named = new HashMap<>();
        arrays.forEach(
                (name, array) -> {
                    if (name.startsWith(prefix) && array.getDataType() == DataType.FLOAT64) {
                        named.put(name.substring(prefix.length()), array.toDoubleArray());
                    }
                });
        return QueryColumns.of(named);
    }

    /** Returns the file of a state in a folder. */
    static Path file(Path folder) {
        return folder.resolve(FILE);
    }

    static boolean isIn(Path folder) {
        return Files.isRegularFile(file(folder));
    }

    /** Finds the type in which the run of a state computes; empty if that can't be read. */
    static Optional<DataType> precision(Path folder) {
        try (SafetensorsFile file = SafetensorsFile.open(folder.resolve(FILE))) {
            return Precision.named(file.metadata().get(RecordedOptions.PRECISION));
        } catch (IOException e) {
            return Optional.empty(); // there is none, or the run says what is wrong with it
        }
    }

    /**
     * Reads a state. Nothing changes if that is not possible.
     *
     * @param change runs what changes the parameters
     * @return false if the state is one of another run
     * @throws MalformedFileException if the file is damaged
     */
    boolean read(
            Path folder, String run, String metric, NDManager manager, Consumer<Runnable> change)
            throws IOException {
        Path path = folder.resolve(FILE);
        try (SafetensorsFile file = SafetensorsFile.open(path);
                NDManager scope = manager.newSubManager()) {
            if (!run.equals(file.metadata().get(RUN))) {
                return false;
            }
            Progress read = progress(path, file.metadata().get("progress"), metric);
            Map<String, NDArray> targets = arrays();
            Map<String, NDArray> values = file.readAll(scope);
            for (Map.Entry<String, NDArray> target : targets.entrySet()) {
                NDArray value = values.get(target.getKey());
                if (value == null
                        || !value.getShape().equals(target.getValue().getShape())
                        || value.getDataType() != target.getValue().getDataType()) {
                    throw new MalformedFileException(
                            path, "it does not hold the parameter " + target.getKey());
                }
            }
            String written = checksum(file.metadata().get("progress"), values);
            if (!written.equals(file.metadata().get("checksum"))) {
                throw new MalformedFileException(path, "it changed since it was written");
            }
            change.accept(
                    () ->
                            targets.forEach(
                                    (name, target) -> InPlace.copy(values.get(name), target)));
            progress = read;
            startQueries = read(START, values);
            bestQueries = read(BEST, values);
            optimizer.resume(read.steps());
            return true;
        }
    }

    private static Progress progress(Path path, String json, String metric) throws IOException {
        try {
            Progress read = GSON.fromJson(json, Progress.class);
            if (read != null && read.isWhole(metric)) {
                return new Progress(
                        read.epoch(),
                        read.step(),
                        read.loss(),
                        read.weight(),
                        read.bestEpoch(),
                        read.bestStep(),
                        read.sinceBest(),
                        GSON.fromJson(GSON.toJson(read.bestMetrics()), METRICS),
                        GSON.fromJson(GSON.toJson(read.startMetrics()), METRICS),
                        read.steps(),
                        read.seconds(),
                        matmul(path, read.matmul()),
                        read.refused());
            }
        } catch (JsonParseException | ClassCastException e) {
            throw new MalformedFileException(path, "it does not record its epoch", e);
        }
        throw new MalformedFileException(path, "it does not record its epoch");
    }

    private static String matmul(Path path, String text) throws IOException {
        try {
            return text == null ? null : Matmul.parse(text).toString();
        } catch (IllegalArgumentException e) {
            throw new MalformedFileException(
                    path, "it does not record how matrix products were computed", e);
        }
    }

    /** Returns a checksum, since a number with a changed bit would still be a number. */
    static String checksum(String progress, Map<String, NDArray> arrays) {
        CRC32C sum = new CRC32C();
        sum.update(progress.getBytes(StandardCharsets.UTF_8));
        new TreeMap<>(arrays)
                .forEach(
                        (name, array) -> {
                            try (NDArray values = array.stopGradient()) {
                                sum.update(values.toByteBuffer());
                            }
                        });
        return Long.toHexString(sum.getValue());
    }

    private Map<String, NDArray> arrays() {
        Map<String, NDArray> arrays = new HashMap<>();
        parameters.forEach(
                (name, parameter) -> {
                    arrays.put("value." + name, parameter.getArray());
                    arrays.put("best." + name, best.get(name));
                    arrays.put("mean." + name, optimizer.moments().get(name).mean());
                    arrays.put("variance." + name, optimizer.moments().get(name).variance());
                });
        return arrays;
    }
}
