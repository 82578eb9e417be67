/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.bench;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Parameter;
import ai.djl.training.Trainer;
import ai.djl.training.dataset.Batch;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.djladapters.adapter.TargetModule;
import org.djladapters.adapter.WeightAdapter;
import org.djladapters.model.Adapter;
import org.djladapters.rotation.programs.TransformKernel;

/** What of a method takes turns in a benchmark. */
final class MethodTimings {

    private static final float SPREAD = 0.01f;

    private final Adapter adapter;
    private final TargetModule first;
    private final String firstParameter;
    private final TimedCandidate step;
    private final TimedCandidate transformForward;
    private final TimedCandidate transform;
    private final TimedCandidate inference;
    private final TimedCandidate merged;
    private final TimedCandidate change;
    private final TimedCandidate small;

    /**
     * Enters a method.
     *
     * @param adapter an adapter of it
     * @param first the first layer that is adapted
     * @param other the name of another adapter of the same configuration
     */
    MethodTimings(
            Adapter adapter,
            TargetModule first,
            TimedStep steps,
            TransformBuild build,
            InferenceTimings turns,
            String other,
            Trainer trainer,
            Batch batch) {
        this.adapter = adapter;
        this.first = first;
        firstParameter = FrozenBaseConfig.at(first, List.of()).parameter();
        step = new TimedCandidate(() -> steps.take(trainer, batch));
        transformForward = new TimedCandidate(build::forward);
        transform =
                new TimedCandidate(
                        () -> {
                            double seconds = build.forwardAndBackward(trainer);
                            steps.clearGradients();
                            return seconds;
                        });
        inference = new TimedCandidate(() -> turns.adapted(adapter.name()));
        merged = new TimedCandidate(() -> turns.merged(adapter.name()));
        change = new TimedCandidate(() -> turns.change(other, adapter.name()));
        small = new TimedCandidate(() -> turns.small(adapter.name()));
    }

    /** Changes the values of an adapter a little, since at its start it may do nothing. */
    static void vary(Adapter adapter, Random random, NDManager scope) {
        for (WeightAdapter block : adapter.targetModules().values()) {
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

    TargetModule first() {
        return first;
    }

    /** What takes turns with steps of the frozen base. */
    List<TimedCandidate> training() {
        return builds() ? List.of(step, transformForward, transform) : List.of(step);
    }

    /** What takes turns with predictions of the base. */
    List<TimedCandidate> inference() {
        return List.of(inference, merged, change, small);
    }

    private boolean builds() {
        return !adapter.targetModules().isEmpty();
    }

    /**
     * Tells what the turns took.
     *
     * @param stockStep steps of the export in DJL alone; null where they were left out
     * @param stock its predictions; null where they were left out
     */
    BenchmarkResult.Method result(
            TimedCandidate frozen,
            TimedCandidate base,
            TimedCandidate stockStep,
            TimedCandidate stock) {
        return new BenchmarkResult.Method(
                adapter.config().toString(),
                adapter.targetModules().size(),
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

    private BenchmarkResult.BesideStock beside(TimedCandidate stockStep, TimedCandidate stock) {
        return new BenchmarkResult.BesideStock(
                BenchmarkResult.Timing.of(stockStep),
                step.ratio(stockStep),
                BenchmarkResult.Timing.of(stock),
                inference.ratio(stock),
                merged.ratio(stock));
    }

    TrainingCost trainingCost(TimedCandidate frozen) {
        return new TrainingCost(
                adapter.size(),
                BenchmarkResult.Timing.of(frozen),
                BenchmarkResult.Timing.of(step),
                step.ratio(frozen),
                perSite(transformForward),
                perSite(transform));
    }

    private Optional<BenchmarkResult.Timing> perSite(TimedCandidate contestant) {
        return builds()
                ? Optional.of(
                        BenchmarkResult.Timing.of(contestant).per(adapter.targetModules().size()))
                : Optional.empty();
    }
}
