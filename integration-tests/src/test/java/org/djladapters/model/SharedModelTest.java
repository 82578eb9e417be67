/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.djl.engine.Engine;
import ai.djl.inference.Predictor;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.training.GradientCollector;
import ai.djl.translate.NoopTranslator;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.djladapters.adapter.Adapter;
import org.djladapters.adapter.HeadConfig;
import org.djladapters.adapter.compound.CompoundConfig;
import org.djladapters.adapter.lora.LoraConfig;
import org.djladapters.checkpoint.AdapterDirectory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Several threads on one model, and what is left in native memory. */
class SharedModelTest {

    @ParameterizedTest
    @CsvSource({
        "tiny-gpt2, lm_head, ''",
        "tiny-gpt2, c_attn, ''",
        "tiny-bert-classifier, query, classifier",
        "tiny-resnet, convolution, classifier.1"
    })
    void predictionsDoNotDisturbAPassThatWaitsForItsGradients(
            String name, String target, String saved) throws Exception {
        try (AdaptedModel model = AdaptedModel.open(Models.directory(name));
                NDManager manager = NDManager.newBaseManager("PyTorch")) {
            NDList inputs = Models.runs(model, manager).get(0).inputs();
            model.add(
                    "a",
                    CompoundConfig.builder()
                            .optOrders(1)
                            .optBlocks(1)
                            .optScaling(true)
                            .optTargets(target)
                            .optModulesToSave(saved.isEmpty() ? List.of() : List.of(saved))
                            .build());
            model.add("b", CompoundConfig.builder().optOrders(1).optTargets(target).build());
            Passes.perturb(model, "a", 1);
            Passes.perturb(model, "b", 2);
            // the second round trains through the weights, where two adapters follow one another
            for (List<String> active : List.of(List.of("a"), List.of("a", "b"))) {
                model.activate(active.toArray(String[]::new));
                Map<String, float[]> expected = gradients(model, inputs, () -> {});
                Map<String, float[]> disturbed =
                        gradients(
                                model,
                                inputs,
                                () ->
                                        CompletableFuture.runAsync(
                                                        () -> {
                                                            model.predict(inputs);
                                                            model.merge();
                                                            model.predict(inputs);
                                                            model.unmerge();
                                                            model.activate("b");
                                                            model.predict(inputs);
                                                            model.activate();
                                                            model.predict(inputs);
                                                        })
                                                .get());
                assertThat(disturbed.keySet()).isEqualTo(expected.keySet());
                disturbed.forEach(
                        (k, v) -> assertThat(distance(v, expected.get(k))).as(k).isLessThan(1e-7));
                assertThat(expected.values()).allSatisfy(g -> assertThat(norm(g)).isPositive());
            }
        }
    }

    /** What the engine compiles in the first pass is still to be compiled after it failed. */
    @Test
    void predictionsAfterAFirstOneThatFailedSeeTheAdapter() throws Exception {
        for (int i = 0; i < 10; i++) {
            try (AdaptedModel model = AdaptedModel.open(Models.directory("tiny-bert"));
                    NDManager manager = NDManager.newBaseManager("PyTorch")) {
                NDList inputs = Models.runs(model, manager).get(0).inputs();
                model.add("a", CompoundConfig.builder().optOrders(1).build());
                Passes.perturb(model, "a", 1);
                NDList wrong = new NDList(manager.zeros(new Shape(2, 3)));
                assertThatThrownBy(() -> model.predict(wrong)).isInstanceOf(RuntimeException.class);

                CompletableFuture<NDList> other =
                        CompletableFuture.supplyAsync(() -> model.predict(inputs));
                NDList own = model.predict(inputs);
                NDList later = other.get();

                model.refresh();
                NDList expected = model.predict(inputs);
                Passes.assertClose(own, expected, 1e-5);
                Passes.assertClose(later, expected, 1e-5);
            }
        }
    }

    private interface Between {
        void run() throws Exception;
    }

    private static Map<String, float[]> gradients(
            AdaptedModel model, NDList inputs, Between between) throws Exception {
        Map<String, NDArray> arrays = new LinkedHashMap<>();
        for (String name : model.active()) {
            for (Map.Entry<String, Parameter> entry : model.adapter(name).parameters().entrySet()) {
                entry.getValue().freeze(true);
                entry.getValue().freeze(false);
                arrays.put(name + "." + entry.getKey(), entry.getValue().getArray());
            }
        }
        for (NDArray array : arrays.values()) {
            NDArray gradient = array.getGradient();
            gradient.subi(gradient.duplicate());
        }
        try (GradientCollector collector = Engine.getEngine("PyTorch").newGradientCollector()) {
            NDArray output = Passes.training(model, inputs).get(0);
            between.run();
            collector.backward(output.square().mean());
        }
        Map<String, float[]> gradients = new LinkedHashMap<>();
        arrays.forEach((name, array) -> gradients.put(name, array.getGradient().toFloatArray()));
        return gradients;
    }

    private static double distance(float[] a, float[] b) {
        double max = 0;
        for (int i = 0; i < a.length; i++) {
            max = Math.max(max, Math.abs(a[i] - b[i]));
        }
        return max;
    }

