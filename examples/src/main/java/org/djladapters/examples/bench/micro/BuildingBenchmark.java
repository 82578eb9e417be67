/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.bench.micro;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.djladapters.kernel.PyTorch;
import org.djladapters.rotation.CompoundForm;
import org.djladapters.rotation.CustomBackward;
import org.djladapters.rotation.WeightTransform;
import org.djladapters.rotation.programs.CompoundBackward;
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

/**
 * Builds the compound rotations of all layers of a model, in one of these ways:
 *
 * <ul>
 *   <li>{@code determinants}: a determinant for every minor, with autograd;
 *   <li>{@code compound}: the rotations for sockets and weights, with autograd;
 *   <li>{@code backward}: as in training, which computes no gradient of a rotation. The product
 *       over the tokens, which every way needs, is left out.
 * </ul>
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(1)
@Warmup(iterations = 2, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
public class BuildingBenchmark {

    /** The layers, as described in {@link Form}. */
    @Param({
        "12x384/4/1-3",
        "12x384/3/1-2",
        "12x384/1/1-3",
        "24x384/b64/1-2",
        "24x768/4/1-3",
        "24x768/3/1-2",
        "12x768/1/1-3",
        "1x384/4/1-3",
        "1x768/1/1-3",
        "1x4096/4/1-3"
    })
    String form;

    /** The way; this name is alphabetically last, so that JMH prints the ways side by side. */
    @Param({"determinants", "compound", "backward"})
    String way;

    private final ReferenceKernel reference = new ReferenceKernel();
    private final List<NDArray> parameters = new ArrayList<>();
    private NDManager manager;
    private Way builder;

    /** A way of building the rotations, with or without a backward pass. */
    private interface Way {
        void forward(NDManager scope);

        void forwardAndBackward(NDManager scope);
    }

    /** Makes parameters, gradients, and arrays that a model makes once. */
    @Setup(Level.Trial)
    public void open() {
        manager = PyTorch.newManager();
        // glibc keeps freed memory after one large allocation, as activations of a model are
        manager.zeros(new Shape(1 << 22)).close();
        Form layers = Form.of(form);
        CompoundForm compound = CompoundForm.of(layers.layout());
        for (int i = 0; i < layers.sites(); i++) {
            NDArray angles = manager.randomNormal(compound.parameterShape()).mul(0.1f);
            angles.setRequiresGradient(true);
            parameters.add(angles);
        }
        int blocks = layers.layout().blocks();
        int size = layers.layout().blockSize();
        builder =
                switch (way) {
                    case "determinants" -> byDeterminants(layers, new Shape(blocks, size, size));
                    case "compound" -> byCompound(compound, new Shape(1, blocks, size, size));
                    case "backward" -> byCustomBackward(compound);
                    default -> throw new IllegalArgumentException("There is no way " + way);
                };
    }

    /** Releases everything. */
    @TearDown(Level.Trial)
    public void close() {
        manager.close();
        reference.close();
    }

    /** Builds the rotations, as for inference. */
    @Benchmark
    public void forward() {
        try (NDManager scope = manager.newSubManager()) {
            builder.forward(scope);
        }
    }

    /** Builds the rotations and computes the gradients of their parameters. */
    @Benchmark
    @SuppressWarnings("try") // gradients are computed while the collector is there
    public void forwardAndBackward() {
        try (GradientCollector collector = Engine.getInstance().newGradientCollector();
                NDManager scope = manager.newSubManager()) {
            builder.forwardAndBackward(scope);
        }
    }

    /** Returns the gradients of the layers' parameters after a backward pass. */
    List<NDArray> gradients() {
        return parameters.stream().map(NDArray::getGradient).toList();
    }

    private Way byDeterminants(Form layers, Shape shape) {
        ReferenceKernel.Plan plan = ReferenceKernel.Plan.of(layers.layout(), manager);
        return withAutograd(shape, scope -> reference.rotations(plan, parameters, scope));
    }

    private Way byCompound(CompoundForm compound, Shape shape) {
        CompoundPlan plan = new CompoundPlan(compound, manager);
        List<NDArray> scales = Collections.nCopies(parameters.size(), null);
        return withAutograd(
                shape,
                scope ->
                        CompoundKernel.transforms(plan, parameters, scales, scope).stream()
                                .map(transform -> transform.output().blocks())
                                .toList());
    }

    private interface Forward {
        List<NDArray> rotations(NDManager scope);
    }

    private Way withAutograd(Shape shape, Forward forward) {
        NDArray gradient = manager.randomNormal(shape);
        List<NDArray> gradients = Collections.nCopies(parameters.size(), gradient);
        return new Way() {
            @Override
            public void forward(NDManager scope) {
                forward.rotations(scope);
            }

            @Override
            public void forwardAndBackward(NDManager scope) {
                reference.backward(forward.rotations(scope), gradients, scope);
            }
        };
    }

    private Way byCustomBackward(CompoundForm compound) {
        CompoundPlan plan = new CompoundPlan(compound, manager);
        int features = compound.layout().features();
        List<NDArray> weights = new ArrayList<>();
        for (int i = 0; i < parameters.size(); i++) {
            weights.add(manager.randomNormal(new Shape(features, 1)));
        }
        List<WeightTransform> rests =
                Collections.nCopies(parameters.size(), WeightTransform.IDENTITY);
        List<CompoundForm> forms = Collections.nCopies(parameters.size(), compound);
        boolean[] transposed = new boolean[parameters.size()];
        long entries = (long) compound.layout().size() * compound.layout().size();
        List<CustomBackward.SavedTensors> saved = new ArrayList<>();
        for (int i = 0; i < parameters.size(); i++) {
            // the tensors that a backward pass saves
            NDArray tangents = manager.randomNormal(new Shape(compound.layout().blocks(), entries));
            saved.add(new CustomBackward.SavedTensors(i, List.of(tangents)));
        }
        return new Way() {
            @Override
            public void forward(NDManager scope) {
                CompoundBackward.of(
                        plan, forms, false, parameters, rests, weights, transposed, scope);
            }

            @Override
            public void forwardAndBackward(NDManager scope) {
                CompoundBackward.of(
                                plan, forms, false, parameters, rests, weights, transposed, scope)
                        .backward(saved, scope);
            }
        };
    }
}
