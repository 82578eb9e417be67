/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.checkpoint.merged;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Model;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.djl.inference.Predictor;
import ai.djl.modality.Classifications;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.repository.zoo.Criteria;
import ai.djl.repository.zoo.ZooModel;
import ai.djl.translate.DeferredTranslatorFactory;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.FutureTask;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.djladapters.adapter.Adapter;
import org.djladapters.adapter.HeadConfig;
import org.djladapters.adapter.baseline.BaselineConfig;
import org.djladapters.adapter.compound.CompoundConfig;
import org.djladapters.checkpoint.AdapterDirectory;
import org.djladapters.checkpoint.TinyAdapters;
import org.djladapters.checkpoint.head.OutputLabels;
import org.djladapters.hub.ModelDirectory;
import org.djladapters.hub.OpenOptions;
import org.djladapters.matmul.Precision;
import org.djladapters.model.AdaptedModel;
import org.djladapters.model.Models;
import org.djladapters.model.SharedModels;
import org.djladapters.rotation.programs.TransformKernel;
import org.djladapters.task.TaskModel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class MergedModelTest {

    @RegisterExtension static final SharedModels MODELS = new SharedModels();

    private static final List<String> LABELS = List.of("greeting", "question", "complaint");

    @TempDir Path folder;

    @ParameterizedTest
    @MethodSource("org.djladapters.model.Models#names")
    void stockDjlGivesTheOutputsOfTheAdaptedModel(String name) throws Exception {
        Path exported = folder.resolve("exported");
        AdaptedModel model = MODELS.open(name);
        Map<String, String> base = TinyAdapters.predictions(model);
        TinyAdapters.disturb(model, model.add("a", TinyAdapters.config(name).build()), 7);
        Map<String, String> adapted = TinyAdapters.predictions(model);
        assertThat(adapted).isNotEqualTo(base);

        export(model, exported);

        assertThat(stock(model, exported)).isEqualTo(adapted);
        assertThat(TinyAdapters.predictions(model)).isEqualTo(adapted);
        try (Stream<Path> files = Files.list(model.directory().orElseThrow().path())) {
            assertThat(exported.toFile().list())
                    .containsExactlyInAnyOrderElementsOf(
                            files.map(file -> file.getFileName().toString())
                                    .filter(file -> !file.equals("expected.safetensors"))
                                    .toList());
        }
    }

    @Test
    void severalAdaptersAndModulesTrainedInFullAreMerged() throws Exception {
        Path exported = folder.resolve("exported");
        CompoundConfig second =
                CompoundConfig.builder()
                        .optOrders(2)
                        .optBlocks(2)
                        .optScaling(true)
                        .optTargets("query", "dense")
                        .optModulesToSave(List.of("classifier"))
                        .build();
        String name = "tiny-bert-classifier";
        AdaptedModel model = MODELS.open(name);
        TinyAdapters.disturb(model, model.add("a", TinyAdapters.config(name).build()), 7);
        TinyAdapters.disturb(model, model.add("b", second), 8);

        OutputLabels.set(model, "b", List.of("x", "y", "z"));
        export(model, exported, "b", "a");

        model.activate("b", "a");
        assertThat(stock(model, exported)).isEqualTo(TinyAdapters.predictions(model));
        assertThat(ModelDirectory.open(exported).labels()).containsExactly("x", "y", "z");
        assertThatThrownBy(() -> OutputLabels.set(model, "a", List.of("p", "q")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("the head has 3 outputs");
    }

    @Test
    void aHeadTiedToAnEmbeddingIsMergedWithoutTouchingTheEmbedding() throws Exception {
        Path exported = folder.resolve("exported");
        CompoundConfig head =
                CompoundConfig.builder().optOrders(1, 2).optTargets("lm_head").build();
        AdaptedModel model = MODELS.open("tiny-gpt2");
        Map<String, String> base = TinyAdapters.predictions(model);
        TinyAdapters.disturb(model, model.add("a", head), 7);

        export(model, exported);

        assertThat(TinyAdapters.predictions(model)).isNotEqualTo(base);
        assertThat(stock(model, exported)).isEqualTo(TinyAdapters.predictions(model));
    }

    @ParameterizedTest
    @CsvSource({"tiny-bert-classifier, query, classifier", "tiny-gpt2, lm_head, c_attn"})
    void whatWasMergedForGoodIsExportedToo(String name, String target, String saved)
            throws Exception {
        Path exported = folder.resolve("exported");
        CompoundConfig first =
                CompoundConfig.builder()
                        .optOrders(1)
                        .optTargets(target)
                        .optModulesToSave(List.of(saved))
                        .build();
        AdaptedModel model = MODELS.open(name);
        TinyAdapters.disturb(model, model.add("a", first), 7);
        Map<String, String> adapted = TinyAdapters.predictions(model);
        model.mergeAndUnload();
        export(model, exported);
        assertThat(stock(model, exported)).isEqualTo(adapted);

        // an adapter that came later, on one of the merged weights and on others
        CompoundConfig second =
                CompoundConfig.builder().optOrders(1).optTargets(target, saved).build();
        TinyAdapters.disturb(model, model.add("b", second), 8);
        export(model, folder.resolve("both"));
        assertThat(TinyAdapters.predictions(model)).isNotEqualTo(adapted);
        assertThat(stock(model, folder.resolve("both"))).isEqualTo(TinyAdapters.predictions(model));
    }

    @Test
    void theBaseIsExportedWhereNothingIsActive() throws Exception {
        Path exported = folder.resolve("exported");
        AdaptedModel model = MODELS.open("tiny-vit");
        export(model, exported);
        assertThat(stock(model, exported)).isEqualTo(TinyAdapters.predictions(model));
    }

    @ParameterizedTest
    @CsvSource({
        "tiny-bert, MEAN",
        "tiny-bert, CLS",
        "tiny-roberta, MEAN",
        "tiny-deberta-v3, MEAN",
        "tiny-dinov2, MEAN",
        "tiny-dinov2, CLS",
        "tiny-bert, NONE",
        "tiny-roberta, NONE"
    })
    void aHeadBecomesPartOfTheProgram(String name, HeadConfig.Pooling pooling) throws Exception {
        Path exported = folder.resolve("exported");
        AdaptedModel model = MODELS.open(name);
        HeadConfig head = new HeadConfig(3, pooling);
        TinyAdapters.disturb(model, model.add("a", TinyAdapters.config(name).build(), head), 7);

        export(model, exported);

        assertThat(stock(model, exported)).isEqualTo(TinyAdapters.predictions(model));
        assertThat(ModelDirectory.open(exported).labels())
                .containsExactly("LABEL_0", "LABEL_1", "LABEL_2");
    }

    @Test
    void aHeadWithoutPoolingClassifiesTokens() throws Exception {
        Path exported = folder.resolve("exported");
        AdaptedModel model = MODELS.open("tiny-bert");
        HeadConfig head = new HeadConfig(3, HeadConfig.Pooling.NONE);
        model.add("a", BaselineConfig.head(), head);
        OutputLabels.set(model, "a", LABELS);

        export(model, exported);
        ModelDirectory description = ModelDirectory.open(exported);
        assertThat(description.labels()).isEqualTo(LABELS);
        assertThat(description.json("config.json").orElseThrow().toString())
                .contains("\"architectures\":[\"BertForTokenClassification\"]")
                .doesNotContain("problem_type");
    }

    @ParameterizedTest
    @EnumSource(
            value = HeadConfig.Pooling.class,
            mode = EnumSource.Mode.EXCLUDE,
            names = {"NONE", "SPAN"})
    void aTextClassifierOpensWithTheTranslatorOfDjl(HeadConfig.Pooling pooling) throws Exception {
        String sentence = "what is this";
        Path exported = folder.resolve("exported");
        AdaptedModel model = MODELS.open("tiny-bert");
        try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
            Adapter adapter = model.add("a", BaselineConfig.head(), new HeadConfig(3, pooling));
            TinyAdapters.disturb(model, adapter, 7);
            OutputLabels.set(model, "a", LABELS);
            try (TaskModel<NDList, NDList> task =
                    TaskModel.of(model, NDList.class, NDList.class, "a")) {
                task.export(exported);
            }

            Criteria<String, Classifications> criteria =
                    Criteria.builder()
                            .setTypes(String.class, Classifications.class)
                            .optModelPath(exported)
                            .optEngine("PyTorch")
                            .optTranslatorFactory(new DeferredTranslatorFactory())
                            .build();
            try (ZooModel<String, Classifications> stock = criteria.loadModel();
                    Predictor<String, Classifications> predictor = stock.newPredictor()) {
                Classifications result = predictor.predict(sentence);
                // of logits of size one, which differ by 40 units in the last place at most
                float[] expected = probabilities(model, stock, sentence, manager);
                for (int i = 0; i < expected.length; i++) {
                    assertThat((float) result.get(LABELS.get(i)).getProbability())
                            .isCloseTo(expected[i], Offset.offset(1e-5f));
                }
            }
            ModelDirectory description = ModelDirectory.open(exported);
            assertThat(description.labels()).isEqualTo(LABELS);
            assertThat(description.numLabels()).hasValue(3);
            assertThat(description.json("config.json").orElseThrow().toString())
                    .contains("\"architectures\":[\"BertForSequenceClassification\"]")
                    .contains("\"problem_type\":\"single_label_classification\"");
        }
    }

    @Test
    void aHeadTakesThePlaceOfAnotherTasks() throws Exception {
        Path base = Files.createDirectory(folder.resolve("base"));
        try (Stream<Path> files = Files.list(Models.directory("tiny-bert"))) {
            for (Path file : files.toList()) {
                Files.copy(file, base.resolve(file.getFileName()));
            }
        }
        Path config = base.resolve("config.json");
        Files.writeString(
                config, Files.readString(config).replace("\"BertModel\"", "\"BertForMaskedLM\""));
        Path exported = folder.resolve("exported");
        try (AdaptedModel model = AdaptedModel.open(base)) {
            model.add("a", BaselineConfig.head(), new HeadConfig(3, HeadConfig.Pooling.CLS));
            export(model, exported);
        }
        assertThat(ModelDirectory.open(exported).json("config.json").orElseThrow().toString())
                .contains("\"architectures\":[\"BertForSequenceClassification\"]");
    }

    /** The order of a map can differ from process to process, and the file with it. */
    @Test
    void weightsAndHeadsAreWrittenInTheOrderOfTheirNames() throws Exception {
        AdaptedModel model = MODELS.open("tiny-bert");
        try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
            HeadConfig head = new HeadConfig(3, HeadConfig.Pooling.CLS);
            model.add("a", TinyAdapters.config("tiny-bert").build(), head);

            MergedAdapters.Weights weights =
                    new MergedAdapters(Export.of(model, List.of("a"))).weights(manager);

            assertThat(List.copyOf(weights.merged().keySet())).hasSizeGreaterThan(3).isSorted();
            assertThat(weights.head().keySet()).containsExactly("head.bias", "head.weight");
        }
    }

    @Test
    void aNewHeadOfACheckpointKeepsTheInputsThatCanBeLeftOut() throws Exception {
        Path exported = folder.resolve("exported");
        try (AdaptedModel model = AdaptedModel.open(Path.of("src/test/resources/hub/tiny-bert"));
                NDManager manager = NDManager.newBaseManager("PyTorch")) {
            model.add("a", BaselineConfig.head(), new HeadConfig(3, HeadConfig.Pooling.CLS));
            export(model, exported);

            long[][] tokens = {{2, 9, 11, 3}};
            NDList inputs =
                    new NDList(manager.create(tokens), manager.create(new long[][] {{1, 1, 1, 1}}));
            NDList stock = TinyAdapters.stock(exported, inputs, manager);
            assertThat(TinyAdapters.exactly(stock))
                    .isEqualTo(TinyAdapters.exactly(model.predict(inputs)));
        }
    }

    /** Weights are merged in float32 and rounded once; a head stays float32. */
    @Test
    void inBfloat16AnExportComputesTheSameButForRounding() throws Exception {
        AdaptedModel model = MODELS.open("tiny-bert");
        HeadConfig head = new HeadConfig(3, HeadConfig.Pooling.MEAN);
        TinyAdapters.disturb(
                model, model.add("a", TinyAdapters.config("tiny-bert").build(), head), 7);
        Path exported = folder.resolve("exported");
        MergedModel.export(
                Export.of(model, model.active()), exported, Map.of(), LinearProducts.BFLOAT16);

        OpenOptions narrow = OpenOptions.builder().optPrecision(Precision.BFLOAT16).build();
        try (NDManager manager = NDManager.newBaseManager("PyTorch");
                AdaptedModel merged = AdaptedModel.open(exported, narrow)) {
            NDList inputs = TinyAdapters.inputs(model, manager);
            NDArray expected = model.predict(inputs).singletonOrThrow();
            NDArray actual = TinyAdapters.stock(exported, inputs, manager).singletonOrThrow();
            float difference = actual.sub(expected).norm().getFloat();
            assertThat(difference / expected.norm().getFloat()).isBetween(1e-6f, 0.03f);
            assertThat(merged.predict(inputs).singletonOrThrow()).isEqualTo(actual);
            Map<String, DataType> types = new HashMap<>();
            merged.baseParameters().forEach((name, array) -> types.put(name, array.getDataType()));
            assertThat(types.get("head_weight")).isEqualTo(DataType.FLOAT32);
            String query = "encoder.layer.0.attention.self.query.weight";
            NDArray weight = model.mergedWeights(manager).get(query);
            NDArray stored = merged.baseParameters().get("model." + query);
            NDArray rounded = TransformKernel.cast(weight, stored, manager);
            assertThat(stored.toType(DataType.FLOAT32, true))
                    .isEqualTo(rounded.toType(DataType.FLOAT32, true));
        }
    }

    /** Another thread swaps the adapter between the check and the reading, if it can. */
    @Test
    void whatWasCheckedIsExportedWeightsAndHead() throws Exception {
        Path other = folder.resolve("other");
        Path exported = folder.resolve("exported");
        HeadConfig head = new HeadConfig(3, HeadConfig.Pooling.CLS);
        AdaptedModel model = MODELS.open("tiny-bert");
        TinyAdapters.disturb(
                model, model.add("a", TinyAdapters.config("tiny-bert").build(), head), 7);
        Map<String, String> before = TinyAdapters.predictions(model);
        TinyAdapters.disturb(
                model, model.add("b", TinyAdapters.config("tiny-bert").build(), head), 11);
        AdapterDirectory.save(model, "b", other);
        FutureTask<Void> swap =
                new FutureTask<>(
                        () -> {
                            AdapterDirectory.swap(model, "a", other);
                            return null;
                        });
        Thread thread = new Thread(swap);
        Export export =
                new Export(
                        model,
                        List.of("a"),
                        Optional.empty(),
                        Map.of(),
                        adapters -> {
                            thread.start();
                            while (thread.getState() != Thread.State.WAITING && thread.isAlive()) {
                                Thread.onSpinWait();
                            }
                        },
                        folder -> {});
        MergedModel.export(export, exported, Map.of(), LinearProducts.ORIGINAL);
        swap.get();
        assertThat(stock(model, exported)).isEqualTo(before);
        assertThat(TinyAdapters.predictions(model)).isNotEqualTo(before);
    }

    private static float[] probabilities(
            AdaptedModel model, Model stock, String sentence, NDManager manager)
            throws IOException {
        try (HuggingFaceTokenizer tokenizer =
                HuggingFaceTokenizer.newInstance(stock.getModelPath().resolve("tokenizer.json"))) {
            NDList inputs = tokenizer.encode(sentence).toNDList(manager, true, false);
            inputs.replaceAll(array -> array.expandDims(0));
            return model.predict(inputs).singletonOrThrow().softmax(-1).toFloatArray();
        }
    }

    @Test
    void aHeadNeedsAModelThatGivesFeatures() throws Exception {
        AdaptedModel model = MODELS.open("tiny-bert-classifier");
        model.add("a", BaselineConfig.head(), new HeadConfig(3, HeadConfig.Pooling.CLS));

        assertThatThrownBy(() -> export(model, folder.resolve("exported")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("returns no last_hidden_state");
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void whatIsThereIsNotOverwrittenAndFailuresLeaveNothing() throws Exception {
        Path precious = Files.createDirectory(folder.resolve("model"));
        Files.writeString(precious.resolve("config.json"), "{}");
        AdaptedModel model = MODELS.open("tiny-bert");
        model.add("a", TinyAdapters.config("tiny-bert").build());

        assertThatThrownBy(() -> export(model, precious))
                .isInstanceOf(FileAlreadyExistsException.class);
        assertThatThrownBy(() -> export(model, precious.resolve("config.json").resolve("x")))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("could not be written");
        assertThatThrownBy(() -> export(model, folder.resolve("new"), "b"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("There is no adapter 'b'");
        model.adapter("a").parameters().values().iterator().next().getArray().addi(Float.NaN);
        assertThatThrownBy(() -> export(model, folder.resolve("new")))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("would not be finite");
        assertThat(folder.toFile().list()).containsExactly("model");
        assertThat(precious.resolve("config.json")).hasContent("{}");
    }

    /** Exports without a task, with the active adapters if none is named. */
    private static void export(AdaptedModel model, Path directory, String... names)
            throws IOException {
        List<String> adapters = names.length == 0 ? model.active() : List.of(names);
        Optional<List<String>> labels = Optional.empty();
        for (String name : adapters) {
            if (model.adapter(name).record().labels().isPresent()) {
                labels = OutputLabels.of(model, model.adapter(name));
            }
        }
        Export export = new Export(model, adapters, labels, Map.of(), read -> {}, folder -> {});
        MergedModel.export(export, directory, Map.of(), LinearProducts.PORTABLE);
    }

    /** What DJL alone makes of a directory. */
    private static Map<String, String> stock(AdaptedModel model, Path directory) throws Exception {
        try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
            NDList inputs = TinyAdapters.inputs(model, manager);
            return TinyAdapters.exactly(TinyAdapters.stock(directory, inputs, manager));
        }
    }
}
