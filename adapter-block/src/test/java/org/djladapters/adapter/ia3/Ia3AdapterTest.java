/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.ia3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import java.util.List;
import org.djladapters.adapter.AdapterFixture;
import org.djladapters.adapter.Targets;
import org.djladapters.adapter.WeightSpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class Ia3AdapterTest extends AdapterFixture {

    private static final Shape LINEAR = new Shape(4, 3);
    private static final Shape FILTERS = new Shape(4, 3, 2, 1);

    private static WeightSpec spec(String path, WeightSpec.Kind kind, Shape shape) {
        return new WeightSpec(path, kind, shape, DataType.FLOAT64, true);
    }

    private static Ia3Adapter adapter(WeightSpec weight) {
        return (Ia3Adapter) Ia3Config.builder().optFeedforward("down").build().newAdapter(weight);
    }

    private Ia3Adapter started(WeightSpec weight) {
        return started(adapter(weight));
    }

    private Ia3Adapter moved(WeightSpec weight) {
        return random(adapter(weight), 1);
    }

    private static NDArray factors(Ia3Adapter adapter) {
        return array(adapter, "ia3_l");
    }

    @ParameterizedTest
    @EnumSource(
            value = WeightSpec.Kind.class,
            names = {"LINEAR", "CONV1D", "CONV2D"})
    void startsWithTheLayerAsItIs(WeightSpec.Kind kind) {
        Shape shape = kind == WeightSpec.Kind.CONV2D ? FILTERS : LINEAR;
        for (String path : List.of("up", "down")) {
            WeightSpec spec = spec(path, kind, shape);
            NDArray weight = random(shape);
            NDArray bias = random(new Shape(spec.features()));

            NDList adapted = adapted(started(spec), weight, bias);

            assertThat(adapted.get(0)).isEqualTo(weight);
            assertThat(adapted.get(1)).isEqualTo(bias);
        }
    }

    @Test
    void scalesOutputsWithTheirBias() {
        Ia3Adapter adapter = moved(spec("up", WeightSpec.Kind.LINEAR, LINEAR));
        NDArray weight = random(LINEAR);
        NDArray bias = random(new Shape(4));

        NDList adapted = adapted(adapter, weight, bias);

        // one product of two numbers for every result, which is rounded the same anywhere
        assertThat(factors(adapter).getShape()).isEqualTo(new Shape(4, 1));
        assertThat(adapted.get(0)).isEqualTo(weight.mul(factors(adapter)));
        assertThat(adapted.get(1)).isEqualTo(bias.mul(factors(adapter).reshape(4)));
    }

    @Test
    void scalesInputsOfFeedforwardModules() {
        Ia3Adapter adapter = moved(spec("mlp.down", WeightSpec.Kind.LINEAR, LINEAR));
        NDArray weight = random(LINEAR);
        NDArray bias = random(new Shape(4));

        NDList adapted = adapted(adapter, weight, bias);

        assertThat(adapter.feedforward()).isTrue();
        assertThat(factors(adapter).getShape()).isEqualTo(new Shape(1, 3));
        assertThat(adapted.get(0)).isEqualTo(weight.mul(factors(adapter)));
        assertThat(adapted.get(1)).isEqualTo(bias);
    }

    @Test
    void takesTransposedWeightsAsTheyLie() {
        Shape shape = new Shape(3, 4);
        Ia3Adapter outputs = moved(spec("up", WeightSpec.Kind.CONV1D, shape));
        Ia3Adapter inputs = moved(spec("down", WeightSpec.Kind.CONV1D, shape));
        NDArray weight = random(shape);
        NDArray bias = random(new Shape(4));

        assertThat(factors(outputs).getShape()).isEqualTo(new Shape(4, 1));
        assertThat(adapted(outputs, weight, bias).get(0))
                .isEqualTo(weight.mul(factors(outputs).reshape(1, 4)));
        assertThat(factors(inputs).getShape()).isEqualTo(new Shape(1, 3));
        assertThat(adapted(inputs, weight, bias).get(0))
                .isEqualTo(weight.mul(factors(inputs).reshape(3, 1)));
    }

    @Test
    void scalesChannelsOfConvolutions() {
        Ia3Adapter outputs = moved(spec("up", WeightSpec.Kind.CONV2D, FILTERS));
        Ia3Adapter inputs = moved(spec("down", WeightSpec.Kind.CONV2D, FILTERS));
        NDArray weight = random(FILTERS);
        NDArray bias = random(new Shape(4));

        assertThat(factors(outputs).getShape()).isEqualTo(new Shape(1, 4, 1, 1));
        assertThat(adapted(outputs, weight, bias).get(0))
                .isEqualTo(weight.mul(factors(outputs).reshape(4, 1, 1, 1)));
        assertThat(factors(inputs).getShape()).isEqualTo(new Shape(1, 3, 1, 1));
        assertThat(adapted(inputs, weight, bias).get(0)).isEqualTo(weight.mul(factors(inputs)));
    }

    @Test
    void everyFactorGetsItsGradient() {
        NDArray weight = random(FILTERS);
        NDArray bias = random(new Shape(4));
        for (String path : List.of("up", "down")) {
            Ia3Adapter adapter = moved(spec(path, WeightSpec.Kind.CONV2D, FILTERS));
            Parameter parameter = adapter.getParameters().get("ia3_l");
            assertThat(parameter.requiresGradient()).isTrue();
            try (var collector = manager.getEngine().newGradientCollector()) {
                NDList adapted = adapter.forward(store, new NDList(weight, bias), true);
                collector.backward(adapted.get(0).sum());
            }
            // the derivative of a sum of products with one factor is the sum of the others
            int[] others = path.equals("up") ? new int[] {1, 2, 3} : new int[] {0, 2, 3};
            NDArray expected = weight.sum(others).reshape(factors(adapter).getShape());
            NDArray error = factors(adapter).getGradient().sub(expected).abs().max();
            // sums of at most eight numbers of about one
            assertThat(error.getDouble()).isLessThan(1e-14);
        }
    }

    @Test
    void refusesEmbeddingsByName() {
        WeightSpec spec = spec("embeddings.word", WeightSpec.Kind.EMBEDDING, LINEAR);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> Ia3Config.builder().build().newAdapters(List.of(spec)))
                .withMessage(
                        "Module embeddings.word: IA3 adapts linear layers and convolutions, which"
                                + " this is not; leave it out of the targets");
    }

    @Test
    void theConfigurationTellsItsOptions() {
        Ia3Config.Builder builder = Ia3Config.builder().optTargets("key", "dense");

        assertThat(builder.build()).hasToString("ia3(feed-forward none, targets key,dense)");
        assertThat(builder.optFeedforward("dense").build().withTargets(Targets.of("dense")))
                .hasToString("ia3(feed-forward dense, targets dense)");
        assertThat(builder.optFeedforwardRegex(".*fc2").build().feedforward().names("a.fc2"))
                .isTrue();
    }
}
