/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.bench.micro;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.djladapters.rotation.CompoundForm;
import org.djladapters.rotation.programs.CompoundKernel;
import org.djladapters.rotation.programs.CompoundPlan;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Rotations by determinants are the ones that are built, for layers so large that these are built
 * in pieces.
 */
class ReferenceKernelTest {

    /** Float64 rounding of sums of some thousand products. */
    private static final double TOLERANCE = 1e-10;

    private final NDManager manager = NDManager.newBaseManager("PyTorch");
    private final ReferenceKernel reference = new ReferenceKernel();
    private final Form form = Form.of("2x384/1/1-3");
    private final CompoundForm compound = CompoundForm.of(form.layout());

    @AfterEach
    void release() {
        manager.close();
        reference.close();
    }

    @Test
    void rotationsAgree() {
        List<NDArray> parameters = parameters();
        List<NDArray> expected = byDeterminants(parameters);
        List<NDArray> actual = built(parameters);
        for (int i = 0; i < form.sites(); i++) {
            assertClose(actual.get(i).squeeze(0), expected.get(i));
        }
    }

    @Test
    @SuppressWarnings("try") // gradients are computed while the collector is there
    void gradientsAgree() {
        List<NDArray> expected = parameters();
        List<NDArray> actual = parameters();
        int size = form.layout().blockSize();
        NDArray direction = manager.randomNormal(new Shape(1, size, size), DataType.FLOAT64);
        List<NDArray> directions = Collections.nCopies(form.sites(), direction);
        try (GradientCollector collector = Engine.getInstance().newGradientCollector()) {
            reference.backward(byDeterminants(expected), directions, manager);
            List<NDArray> blocks = built(actual).stream().map(c -> c.squeeze(0)).toList();
            reference.backward(blocks, directions, manager);
        }
        for (int i = 0; i < form.sites(); i++) {
            assertClose(actual.get(i).getGradient(), expected.get(i).getGradient());
        }
    }

    /**
     * Numbers without pattern: the gradient of a determinant that is zero is not to be relied on.
     */
    private List<NDArray> parameters() {
        Random random = new Random(5);
        Shape shape = compound.parameterShape();
        List<NDArray> parameters = new ArrayList<>();
        for (int i = 0; i < form.sites(); i++) {
            double[] numbers = random.doubles(shape.size(), -1, 1).toArray();
            NDArray parameter = manager.create(numbers, shape);
            parameter.setRequiresGradient(true);
            parameters.add(parameter);
        }
        return parameters;
    }

    private List<NDArray> byDeterminants(List<NDArray> parameters) {
        return reference.rotations(
                ReferenceKernel.Plan.of(form.layout(), manager), parameters, manager);
    }

    private List<NDArray> built(List<NDArray> parameters) {
        CompoundPlan plan = new CompoundPlan(compound, manager);
        List<NDArray> scales = Collections.nCopies(form.sites(), null);
        return CompoundKernel.transforms(plan, parameters, scales, manager).stream()
                .map(transform -> transform.output().blocks())
                .toList();
    }

    private static void assertClose(NDArray actual, NDArray expected) {
        double scale = expected.abs().max().getDouble();
        assertThat(actual.sub(expected).abs().max().getDouble()).isLessThan(TOLERANCE * scale);
    }
}
