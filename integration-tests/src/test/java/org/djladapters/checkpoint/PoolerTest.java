/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.GradientCollector;
import ai.djl.training.Trainer;
import ai.djl.training.loss.Loss;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.djladapters.adapter.Adapter;
import org.djladapters.adapter.Bias;
import org.djladapters.adapter.HeadConfig;
import org.djladapters.adapter.Targets;
import org.djladapters.adapter.baseline.BaselineConfig;
import org.djladapters.adapter.c3a.C3aConfig;
import org.djladapters.adapter.lora.LoraConfig;
import org.djladapters.checkpoint.merged.Export;
import org.djladapters.checkpoint.merged.LinearProducts;
import org.djladapters.checkpoint.merged.MergedCheckpoint;
import org.djladapters.checkpoint.merged.MergedModel;
import org.djladapters.hub.OpenOptions;
import org.djladapters.io.JsonFiles;
import org.djladapters.model.AdaptedModel;
import org.djladapters.model.SharedModels;
import org.djladapters.safetensors.SafetensorsFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Checkpoints of encoders with a pooler, and what PEFT 0.21.2 and sentence-transformers saved of
 * adapters that were trained on them: for all linear layers, all biases, the pooler in full, and of
 * classifiers, with the outputs that these gave.
 */
class PoolerTest {

    @RegisterExtension static final SharedModels MODELS = new SharedModels();

    @RegisterExtension
    static final SharedModels CHECKPOINTING =
            new SharedModels(OpenOptions.builder().optGradientCheckpointing(true).build());

    /** As of other checkpoints: some sums of 64 products of size one in float32. */
    private static final float FLOAT32 = 40 * Math.ulp(1f);

    private static final Path HUB = TinyAdapters.resource("hub");
    private static final String POOLER = "pooler.dense";
    private static final HeadConfig.Pooling POOLED = HeadConfig.Pooling.POOLER;

    @TempDir Path folder;

    static List<String> adapters() throws IOException {
        try (Stream<Path> directories = Files.list(TinyAdapters.resource("pooled"))) {
            return directories.map(d -> d.getFileName().toString()).sorted().toList();
        }
    }

    private static Path original(String adapter) {
        return TinyAdapters.resource("pooled/" + adapter);
    }

    private static AdaptedModel open(String adapter) throws IOException {
        return MODELS.open(base(adapter));
    }

    private static Path base(String adapter) throws IOException {
        try (Stream<Path> models = Files.list(HUB)) {
            return models.filter(m -> adapter.endsWith("-" + m.getFileName()))
                    .findFirst()
                    .orElseThrow();
        }
    }

    private static NDList inputs(String adapter, AdaptedModel model, NDManager manager)
            throws IOException {
        return TinyAdapters.inputs(
                model, original(adapter).resolve("expected.safetensors"), manager);
    }

    /** Compares one output of PEFT's, if that was recorded. */
    private static boolean isRecorded(String adapter, String output, NDArray actual)
            throws IOException {
        Path recorded = original(adapter).resolve("expected.safetensors");
        try (SafetensorsFile file = SafetensorsFile.open(recorded);
                NDManager manager = NDManager.newBaseManager("PyTorch")) {
            if (!file.tensors().containsKey("output." + output)) {
                return false;
            }
            NDArray expected = known(output, file.read(manager, "output." + output), file, manager);
            NDArray given = known(output, actual, file, manager);
            assertThat(given.getShape()).isEqualTo(expected.getShape());
            float largest = Math.max(1, expected.abs().max().getFloat());
            assertThat(given.sub(expected).abs().max().getFloat()).isLessThan(FLOAT32 * largest);
            return true;
        }
    }

    /** Hidden states without those of padding, of which transformers computes something. */
    private static NDArray known(
            String output, NDArray array, SafetensorsFile file, NDManager manager)
            throws IOException {
        boolean padded = file.tensors().containsKey("input.attention_mask");
        if (!padded || !output.equals("last_hidden_state")) {
            return array;
        }
        NDArray mask = file.read(manager, "input.attention_mask");
        return array.mul(mask.toType(array.getDataType(), false).expandDims(-1));
    }

    private static void assertRecorded(String adapter, NDList outputs) throws IOException {
        assertThat(outputs).hasSize(1);
        NDArray only = outputs.singletonOrThrow();
        assertThat(isRecorded(adapter, only.getName(), only)).isTrue();
    }

