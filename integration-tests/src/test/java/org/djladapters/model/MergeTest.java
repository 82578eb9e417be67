/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.djladapters.model.Passes.assertBitEqual;
import static org.djladapters.model.Passes.assertClose;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.training.ParameterStore;
import java.util.List;
import java.util.Map;
import org.djladapters.adapter.Adapter;
import org.djladapters.adapter.HeadConfig;
import org.djladapters.adapter.baseline.BaselineConfig;
import org.djladapters.adapter.compound.CompoundConfig;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Merging, taking out again, and merging for good. */
class MergeTest {

    private static final String BERT = "tiny-bert-classifier";

    private NDManager manager;

    @BeforeEach
    void open() {
        manager = NDManager.newBaseManager("PyTorch");
    }

    @AfterEach
    void close() {
        manager.close();
    }

    private static NDList active(AdaptedModel model, NDList inputs, String... names) {
        model.activate(names);
        return model.predict(inputs);
    }

    @ParameterizedTest
    @MethodSource("org.djladapters.model.TwoAdapters#models")
    void oneAfterAnotherIsBothAtOnce(String name) throws Exception {
        try (AdaptedModel model = TwoAdapters.open(name)) {
            NDList inputs = TwoAdapters.inputs(model, manager, 2);
            Map<String, byte[]> bytes = Passes.baseBytes(model);
            NDList base = active(model, inputs);
            NDList a = active(model, inputs, "a");
            NDList b = active(model, inputs, "b");
            NDList both = active(model, inputs, "a", "b");
            NDList turned = active(model, inputs, "b", "a");
            assertThat(Passes.isBitEqual(a, base) || Passes.isBitEqual(a, b)).isFalse();

            model.merge("a");
            assertBitEqual(model.predict(inputs), a);
            model.merge("b");
            assertBitEqual(model.predict(inputs), both);
            assertThat(model.merged()).containsExactly("a", "b");
            model.merge("b", "a");
            assertBitEqual(model.predict(inputs), both);
            assertThat(model.merged()).containsExactly("a", "b");

            model.unmerge("a");
            assertBitEqual(model.predict(inputs), b);
            model.mergeSafely("b", "a", "a");
            assertBitEqual(model.predict(inputs), turned);
            assertThat(model.merged()).containsExactly("b", "a");
            model.unmerge();
            model.activate();
            assertBitEqual(model.predict(inputs), base);
            assertThat(Passes.baseBytes(model)).containsExactlyEntriesOf(bytes);
        }
    }

