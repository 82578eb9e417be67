/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.bench;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import org.djladapters.adapter.AdapterConfig;
import org.djladapters.checkpoint.AdapterDirectory;
import org.djladapters.examples.bench.ServingResult.Way;
import org.djladapters.io.TemporaryFolder;
import org.djladapters.model.AdaptedModel;
import org.djladapters.model.pass.ModelOutputs;

/**
 * Measures the cost of serving requests for many adapters from one base model: of loading them, and
 * of predicting in one batch whose rows name their adapters, one by one, and with switching. The
 * ways are interleaved in one process.
 */
public final class ServingBenchmark {

    private static final long SEED = 42;

    private final AdaptedModel model;
    private final NDList rows;
    private final List<String> names;
    private final Random random = new Random(SEED);

    private ServingBenchmark(AdaptedModel model, NDList rows, List<String> names) {
        this.model = model;
        this.rows = rows;
        this.names = names;
    }

    /** The cost of loading an adapter. */
    private record Loading(double seconds, long parameters, OptionalLong memory) {}

    /**
     * Measures with a model without adapters.
     *
     * @param adapters the number of adapters; requests are spread evenly over them, in random order
     * @param requests the number of requests of a batch
     * @param length tokens of a request, empty for images and for the default
     * @param before gets the number of every round before it begins
     */
    public static ServingResult run(
            AdaptedModel model,
            AdapterConfig config,
            int adapters,
            int requests,
            OptionalInt length,
            int rounds,
            IntConsumer before)
            throws IOException {
        Arguments.positive("number of adapters", adapters);
        Arguments.positive("number of requests", requests);
        Arguments.positive("number of rounds", rounds);
        List<String> names =
                IntStream.range(0, adapters).mapToObj(number -> "served" + number).toList();
        try (BenchmarkInputs inputs = BenchmarkInputs.draw(model, requests, length)) {
            Loading loading = load(model, config, names);
            Map<Way, Double> seconds =
                    new ServingBenchmark(model, inputs.batch().getData(), names)
                            .interleave(rounds, before);
            return new ServingResult(
                    requests,
                    adapters,
                    inputs.length(),
                    rounds,
                    loading.seconds(),
                    loading.parameters(),
                    loading.memory(),
                    seconds);
        } finally {
            model.unload();
        }
    }

    private static Loading load(AdaptedModel model, AdapterConfig config, List<String> names)
            throws IOException {
        try (TemporaryFolder folder = TemporaryFolder.create()) {
            Path saved = folder.path().resolve("adapter");
            model.add("saved", config);
            AdapterDirectory.save(model, "saved", saved);
            // the first adapter of a model costs more than the others
            AdapterDirectory.load(model, "first", saved);
            model.unload();
            OptionalLong size = UsedMemory.bytes();
            long start = System.nanoTime();
            for (String name : names) {
                AdapterDirectory.load(model, name, saved);
            }
            double seconds = (System.nanoTime() - start) / 1e9 / names.size();
            OptionalLong after = UsedMemory.bytes();
            OptionalLong memory =
                    size.isPresent() && after.isPresent()
                            ? OptionalLong.of((after.getAsLong() - size.getAsLong()) / names.size())
                            : OptionalLong.empty();
            return new Loading(seconds, bytes(model, names.get(0)), memory);
        }
    }

    private static long bytes(AdaptedModel model, String name) {
        return model.adapter(name).parameters().values().stream()
                .mapToLong(p -> p.getArray().size() * p.getArray().getDataType().getNumOfBytes())
                .sum();
    }

    private Map<Way, Double> interleave(int rounds, IntConsumer before) {
        int threads = Runtime.getRuntime().availableProcessors();
        ExecutorService executor = Executors.newFixedThreadPool(threads);
        try (NDManager scope = rows.get(0).getManager().newSubManager()) {
            List<NDList> single =
                    IntStream.range(0, size()).mapToObj(row -> one(row, scope)).toList();
            List<String> fixed = draw();
            Map<Way, TimedCandidate> ways = new EnumMap<>(Way.class);
            ways.put(Way.BASE, timed(() -> model.activate(), () -> finish(model.predict(rows))));
            ways.put(Way.MIXED, timed(() -> {}, () -> finish(model.predict(rows, fixed))));
            ways.put(Way.OTHERS, new TimedCandidate(this::others));
            ways.put(
                    Way.APART,
                    timed(() -> model.activate(), () -> single.forEach(this::predictShown)));
            ways.put(Way.THREADS, timed(() -> {}, () -> inThreads(single, fixed, executor)));
            ways.put(Way.SWITCHING, timed(() -> {}, () -> switching(single, fixed)));
            ways.put(
                    Way.SINGLE_BASE,
                    timed(() -> model.activate(), () -> predictShown(single.get(0))));
            ways.put(Way.SINGLE, new TimedCandidate(() -> single(single.get(0))));
            TimedCandidate.interleave(List.copyOf(ways.values()), rounds, before);
            Map<Way, Double> seconds = new EnumMap<>(Way.class);
            ways.forEach((way, candidate) -> seconds.put(way, candidate.median()));
            return seconds;
        } finally {
            end(executor);
        }
    }

    private static TimedCandidate timed(Runnable before, Runnable action) {
        return new TimedCandidate(
                () -> {
                    before.run();
                    return TimedCandidate.time(action);
                });
    }

    private int size() {
        return (int) rows.get(0).getShape().get(0);
    }

    /** Draws an adapter for every row, different ones if there are enough. */
    private List<String> draw() {
        List<String> shuffled = new ArrayList<>(names);
        Collections.shuffle(shuffled, random);
        List<String> drawn = new ArrayList<>();
        for (int row = 0; row < size(); row++) {
            drawn.add(shuffled.get(row % shuffled.size()));
        }
        Collections.shuffle(drawn, random);
        return drawn;
    }

    private NDList one(int row, NDManager scope) {
        NDList chosen = new NDList();
        for (NDArray array : rows) {
            chosen.add(array.get(scope, new NDIndex(row + ":" + (row + 1))));
        }
        return chosen;
    }

    private double others() {
        List<String> drawn = draw();
        return TimedCandidate.time(() -> finish(model.predict(rows, drawn)));
    }

    private double single(NDList row) {
        List<String> drawn = List.of(names.get(random.nextInt(names.size())));
        return TimedCandidate.time(() -> finish(model.predict(row, drawn)));
    }

    private void predictShown(NDList row) {
        finish(model.predict(row));
    }

    private void switching(List<NDList> single, List<String> adapters) {
        for (int row = 0; row < single.size(); row++) {
            String name = adapters.get(row);
            if (!model.active().equals(List.of(name))) {
                model.activate(name);
            }
            predictShown(single.get(row));
        }
    }

    private void inThreads(List<NDList> single, List<String> adapters, ExecutorService executor) {
        List<Future<?>> requests = new ArrayList<>();
        for (int row = 0; row < single.size(); row++) {
            NDList inputs = single.get(row);
            List<String> name = List.of(adapters.get(row));
            requests.add(executor.submit(() -> finish(model.predict(inputs, name))));
        }
        try {
            for (Future<?> request : requests) {
                request.get();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("The benchmark was interrupted", e);
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause().getMessage(), e.getCause());
        }
    }

    /** Waits for requests that still run, whose arrays are released next. */
    private static void end(ExecutorService executor) {
        executor.shutdown();
        try {
            executor.awaitTermination(1, TimeUnit.MINUTES);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Waits for the outputs and releases them. */
    private static void finish(NDList outputs) {
        InferenceTimings.await(ModelOutputs.logits(outputs));
        outputs.close();
    }
}
