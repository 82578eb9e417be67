/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import ai.djl.nn.Parameter;
import java.util.Iterator;
import org.djladapters.adapter.HeadConfig;
import org.djladapters.adapter.TargetModule;
import org.djladapters.adapter.WeightSpec;
import org.djladapters.adapter.compound.CompoundConfig;
import org.djladapters.model.AdapterStatus.Gradients;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a model tells of its adapters. */
class StatusTest {

    private static final CompoundConfig QUERY =
            CompoundConfig.builder().optOrders(1).optScaling(true).optTargets("query").build();
    private static final CompoundConfig HEADED =
            CompoundConfig.builder().optOrders(1).optTargets("query", "value").build();

    private AdaptedModel model;

    @BeforeEach
    void open() throws Exception {
        model = AdaptedModel.open(Models.directory("tiny-bert"));
    }

    @AfterEach
    void close() {
        model.close();
    }

    private void twoAdapters() {
        model.add("a", QUERY);
        model.add("b", HEADED, new HeadConfig(2, HeadConfig.Pooling.CLS));
    }

    @Test
    void aModelWithoutAdaptersHasNoStatus() {
        assertThatIllegalStateException()
                .isThrownBy(() -> model.status())
                .withMessage("The model 'tiny-bert' has no adapters; add one");
        model.add("a", QUERY);
        assertThat(model.status().available()).containsExactly("a");
        model.unload();
        assertThatIllegalStateException().isThrownBy(() -> model.status());
    }

    @Test
    void countsWhatThereIsAndWhatTrains() {
        twoAdapters();
        long a = model.adapter("a").size();
        long b = model.adapter("b").size();
        ModelStatus status = model.status();

        assertThat(status.model()).isEqualTo("tiny-bert");
        assertThat(status.enabled()).isTrue();
        assertThat(status.available()).containsExactly("a", "b");
        assertThat(status.active()).containsExactly("a");
        assertThat(status.merged()).isEmpty();
        long base = model.baseParameters().values().stream().mapToLong(p -> p.size()).sum();
        assertThat(status.baseParameters()).isEqualTo(base);
        assertThat(status.adapterParameters()).isEqualTo(a + b);
        assertThat(status.trainableParameters()).isEqualTo(a);
        assertThat(status.totalParameters()).isEqualTo(base + a + b);
        assertThat(status.trainablePercentage()).isEqualTo(100.0 * a / (base + a + b));

        model.activate("b", "a");
        assertThat(model.status().active()).containsExactly("b", "a");
        assertThat(model.status().trainableParameters()).isEqualTo(a + b);
        assertThat(status.active()).containsExactly("a");
    }

    @Test
    void layersTellTheirAdapters() {
        twoAdapters();
        model.merge("b");
        ModelStatus status = model.status();

        assertThat(status.layers().stream().map(LayerStatus::path))
                .containsExactlyElementsOf(
                        model.targetModules(HEADED.targets()).stream()
                                .map(TargetModule::path)
                                .toList());
        LayerStatus query = status.layers().get(0);
        assertThat(query.path()).endsWith("query");
        assertThat(query.kind()).isEqualTo(WeightSpec.Kind.LINEAR);
        AdapterStatus a = query.adapters().get(0);
        assertThat(a.active()).isTrue();
        assertThat(a.merged()).isFalse();
        assertThat(a.method()).isEqualTo("compound");
        assertThat(a.gradients()).isEqualTo(Gradients.YES);
        assertThat(a.parameters()).isEqualTo(model.adapter("a").size() / 2);
        AdapterStatus b = query.adapters().get(1);
        assertThat(b.active()).isFalse();
        assertThat(b.merged()).isTrue();
        assertThat(b.gradients()).isEqualTo(Gradients.NO);
        LayerStatus value = status.layers().get(1);
        assertThat(value.adapters()).extracting(AdapterStatus::name).containsExactly("b");
        // the head is counted with the adapter, not with a layer
        long inLayers =
                status.layers().stream()
                        .flatMap(layer -> layer.adapters().stream())
                        .filter(adapter -> adapter.name().equals("b"))
                        .mapToLong(AdapterStatus::parameters)
                        .sum();
        assertThat(inLayers).isEqualTo(model.adapter("b").adapterSize());
        assertThat(status.adapters().get(1).parameters()).isEqualTo(model.adapter("b").size());
    }

