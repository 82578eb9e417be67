/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Parameter;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.TrainingConfig;
import ai.djl.training.loss.Loss;
import java.util.List;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.djladapters.adapter.HeadConfig;
import org.djladapters.adapter.TargetModule;
import org.djladapters.adapter.Targets;
import org.djladapters.adapter.WeightAdapter;
import org.djladapters.adapter.baseline.BaselineConfig;
import org.djladapters.adapter.compound.CompoundConfig;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What names and targets select, and how adapters come, act, and go. */
class AdapterLifeCycleTest {

    private static final CompoundConfig CONFIG =
            CompoundConfig.builder().optOrders(1).optBlockSize(8).build();

    private static final CompoundConfig QUERY =
            CompoundConfig.builder().optOrders(1).optTargets("query").build();

    private AdaptedModel model;
    private NDManager manager;
    private NDList inputs;
    private NDList base;

    @BeforeEach
    void open() throws Exception {
        model = AdaptedModel.open(Models.directory("tiny-bert-classifier"));
        manager = NDManager.newBaseManager("PyTorch");
        inputs = Passes.tokens(model, manager, 2, 6);
        base = model.predict(inputs);
    }

    @AfterEach
    void close() {
        manager.close();
        model.close();
    }

    @Test
    void theFirstAdapterBecomesActive() {
        model.add("a", CONFIG);
        model.add("b", CONFIG);
        assertThat(model.names()).containsExactly("a", "b");
        assertThat(model.active()).containsExactly("a");
        model.delete("a");
        assertThat(model.active()).isEmpty();
        model.delete("b");
        model.add("c", CONFIG);
        assertThat(model.active()).containsExactly("c");
    }

