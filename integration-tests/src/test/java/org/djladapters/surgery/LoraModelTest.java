/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.surgery;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Parameter;
import ai.djl.training.GradientCollector;
import java.util.Map;
import java.util.Random;
import org.djladapters.adapter.LoraConfig;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** LoRA on linear layers, convolutions and embeddings of exported models. */
class LoraModelTest {

    /**
     * Sums of products of size one in two different orders through two layers, relative to the
     * largest output: some hundred units in the last place.
     */
    private static final double FLOAT32 = 2e-5;

    @ParameterizedTest
    @MethodSource("org.djladapters.surgery.Models#names")
    void startsAsTheBase(String name) throws Exception {
        try (AdaptedModel model = AdaptedModel.open(Models.directory(name));
                NDManager manager = NDManager.newBaseManager("PyTorch")) {
            NDList inputs = Models.runs(model, manager).get(0).inputs();
            NDList base = model.predict(inputs);

            model.add("lora", config(name).build());
            model.add("dora", config(name).optDora(true).build());

            Passes.assertBitEqual(model.predict(inputs), base);
            model.activate("dora");
            Passes.assertClose(model.predict(inputs), base, FLOAT32);
        }
    }

    private static LoraConfig.Builder config(String name) {
        return LoraConfig.builder().setRank(2).optTargets(Models.everyKind(name));
    }

    @ParameterizedTest
    @MethodSource("org.djladapters.surgery.Models#names")
    void trainsInItsSocketsWhatItPredictsWith(String name) throws Exception {
        try (AdaptedModel model = AdaptedModel.open(Models.directory(name));
                NDManager manager = NDManager.newBaseManager("PyTorch")) {
            NDList inputs = Models.runs(model, manager).get(0).inputs();
            Map<String, byte[]> bytes = Passes.baseBytes(model);
            NDList base = model.predict(inputs);
            for (boolean dora : new boolean[] {false, true}) {
                Adapter adapter = model.add("a", config(name).optDora(dora).build());
                Passes.perturb(model, "a", 1);

                Passes.assertClose(Passes.training(model, inputs), model.predict(inputs), FLOAT32);

                assertThat(Passes.isBitEqual(model.predict(inputs), base)).isFalse();
                assertEveryParameterGetsAGradient(model, adapter, inputs);
                assertThat(Passes.baseBytes(model)).containsExactlyEntriesOf(bytes);
                model.delete("a");
            }
        }
    }

    private static void assertEveryParameterGetsAGradient(
            AdaptedModel model, Adapter adapter, NDList inputs) {
        try (GradientCollector collector = Engine.getEngine("PyTorch").newGradientCollector()) {
            NDArray loss = null;
            for (NDArray output : Passes.training(model, inputs)) {
                NDArray part = output.mul(weights(output)).sum();
                loss = loss == null ? part : loss.add(part);
            }
            collector.backward(loss);
        }
        for (Map.Entry<String, Parameter> entry : adapter.parameters().entrySet()) {
            assertThat(entry.getValue().getArray().getGradient().abs().max().getFloat())
                    .as(entry.getKey())
                    .isPositive();
        }
    }

    /** Else the gradient of normalized outputs would be zero. */
    private static NDArray weights(NDArray output) {
        Random random = new Random(2);
        float[] weights = new float[Math.toIntExact(output.size())];
        for (int i = 0; i < weights.length; i++) {
            weights[i] = (float) random.nextGaussian();
        }
        return output.getManager().create(weights, output.getShape());
    }
}
