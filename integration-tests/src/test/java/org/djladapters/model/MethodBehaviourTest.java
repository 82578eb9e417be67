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

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.nn.Parameter;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.GradientCollector;
import ai.djl.training.Trainer;
import ai.djl.training.loss.Loss;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.djladapters.adapter.Adapter;
import org.djladapters.adapter.AdapterConfig;
import org.djladapters.adapter.WeightAdapter;
import org.djladapters.checkpoint.AdapterDirectory;
import org.djladapters.model.AdapterStatus.Gradients;
import org.djladapters.model.MethodCase.Start;
import org.djladapters.safetensors.SafetensorsFile;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.LifecycleMethodExecutionExceptionHandler;
import org.junit.jupiter.api.extension.TestExecutionExceptionHandler;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What holds for every method, its options and the models it is for: the table is {@link
 * MethodCases}. After every test the model must give what it gave before, bit for bit.
 */
class MethodBehaviourTest {

    /** Runs a test on every row of the table. */
    @Retention(RetentionPolicy.RUNTIME)
    @ParameterizedTest(name = "{0}")
    @MethodSource("org.djladapters.model.MethodCases#all")
    @ExtendWith(FailureOfRow.class)
    @interface EveryMethod {}

    /** Runs a test on one row of each method. */
    @Retention(RetentionPolicy.RUNTIME)
    @ParameterizedTest(name = "{0}")
    @MethodSource("org.djladapters.model.MethodCases#firstOfEachMethod")
    @ExtendWith(FailureOfRow.class)
    @interface FirstOfEachMethod {}

    /** Runs a test on one row of each method with each choice of options. */
    @Retention(RetentionPolicy.RUNTIME)
    @ParameterizedTest(name = "{0}")
    @MethodSource("org.djladapters.model.MethodCases#firstOfAllOptions")
    @ExtendWith(FailureOfRow.class)
    @interface FirstOfAllOptions {}

    /** Says which row failed, of which reports tell only the number. */
    static final class FailureOfRow
            implements TestExecutionExceptionHandler, LifecycleMethodExecutionExceptionHandler {

        @Override
        public void handleTestExecutionException(ExtensionContext context, Throwable failure) {
            throw new AssertionError(
                    context.getDisplayName() + ": " + failure.getMessage(), failure);
        }

        @Override
        public void handleAfterEachMethodExecutionException(
                ExtensionContext context, Throwable failure) {
            handleTestExecutionException(context, failure);
        }
    }

    /**
     * Sums of some hundred products of size one in another order, through a few layers, relative to
     * the largest output: some hundred units in the last place.
     */
    private static final double FLOAT32 = 2e-5;

    /** Whatever is added to all scores of a query leaves the softmax of these as it is. */
    private static final String UNSEEN = "key.bias";

    private static final Map<String, Opened> OPENED = new LinkedHashMap<>();

    /** Those whose own weights change in between. */
    private static final Map<String, Opened> CHANGED = new LinkedHashMap<>();

    @TempDir Path folder;

    private NDManager manager;
    private Opened opened;
    private AdaptedModel model;
    private NDList inputs;
    private NDList base;

    /** A model and what its parameters were when it was opened. */
    private record Opened(AdaptedModel model, Map<String, byte[]> parameters) {