    @Test
    void unknownAndTakenNamesAreRefused() {
        model.add("a", CONFIG);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> model.add("a", CONFIG))
                .withMessageContaining("an adapter 'a' already");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> model.activate("a", "x"))
                .withMessage("There is no adapter 'x'; the model has [a]");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> model.activate("a", "a"))
                .withMessageContaining("one is named twice");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> model.delete("x"))
                .withMessageContaining("no adapter 'x'");
        assertThatIllegalArgumentException().isThrownBy(() -> model.merge("x"));
        assertThat(model.active()).containsExactly("a");
        assertThat(model.merged()).isEmpty();
    }

    @Test
    void adaptersOfWhichEachBringsAHeadDoNotActTogether() {
        HeadConfig head = new HeadConfig(2, HeadConfig.Pooling.CLS);
        CompoundConfig classifier =
                CompoundConfig.builder()
                        .optOrders(1)
                        .optTargets("query")
                        .optModulesToSave(List.of("classifier"))
                        .build();
        model.add("a", CONFIG, head);
        model.add("b", CONFIG, head);
        model.add("c", classifier);
        model.add("d", classifier);
        for (List<String> pair : List.of(List.of("a", "b"), List.of("c", "d"))) {
            String[] both = pair.toArray(new String[0]);
            String part = pair.contains("a") ? "a head" : "classifier.weight";
            for (ThrowingCallable together :
                    List.<ThrowingCallable>of(
                            () -> model.activate(both),
                            () -> model.merge(both),
                            () -> model.mergeSafely(both),
                            () -> model.mergedWeights(inputs.getManager(), both))) {
                assertThatThrownBy(together)
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessage(
                                ("Adapters '%s' and '%s' can't be active together, since each"
                                                        + " has %s of")
                                                .formatted(both[0], both[1], part)
                                        + " its own; use one of them at a time, or choose an"
                                        + " adapter for each row");
            }
        }
        model.merge("a");
        assertThatThrownBy(() -> model.merge("b")).isInstanceOf(IllegalStateException.class);
        assertThat(model.merged()).containsExactly("a");
        model.unmerge();
        assertThat(model.active()).containsExactly("a");
        model.activate("a", "c");
        assertThat(model.active()).containsExactly("a", "c");
    }

    @Test
    void aTrainerWithNothingToTrainIsRefused() {
        assertNotTrained("The model has no adapters, so there is nothing to train; add one");
        model.add("a", CONFIG);
        model.activate();
        assertNotTrained("No adapter is active, so there is nothing to train; activate one of [a]");
        model.activate("a");
        model.block().freezeParameters(true);
        assertNotTrained("Of the active adapters [a] all parameters are frozen");
        model.block().freezeParameters(false);
        model.merge("a");
        assertNotTrained("Adapters [a] are merged; unmerge them before training");
        model.unmerge();
        try (AdaptedModel.Scope disabled = model.disable()) {
            assertThat(disabled).isNotNull();
            assertNotTrained("Adapters are disabled; enable them before training");
        }
        model.add("empty", BaselineConfig.head());
        model.activate("empty");
        assertNotTrained("Of the active adapters [empty] none has parameters to train");
        model.activate("a");
        model.newTrainer(training()).close();
    }

    private void assertNotTrained(String reason) {
        assertThatThrownBy(() -> model.newTrainer(training()))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageStartingWith(reason);
    }

    private static TrainingConfig training() {
        return new DefaultTrainingConfig(Loss.l2Loss()).optDevices(new Device[] {Device.cpu()});
    }

    @Test
    @Timeout(60)
    void theCheckOfAPredictionCanAskTheModelButNotChangeIt() {
        model.add("a", CONFIG);
        NDList expected = model.predict(inputs);
        NDList inside = new NDList();

        NDList outputs =
                model.predictions().predict(inputs, shown -> inside.addAll(model.predict(inputs)));

        Passes.assertBitEqual(outputs, expected);
        Passes.assertBitEqual(inside, expected);
        for (Runnable change :
                List.<Runnable>of(
                        () -> model.activate(),
                        () -> model.update(() -> {}),
                        () -> model.predict(inputs, List.of("a", "a")))) {
            assertThatIllegalStateException()
                    .isThrownBy(() -> model.predictions().predict(inputs, shown -> change.run()))
                    .withMessageContaining("during a prediction");
        }
        assertThat(model.active()).containsExactly("a");
    }

    @Test
    void anUpdatePredictsWithWhatItHasChangedSoFar() {
        model.add("a", CONFIG);
        NDList before = model.predict(inputs);
        Passes.assertClose(model.predict(inputs, List.of("a", "a")), before, 1e-5);
        NDList inside = new NDList();

        model.update(
                () -> {
                    for (Parameter parameter : model.adapter("a").parameters().values()) {
                        NDArray array = parameter.getArray();
                        WeightAdapter.set(array, array.zerosLike().add(0.1f));
                    }
                    inside.addAll(model.predict(inputs));
                    inside.addAll(model.predict(inputs, List.of("a", "a")));
                });

        NDList after = model.predict(inputs);
        assertThat(Passes.isBitEqual(after, before)).isFalse();
        Passes.assertBitEqual(new NDList(inside.get(0)), after);
        Passes.assertClose(new NDList(inside.get(1)), after, 1e-5);
    }

    @Test
    void deletingLeavesTheOthersAsTheyAre() {
        twoAdapters();
        model.activate("b", "a");
        NDList both = model.predict(inputs);
        model.activate("a");
        NDList a = model.predict(inputs);
        model.activate("b");
        NDList b = model.predict(inputs);
        model.add("c", CONFIG);
        model.delete("c");
        Passes.assertBitEqual(model.predict(inputs), b);
        assertThatIllegalArgumentException().isThrownBy(() -> model.delete("c"));
        model.activate("b", "a");
        Passes.assertBitEqual(model.predict(inputs), both);
        model.delete("b");
        assertThat(model.active()).containsExactly("a");
        Passes.assertBitEqual(model.predict(inputs), a);
        model.delete("a");
        Passes.assertBitEqual(model.predict(inputs), base);
        assertThat(model.names()).isEmpty();
    }

    @Test
    void adaptersOfDifferentLayersAddUpAndSwitch() {
        model.add("a", QUERY);
        model.add("b", CompoundConfig.builder().optOrders(1).optTargets("value").build());
        Passes.perturb(model, "a", 1);
        Passes.perturb(model, "b", 2);
        NDList a = model.predict(inputs);
        model.activate("b");
        NDList b = model.predict(inputs);
        assertThat(Passes.isBitEqual(a, b)).isFalse();
        model.activate("a", "b");
        NDList both = model.predict(inputs);
        Passes.assertClose(Passes.training(model, inputs), both, 2e-5);
        assertThat(Passes.isBitEqual(both, a) || Passes.isBitEqual(both, b)).isFalse();
        // the order is that of acting on one weight, which these do not share
        model.activate("b", "a");
        Passes.assertBitEqual(model.predict(inputs), both);
        Passes.whileDisabled(model, () -> Passes.assertBitEqual(model.predict(inputs), base));
        model.activate("a");
        Passes.assertBitEqual(model.predict(inputs), a);
        model.activate();
        Passes.assertBitEqual(model.predict(inputs), base);
    }

    @Test
    void aDisabledScopeEndsWithWhatWasThere() {
        twoAdapters();
        for (String[] active : new String[][] {{}, {"a"}, {"b", "a"}}) {
            model.activate(active);
            for (boolean merged : new boolean[] {false, active.length > 0}) {
                if (merged) {
                    model.merge();
                }
                NDList before = model.predict(inputs);
                assertThatIllegalStateException().isThrownBy(this::failWhileDisabled);
                assertThat(model.active()).containsExactly(active);
                assertThat(model.merged()).containsExactly(merged ? active : new String[0]);
                Passes.assertBitEqual(model.predict(inputs), before);
            }
            model.unmerge();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", "../a", "a b", "-a", "a/b"})
    void namesThatAreNoFileNamesAreRefused(String name) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> model.add(name, CONFIG))
                .withMessageContaining("can't be the name of an adapter");
    }

    @Test
    void severalAdaptersActOneAfterAnother() {
        twoAdapters();
        model.activate("a", "b");
        NDList both = model.predict(inputs);
        Passes.assertClose(Passes.training(model, inputs), both, 2e-5);
        model.activate("b", "a");
        assertThat(Passes.isBitEqual(model.predict(inputs), both)).isFalse();
        model.merge("a", "b");
        Passes.assertBitEqual(model.predict(inputs), both);
        assertThat(model.merged()).containsExactly("a", "b");
        model.unmerge();
        model.activate();
        Passes.assertBitEqual(model.predict(inputs), base);
    }

    @Test
    void disablingEndsWithItsScope() {
        twoAdapters();
        NDList adapted = model.predict(inputs);
        AdaptedModel.Scope outer = model.disable();
        Passes.whileDisabled(model, () -> Passes.assertBitEqual(model.predict(inputs), base));
        Passes.assertBitEqual(model.predict(inputs), base);
        assertThat(model.toString()).contains("all disabled");
        assertThatIllegalStateException()
                .isThrownBy(() -> model.merge("b"))
                .withMessageContaining("enable them before they are merged");
        outer.close();
        outer.close();
        Passes.assertBitEqual(model.predict(inputs), adapted);
        model.merge("a");
        assertThatIllegalStateException().isThrownBy(this::failWhileDisabled);
        Passes.assertBitEqual(model.predict(inputs), adapted);
    }

    private void failWhileDisabled() {
        Passes.whileDisabled(
                model,
                () -> {
                    Passes.assertBitEqual(model.predict(inputs), base);
                    throw new IllegalStateException();
                });
    }

    @Test
    void mergedAdaptersStayUntilTheyAreUnmerged() {
        twoAdapters();
        NDList adapted = model.predict(inputs);
        model.merge();
        model.merge("a");
        Passes.assertBitEqual(model.predict(inputs), adapted);
        assertThatIllegalStateException().isThrownBy(() -> model.activate("b"));
        assertThatIllegalStateException()
                .isThrownBy(() -> model.delete("a"))
                .withMessageContaining("unmerge it before");
        model.delete("b");
        Passes.assertBitEqual(model.predict(inputs), adapted);
        model.unmerge();
        model.unmerge();
        model.delete("a");
        Passes.assertBitEqual(model.predict(inputs), base);
        assertThatIllegalStateException()
                .isThrownBy(() -> model.merge())
                .withMessageContaining("nothing to merge");
    }

    @Test
    void anAdapterThatFailsHalfWayLeavesNothing() {
        model.predict(inputs);
        NDManager owner = model.baseParameters().values().iterator().next().getManager();
        int before = owner.getManagedArrays().size();
        int submanagers = model.model().getNDManager().getManagedArrays().size();
        // the classifier has too few outputs for a matrix of size 2 and order 2
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () ->
                                model.add(
                                        "a",
                                        CompoundConfig.builder()
                                                .optOrders(1, 2)
                                                .optTargets("query", "classifier")
                                                .build()))
                .withMessageContaining("Module classifier: ");
        assertThat(model.names()).isEmpty();
        assertThat(owner.getManagedArrays()).hasSize(before);
        assertThat(model.model().getNDManager().getManagedArrays()).hasSize(submanagers);
        Passes.assertBitEqual(model.predict(inputs), base);
    }

    @Test
    void anotherAdapterRotatesASavedModule() {
        model.add(
                "a",
                CompoundConfig.builder()
                        .optOrders(1)
                        .optTargets("query")
                        .optModulesToSave(List.of("classifier"))
                        .build());
        model.add("b", CompoundConfig.builder().optOrders(1).optTargets("classifier").build());
        Passes.perturb(model, "a", 1);
        Passes.perturb(model, "b", 2);
        model.activate("a", "b");
        NDList both = model.predict(inputs);
        Passes.assertClose(Passes.training(model, inputs), both, 2e-5);
        model.activate("a");
        assertThat(Passes.difference(model.predict(inputs).get(0), both.get(0)))
                .isGreaterThan(1e-3);
        for (NDArray parameter : model.baseParameters().values()) {
            assertThat(parameter.hasGradient()).isFalse();
        }
    }

    static Stream<Arguments> selections() {
        String layer = "bert.encoder.layer.%d.attention.self.%s";
        return Stream.of(
                Arguments.of(
                        Targets.of("query"),
                        List.of(layer.formatted(0, "query"), layer.formatted(1, "query"))),
                Arguments.of(
                        Targets.builder().optRegex(".*layer\\.1\\..*self\\.(query|key)").build(),
                        List.of(layer.formatted(1, "query"), layer.formatted(1, "key"))),
                Arguments.of(
                        Targets.builder()
                                .optSuffixes(List.of("self.query", "value"))
                                .optExcludedRegex(".*layer\\.0.*query")
                                .optLayers(List.of(0))
                                .build(),
                        List.of(layer.formatted(0, "value"))),
                Arguments.of(Targets.of("classifier"), List.of("classifier")));
    }

    @ParameterizedTest
    @MethodSource("selections")
    void selectsModules(Targets targets, List<String> expected) {
        assertThat(model.targetModules(targets).stream().map(TargetModule::path))
                .containsExactlyElementsOf(expected);
    }

    @Test
    void allLinearLayersLeaveTheHeadAlone() {
        List<String> paths =
                model.targetModules(Targets.allLinear()).stream().map(TargetModule::path).toList();
        assertThat(paths).hasSize(13).doesNotContain("classifier").contains("bert.pooler.dense");
    }

    static Stream<Arguments> refusals() {
        Targets.Builder query = Targets.builder().optSuffixes(List.of("query"));
        return Stream.of(
                Arguments.of(Targets.of("qeury"), "nearest names that can be adapted are query, "),
                Arguments.of(Targets.builder().optRegex("query").build(), "No module of the model"),
                Arguments.of(
                        Targets.of("attention.output"),
                        "layer.0.attention.output', which has no weight"),
                Arguments.of(Targets.of("query", "LayerNorm"), "LayerNorm', which has no weight"),
                Arguments.of(
                        Targets.builder()
                                .optSuffixes(List.of("query"))
                                .optExcludedSuffixes(List.of("self.query"))
                                .build(),
                        "is excluded; exclude fewer of bert.encoder.layer.0"),
                Arguments.of(query.optLayers(List.of(7)).build(), "lies in these layers"));
    }

    @ParameterizedTest
    @MethodSource("refusals")
    void selectionsOfNothingAreExplained(Targets targets, String message) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> model.targetModules(targets))
                .withMessageContaining(message);
    }

    private void twoAdapters() {
        model.add("a", CONFIG);
        model.add("b", CompoundConfig.builder().optOrders(1, 2).optBlockSize(16).build());
        Passes.perturb(model, "a", 1);
        Passes.perturb(model, "b", 2);
    }
}
