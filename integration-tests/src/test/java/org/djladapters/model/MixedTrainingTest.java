/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.training.GradientCollector;
import ai.djl.training.ParameterStore;
import ai.djl.training.loss.Loss;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.djladapters.adapter.Adapter;
import org.djladapters.adapter.AdapterConfig;
import org.djladapters.adapter.HeadConfig;
import org.djladapters.adapter.TargetModule;
import org.djladapters.adapter.Targets;
import org.djladapters.adapter.compound.CompoundConfig;
import org.djladapters.adapter.lora.LoraConfig;
import org.djladapters.model.pass.RowTraining;
import org.djladapters.model.pass.RowTraining.TrainedRows;
import org.djladapters.tuning.MixedTrainer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Training passes whose rows belong to different adapters. */
class MixedTrainingTest {

    /**
     * The same products of the same numbers, added up over other numbers of rows: some units in the
     * last place of float32, through a few layers and back.
     */
    private static final double ROUNDING = 1e-5;

    private static final List<String> NAMES = List.of("b", "a", "b", "b", "a");
    private static final Map<String, AdaptedModel> MODELS = new HashMap<>();

    private NDManager manager;

    @BeforeEach
    void open() {
        manager = NDManager.newBaseManager("PyTorch");
    }

    @AfterEach
    void close() {
        manager.close();
    }

    @AfterAll
    static void closeModels() {
        MODELS.values().forEach(AdaptedModel::close);
        MODELS.clear();
    }