        static Opened open(String name) {
            try {
                AdaptedModel model = AdaptedModel.open(Models.directory(name));
                return new Opened(model, Passes.baseBytes(model));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        void restore() {
            parameters.forEach(
                    (name, bytes) ->
                            model.baseParameters()
                                    .get(name)
                                    .set(
                                            ByteBuffer.allocateDirect(bytes.length)
                                                    .put(bytes)
                                                    .rewind()));
            model.refresh();
        }
    }

    @BeforeEach
    void openManager() {
        manager = NDManager.newBaseManager("PyTorch");
        manager.getEngine().setRandomSeed(1);
    }

    /** A model serves all its rows, since opening costs more than a test. */
    private void open(Map<String, Opened> models, MethodCase method) {
        opened = models.computeIfAbsent(method.model(), Opened::open);
        model = opened.model();
        inputs = TwoAdapters.inputs(model, manager, 3);
        base = model.predict(inputs);
    }

    private Adapter add(MethodCase method) {
        open(OPENED, method);
        return model.add("a", method.config());
    }

    /** Adds an adapter that does something, and returns what the model gives with it. */
    private NDList addDisturbed(MethodCase method) {
        add(method);
        Passes.perturb(model, "a", 1);
        return model.predict(inputs);
    }

    @AfterEach
    void theModelIsAsItWas() {
        model.unload();
        assertBitEqual(model.predict(inputs), base);
        assertThat(Passes.baseBytes(model)).containsExactlyEntriesOf(opened.parameters());
        manager.close();
    }

    @AfterAll
    static void closeModels() {
        for (Map<String, Opened> models : List.of(OPENED, CHANGED)) {
            models.values().forEach(opened -> opened.model().close());
            models.clear();
        }
    }

    @EveryMethod
    void startsWhereItPromises(MethodCase method) {
        add(method);

        NDList outputs = model.predict(inputs);

        switch (method.start()) {
            case IDENTITY -> assertBitEqual(outputs, base);
            case ROUNDED -> assertClose(outputs, base, FLOAT32);
            case ELSEWHERE -> assertThat(Passes.isBitEqual(outputs, base)).isFalse();
        }
        if (method.start() != Start.ELSEWHERE) {
            assertClose(Passes.training(model, inputs), base, FLOAT32);
        }
    }

    @EveryMethod
    void givesOtherFiniteOutputsWhenDisturbed(MethodCase method) {
        NDList adapted = addDisturbed(method);

        assertThat(Passes.isBitEqual(adapted, base)).isFalse();
        for (NDArray output : adapted) {
            assertThat(output.isInfinite().any().getBoolean()).isFalse();
            assertThat(output.isNaN().any().getBoolean()).isFalse();
        }
    }

    @EveryMethod
    void trainsInItsSocketsWhatItPredictsWith(MethodCase method) {
        NDList adapted = addDisturbed(method);

        NDList training = Passes.training(model, inputs);

        if (method.random()) {
            assertThat(Passes.isBitEqual(training, Passes.training(model, inputs))).isFalse();
        } else {
            assertClose(training, adapted, FLOAT32);
        }
        assertClose(model.predict(inputs), adapted, FLOAT32);
    }

    @FirstOfAllOptions
    void mergesOnceAndIsTakenOutAgain(MethodCase method) {
        NDList adapted = addDisturbed(method);

        model.merge();
        assertBitEqual(model.predict(inputs), adapted);
        model.merge("a");
        assertThat(model.merged()).containsExactly("a");
        assertBitEqual(model.predict(inputs), adapted);

        model.unmerge();
        assertThat(model.merged()).isEmpty();
        assertBitEqual(model.predict(inputs), adapted);
        model.activate();
        assertBitEqual(model.predict(inputs), base);
        assertThat(Passes.baseBytes(model)).containsExactlyEntriesOf(opened.parameters());
    }

    @FirstOfEachMethod
    void isNotMergedSafelyWhereItIsNotFinite(MethodCase method) {
        addDisturbed(method);
        MergeTest.damage(model.adapter("a"));
        model.activate();

        assertThatIllegalStateException()
                .isThrownBy(() -> model.mergeSafely("a"))
                .withMessageContaining("nothing was merged");

        assertThat(model.merged()).isEmpty();
        assertBitEqual(model.predict(inputs), base);
        assertThat(Passes.baseBytes(model)).containsExactlyEntriesOf(opened.parameters());
    }

    @EveryMethod
    void mergedForGoodTheBaseGivesTheSame(MethodCase method) {
        open(CHANGED, method);
        model.add("a", method.config());
        Passes.perturb(model, "a", 1);
        NDList adapted = model.predict(inputs);
        Map<String, NDArray> weights = model.mergedWeights(manager);
        try {
            model.mergeAndUnload();

            assertThat(model.names()).isEmpty();
            assertBitEqual(model.predict(inputs), adapted);
            weights.forEach(
                    (name, weight) ->
                            assertThat(Passes.bytes(model.baseParameters().get(name)))
                                    .as(name)
                                    .isEqualTo(Passes.bytes(weight)));
        } finally {
            opened.restore();
        }
    }

    @FirstOfEachMethod
    void unloadsWhateverItsState(MethodCase method) {
        addDisturbed(method);
        model.merge();

        model.unload();

        assertThat(model.names()).isEmpty();
        assertThat(model.merged()).isEmpty();
        assertBitEqual(model.predict(inputs), base);
    }

    @FirstOfEachMethod
    void isBackAfterItWasDisabled(MethodCase method) {
        NDList adapted = addDisturbed(method);
        for (boolean merged : new boolean[] {false, true}) {
            if (merged) {
                model.merge();
            }

            assertThatIllegalStateException().isThrownBy(this::failWhileDisabled);

            assertBitEqual(model.predict(inputs), adapted);
            assertThat(model.active()).containsExactly("a");
            assertThat(model.merged()).hasSize(merged ? 1 : 0);
        }
    }

    private void failWhileDisabled() {
        Passes.whileDisabled(
                model,
                () -> {
                    assertBitEqual(model.predict(inputs), base);
                    throw new IllegalStateException();
                });
    }

    @FirstOfEachMethod
    void isDeletedUnlessItIsMerged(MethodCase method) {
        NDList adapted = addDisturbed(method);
        model.merge();
        assertThatIllegalStateException().isThrownBy(() -> model.delete("a"));
        assertBitEqual(model.predict(inputs), adapted);
        model.unmerge();

        model.add("b", method.config());
        model.delete("b");
        assertBitEqual(model.predict(inputs), adapted);
        model.delete("a");

        assertBitEqual(model.predict(inputs), base);
        assertThat(model.names()).isEmpty();
        assertThatIllegalArgumentException().isThrownBy(() -> model.delete("a"));
    }

    @FirstOfEachMethod
    void keepsItsNameFromOthers(MethodCase method) {
        NDList adapted = addDisturbed(method);
        Adapter adapter = model.adapter("a");
        NDManager owner = model.baseParameters().values().iterator().next().getManager();
        int arrays = owner.getManagedArrays().size();

        assertThatIllegalArgumentException()
                .isThrownBy(() -> model.add("a", MethodCases.other(method)))
                .withMessageContaining("an adapter 'a' already");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> model.add("a", method.config()))
                .withMessageContaining("an adapter 'a' already");

        assertThat(owner.getManagedArrays()).hasSize(arrays);
        assertThat(model.adapter("a")).isSameAs(adapter);
        assertThat(model.names()).containsExactly("a");
        assertBitEqual(model.predict(inputs), adapted);
    }

