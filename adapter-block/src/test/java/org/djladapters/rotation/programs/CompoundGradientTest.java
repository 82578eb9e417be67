/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.rotation.programs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.djladapters.rotation.CompoundForm;
import org.djladapters.rotation.CompoundLayout;
import org.djladapters.rotation.EntryRule;
import org.djladapters.rotation.OrthogonalMap;
import org.djladapters.rotation.WeightTransform;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Gradients against central differences along a random direction, which a wrong element changes
 * too, in double precision.
 */
class CompoundGradientTest {

    private static final double STEP = 1e-5;

    /**
     * The differences are off by STEP&sup2; times a third derivative and by the rounding of the
     * function, some hundred times 1e-16, over STEP: both about 1e-9 here.
     */
    private static final double TOLERANCE = 1e-7;

    static List<CompoundForm> forms() {
        List<CompoundForm> forms = new ArrayList<>(Rotations.everyForm());
        // an order that expands twice
        CompoundLayout layout = CompoundLayout.ofBlocks(11, 2, List.of(3));
        for (OrthogonalMap map : OrthogonalMap.values()) {
            for (EntryRule rule : EntryRule.values()) {
                forms.add(Rotations.form(layout, map, rule));
            }
        }
        return forms;
    }

    @ParameterizedTest
    @MethodSource("forms")
    void flowIntoParametersScaleAndActivations(CompoundForm form) {
        int d = form.layout().features();
        check(
                form,
                new Shape(2, d),
                (activations, transform) -> CompoundKernel.rotate(activations, transform));
    }

    @ParameterizedTest
    @MethodSource("forms")
    void flowIntoParametersScaleAndWeight(CompoundForm form) {
        int d = form.layout().features();
        check(
                form,
                new Shape(d, 2),
                (weight, transform) ->
                        TransformKernel.transform(weight, transform, false, weight.getManager()));
    }

    private interface Application {
        NDArray apply(NDArray array, WeightTransform transform);
    }

    private static void check(CompoundForm form, Shape shape, Application application) {
        try (NDManager manager = NDManager.newBaseManager("PyTorch");
                CompoundPlan plan = new CompoundPlan(form, manager)) {
            NDArray parameters =
                    manager.create(Rotations.parameters(form, 21), form.parameterShape());
            NDArray scale = Rotations.normal(manager, 22, new Shape(form.layout().features()));
            NDArray array = Rotations.normal(manager, 23, shape);
            NDArray direction = Rotations.normal(manager, 24, shape);
            List<NDArray> inputs = List.of(parameters, scale, array);
            inputs.forEach(input -> input.setRequiresGradient(true));
            try (GradientCollector collector = Engine.getInstance().newGradientCollector()) {
                collector.backward(loss(plan, inputs, direction, application));
            }
            for (NDArray input : inputs) {
                NDArray gradient = input.getGradient();
                input.setRequiresGradient(false);
                NDArray way = Rotations.normal(manager, 25, input.getShape());
                way.divi(way.norm());
                assertThat(gradient.mul(way).sum().getDouble())
                        .isCloseTo(
                                difference(
                                        input,
                                        way,
                                        () -> loss(plan, inputs, direction, application)),
                                within(TOLERANCE));
            }
        }
    }

    private static NDArray loss(
            CompoundPlan plan, List<NDArray> inputs, NDArray direction, Application application) {
        WeightTransform transform = Rotations.transform(plan, inputs.get(0), inputs.get(1));
        return application.apply(inputs.get(2), transform).mul(direction).sum();
    }

    private static double difference(NDArray input, NDArray way, Supplier<NDArray> loss) {
        input.addi(way.mul(STEP));
        double above = loss.get().getDouble();
        input.subi(way.mul(2 * STEP));
        double below = loss.get().getDouble();
        input.addi(way.mul(STEP));
        return (above - below) / (2 * STEP);
    }
}