    @Test
    void frozenParametersMakeAStateIrregular() {
        model.add("a", QUERY);
        Iterator<Parameter> parameters = model.adapter("a").parameters().values().iterator();
        Parameter first = parameters.next();
        first.freeze(true);
        long rest = model.adapter("a").size() - first.getArray().size();

        ModelStatus status = model.status();

        assertThat(status.trainableParameters()).isEqualTo(rest);
        assertThat(status.adapters().get(0).gradients()).isEqualTo(Gradients.IRREGULAR);
        assertThat(status.layers())
                .extracting(layer -> layer.adapters().get(0).gradients())
                .containsExactly(Gradients.IRREGULAR, Gradients.YES);
        parameters.next().freeze(true);
        assertThat(model.status().layers().get(0).adapters().get(0).gradients())
                .isEqualTo(Gradients.NO);
        assertThat(model.status().adapters().get(0).gradients()).isEqualTo(Gradients.IRREGULAR);
    }

    @Test
    void nothingTrainsWhileAdaptersAreDisabled() {
        twoAdapters();
        ModelStatus before = model.status();
        Passes.whileDisabled(
                model,
                () -> {
                    ModelStatus status = model.status();
                    assertThat(status.enabled()).isFalse();
                    assertThat(status.active()).containsExactly("a");
                    assertThat(status.trainableParameters()).isZero();
                    assertThat(status.toString()).contains("adapters disabled");
                });
        assertThat(model.status()).isEqualTo(before);
    }

    @ParameterizedTest
    @CsvSource({"tiny-gpt2, lm_head.weight", "tiny-bert, ''", "tiny-resnet, ''"})
    void tiedWeightsCountOnce(String name, String tied) throws Exception {
        try (AdaptedModel other = AdaptedModel.open(Models.directory(name))) {
            other.add("a", CompoundConfig.builder().optOrders(1).optTargets(first(other)).build());
            long base =
                    other.baseParameters().entrySet().stream()
                            .filter(parameter -> !parameter.getKey().equals(tied))
                            .mapToLong(parameter -> parameter.getValue().size())
                            .sum();
            assertThat(other.status().baseParameters()).isEqualTo(base);
        }
    }

    private static String first(AdaptedModel model) {
        return model.targetModules().get(0).path();
    }

    @Test
    void readsAsText() {
        twoAdapters();
        String a = "a (compound, active, gradients: yes, %s parameters)";
        String b = "b (compound, inactive, gradients: no, %s parameters)";
        String query = "  encoder.layer.%d.attention.self.query (linear): %s, %s";
        String value = "  encoder.layer.%d.attention.self.value (linear): %s";
        String ofA = a.formatted("528");
        String ofB = b.formatted("496");
        assertThat(model.status())
                .hasToString(
                        String.join(
                                "\n",
                                "tiny-bert: adapters enabled, active [a], merged [],"
                                        + " available [a, b], computed in float32, matrix"
                                        + " products by "
                                        + model.matmul(),
                                "trainable: 1,056 of 29,762 (3.55 %)",
                                a.formatted("1,056"),
                                b.formatted("2,050"),
                                query.formatted(0, ofA, ofB),
                                value.formatted(0, ofB),
                                query.formatted(1, ofA, ofB),
                                value.formatted(1, ofB)));
        model.merge("b");
        assertThat(model.status().toString()).contains("b (compound, inactive, merged, ");
    }
}
