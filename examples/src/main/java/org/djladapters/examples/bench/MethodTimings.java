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
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import org.djladapters.adapter.Adapter;
import org.djladapters.adapter.TargetModule;
import org.djladapters.adapter.WeightAdapter;
import org.djladapters.rotation.programs.TransformKernel;

/** The parts of a method that a benchmark times. */
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
     * Prepares the timings of a method.
     *
     * @param first the first adapted layer
     * @param other the name of another adapter of the same configuration
     */
    MethodTimings(
            Adapter adapter,
            TargetModule first,
            TimedStep steps,
            TransformBuild build,
            InferenceTimings predictions,
            String other,
            Trainer trainer,
            Batch batch) {
        this.adapter = adapter;
        this.first = first;
        firstParameter = FrozenBaseConfig.at(first).parameter();
        step = new TimedCandidate(() -> steps.run(trainer, batch));
        transformForward = new TimedCandidate(build::forward);
        transform =
                new TimedCandidate(
                        () -> {
                            double seconds = build.forwardAndBackward(trainer);
                            steps.clearGradients();
                            return seconds;
                        });
        inference = new TimedCandidate(() -> predictions.adapted(adapter.name()));
        merged = new TimedCandidate(() -> predictions.merged(adapter.name()));
        change = new TimedCandidate(() -> predictions.change(other, adapter.name()));
        small = new TimedCandidate(() -> predictions.small(adapter.name()));
    }

    /** Changes the values of an adapter a little, since a new one may be the identity. */
    static void vary(Adapter adapter, Random random, NDManager scope) {
        List<Parameter> parameters = new ArrayList<>(adapter.sharedParameters().values());
        adapter.targetModules()
                .values()
                .forEach(block -> parameters.addAll(block.getDirectParameters().values()));
        for (Parameter parameter : parameters) {
            try (NDManager own = scope.newSubManager();
                    NDArray values = parameter.getArray().stopGradient()) {
                NDArray noise = BenchmarkInputs.normal(values.getShape(), random, own);
                noise =
                        TransformKernel.times(noise, SPREAD, own)
                                .toType(values.getDataType(), false);
                WeightAdapter.set(parameter.getArray(), noise.add(values));
            }
        }
    }

    Adapter adapter() {
        return adapter;
    }

    TargetModule first() {
        return first;
    }

    /** Returns the parameter down to which a step of the frozen base model goes. */
    String firstParameter() {
        return firstParameter;
    }

    /** Returns the candidates that are interleaved with steps of the frozen base model. */
    List<TimedCandidate> training() {
        return builds() ? List.of(step, transformForward, transform) : List.of(step);
    }

    /** Returns the candidates that are interleaved with predictions of the base model. */
    List<TimedCandidate> inference() {
        return List.of(inference, merged, change, small);
    }

    private boolean builds() {
        return !adapter.targetModules().isEmpty();
    }

    /** Returns the result; the steps and predictions of DJL alone are null if left out. */
    BenchmarkResult.Method result(
            TimedCandidate frozen,
            TimedCandidate base,
            TimedCandidate stockStep,
            TimedCandidate stock,
            OptionalLong fileBytes) {
        return new BenchmarkResult.Method(
                adapter.config().toString(),
                adapter.targetModules().size(),
                first.path(),
                firstParameter,
                trainingCost(frozen),
                BenchmarkResult.Timing.of(inference),
                inference.ratio(base),
                BenchmarkResult.Timing.of(merged),
                merged.ratio(base),
                BenchmarkResult.Timing.of(change).minus(BenchmarkResult.Timing.of(small)),
                fileBytes,
                stock == null ? Optional.empty() : Optional.of(compared(stockStep, stock)));
    }

    /** Compares the times with those of the method on another model, given those of the base. */
    BenchmarkResult.Ratios ratios(MethodTimings to, double frozenStep, double baseInference) {
        return new BenchmarkResult.Ratios(
                frozenStep,
                step.ratio(to.step),
                baseInference,
                inference.ratio(to.inference),
                merged.ratio(to.merged));
    }

    private BenchmarkResult.StockComparison compared(
            TimedCandidate stockStep, TimedCandidate stock) {
        return new BenchmarkResult.StockComparison(
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

    private Optional<BenchmarkResult.Timing> perSite(TimedCandidate candidate) {
        return builds()
                ? Optional.of(
                        BenchmarkResult.Timing.of(candidate).per(adapter.targetModules().size()))
                : Optional.empty();
    }
}