    /** Adds a head whose outputs are what the pooler gives. */
    private static void addIdentity(AdaptedModel model) throws IOException {
        int width = Math.toIntExact(model.directory().orElseThrow().hiddenSize().orElseThrow());
        Adapter head = model.add("h", BaselineConfig.head(), new HeadConfig(width, POOLED));
        try (NDManager scope = NDManager.newBaseManager("PyTorch")) {
            NDArray weight = head.parameters().get("head.weight").getArray();
            weight.setRequiresGradient(false);
            weight.set(new NDIndex(":"), scope.eye(width));
            weight.setRequiresGradient(true);
        }
        model.refresh();
    }

    @ParameterizedTest
    @MethodSource("adapters")
    void givesTheRecordedOutputs(String name) throws Exception {
        AdaptedModel model = open(name);
        try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
            NDList inputs = inputs(name, model, manager);
            Adapter adapter = AdapterDirectory.load(model, "a", original(name));
            assertThat(adapter.warnings()).isEmpty();
            assertRecorded(name, model.predict(inputs));
            model.merge();
            assertRecorded(name, model.predict(inputs));
            model.unmerge();
            if (adapter.headConfig().isEmpty()) {
                addIdentity(model);
                model.activate("a", "h");
                NDArray pooled = model.predict(inputs).singletonOrThrow();
                assertThat(isRecorded(name, "pooler_output", pooled)).isTrue();
            }
        }
    }

    @ParameterizedTest
    @MethodSource("adapters")
    void isSavedAsItCame(String name) throws Exception {
        Path written = folder.resolve("written");
        AdaptedModel model = open(name);
        AdapterDirectory.load(model, "a", original(name));
        AdapterDirectory.save(model, "a", written);
        assertThat(shapes(written)).isEqualTo(shapes(original(name)));
        assertThat(written.resolve("head_config.json")).doesNotExist();
        model.unload();
        try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
            AdapterDirectory.load(model, "b", written);
            assertRecorded(name, model.predict(inputs(name, model, manager)));
        }
    }

    /** Without what PEFT writes twice. */
    private static Map<String, Shape> shapes(Path directory) throws IOException {
        try (SafetensorsFile file =
                SafetensorsFile.open(directory.resolve("adapter_model.safetensors"))) {
            return file.tensors().entrySet().stream()
                    .filter(e -> !e.getKey().contains(".modules_to_save."))
                    .filter(e -> !e.getKey().contains(".original_module."))
                    .collect(Collectors.toMap(Map.Entry::getKey, e -> e.getValue().shape()));
        }
    }

    @ParameterizedTest
    @MethodSource("adapters")
    void isMergedIntoCheckpoints(String name) throws Exception {
        Path exported = folder.resolve("exported");
        AdaptedModel base = open(name);
        AdapterDirectory.load(base, "a", original(name));
        MergedCheckpoint.export(Export.of(base, List.of("a")), exported, Optional.empty());
        try (AdaptedModel model = AdaptedModel.open(exported);
                NDManager manager = NDManager.newBaseManager("PyTorch")) {
            NDList inputs = inputs(name, model, manager);
            assertRecorded(name, model.predict(inputs));
            if (model.outputNames().contains("last_hidden_state")) {
                addIdentity(model);
                NDArray pooled = model.predict(inputs).singletonOrThrow();
                assertThat(isRecorded(name, "pooler_output", pooled)).isTrue();
            }
        }
    }

    @ParameterizedTest
    @MethodSource("adapters")
    void isMergedIntoPrograms(String name) throws Exception {
        Path exported = folder.resolve("exported");
        AdaptedModel model = open(name);
        try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
            AdapterDirectory.load(model, "a", original(name));
            MergedModel.export(
                    Export.of(model, List.of("a")), exported, Map.of(), LinearProducts.PORTABLE);
            assertRecorded(
                    name, TinyAdapters.stock(exported, inputs(name, model, manager), manager));
        }
    }

    @ParameterizedTest
    @MethodSource("adapters")
    void trainsFurther(String name) throws Exception {
        for (SharedModels models : List.of(MODELS, CHECKPOINTING)) {
            AdaptedModel model = models.open(base(name));
            try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
                NDList inputs = inputs(name, model, manager);
                Adapter adapter = AdapterDirectory.load(model, "a", original(name));
                Map<String, float[]> before = values(adapter);
                train(model, inputs);
                boolean headed = adapter.headConfig().isPresent();
                values(adapter)
                        .forEach(
                                (key, now) -> {
                                    boolean idle = !headed && key.startsWith("pooler.");
                                    assertThat(now)
                                            .as(key)
                                            .satisfies(unchanged(before.get(key), idle));
                                });
            }
        }
    }

    private static Consumer<float[]> unchanged(float[] before, boolean same) {
        return same
                ? now -> assertThat(now).isEqualTo(before)
                : now -> assertThat(now).isNotEqualTo(before);
    }

    private static Map<String, float[]> values(Adapter adapter) {
        return adapter.parameters().entrySet().stream()
                .collect(
                        Collectors.toMap(
                                Map.Entry::getKey, e -> e.getValue().getArray().toFloatArray()));
    }

    private static void train(AdaptedModel model, NDList inputs) {
        Loss loss = Loss.l2Loss();
        DefaultTrainingConfig config =
                new DefaultTrainingConfig(loss)
                        .optDevices(new Device[] {Device.cpu()})
                        .optOptimizer(
                                Optimizer.adam()
                                        .optLearningRateTracker(Tracker.fixed(0.01f))
                                        .build());
        try (Trainer trainer = model.newTrainer(config)) {
            trainer.initialize(inputs.getShapes());
            try (GradientCollector collector = trainer.newGradientCollector()) {
                NDList outputs = trainer.forward(inputs);
                NDArray wanted = outputs.singletonOrThrow().zerosLike().add(1);
                collector.backward(loss.evaluate(new NDList(wanted), outputs));
            }
            trainer.step();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"tiny-bert", "tiny-mpnet", "tiny-albert", "roberta-pooled", "vit-pooled"})
    void newAdaptersLeaveAPoolerAloneThatNothingUses(String name) throws Exception {
        try (AdaptedModel model = AdaptedModel.open(HUB.resolve(name))) {
            assertThat(model.outputNames()).containsExactly("last_hidden_state");
            assertThat(model.spec().targetModules())
                    .extracting(module -> module.path())
                    .doesNotContain(pooler(name));
            LoraConfig.Builder lora = LoraConfig.builder().optRank(2).optBias(Bias.ALL);
            Adapter plain = model.add("a", lora.build());
            assertThat(plain.parameters().keySet()).noneMatch(key -> key.startsWith("pooler."));
            Adapter dense = model.add("b", lora.optTargets("dense").build());
            assertThat(dense.parameters().keySet()).noneMatch(key -> key.startsWith("pooler."));
            Adapter full = model.add("c", BaselineConfig.full());
            assertThat(full.parameters().keySet()).noneMatch(key -> key.startsWith("pooler."));
            assertThatThrownBy(
                            () ->
                                    model.add(
                                            "d",
                                            LoraConfig.builder()
                                                    .optRank(2)
                                                    .optTargets(pooler(name))
                                                    .build()))
                    .hasMessageContaining("No module of the model matches");

            Adapter asked =
                    model.add("e", lora.build().withTargets(Targets.of(pooler(name)).withPooler()));
            assertThat(asked.targetModules()).hasSize(1);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"tiny-bert", "tiny-mpnet", "tiny-albert", "roberta-pooled", "vit-pooled"})
    void headsThatTakeWhatThePoolerGivesAdaptIt(String name) throws Exception {
        AdaptedModel model = MODELS.open(HUB.resolve(name));
        try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
            HeadConfig head = new HeadConfig(3, POOLED);
            Adapter adapter = model.add("a", LoraConfig.builder().optRank(2).build(), head);
            assertThat(adapter.targetModules().keySet())
                    .extracting(module -> module.path())
                    .contains(pooler(name));
            assertThat(model.add("b", BaselineConfig.full(), head).parameters())
                    .containsKey(pooler(name) + ".weight");
            NDList inputs = TinyAdapters.inputs(model, manager);
            TinyAdapters.disturb(model, adapter, 1);
            Map<String, float[]> before = values(adapter);
            train(model, inputs);
            assertThat(values(adapter))
                    .allSatisfy((key, now) -> assertThat(now).isNotEqualTo(before.get(key)));
            Map<String, String> predictions = TinyAdapters.predictions(model);
            AdapterDirectory.save(model, "a", folder.resolve("a"));
            AdapterDirectory.load(model, "again", folder.resolve("a"));
            model.activate("again");
            assertThat(TinyAdapters.predictions(model)).isEqualTo(predictions);
            model.activate();
            assertThat(model.predict(inputs)).hasSize(1);
        }
    }

    private static String pooler(String model) {
        return model.equals("tiny-albert") ? "pooler" : POOLER;
    }

    @ParameterizedTest
    @EnumSource(
            value = HeadConfig.Pooling.class,
            names = {"MEAN", "POOLER"})
    void aMergedProgramShowsAPoolerThatItsHeadUses(HeadConfig.Pooling pooling) throws Exception {
        Path exported = folder.resolve("exported");
        try (AdaptedModel model = AdaptedModel.open(HUB.resolve("tiny-bert"))) {
            model.add("a", BaselineConfig.head(), new HeadConfig(3, pooling));
            Optional<List<String>> labels = Optional.of(List.of("x", "y", "z"));
            Export export =
                    new Export(model, List.of("a"), labels, Map.of(), read -> {}, made -> {});
            MergedModel.export(export, exported, Map.of(), LinearProducts.PORTABLE);
        }
        try (AdaptedModel model = AdaptedModel.open(exported)) {
            assertThat(model.outputNames()).containsExactly("logits");
            boolean shown =
                    model.spec().targetModules().stream()
                            .anyMatch(module -> module.path().endsWith(POOLER));
            assertThat(shown).isEqualTo(pooling == POOLED);
        }
    }

    /** Rows of adapters of which some need the pooler have what each adapter gives alone. */
    @Test
    void rowsOfOneBatchNeedThePoolerOrNot() throws Exception {
        String lora = "lora-classifier-alllinear-tiny-bert";
        String c3a = "c3a-classifier-alllinear-tiny-bert";
        AdaptedModel model = open(lora);
        try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
            NDList inputs = inputs(lora, model, manager);
            AdapterDirectory.load(model, "lora", original(lora));
            AdapterDirectory.load(model, "c3a", original(c3a));
            Adapter mean =
                    model.add(
                            "mean",
                            LoraConfig.builder().optRank(2).build(),
                            new HeadConfig(3, HeadConfig.Pooling.MEAN));
            TinyAdapters.disturb(model, mean, 1);
            List<String> rows = List.of("lora", "mean", "c3a");
            NDArray mixed = model.predict(inputs, rows).singletonOrThrow();
            for (int i = 0; i < rows.size(); i++) {
                List<String> same = Collections.nCopies(rows.size(), rows.get(i));
                NDArray alone = model.predict(inputs, same).singletonOrThrow();
                assertThat(mixed.get(i).sub(alone.get(i)).abs().max().getFloat())
                        .as(rows.get(i))
                        .isLessThan(FLOAT32 * Math.max(1, alone.abs().max().getFloat()));
            }
        }
    }

    /** PEFT's model of the same checkpoint has a pooler, which an adapter that has none leaves. */
    @ParameterizedTest
    @ValueSource(strings = {"all-linear", "dense"})
    void savedTargetsDoNotNameAPoolerWithoutAdapter(String targets) throws Exception {
        Targets selected = targets.equals("dense") ? Targets.of("dense") : Targets.allLinear();
        try (AdaptedModel model = TinyAdapters.open("tiny-bert");
                AdaptedModel checkpoint = AdaptedModel.open(HUB.resolve("tiny-bert"))) {
            for (AdaptedModel each : List.of(model, checkpoint)) {
                Path written = folder.resolve(each == model ? "export" : "checkpoint");
                Adapter adapter = each.add("a", C3aConfig.builder().optTargets(selected).build());
                boolean adapted =
                        adapter.targetModules().keySet().stream()
                                .anyMatch(module -> module.path().equals(POOLER));
                AdapterDirectory.save(each, "a", written);
                JsonObject json =
                        (JsonObject) JsonFiles.read(written.resolve("adapter_config.json"));
                Targets read =
                        json.get("target_modules").isJsonArray()
                                ? Targets.builder()
                                        .optSuffixes(
                                                json
                                                        .getAsJsonArray("target_modules")
                                                        .asList()
                                                        .stream()
                                                        .map(e -> e.getAsString())
                                                        .toList())
                                        .build()
                                : Targets.allLinear();
                assertThat(read.selects(POOLER)).isEqualTo(adapted);
                Set<String> paths =
                        adapter.targetModules().keySet().stream()
                                .map(module -> module.path())
                                .collect(Collectors.toSet());
                assertThat(paths).allMatch(read::selects);
            }
        }
    }
}