    private static double norm(float[] values) {
        double sum = 0;
        for (float value : values) {
            sum += Math.abs(value);
        }
        return sum;
    }

    @Test
    void everyPredictionSeesOneOfTheStates() throws Exception {
        try (AdaptedModel model = AdaptedModel.open(Models.directory("tiny-bert-classifier"));
                NDManager manager = NDManager.newBaseManager("PyTorch")) {
            NDList inputs = Passes.tokens(model, manager, 2, 6);
            model.add("a", CompoundConfig.builder().optOrders(1).optBlockSize(8).build());
            model.add("b", CompoundConfig.builder().optOrders(1, 2).optBlockSize(16).build());
            Passes.perturb(model, "a", 1);
            Passes.perturb(model, "b", 2);
            List<byte[]> states = new ArrayList<>();
            for (String[] active : new String[][] {{}, {"a"}, {"b"}, {"a", "b"}}) {
                model.activate(active);
                states.add(Passes.bytes(model.predict(inputs).get(0)));
            }
            AtomicBoolean ended = new AtomicBoolean();
            ExecutorService threads = Executors.newFixedThreadPool(4);
            List<Future<Integer>> passes = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                passes.add(threads.submit(() -> predictUntil(ended, model, inputs, states)));
            }
            for (int i = 0; i < 200; i++) {
                change(model, inputs, i);
            }
            ended.set(true);
            for (Future<Integer> count : passes) {
                assertThat(count.get()).isPositive();
            }
            threads.shutdown();
        }
    }

    private static int predictUntil(
            AtomicBoolean ended, AdaptedModel model, NDList inputs, List<byte[]> states)
            throws Exception {
        int count = 0;
        try (Predictor<NDList, NDList> predictor = model.newPredictor(new NoopTranslator())) {
            while (!ended.get() || count == 0) {
                NDList outputs = predictor.predict(inputs);
                byte[] bytes = Passes.bytes(outputs.get(0));
                assertThat(states.stream().anyMatch(s -> Arrays.equals(s, bytes))).isTrue();
                outputs.close();
                count++;
            }
        }
        return count;
    }

    private static void change(AdaptedModel model, NDList inputs, int i) {
        switch (i % 6) {
            case 0 -> model.activate("a");
            case 1 -> model.merge("b");
            case 2 -> Passes.whileDisabled(model, Thread::onSpinWait);
            case 3 -> model.unmerge();
            case 4 -> model.predict(inputs, List.of("b", "a")).close();
            default -> model.activate("a", "b");
        }
    }

    /** Two threads meet in their passes, each with an adapter that is not active. */
    @Test
    @Timeout(120)
    void passesWithDifferentAdaptersRunAtOnce() throws Exception {
        assumeTrue(Runtime.getRuntime().availableProcessors() > 1);
        try (AdaptedModel model = TwoAdapters.open("tiny-bert-classifier");
                NDManager manager = NDManager.newBaseManager("PyTorch")) {
            model.add("c", CompoundConfig.builder().optOrders(1).build());
            model.activate("c");
            NDList inputs = Passes.tokens(model, manager, 2, 6);
            CyclicBarrier both = new CyclicBarrier(2);
            Map<String, CompletableFuture<NDList>> outputs = new LinkedHashMap<>();
            for (String name : List.of("a", "b")) {
                outputs.put(
                        name,
                        CompletableFuture.supplyAsync(
                                () ->
                                        model.predictions()
                                                .predictAlone(
                                                        inputs,
                                                        Optional.of(model.adapter(name)),
                                                        () -> await(both))));
            }
            for (String name : outputs.keySet()) {
                NDList own = outputs.get(name).get();
                model.activate(name);
                Passes.assertClose(own, model.predict(inputs), 2e-5);
            }
        }
    }

    private static void await(CyclicBarrier barrier) {
        try {
            barrier.await();
        } catch (InterruptedException | BrokenBarrierException e) {
            throw new IllegalStateException(e);
        }
    }

    /** An adapter of another method takes its place again and again while rows ask for it. */
    @Test
    void rowsSeeOneVersionOfAnAdapterThatIsReplaced(@TempDir Path folder) throws Exception {
        try (AdaptedModel model = AdaptedModel.open(Models.directory("tiny-bert-classifier"));
                NDManager manager = NDManager.newBaseManager("PyTorch")) {
            NDList inputs = Passes.tokens(model, manager, 3, 6);
            List<Path> versions = List.of(folder.resolve("first"), folder.resolve("second"));
            model.add("a", LoraConfig.builder().optRank(2).optTargets("query").build());
            model.add("b", CompoundConfig.builder().optOrders(1, 2).optTargets("value").build());
            Passes.perturb(model, "a", 1);
            Passes.perturb(model, "b", 2);
            AdapterDirectory.save(model, "a", versions.get(0));
            AdapterDirectory.save(model, "b", versions.get(1));
            List<String> names = List.of("a", "b", "a");
            List<byte[]> expected = new ArrayList<>();
            for (Path version : versions) {
                AdapterDirectory.replace(model, "a", version);
                expected.add(Passes.bytes(model.predict(inputs, names).get(0)));
            }
            AtomicBoolean ended = new AtomicBoolean();
            ExecutorService threads = Executors.newFixedThreadPool(4);
            List<Future<Integer>> passes = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                passes.add(
                        threads.submit(
                                () -> {
                                    int count = 0;
                                    while (!ended.get() || count == 0) {
                                        NDList outputs = model.predict(inputs, names);
                                        byte[] bytes = Passes.bytes(outputs.get(0));
                                        outputs.close();
                                        assertThat(expected).anyMatch(e -> Arrays.equals(e, bytes));
                                        count++;
                                    }
                                    return count;
                                }));
            }
            for (int i = 0; i < 60; i++) {
                AdapterDirectory.replace(model, "a", versions.get(i % 2));
                AdapterDirectory.load(model, "other", versions.get(i % 2));
                model.delete("other");
            }
            ended.set(true);
            for (Future<Integer> count : passes) {
                assertThat(count.get()).isPositive();
            }
            threads.shutdown();
            assertThat(model.names()).containsExactly("a", "b");
            assertThat(model.active()).containsExactly("a");
        }
    }

    @Test
    void whatCanNotBeReplacedIsRefusedWithoutChange(@TempDir Path folder) throws Exception {
        try (AdaptedModel model = TwoAdapters.open("tiny-bert-classifier");
                NDManager manager = NDManager.newBaseManager("PyTorch")) {
            AdapterDirectory.save(model, "b", folder.resolve("b"));
            NDList inputs = Passes.tokens(model, manager, 2, 6);
            byte[] before = Passes.bytes(model.predict(inputs, List.of("a", "b")).get(0));
            assertThatThrownBy(() -> AdapterDirectory.replace(model, "x", folder.resolve("b")))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith("There is no adapter 'x'");
            assertThatThrownBy(() -> AdapterDirectory.replace(model, "a", folder.resolve("none")))
                    .isInstanceOf(IOException.class);
            model.merge("a");
            assertThatThrownBy(() -> AdapterDirectory.replace(model, "a", folder.resolve("b")))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("Adapter 'a' is merged; unmerge it before it is replaced");
            model.unmerge();
            assertThat(Passes.bytes(model.predict(inputs, List.of("a", "b")).get(0)))
                    .isEqualTo(before);
        }
    }

    @Test
    void anAdapterIsNotReplacedByASecondHead(@TempDir Path folder) throws Exception {
        try (AdaptedModel model = AdaptedModel.open(Models.directory("tiny-bert"))) {
            LoraConfig config = LoraConfig.builder().optRank(2).optTargets("query").build();
            model.add("headless", config);
            model.add("headed", config, new HeadConfig(2, HeadConfig.Pooling.CLS));
            AdapterDirectory.save(model, "headed", folder.resolve("headed"));
            model.activate("headless", "headed");
            Adapter before = model.adapter("headless");

            assertThatThrownBy(
                            () ->
                                    AdapterDirectory.replace(
                                            model, "headless", folder.resolve("headed")))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("can't be active together");

            assertThat(model.adapter("headless")).isSameAs(before);
        }
    }

    /** Replicas that were made before see the weights of now. */
    @Test
    void rowsFollowABaseModelThatHasChangedForGood() throws Exception {
        try (AdaptedModel model = AdaptedModel.open(Models.directory("tiny-bert"));
                NDManager manager = NDManager.newBaseManager("PyTorch")) {
            LoraConfig config = LoraConfig.builder().optRank(2).optTargets("query").build();
            model.add("a", config);
            Passes.perturb(model, "a", 3);
            NDList inputs = Passes.tokens(model, manager, 2, 6);
            NDList adapted = model.predict(inputs, List.of("a", "a"));
            model.mergeAndUnload("a");
            model.add("b", config);
            Passes.perturb(model, "b", 4);

            NDList rows = model.predict(inputs, List.of("b", AdaptedModel.BASE));

            NDList ofB = model.predict(inputs);
            Passes.assertClose(row(rows, 0), row(ofB, 0), 2e-5);
            Passes.assertClose(row(rows, 1), row(adapted, 1), 2e-5);
        }
    }

    private static NDList row(NDList arrays, int row) {
        return new NDList(arrays.get(0).get(row + ":" + (row + 1)));
    }

    @Test
    void passesAfterClosingAreRefused() throws Exception {
        AdaptedModel model = AdaptedModel.open(Models.directory("tiny-bert"));
        try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
            NDList inputs = Passes.tokens(model, manager, 1, 4);
            model.close();
            model.close();
            org.assertj.core.api.Assertions.assertThatIllegalStateException()
                    .isThrownBy(() -> model.predict(inputs))
                    .withMessageContaining("was closed");
            org.assertj.core.api.Assertions.assertThatIllegalStateException()
                    .isThrownBy(() -> Passes.training(model, inputs))
                    .withMessageContaining("was closed");
        }
    }
}
