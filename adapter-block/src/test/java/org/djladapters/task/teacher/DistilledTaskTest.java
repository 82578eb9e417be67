/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.task.teacher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.within;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import java.io.IOException;
import java.lang.reflect.Modifier;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import org.djladapters.data.LabelSpace;
import org.djladapters.data.TaskKind;
import org.djladapters.hub.ModelDirectory;
import org.djladapters.task.classification.LabelTask;
import org.djladapters.task.kind.Task;
import org.junit.jupiter.api.Test;

class DistilledTaskTest {

    /** Loss and gradient of PyTorch 2.7.1 in double precision: kl_div and cross_entropy. */
    @Test
    void isTheStudentsTaskInAllElse() {
        assertThat(Task.class.getDeclaredMethods())
                .filteredOn(method -> !Modifier.isStatic(method.getModifiers()))
                .filteredOn(method -> !method.isSynthetic())
                .allSatisfy(
                        method ->
                                assertThatCode(
                                                () ->
                                                        DistilledTask.class.getDeclaredMethod(
                                                                method.getName(),
                                                                method.getParameterTypes()))
                                        .doesNotThrowAnyException());
    }

    @Test
    void lossAndGradientAreThoseOfPyTorch() throws IOException {
        float[] logits = {0.5f, -1, 2, 0, 0.25f, -0.75f, 1.5f, 1, -2, -0.5f, 0.5f, 0.125f};
        float[] taught = {1, 0.5f, -1, 2, -0.25f, 0.75f, -1.5f, 1, 3, 0.5f, -0.5f, 0};
        double[] gradient = {
            -0.052385427914085805, -0.07798356710266731, 0.13036899501675306,
            -0.11187705876355161, 0.1144614865617597, -0.0025844277982080884,
            0.20003442448181014, 0.004998146201319262, -0.20503257068312933,
            -0.046144017285660976, 0.01620116020779671, 0.02994285707786426
        };
        DistilledTask task = new DistilledTask(classes(), 2, 0.7);
        try (NDManager manager = NDManager.newBaseManager()) {
            NDArray found = manager.create(logits, new Shape(4, 3));
            found.setRequiresGradient(true);
            NDList labels =
                    new NDList(
                            manager.create(new long[] {2, 0, 1, 1}),
                            manager.create(taught, new Shape(4, 3)));
            try (GradientCollector collector = Engine.getInstance().newGradientCollector()) {
                NDArray loss = task.loss().evaluate(labels, new NDList(found));
                assertThat((double) loss.getFloat()).isCloseTo(1.430770622731608, within(1e-6));
                collector.backward(loss);
            }
            float[] slopes = found.getGradient().toFloatArray();
            for (int i = 0; i < slopes.length; i++) {
                assertThat((double) slopes[i]).isCloseTo(gradient[i], within(1e-6));
            }
        }
    }

    private static LabelTask classes() throws IOException {
        return LabelTask.ofText(
                new LabelSpace(TaskKind.CLASSIFICATION, List.of("a", "b", "c")),
                ModelDirectory.open(Path.of("src/test/resources/models/tiny-bert")),
                OptionalInt.empty(),
                false);
    }
}
