/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.bench.micro;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.djladapters.kernel.PyTorch;
import org.djladapters.rotation.CompoundForm;
import org.djladapters.rotation.WeightTransform;
import org.djladapters.rotation.programs.CompoundKernel;
import org.djladapters.rotation.programs.CompoundPlan;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** Rotates the outputs of one layer; and multiplies by its square weight, for comparison. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(1)
@Warmup(iterations = 2, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
public class RotatingBenchmark {

    /** The layer, as described in {@link Form}. */
    @Param({
        "1x384/4/1-3",
        "1x384/3/1-2",
        "1x384/1/1-3",
        "1x384/b64/1-2",
        "1x768/4/1-3",
        "1x768/1/1-3"
    })
    String form;

    /** The tokens of a batch. */
    @Param("1024")
    int tokens;

    private NDManager manager;
    private NDArray activations;
    private NDArray weight;
    private WeightTransform transform;

    /** Makes activations and a rotation. */
    @Setup(Level.Trial)
    public void open() {
        manager = PyTorch.newManager();
        Form layer = Form.of(form);
        CompoundForm compound = CompoundForm.of(layer.layout());
        NDArray angles = manager.randomNormal(compound.parameterShape()).mul(0.1f);
        CompoundPlan plan = new CompoundPlan(compound, manager);
        transform =
                CompoundKernel.transforms(
                                plan, List.of(angles), Collections.singletonList(null), manager)
                        .get(0);
        int features = layer.layout().features();
        activations = manager.randomNormal(new Shape(tokens, features));
        weight = manager.randomNormal(new Shape(features, features));
    }

    /** Releases everything. */
    @TearDown(Level.Trial)
    public void close() {
        manager.close();
    }

    /** Rotates the activations. */
    @Benchmark
    public void rotate() {
        rotated().close();
    }

    /** Returns the rotated activations. */
    NDArray rotated() {
        return CompoundKernel.rotate(activations, transform);
    }

    NDArray activations() {
        return activations;
    }

    /** Multiplies the activations by the weight. */
    @Benchmark
    public void linear() {
        activations.matMul(weight).close();
    }
}
