/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.tuning;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Parameter;
import ai.djl.training.Trainer;
import ai.djl.training.dataset.Batch;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.djladapters.adapter.WeightAdapter;
import org.djladapters.rotation.TransformKernel;
import org.djladapters.surgery.Adapter;
import org.djladapters.surgery.Site;

/** What of a method takes turns in a benchmark. */
final class MethodTurns {

    private static final float SPREAD = 0.01f;

    private final Adapter adapter;
    private final Site first;
    private final String firstParameter;
    private final Contestant step;
    private final Contestant transformForward;
    private final Contestant transform;
    private final Contestant inference;
    private final Contestant merged;
    private final Contestant change;
    private final Contestant small;

    /**
     * Enters a method.
     *
     * @param adapter an adapter of it
     * @param first the first layer that is adapted
     * @param other the name of another adapter of the same configuration
     */
    MethodTurns(
            Adapter adapter,
            Site first,
            TimedStep steps,
            TransformBuild build,
            InferenceTurns turns,
            String other,
            Trainer trainer,
            Batch batch) {
        this.adapter = adapter;
        this.first = first;
        firstParameter = FrozenBase.at(first, List.of()).parameter();
        step = new Contestant(() -> steps.take(trainer, batch));
        transformForward = new Contestant(build::forward);
        transform =
                new Contestant(
                        () -> {
                            double seconds = build.forwardAndBackward(trainer);
                            steps.clearGradients();
                            return seconds;
                        });
        inference = new Contestant(() -> turns.adapted(adapter.name()));
        merged = new Contestant(() -> turns.merged(adapter.name()));
        change = new Contestant(() -> turns.change(other, adapter.name()));
        small = new Contestant(() -> turns.small(adapter.name()));
    }

    /** Changes the values of an adapter a little, since at its start it may do nothing. */
    static void vary(Adapter adapter, Random random, NDManager scope) {
        for (WeightAdapter block : adapter.sites().values()) {
            for (Parameter parameter : block.getDirectParameters().values()) {
                try (NDManager turn = scope.newSubManager();
                        NDArray values = parameter.getArray().stopGradient()) {
                    NDArray noise = BenchmarkInputs.normal(values.getShape(), random, turn);
                    noise =
                            TransformKernel.times(noise, SPREAD, turn)
                                    .toType(values.getDataType(), false);
                    WeightAdapter.set(parameter.getArray(), noise.add(values));
                }
            }
        }
    }

    Site first() {
        return first;
    }

    /** What takes turns with steps of the frozen base. */
    List<Contestant> training() {
        return builds() ? List.of(step, transformForward, transform) : List.of(step);
    }

    /** What takes turns with predictions of the base. */
    List<Contestant> inference() {
        return List.of(inference, merged, change, small);
    }

    private boolean builds() {
        return !adapter.sites().isEmpty();
    }

    /**
     * Tells what the turns took.
     *
     * @param stockStep steps of the export in DJL alone; null where they were left out
     * @param stock its predictions; null where they were left out
     */
    BenchmarkResult.Method result(
            Contestant frozen, Contestant base, Contestant stockStep, Contestant stock) {
        return new BenchmarkResult.Method(
                adapter.config().toString(),
                adapter.sites().size(),
                adapter.size(),
                first.path(),
                firstParameter,
                BenchmarkResult.Timing.of(frozen),
                BenchmarkResult.Timing.of(step),
                step.ratio(frozen),
                BenchmarkResult.Timing.of(inference),
                inference.ratio(base),
                BenchmarkResult.Timing.of(merged),
                merged.ratio(base),
                perSite(transformForward),
                perSite(transform),
                BenchmarkResult.Timing.of(change).minus(BenchmarkResult.Timing.of(small)),
                stock == null ? Optional.empty() : Optional.of(beside(stockStep, stock)));
    }

    private BenchmarkResult.BesideStock beside(Contestant stockStep, Contestant stock) {
        return new BenchmarkResult.BesideStock(
                BenchmarkResult.Timing.of(stockStep),
                step.ratio(stockStep),
                BenchmarkResult.Timing.of(stock),
                inference.ratio(stock),
                merged.ratio(stock));
    }

    TrainingCost trainingCost(Contestant frozen) {
        return new TrainingCost(
                adapter.size(),
                BenchmarkResult.Timing.of(frozen),
                BenchmarkResult.Timing.of(step),
                step.ratio(frozen),
                perSite(transformForward),
                perSite(transform));
    }

    private Optional<BenchmarkResult.Timing> perSite(Contestant contestant) {
        return builds()
                ? Optional.of(BenchmarkResult.Timing.of(contestant).per(adapter.sites().size()))
                : Optional.empty();
    }
}