    /** What acts on activations of linear layers and draws nothing. */
    static Stream<MethodCase> methods() {
        return MethodCases.all().filter(method -> !method.random());
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("methods")
    void givesTheGradientsOfTrainingApart(MethodCase method) {
        AdaptedModel model = MODELS.computeIfAbsent(method.model(), MixedTrainingTest::open);
        try {
            model.add("a", method.config());
            model.add("b", method.config());
            Passes.perturb(model, "a", 1);
            Passes.perturb(model, "b", 2);
            NDList inputs = TwoAdapters.inputs(model, manager, NAMES.size());
            Map<String, double[]> mixed;
            try {
                mixed = mixed(model, inputs);
            } catch (IllegalStateException e) {
                assertThat(e).hasMessageContaining("train it by itself");
                assertThat(changesMoreThanRows(model, inputs)).isTrue();
                return;
            }

            Map<String, double[]> apart = new LinkedHashMap<>(apart(model, inputs, "a"));
            apart.putAll(apart(model, inputs, "b"));

            assertThat(mixed.keySet()).isEqualTo(apart.keySet());
            assertThat(mixed.values()).anyMatch(gradient -> largest(gradient) > 0);
            double scale = apart.values().stream().mapToDouble(g -> largest(g)).max().orElse(1);
            apart.forEach(
                    (name, gradient) -> {
                        double[] own = mixed.get(name);
                        for (int i = 0; i < gradient.length; i++) {
                            assertThat(own[i])
                                    .as(name)
                                    .isEqualTo(gradient[i], within(ROUNDING * scale));
                        }
                    });
        } finally {
            model.unload();
        }
    }

    private static AdaptedModel open(String name) {
        try {
            return AdaptedModel.open(Models.directory(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whether an adapter changes what is no linear layer, or one that does not get the rows. */
    private boolean changesMoreThanRows(AdaptedModel model, NDList inputs) {
        ParameterStore store = new ParameterStore(inputs.get(0).getManager(), false);
        Set<TargetModule> rows = model.baseModel().rowModules().orElseThrow().find(store, inputs);
        Adapter adapter = model.adapter("a");
        return !adapter.savedModules().isEmpty()
                || !rows.containsAll(adapter.targetModules().keySet());
    }

    private Map<String, double[]> mixed(AdaptedModel model, NDList inputs) {
        RowTraining training = model.rowTraining();
        ParameterStore store = new ParameterStore(manager, false);
        try (GradientCollector collector = training.newCollector()) {
            NDList labels = new NDList(manager.zeros(new Shape(NAMES.size())));
            Map<String, TrainedRows> trained = training.run(store, inputs, labels, NAMES);
            assertThat(trained.keySet()).containsExactly("b", "a");
            NDArray loss =
                    Passes.loss(trained.get("a").outputs())
                            .add(Passes.loss(trained.get("b").outputs()));
            collector.backward(loss);
        }
        Map<String, double[]> gradients = new LinkedHashMap<>(gradients(model, "a"));
        gradients.putAll(gradients(model, "b"));
        return gradients;
    }

    /** Trains an adapter with its rows alone. */
    private Map<String, double[]> apart(AdaptedModel model, NDList inputs, String name) {
        model.activate(name);
        long[] own =
                IntStream.range(0, NAMES.size())
                        .filter(row -> NAMES.get(row).equals(name))
                        .mapToLong(row -> row)
                        .toArray();
        NDArray index = manager.create(own);
        NDList rows = new NDList();
        for (NDArray input : inputs) {
            NDArray chosen = input.get(index);
            chosen.setName(input.getName());
            rows.add(chosen);
        }
        try (GradientCollector collector = model.rowTraining().newCollector()) {
            collector.backward(Passes.loss(Passes.training(model, rows)));
        }
        return gradients(model, name);
    }

    private static Map<String, double[]> gradients(AdaptedModel model, String name) {
        Map<String, double[]> gradients = new LinkedHashMap<>();
        model.adapter(name)
                .parameters()
                .forEach(
                        (key, parameter) -> {
                            NDArray array = parameter.getArray();
                            if (array.hasGradient()) {
                                NDArray gradient = array.getGradient();
                                float[] values = gradient.toFloatArray();
                                // the next pass adds its own
                                gradient.subi(gradient.duplicate());
                                gradients.put(
                                        name + "." + key,
                                        IntStream.range(0, values.length)
                                                .mapToDouble(i -> values[i])
                                                .toArray());
                            }
                        });
        return gradients;
    }

    private static double largest(double[] values) {
        return Arrays.stream(values).map(Math::abs).max().orElse(0);
    }

    private static AdaptedModel withHeads() throws IOException {
        AdaptedModel model = AdaptedModel.open(Models.directory("tiny-bert"));
        // heads and LoRA start with random numbers
        model.model().getNDManager().getEngine().setRandomSeed(1);
        AdapterConfig compound =
                CompoundConfig.builder()
                        .optOrders(1, 2)
                        .optBlockSize(10)
                        .optTargets(Targets.allLinear())
                        .build();
        AdapterConfig lora = LoraConfig.builder().optRank(2).optTargets("query", "value").build();
        model.add("a", compound, new HeadConfig(3, HeadConfig.Pooling.CLS));
        model.add("b", lora, new HeadConfig(2, HeadConfig.Pooling.MEAN));
        model.add("c", compound, new HeadConfig(2, HeadConfig.Pooling.CLS));
        for (String name : model.names()) {
            Passes.perturb(model, name, name.charAt(0));
        }
        return model;
    }

    private static MixedTrainer trainer(AdaptedModel model) {
        return MixedTrainer.builder()
                .setModel(model)
                .setLoss(Loss.softmaxCrossEntropyLoss())
                .optLearningRate(0.01f)
                .build();
    }

    private NDList labels() {
        return new NDList(manager.create(new float[] {1, 2, 0, 1, 0}));
    }

    private Map<String, float[]> values(AdaptedModel model) {
        Map<String, float[]> values = new LinkedHashMap<>();
        for (String name : model.names()) {
            model.values(name, manager)
                    .forEach((key, array) -> values.put(name + "." + key, array.toFloatArray()));
        }
        return values;
    }

    /** Whatever one gets from the other: an optimizer's moments, a norm, a count of updates. */
    @Test
    void stepsAreThoseOfTrainingApart() throws Exception {
        Map<String, float[]> mixed;
        Map<String, Float> losses = Map.of();
        try (AdaptedModel model = withHeads();
                MixedTrainer trainer = trainer(model)) {
            NDList inputs = TwoAdapters.inputs(model, manager, NAMES.size());
            // "a" has a step less
            trainer.step(rows(inputs, 0, 2, 3), rows(labels(), 0, 2, 3), List.of("b", "b", "b"));
            for (int i = 0; i < 3; i++) {
                losses = trainer.step(inputs, labels(), NAMES);
            }
            mixed = values(model);
        }
        try (AdaptedModel model = withHeads();
                MixedTrainer a = trainer(model);
                MixedTrainer b = trainer(model)) {
            Map<String, float[]> before = values(model);
            NDList inputs = TwoAdapters.inputs(model, manager, NAMES.size());
            Map<String, Float> lossOfA = Map.of();
            Map<String, Float> lossOfB = Map.of();
            for (int i = 0; i < 4; i++) {
                lossOfB =
                        b.step(
                                rows(inputs, 0, 2, 3),
                                rows(labels(), 0, 2, 3),
                                List.of("b", "b", "b"));
            }
            for (int i = 0; i < 3; i++) {
                lossOfA = a.step(rows(inputs, 1, 4), rows(labels(), 1, 4), List.of("a", "a"));
            }
            assertThat(losses.keySet()).containsExactly("b", "a");
            assertThat(losses.get("a")).isEqualTo(lossOfA.get("a"), within(1e-4f));
            assertThat(losses.get("b")).isEqualTo(lossOfB.get("b"), within(1e-4f));
            Map<String, float[]> apart = values(model);
            apart.forEach(
                    (name, expected) -> {
                        // AdamW divides by gradients, so that small ones pass on their rounding
                        assertThat(mixed.get(name))
                                .as(name)
                                .containsExactly(expected, within(1e-4f));
                        assertThat(Arrays.equals(expected, before.get(name)))
                                .as(name)
                                // no head reads what the pooler gives
                                .isEqualTo(name.startsWith("c.") || name.contains("pooler"));
                    });
        }
    }

    private NDList rows(NDList arrays, long... rows) {
        NDArray index = manager.create(rows);
        NDList chosen = new NDList();
        for (NDArray array : arrays) {
            NDArray some = array.get(index);
            some.setName(array.getName());
            chosen.add(some);
        }
        return chosen;
    }

    @Test
    void anAdapterThatIsNotFiniteLeavesTheOthersAlone() throws Exception {
        try (AdaptedModel model = withHeads();
                MixedTrainer trainer = trainer(model)) {
            Parameter damaged = model.adapter("a").parameters().values().iterator().next();
            damaged.freeze(true);
            damaged.getArray().muli(Float.NaN);
            damaged.freeze(false);
            Map<String, float[]> before = values(model);
            NDList inputs = TwoAdapters.inputs(model, manager, NAMES.size());

            Map<String, Float> losses = trainer.step(inputs, labels(), NAMES);

            assertThat(losses.get("a")).isNaN();
            assertThat(losses.get("b")).isFinite();
            Map<String, float[]> after = values(model);
            before.forEach(
                    (name, values) ->
                            assertThat(Arrays.equals(values, after.get(name)))
                                    .as(name)
                                    .isEqualTo(!name.startsWith("b.")));
            assertThat(model.predict(inputs, List.of("b", "b", "b", "b", "b")).get(0).isNaN().any())
                    .matches(any -> !any.getBoolean());
        }
    }

    @Test
    void whatCanNotBeTrainedByRowsIsRefusedWithoutChange() throws Exception {
        try (AdaptedModel model = withHeads();
                MixedTrainer trainer = trainer(model)) {
            model.add(
                    "d",
                    CompoundConfig.builder().optOrders(1).optTargets("word_embeddings").build());
            Map<String, float[]> before = values(model);
            NDList inputs = TwoAdapters.inputs(model, manager, NAMES.size());
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> trainer.step(inputs, labels(), List.of("a")))
                    .withMessageContaining("The batch has 5 rows and 1 adapters are named");
            assertThatIllegalArgumentException()
                    .isThrownBy(
                            () -> trainer.step(inputs, labels(), List.of("a", "x", "a", "a", "a")))
                    .withMessageContaining("There is no adapter 'x'");
            assertThatIllegalStateException()
                    .isThrownBy(
                            () -> trainer.step(inputs, labels(), List.of("a", "d", "a", "a", "a")))
                    .withMessage(
                            "Adapter 'd' changes embeddings.word_embeddings, where rows can't have"
                                    + " adapters of their own in training; train it by itself");
            model.merge("a");
            assertThatIllegalStateException()
                    .isThrownBy(() -> trainer.step(inputs, labels(), NAMES))
                    .withMessageContaining("are merged");
            model.unmerge();
            assertThat(values(model)).usingRecursiveComparison().isEqualTo(before);
        }
        assertThatIllegalArgumentException()
                .isThrownBy(() -> MixedTrainer.builder().optLearningRate(0))
                .withMessageContaining("learning rate");
    }
}
