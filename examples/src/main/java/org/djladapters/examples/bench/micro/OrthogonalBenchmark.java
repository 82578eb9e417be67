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
import org.djladapters.rotation.OrthogonalMap;
import org.djladapters.rotation.programs.OrthogonalKernel;
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
 * Builds the rotations of all layers for OFT (blocks of 32), for compound adapters with Givens
 * angles (the same blocks), and for BOFT (blocks of 8, 2 factors).
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(1)
@Warmup(iterations = 2, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
public class OrthogonalBenchmark {

    /** The terms of the Neumann series that OFT takes. */
    private static final int TERMS = 5;

    /** The number of layers. */
    @Param("12")
    int sites;

    /** Their features. */
    @Param({"384", "768"})
    int features;

    /** The method. */
    @Param({"oft", "givens", "boft"})
    String method;

    /** The deviation of the parameters from zero, which is the identity. */
    float spread = 0.1f;

    private final ReferenceKernel reference = new ReferenceKernel();
    private NDManager manager;
    private List<NDArray> triangles;
    private List<NDArray> directions;
    private int size;

    /** Makes parameters and reference. */
    @Setup(Level.Trial)
    public void open() {
        manager = PyTorch.newManager();
        boolean butterfly = method.equals("boft");
        size = butterfly ? 8 : 32;
        int factors = butterfly ? 2 : 1;
        long blocks = features / size;
        triangles = new ArrayList<>();
        for (int i = 0; i < sites; i++) {
            Shape shape = new Shape(factors, blocks, size * (size - 1L) / 2);
            NDArray triangle = manager.randomNormal(shape).mul(spread);
            triangle.setRequiresGradient(true);
            triangles.add(triangle);
        }
        NDArray direction = manager.randomNormal(new Shape(factors, blocks, size, size));
        directions = Collections.nCopies(sites, direction);
    }

    /** Releases everything. */
    @TearDown(Level.Trial)
    public void close() {
        manager.close();
        reference.close();
    }

    /** Builds the rotations. */
    @Benchmark
    public void forward() {
        try (NDManager scope = manager.newSubManager()) {
            matrices(scope);
        }
    }

    /** Builds the rotations and computes the gradients of their parameters. */
    @Benchmark
    @SuppressWarnings("try") // gradients are computed while the collector is there
    public void forwardAndBackward() {
        try (GradientCollector collector = Engine.getInstance().newGradientCollector();
                NDManager scope = manager.newSubManager()) {
            reference.backward(matrices(scope), directions, scope);
        }
    }

    /** Returns the gradients of the layers' parameters after a backward pass. */
    List<NDArray> gradients() {
        return triangles.stream().map(NDArray::getGradient).toList();
    }

    /** Returns the orthogonal matrices of all layers. */
    List<NDArray> matrices(NDManager scope) {
        OrthogonalMap map =
                switch (method) {
                    case "oft" -> OrthogonalMap.NEUMANN;
                    case "givens" -> OrthogonalMap.GIVENS;
                    default -> OrthogonalMap.CAYLEY;
                };
        return OrthogonalKernel.matrices(triangles, size, map, TERMS, scope);
    }
}