    @Test
    void whatIsNotMergedIsNotTakenOut() throws Exception {
        try (AdaptedModel model = TwoAdapters.open(BERT)) {
            NDList inputs = TwoAdapters.inputs(model, manager, 2);
            model.merge("a");
            NDList merged = model.predict(inputs);
            assertThatIllegalStateException()
                    .isThrownBy(() -> model.unmerge("a", "b"))
                    .withMessage("Adapter 'b' is not merged; [a] are");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> model.unmerge("a", "x"))
                    .withMessageContaining("no adapter 'x'");
            assertThat(model.merged()).containsExactly("a");
            assertBitEqual(model.predict(inputs), merged);
            model.unmerge("a");
            assertThatIllegalStateException()
                    .isThrownBy(() -> model.unmerge("a"))
                    .withMessage("Adapter 'a' is not merged; none is");
        }
    }

    @Test
    void aSafeMergeThatFailsKeepsWhatIsMerged() throws Exception {
        try (AdaptedModel model = TwoAdapters.open(BERT)) {
            NDList inputs = TwoAdapters.inputs(model, manager, 2);
            model.merge("a");
            NDList merged = model.predict(inputs);
            damage(model.adapter("b"));

            assertThatIllegalStateException()
                    .isThrownBy(() -> model.mergeSafely("b"))
                    .withMessageContaining("nothing was merged");
            assertThatIllegalStateException().isThrownBy(() -> model.mergeAndUnload("b"));

            assertThat(model.merged()).containsExactly("a");
            assertThat(model.names()).containsExactly("a", "b");
            assertBitEqual(model.predict(inputs), merged);
            model.merge("b");
            assertThat(model.predict(inputs).get(0).isNaN().any().getBoolean()).isTrue();
            model.unmerge("b");
            assertBitEqual(model.predict(inputs), merged);
        }
    }

    /** Makes a number of an adapter undefined. */
    static void damage(Adapter adapter) {
        Parameter parameter = adapter.parameters().values().iterator().next();
        parameter.freeze(true);
        parameter.getArray().set(new NDIndex(0), Float.NaN);
        parameter.freeze(false);
    }

    @ParameterizedTest
    @MethodSource("org.djladapters.model.TwoAdapters#models")
    void unloadingLeavesTheBase(String name) throws Exception {
        try (AdaptedModel model = TwoAdapters.open(name)) {
            NDList inputs = TwoAdapters.inputs(model, manager, 2);
            Map<String, byte[]> bytes = Passes.baseBytes(model);
            NDList base = active(model, inputs);
            model.merge("b");
            model.predict(inputs);

            model.unload();

            assertBitEqual(model.predict(inputs), base);
            assertThat(Passes.baseBytes(model)).containsExactlyEntriesOf(bytes);
            assertThat(model.names()).isEmpty();
            assertThat(model.active()).isEmpty();
            assertThat(model.merged()).isEmpty();
            model.unload();
            assertBitEqual(model.predict(inputs), base);
        }
    }

    @ParameterizedTest
    @MethodSource("org.djladapters.model.TwoAdapters#models")
    void mergedForGoodTheWeightsAreTheBases(String name) throws Exception {
        try (AdaptedModel model = TwoAdapters.open(name)) {
            NDList inputs = TwoAdapters.inputs(model, manager, 2);
            NDList both = active(model, inputs, "b", "a");
            Map<String, NDArray> weights = model.mergedWeights(manager);
            model.merge("b");

            model.mergeAndUnload("a");

            assertBitEqual(model.predict(inputs), both);
            assertThat(model.names()).isEmpty();
            assertThat(model.active()).isEmpty();
            assertThat(model.merged()).isEmpty();
            weights.forEach(
                    (parameter, array) ->
                            assertThat(Passes.bytes(model.baseParameters().get(parameter)))
                                    .isEqualTo(Passes.bytes(array)));
            Map<String, NDArray> changed = model.mergedWeights(manager);
            assertThat(changed.keySet()).isEqualTo(weights.keySet());

            // an adapter that is added now begins at these weights
            model.add("c", CompoundConfig.builder().optOrders(1).optTargets(target(model)).build());
            assertClose(model.predict(inputs), both, 2e-5);
            Passes.perturb(model, "c", 3);
            NDList adapted = model.predict(inputs);
            assertClose(Passes.training(model, inputs), adapted, 2e-5);
            assertThat(Passes.isBitEqual(adapted, both)).isFalse();
            model.merge();
            assertBitEqual(model.predict(inputs), adapted);
            model.unload();
            assertBitEqual(model.predict(inputs), both);
        }
    }

    private static String target(AdaptedModel model) {
        return model.targetModules().get(0).path();
    }

    @Test
    void blocksHaveTheWeightsThemselvesAfterMergingForGood() {
        Model own = Model.newInstance("blocks", Device.cpu(), "PyTorch");
        Block network = TwoAdapters.network(own.getNDManager());
        own.setBlock(network);
        try (AdaptedModel model = AdaptedModel.of(own)) {
            NDList inputs = TwoAdapters.inputs(model, manager, 2);
            ParameterStore store = new ParameterStore(manager, false);
            NDList base = network.forward(store, inputs, false);
            model.add("a", CompoundConfig.builder().optOrders(1).optTargets(target(model)).build());
            Passes.perturb(model, "a", 1);
            NDList adapted = model.predict(inputs);
            assertBitEqual(network.forward(store, inputs, false), base);
            model.mergeAndUnload();
            assertBitEqual(network.forward(store, inputs, false), adapted);
        }
    }

    @Test
    void mergingForGoodIsRefusedWithoutChange() throws Exception {
        try (AdaptedModel model = AdaptedModel.open(Models.directory("tiny-bert"))) {
            NDList inputs = TwoAdapters.inputs(model, manager, 2);
            assertThatIllegalStateException()
                    .isThrownBy(model::mergeAndUnload)
                    .withMessageContaining("nothing to merge");
            model.add("a", CompoundConfig.builder().optOrders(1).optTargets("query").build());
            HeadConfig head = new HeadConfig(2, HeadConfig.Pooling.CLS);
            model.add("b", BaselineConfig.head(), head);
            Passes.perturb(model, "a", 1);
            NDList adapted = model.predict(inputs);

            assertThatIllegalStateException()
                    .isThrownBy(() -> model.mergeAndUnload("a", "b"))
                    .withMessage(
                            "Adapter 'b' has a head, for which the base model has no place;"
                                    + " export the"
                                    + " model with TaskModel instead");
            assertThatIllegalArgumentException().isThrownBy(() -> model.mergeAndUnload("a", "x"));
            Passes.whileDisabled(
                    model,
                    () ->
                            assertThatIllegalStateException()
                                    .isThrownBy(model::mergeAndUnload)
                                    .withMessageContaining("enable them before they are merged"));

            assertThat(model.names()).containsExactly("a", "b");
            assertThat(model.merged()).isEmpty();
            assertBitEqual(model.predict(inputs), adapted);
            model.mergeAndUnload("a");
            assertBitEqual(model.predict(inputs), adapted);
            assertThat(model.names()).isEmpty();
        }
    }

    @ParameterizedTest
    @MethodSource("org.djladapters.model.TwoAdapters#models")
    void addingAndMergingForGoodLeavesNothingBehind(String name) throws Exception {
        try (AdaptedModel model = TwoAdapters.open(name)) {
            NDList inputs = TwoAdapters.inputs(model, manager, 2);
            CompoundConfig config =
                    CompoundConfig.builder().optOrders(1).optTargets(target(model)).build();
            model.mergeAndUnload("a", "b");
            NDManager owner = model.baseParameters().values().iterator().next().getManager();
            int arrays = owner.getManagedArrays().size();
            int models = model.model().getNDManager().getManagedArrays().size();
            for (int i = 0; i < 3; i++) {
                model.add("c", config);
                model.predict(inputs);
                Passes.training(model, inputs);
                model.predict(inputs, List.of("c", AdaptedModel.BASE));
                model.mergeAndUnload();
            }
            assertThat(owner.getManagedArrays()).hasSize(arrays);
            assertThat(model.model().getNDManager().getManagedArrays()).hasSize(models);
        }
    }
}
