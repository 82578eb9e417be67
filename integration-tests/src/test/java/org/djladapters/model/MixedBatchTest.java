/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.djladapters.model.AdaptedModel.BASE;
import static org.djladapters.model.Passes.assertBitEqual;
import static org.djladapters.model.Passes.assertClose;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.GradientCollector;
import ai.djl.training.ParameterStore;
import ai.djl.training.Trainer;
import ai.djl.training.loss.Loss;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.djladapters.adapter.HeadConfig;
import org.djladapters.adapter.TargetModule;
import org.djladapters.adapter.Targets;
import org.djladapters.adapter.WeightSpec;
import org.djladapters.adapter.baseline.BaselineConfig;
import org.djladapters.adapter.compound.CompoundConfig;
import org.djladapters.adapter.lora.LoraConfig;
import org.djladapters.hub.OpenOptions;
import org.djladapters.matmul.Precision;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Batches whose rows choose their adapters. */
class MixedBatchTest {

    /** Sums of a few hundred products in float32 in another order, through two layers. */
    private static final double ROUNDING = 2e-5;

    /** Some twenty roundings one after the other, at worst all in one direction. */
    private static final double BFLOAT16 = 20 * 0x1p-8;

    private static final String BERT = "tiny-bert-classifier";
    private static final List<String> NAMES = List.of("b", BASE, "a", "b", "a", "b");

    private static final Set<WeightSpec.Kind> LINEAR =
            Set.of(WeightSpec.Kind.LINEAR, WeightSpec.Kind.CONV1D);

    private NDManager manager;

    @BeforeEach
    void open() {
        manager = NDManager.newBaseManager("PyTorch");
    }

    @AfterEach
    void close() {
        manager.close();
    }

    /** Every row by itself, with its adapter active; leaves "a" active. */
    static NDList rowByRow(AdaptedModel model, NDList inputs, List<String> names) {
        List<NDList> rows = new ArrayList<>();
        for (int i = 0; i < names.size(); i++) {
            String row = i + ":" + (i + 1);
            String name = names.get(i);
            model.activate(name.equals(BASE) ? new String[0] : new String[] {name});
            rows.add(model.predict(new NDList(inputs.stream().map(x -> x.get(row)).toList())));
        }
        model.activate("a");
        NDList joined = new NDList();
        for (int i = 0; i < rows.get(0).size(); i++) {
            int output = i;
            List<NDArray> parts = rows.stream().map(row -> row.get(output)).toList();
            NDArray array = NDArrays.concat(new NDList(parts));
            array.setName(parts.get(0).getName());
            joined.add(array);
        }
        return joined;
    }

    @ParameterizedTest
    @MethodSource("org.djladapters.model.TwoAdapters#models")
    void everyRowGivesWhatItsAdapterGives(String name) throws Exception {
        try (AdaptedModel model = TwoAdapters.open(name)) {
            NDList inputs = TwoAdapters.inputs(model, manager, NAMES.size());
            NDList expected = rowByRow(model, inputs, NAMES);
            NDList adapted = model.predict(inputs);

            NDList mixed = model.predict(inputs, NAMES);

            assertClose(mixed, expected, ROUNDING);
            assertThat(mixed.stream().map(NDArray::getName))
                    .containsExactlyElementsOf(expected.stream().map(NDArray::getName).toList());
            assertThat(mixed).allMatch(output -> output.getManager() == manager);
            assertBitEqual(model.predict(inputs), adapted);
            assertBitEqual(model.predict(inputs, NAMES), mixed);
            assertThat(model.active()).containsExactly("a");
            model.activate();
            NDList base = model.predict(inputs, List.of(BASE, BASE, BASE, BASE, BASE, BASE));
            assertBitEqual(base, model.predict(inputs));
        }
    }

    /** W' is rounded for a row by itself; in a batch what a transform does to activations is. */
    @ParameterizedTest
    @ValueSource(strings = {"tiny-bert-classifier", "tiny-llama"})
    void everyRowGivesInBfloat16WhatItsAdapterGives(String name) throws Exception {
        OpenOptions options = OpenOptions.builder().optPrecision(Precision.BFLOAT16).build();
        try (AdaptedModel model = AdaptedModel.open(Gradients.hub(name), options)) {
            Targets all = Targets.allLinear();
            model.add("a", CompoundConfig.builder().optBlockSize(16).optTargets(all).build());
            model.add("b", LoraConfig.builder().optRank(2).optTargets(all).build());
            Passes.perturb(model, "a", 1, 0.05);
            Passes.perturb(model, "b", 2, 0.05);
            NDList inputs = TwoAdapters.inputs(model, manager, NAMES.size());

            assertClose(model.predict(inputs, NAMES), rowByRow(model, inputs, NAMES), BFLOAT16);
        }
    }