    @EveryMethod
    void isTheSameOnceSavedAndLoaded(MethodCase method) throws Exception {
        NDList adapted = addDisturbed(method);
        String description = model.adapter("a").config().toString();
        AdapterDirectory.save(model, "a", folder.resolve("saved"));
        model.delete("a");

        Adapter loaded = AdapterDirectory.load(model, "b", folder.resolve("saved"));

        assertBitEqual(model.predict(inputs), adapted);
        AdapterConfig config = loaded.config();
        if (method.shared() > 0) { // its file names every layer, since their order counts
            config = config.withTargets(method.config().targets());
        }
        assertThat(config).hasToString(description);
        assertThat(loaded.parameters().values())
                .allMatch(parameter -> parameter.getArray().hasGradient());
    }

    @FirstOfEachMethod
    void takesTheValuesOfADirectoryInPlace(MethodCase method) throws Exception {
        NDList adapted = addDisturbed(method);
        AdapterDirectory.save(model, "a", folder.resolve("saved"));
        Passes.perturb(model, "a", 2);
        assertThat(Passes.isBitEqual(model.predict(inputs), adapted)).isFalse();
        List<NDArray> before = arrays(model.adapter("a"));

        AdapterDirectory.swap(model, "a", folder.resolve("saved"));

        assertBitEqual(model.predict(inputs), adapted);
        List<NDArray> after = arrays(model.adapter("a"));
        assertThat(after).allMatch(NDArray::hasGradient).hasSameSizeAs(before);
        for (int i = 0; i < after.size(); i++) {
            assertThat(after.get(i)).isSameAs(before.get(i));
        }
    }

    private static List<NDArray> arrays(Adapter adapter) {
        return adapter.parameters().values().stream().map(Parameter::getArray).toList();
    }

    @FirstOfEachMethod
    void mayHaveANameThatItsTensorsHaveToo(MethodCase method) throws Exception {
        NDList adapted = addDisturbed(method);
        AdapterDirectory.save(model, "a", folder.resolve("a"));
        List<String> parts = parts(model.adapter("a").parameters().keySet().iterator().next());
        model.delete("a");
        for (String name : parts) {
            AdapterDirectory.load(model, name, folder.resolve("a"));
            model.activate(name);
            assertBitEqual(model.predict(inputs), adapted);
            AdapterDirectory.save(model, name, folder.resolve("b"));
            assertThat(tensors(folder.resolve("b"))).isEqualTo(tensors(folder.resolve("a")));
            model.delete(name);
        }
    }

