/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.bench;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Random;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import org.djladapters.adapter.AdapterConfig;
import org.djladapters.model.AdaptedModel;
import org.djladapters.model.access.ModelOutputs;

/**
 * Measures what it costs to serve requests for several adapters from one base: all in one batch
 * whose rows choose their adapters, or one by one with switching. The ways are interleaved in one
 * process.
 */
public final class ServingBenchmark {

    private static final long SEED = 42;

    private final AdaptedModel model;
    private final NDList rows;
    private final List<String> adapterOfRow;

    private ServingBenchmark(AdaptedModel model, NDList rows, List<String> adapterOfRow) {
        this.model = model;
        this.rows = rows;
        this.adapterOfRow = adapterOfRow;
    }

    /**
     * Measures. Adapters are added for that and taken out again.
     *
     * @param model a model without adapters
     * @param config method, options and targets of the adapters
     * @param adapters how many of them; requests are for one as often as for another, in random
     *     order
     * @param requests how many requests
     * @param length tokens of a request, empty for images and for the default
     * @param rounds how often everything is timed
     * @param before is told the number of every round before it begins
     * @return the times
     * @throws IOException if the model's description can't be read or tells too little
     * @throws IllegalArgumentException if there are fewer requests than adapters, or model and
     *     options do not fit each other
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
        if (adapters < 1 || requests < adapters) {
            throw new IllegalArgumentException(
                    ("There must be at least one request per adapter, got %d requests for %d"
                                    + " adapters")
                            .formatted(requests, adapters));
        }
        Arguments.positive("number of rounds", rounds);
        List<String> names =
                IntStream.range(0, adapters).mapToObj(number -> "served" + number).toList();
        List<String> adapterOfRow = new ArrayList<>();
        IntStream.range(0, requests).forEach(row -> adapterOfRow.add(names.get(row % adapters)));
        Collections.shuffle(adapterOfRow, new Random(SEED));
        try (BenchmarkInputs inputs = BenchmarkInputs.draw(model, requests, length)) {
            names.forEach(name -> model.add(name, config));
            NDList rows = inputs.batch().getData();
            TimedCandidate[] ways =
                    new ServingBenchmark(model, rows, adapterOfRow).interleave(rounds, before);
            return new ServingResult(
                    requests,
                    adapters,
                    inputs.length(),
                    rounds,
                    ways[0].median(),
                    ways[1].median(),
                    ways[2].median(),
                    ways[3].median());
        } finally {
            names.stream().filter(model.names()::contains).forEach(model::delete);
        }
    }

    private TimedCandidate[] interleave(int rounds, IntConsumer before) {
        try (NDManager scope = rows.get(0).getManager().newSubManager()) {
            List<NDList> single =
                    IntStream.range(0, adapterOfRow.size())
                            .mapToObj(row -> choose(List.of(row), scope))
                            .toList();
            Map<String, List<Integer>> rowsOf = new LinkedHashMap<>();
            for (int row = 0; row < adapterOfRow.size(); row++) {
                rowsOf.computeIfAbsent(adapterOfRow.get(row), n -> new ArrayList<>()).add(row);
            }
            Map<String, NDList> groups = new LinkedHashMap<>();
            rowsOf.forEach((name, chosen) -> groups.put(name, choose(chosen, scope)));
            TimedCandidate[] ways = {
                new TimedCandidate(this::base),
                new TimedCandidate(this::mixed),
                new TimedCandidate(() -> TimedCandidate.time(() -> groups.forEach(this::switched))),
                new TimedCandidate(
                        () ->
                                TimedCandidate.time(
                                        () -> {
                                            for (int row = 0; row < single.size(); row++) {
                                                switched(adapterOfRow.get(row), single.get(row));
                                            }
                                        }))
            };
            TimedCandidate.interleave(List.of(ways), rounds, before);
            return ways;
        }
    }

    private NDList choose(List<Integer> indices, NDManager scope) {
        NDList chosen = new NDList();
        for (NDArray array : rows) {
            NDList some = new NDList();
            for (int row : indices) {
                NDArray one = array.get(new NDIndex(row + ":" + (row + 1)));
                one.attach(scope);
                some.add(one);
            }
            chosen.add(NDArrays.concat(some));
        }
        chosen.attach(scope);
        return chosen;
    }

    private double base() {
        model.activate();
        return TimedCandidate.time(() -> finish(model.predict(rows)));
    }

    private double mixed() {
        return TimedCandidate.time(() -> finish(model.predict(rows, adapterOfRow)));
    }

    private void switched(String name, NDList some) {
        if (!model.active().equals(List.of(name))) {
            model.activate(name);
        }
        finish(model.predict(some));
    }

    /** Waits for the outputs and releases them. */
    private static void finish(NDList outputs) {
        InferenceTimings.await(ModelOutputs.logits(outputs));
        outputs.close();
    }
}