    @Test
    void rowsMayHaveHeadsOfTheSameNumberOfOutputs() throws Exception {
        try (AdaptedModel model = AdaptedModel.open(Models.directory("tiny-bert"))) {
            CompoundConfig config =
                    CompoundConfig.builder().optOrders(1).optTargets("query").build();
            model.add("a", config, new HeadConfig(3, HeadConfig.Pooling.CLS));
            model.add("b", config, new HeadConfig(3, HeadConfig.Pooling.MEAN));
            model.add("c", BaselineConfig.head(), new HeadConfig(2, HeadConfig.Pooling.CLS));
            Passes.perturb(model, "a", 1);
            Passes.perturb(model, "b", 2);
            NDList inputs = TwoAdapters.inputs(model, manager, 3);
            inputs.get(model.inputNames().indexOf("attention_mask"))
                    .set(new ai.djl.ndarray.index.NDIndex("1, 4:"), 0);
            List<String> names = List.of("b", "b", "a");

            NDList mixed = model.predict(inputs, names);

            assertClose(mixed, rowByRow(model, inputs, names), ROUNDING);
            assertThat(mixed.get(0).getShape()).isEqualTo(new Shape(3, 3));
            NDList before = model.predict(inputs);
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> model.predict(inputs, List.of("b", "c", "b")))
                    .withMessage(
                            "The outputs of 'c', [float32 (1, 2)] for 1 rows, and those of 'b',"
                                    + " [float32 (2, 3)] for 2, can't be rows of the same arrays;"
                                    + " predict them apart");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> model.predict(inputs, List.of(BASE, "a", BASE)))
                    .withMessageContaining("predict them apart");
            assertBitEqual(model.predict(inputs), before);
        }
    }

    @Test
    void rowsFollowChangesOfTheirAdapters() throws Exception {
        try (AdaptedModel model = TwoAdapters.open(BERT)) {
            NDList inputs = TwoAdapters.inputs(model, manager, NAMES.size());
            NDList before = model.predict(inputs, NAMES);
            Passes.perturb(model, "a", 3);
            assertFollows(model, inputs, before);

            NDList perturbed = model.predict(inputs, NAMES);
            DefaultTrainingConfig config =
                    new DefaultTrainingConfig(Loss.softmaxCrossEntropyLoss())
                            .optDevices(new ai.djl.Device[] {ai.djl.Device.cpu()});
            try (Trainer trainer = model.newTrainer(config)) {
                trainer.initialize(inputs.getShapes());
                NDArray labels = manager.zeros(new Shape(NAMES.size()));
                try (GradientCollector collector = trainer.newGradientCollector()) {
                    NDList outputs = trainer.forward(inputs);
                    // between the passes of a step
                    assertBitEqual(model.predict(inputs, NAMES), perturbed);
                    collector.backward(trainer.getLoss().evaluate(new NDList(labels), outputs));
                }
                trainer.step();
                assertFollows(model, inputs, perturbed);
            }
            NDList trained = model.predict(inputs, NAMES);
            model.delete("a");
            model.add("a", CompoundConfig.builder().optOrders(1).optTargets("key").build());
            assertFollows(model, inputs, trained);
        }
    }

    private static void assertFollows(AdaptedModel model, NDList inputs, NDList before) {
        NDList mixed = model.predict(inputs, NAMES);
        assertThat(Passes.isBitEqual(mixed, before)).isFalse();
        assertClose(mixed, rowByRow(model, inputs, NAMES), ROUNDING);
    }

    @Test
    void whatCanNotBeMixedIsRefusedWithoutChange() throws Exception {
        try (AdaptedModel model = TwoAdapters.open(BERT)) {
            NDList inputs = TwoAdapters.inputs(model, manager, 3);
            NDList before = model.predict(inputs);
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> model.predict(inputs, List.of("a", BASE)))
                    .withMessage(
                            "The batch has 3 rows and 2 adapters are named; name one for every"
                                    + " row, '__base__' for the base model");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> model.predict(inputs, List.of()))
                    .withMessageContaining("0 adapters are named");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> model.predict(inputs, List.of("a", "x", BASE)))
                    .withMessage("There is no adapter 'x'; the model has [a, b]");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> model.add(BASE, model.adapter("a").config()))
                    .withMessageContaining("stands for the base");
            Passes.whileDisabled(
                    model,
                    () ->
                            assertThatIllegalStateException()
                                    .isThrownBy(() -> model.predict(inputs, List.of("a", "b", "a")))
                                    .withMessageContaining("Adapters are disabled; enable them"));
            assertBitEqual(model.predict(inputs), before);
            model.merge("a");
            assertThatIllegalStateException()
                    .isThrownBy(() -> model.predict(inputs, List.of("a", "b", "a")))
                    .withMessageContaining("Adapters [a] are merged; unmerge them before");
            assertBitEqual(model.predict(inputs), before);
        }
    }

    /** Layers that get something else than the rows of the batch must not share a pass. */
    @ParameterizedTest
    @CsvSource({
        "tiny-bert-classifier, '', classifier",
        "tiny-roberta, '', ''",
        "tiny-llama, '', ''",
        "tiny-gpt2, '', ''",
        "tiny-vit, '', ''",
        "tiny-dinov2, '', ''",
        "tiny-deberta-v3, query_proj;key_proj, ''"
    })
    void knowsWhereInputsHoldTheRowsOfABatch(String name, String others, String also)
            throws Exception {
        try (AdaptedModel model = AdaptedModel.open(Models.directory(name))) {
            NDList inputs = TwoAdapters.inputs(model, manager, 2);
            ParameterStore store = new ParameterStore(manager, false);
            List<String> without = List.of(others.split(";"));

            List<String> found =
                    model.baseModel().rowModules().orElseThrow().find(store, inputs).stream()
                            .map(TargetModule::path)
                            .toList();

            assertThat(found)
                    .containsExactlyInAnyOrderElementsOf(
                            model.targetModules().stream()
                                    .filter(m -> m.socket() && LINEAR.contains(m.kind()))
                                    .map(TargetModule::path)
                                    .filter(
                                            p ->
                                                    without.stream()
                                                            .noneMatch(
                                                                    o ->
                                                                            !o.isEmpty()
                                                                                    && p.endsWith(
                                                                                            o)))
                                    .toList());
            assertThat(found).anyMatch(path -> path.endsWith(also));
        }
    }

    /** Programs of checkpoints leave out what all rows are filled up with. */
    @Test
    void aFirstRowThatIsFilledUpChangesNothingOfThat() throws Exception {
        try (AdaptedModel model = AdaptedModel.open(Gradients.hub("bert-multi-label"))) {
            List<String> names = model.inputNames();
            NDList inputs = new NDList();
            for (String name : names) {
                boolean mask = name.equals("attention_mask");
                long[] row = mask ? new long[] {1, 1, 1, 0, 0, 0, 0, 0} : new long[8];
                inputs.add(manager.create(row, new Shape(1, 8)).repeat(0, 2));
            }
            Set<TargetModule> found =
                    model.baseModel()
                            .rowModules()
                            .orElseThrow()
                            .find(new ParameterStore(manager, false), inputs);

            assertThat(found).anyMatch(module -> module.path().endsWith("query"));
        }
    }

    /** The same outputs whatever is kept of the adapters. */
    @Test
    void whatIsNotKeptIsComputedAgain() throws Exception {
        OpenOptions nothing = OpenOptions.builder().optAdapterCache(0).build();
        List<NDList> outputs = new ArrayList<>();
        for (OpenOptions options : List.of(OpenOptions.builder().build(), nothing)) {
            try (AdaptedModel model = AdaptedModel.open(Models.directory("tiny-bert"), options)) {
                CompoundConfig config = CompoundConfig.builder().optOrders(1, 2).build();
                for (String name : List.of("a", "b", "c")) {
                    model.add(name, config);
                    Passes.perturb(model, name, name.charAt(0));
                }
                NDList inputs = TwoAdapters.inputs(model, manager, 6);
                NDManager owner = model.baseParameters().values().iterator().next().getManager();
                int arrays = 0;
                for (int i = 0; i < 3; i++) {
                    outputs.add(model.predict(inputs, List.of("a", "b", "b", "c", BASE, "a")));
                    outputs.add(model.predict(inputs, List.of("c", "b", "b", "c", "c", "a")));
                    arrays = i == 0 ? owner.getManagedArrays().size() : arrays;
                    assertThat(owner.getManagedArrays()).hasSize(arrays);
                }
            }
        }
        for (int i = 2; i < outputs.size(); i++) {
            assertBitEqual(outputs.get(i), outputs.get(i % 2));
        }
        assertThatIllegalArgumentException()
                .isThrownBy(() -> OpenOptions.builder().optAdapterCache(-1))
                .withMessage("The memory for adapters can't be negative, got -1 bytes");
    }

    @Test
    void repeatedBatchesLeaveNothingBehind() throws Exception {
        try (AdaptedModel model = TwoAdapters.open(BERT)) {
            NDList inputs = TwoAdapters.inputs(model, manager, NAMES.size());
            NDManager owner = model.baseParameters().values().iterator().next().getManager();
            model.predict(inputs, NAMES);
            int arrays = owner.getManagedArrays().size();
            int own = manager.getManagedArrays().size();
            for (int i = 0; i < 3; i++) {
                model.predict(inputs, NAMES).close();
                model.refresh();
                model.predict(inputs, NAMES).close();
            }
            assertThat(owner.getManagedArrays()).hasSize(arrays);
            assertThat(manager.getManagedArrays()).hasSize(own);
        }
    }
}
