/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.surgery;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import org.djladapters.adapter.CompoundConfig;
import org.djladapters.adapter.Targets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class AdaptedModelTest {

    @ParameterizedTest
    @MethodSource("org.djladapters.surgery.Models#names")
    void showsTheBaseBeforeAnythingIsAdded(String name) throws Exception {
        try (AdaptedModel model = AdaptedModel.open(Models.directory(name));
                NDManager manager = NDManager.newBaseManager("PyTorch")) {
            for (Models.Run run : Models.runs(model, manager)) {
                NDList outputs = model.predict(run.inputs());
                for (NDArray output : outputs) {
                    NDArray expected = run.output(output.getName());
                    System.out.println(
                            name
                                    + " "
                                    + output.getName()
                                    + " "
                                    + output.sub(expected).abs().max().getFloat());
                }
            }
            System.out.println(
                    model.sites().stream()
                            .map(
                                    s ->
                                            s.path()
                                                    + ":"
                                                    + s.kind()
                                                    + s.weight().shape()
                                                    + (s.socket() ? "" : "W"))
                            .toList());
            model.add(
                    "a",
                    CompoundConfig.builder()
                            .setOrders(1, 2)
                            .optBlockSize(16)
                            .optTargets(
                                    name.contains("resnet")
                                            ? Targets.of("convolution")
                                            : Targets.allLinear())
                            .build());
            System.out.println(model);
            for (Models.Run run : Models.runs(model, manager)) {
                NDList outputs = model.predict(run.inputs());
                NDList trained =
                        model.block()
                                .forward(
                                        new ai.djl.training.ParameterStore(manager, false),
                                        run.inputs(),
                                        true);
                for (NDArray output : outputs) {
                    System.out.println(
                            "identity "
                                    + output.sub(run.output(output.getName()))
                                            .abs()
                                            .max()
                                            .getFloat()
                                    + " train "
                                    + trained.get(0).sub(outputs.get(0)).abs().max().getFloat());
                }
            }
            assertThat(model.active()).containsExactly("a");
        }
    }
}