    /**
     * The last names in a key, such as that of a module, if there is one, and that of its
     * parameter.
     */
    private static List<String> parts(String key) {
        List<String> names = List.of(key.split("\\."));
        return names.subList(Math.max(0, names.size() - 2), names.size());
    }

    private static Set<String> tensors(Path directory) throws IOException {
        try (SafetensorsFile file =
                SafetensorsFile.open(directory.resolve("adapter_model.safetensors"))) {
            return Set.copyOf(file.tensors().keySet());
        }
    }

    @FirstOfAllOptions
    void actsWithAnotherMethodAsIfMergedBeforeIt(MethodCase method) {
        addDisturbed(method);
        addOther(method);
        model.activate("a", "b");
        // may shorten parameters that are too long, so everything else comes after it
        NDList training = Passes.training(model, inputs);
        NDList both = model.predict(inputs);
        if (!method.random()) {
            assertClose(training, both, FLOAT32);
        }
        model.activate("a");
        NDList alone = model.predict(inputs);
        assertThat(Passes.isBitEqual(both, alone)).isFalse();
        model.activate("a", "b");

        model.merge("a");
        assertBitEqual(model.predict(inputs), alone);
        model.merge("b");
        assertBitEqual(model.predict(inputs), both);
        model.unmerge("b");
        assertBitEqual(model.predict(inputs), alone);
        model.unmerge("a");
        assertBitEqual(model.predict(inputs), both);
    }

    private void addOther(MethodCase method) {
        model.add("b", MethodCases.other(method));
        Passes.perturb(model, "b", 2);
    }

    @FirstOfAllOptions
    void servesTheRowsThatNameIt(MethodCase method) {
        NDList adapted = addDisturbed(method);
        addOther(method);
        List<String> names = List.of("b", "a", BASE);

        NDList mixed = model.predict(inputs, names);

        assertBitEqual(model.predict(inputs), adapted);
        assertClose(mixed, MixedBatchTest.rowByRow(model, inputs, names), FLOAT32);
    }

    @EveryMethod
    void trainsItsParametersOnly(MethodCase method) {
        Adapter adapter = add(method);
        Map<String, byte[]> before = bytes(adapter);
        try (Trainer trainer = newTrainer()) {
            trainer.initialize(inputs.getShapes());
            try (GradientCollector collector = trainer.newGradientCollector()) {
                collector.backward(Passes.loss(trainer.forward(inputs)));
            }
            trainer.step();
        }
        Map<String, byte[]> after = bytes(adapter);

        assertThat(Passes.baseBytes(model)).containsExactlyEntriesOf(opened.parameters());
        for (String name : before.keySet()) {
            if (method.isStill(name)) {
                assertThat(after.get(name)).as(name).isEqualTo(before.get(name));
            } else if (!method.random() && !name.endsWith(UNSEEN)) {
                assertThat(after.get(name)).as(name).isNotEqualTo(before.get(name));
            }
        }
        assertThat(Passes.isBitEqual(model.predict(inputs), base)).isFalse();
    }

    private Trainer newTrainer() {
        DefaultTrainingConfig config =
                new DefaultTrainingConfig(Loss.l2Loss())
                        .optDevices(new Device[] {Device.cpu()})
                        .optOptimizer(
                                Optimizer.adam()
                                        .optLearningRateTracker(Tracker.fixed(0.01f))
                                        .build());
        return model.newTrainer(config);
    }

    private static Map<String, byte[]> bytes(Adapter adapter) {
        Map<String, byte[]> bytes = new LinkedHashMap<>();
        adapter.parameters()
                .forEach((name, value) -> bytes.put(name, Passes.bytes(value.getArray())));
        return bytes;
    }

    @EveryMethod
    void givesEveryParameterAGradientOnceItIsDisturbed(MethodCase method) {
        addDisturbed(method);

        try (GradientCollector collector = manager.getEngine().newGradientCollector()) {
            collector.backward(Passes.loss(Passes.training(model, inputs)));
        }

        for (Map.Entry<String, Parameter> entry : model.adapter("a").parameters().entrySet()) {
            float largest = entry.getValue().getArray().getGradient().abs().max().getFloat();
            assertThat(largest).as(entry.getKey()).isFinite();
            if (!method.random() && !entry.getKey().endsWith(UNSEEN)) {
                assertThat(largest).as(entry.getKey()).isPositive();
            }
        }
    }

    /** The trainer's collector computes gradients itself, the engine's leaves all to autograd. */
    @EveryMethod
    void hasTheSameGradientsByACustomBackwardPass(MethodCase method) {
        Adapter adapter = add(method);
        Passes.perturb(model, "a", 1);
        Map<String, NDArray> expected;
        try (GradientCollector collector = manager.getEngine().newGradientCollector()) {
            expected = gradients(adapter, collector);
        }
        try (Trainer trainer = newTrainer();
                GradientCollector collector = trainer.newGradientCollector()) {
            Map<String, NDArray> custom = gradients(adapter, collector);

            for (String name : expected.keySet()) {
                NDArray theirs = expected.get(name);
                double scale = theirs.abs().max().getFloat();
                double difference = custom.get(name).sub(theirs).abs().max().getFloat();
                assertThat(difference).as(name).isLessThanOrEqualTo(FLOAT32 * Math.max(1, scale));
            }
        }
    }

    /** By custom backward passes and by autograd alone. */
    @FirstOfEachMethod
    void hasTheSameGradientsWhenGarbageIsCollectedBeforeThem(MethodCase method) {
        Adapter adapter = add(method);
        Passes.perturb(model, "a", 1);
        try (Trainer trainer = newTrainer();
                GradientCollector custom = trainer.newGradientCollector()) {
            assertNothingNeededIsCollected(adapter, custom);
        }
        try (GradientCollector engine = manager.getEngine().newGradientCollector()) {
            assertNothingNeededIsCollected(adapter, engine);
        }
    }

    private void assertNothingNeededIsCollected(Adapter adapter, GradientCollector collector) {
        Map<String, NDArray> expected = gradients(adapter, collector);
        Map<String, NDArray> collected = gradients(adapter, collector, Garbage::collect);
        for (String name : expected.keySet()) {
            assertThat(Passes.difference(collected.get(name), expected.get(name)))
                    .as(name)
                    .isLessThan(FLOAT32);
        }
    }

    private Map<String, NDArray> gradients(Adapter adapter, GradientCollector collector) {
        return gradients(adapter, collector, () -> {});
    }

    /** The gradients that one training pass adds, drawing the same random numbers every time. */
    private Map<String, NDArray> gradients(
            Adapter adapter, GradientCollector collector, Runnable beforeGradients) {
        manager.getEngine().setRandomSeed(1);
        Map<String, NDArray> gradients = new LinkedHashMap<>();
        adapter.parameters().forEach((name, value) -> gradients.put(name, gradient(value).mul(-1)));
        NDArray loss = Passes.loss(Passes.training(model, inputs));
        beforeGradients.run();
        collector.backward(loss);
        adapter.parameters().forEach((name, value) -> gradients.get(name).addi(gradient(value)));
        return gradients;
    }

    private NDArray gradient(Parameter parameter) {
        NDArray gradient = parameter.getArray().getGradient();
        gradient.attach(manager);
        return gradient;
    }

    @EveryMethod
    void hasAsManyNumbersAsItsFormula(MethodCase method) {
        Adapter adapter = add(method);

        ModelStatus status = model.status();

        long size = method.expectedSize(model);
        assertThat(size).isPositive();
        assertThat(adapter.size()).isEqualTo(size);
        assertThat(status.trainableParameters()).isEqualTo(size);
        assertThat(status.trainablePercentage())
                .isEqualTo(100.0 * size / (status.baseParameters() + size));
        AdapterStatus own = status.adapters().get(0);
        assertThat(own.method()).isEqualTo(method.config().method());
        assertThat(own.gradients()).isEqualTo(Gradients.YES);
        assertThat(status.layers()).hasSameSizeAs(adapter.targetModules().keySet());
        assertThat(adapter.parameters().values())
                .allMatch(p -> p.getArray().getDataType() == DataType.FLOAT32)
                .allMatch(p -> p.requiresGradient() && p.getArray().hasGradient());
    }

    @FirstOfAllOptions
    void readsAsText(MethodCase method) {
        Adapter adapter = add(method);
        String name = method.config().method();

        assertThat(adapter.toString())
                .startsWith("Adapter(a: " + name)
                .contains(
                        adapter.targetModules().size()
                                + " weights, "
                                + adapter.size()
                                + " parameters")
                .doesNotContain("@", "\n", "null");
        for (WeightAdapter block : adapter.targetModules().values()) {
            assertThat(block.toString())
                    .matches("(?i)" + name + "adapter\\(.+\\)")
                    .doesNotContain("@", "\n", "null");
        }
        assertThat(model.toString()).contains(adapter.toString());
        assertThat(model.status().toString()).contains("a (" + name + ", active");
    }
}
