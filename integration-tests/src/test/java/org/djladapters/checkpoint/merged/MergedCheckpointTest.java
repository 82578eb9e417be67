/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.checkpoint.merged;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.djladapters.adapter.Adapter;
import org.djladapters.adapter.AdapterConfig;
import org.djladapters.adapter.HeadConfig;
import org.djladapters.adapter.HeadConfig.Activation;
import org.djladapters.adapter.HeadConfig.PairEncoding;
import org.djladapters.adapter.HeadConfig.Pooling;
import org.djladapters.adapter.Targets;
import org.djladapters.adapter.baseline.BaselineConfig;
import org.djladapters.adapter.lora.LoraConfig;
import org.djladapters.model.AdaptedModel;
import org.djladapters.safetensors.SafetensorsFile;
import org.djladapters.safetensors.StoredTensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Checkpoints with adapters merged, of models that were opened from checkpoints. */
class MergedCheckpointTest {

    private static final Path HUB = Path.of("src/test/resources/hub");
    private static final Path BERT = HUB.resolve("tiny-bert");

    /** Two layers in float32 with other orders of summation: 40 units in the last place of 4. */
    private static final float TOLERANCE = 40 * Math.ulp(4f);

    @TempDir private Path folder;

    @Test
    void whatNoAdapterChangesStaysBitForBit() throws IOException {
        Path merged = folder.resolve("merged");
        try (AdaptedModel model = AdaptedModel.open(BERT)) {
            change(model.add("a", lora()));
            export(model, merged, Long.MAX_VALUE);

            assertThat(outputs(merged, model)).isLessThan(TOLERANCE);
        }
        Set<String> changed = new TreeSet<>();
        try (SafetensorsFile before = open(BERT);
                SafetensorsFile after = open(merged)) {
            assertThat(after.tensors().keySet())
                    .isEqualTo(before.tensors().keySet())
                    .contains("pooler.dense.weight"); // which the program has no need of
            for (String name : before.tensors().keySet()) {
                if (!Arrays.equals(before.readBytes(name), after.readBytes(name))) {
                    changed.add(name);
                }
            }
        }
        assertThat(changed)
                .hasSize(2)
                .allMatch(name -> name.endsWith("attention.self.query.weight"));
        assertThat(merged.resolve("tokenizer.json"))
                .hasSameBinaryContentAs(BERT.resolve("tokenizer.json"));
        assertThat(merged.resolve("README.md"))
                .content()
                .contains("base_model: tiny-bert", "library_name: transformers", "BertModel");
    }

    @Test
    void aLargeCheckpointIsWrittenInParts() throws IOException {
        Path merged = folder.resolve("merged");
        try (AdaptedModel model = AdaptedModel.open(BERT)) {
            change(model.add("a", lora()));
            export(model, merged, 40_000);

            assertThat(outputs(merged, model)).isLessThan(TOLERANCE);
        }
        try (Stream<Path> files = Files.list(merged)) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .contains("model-00001-of-00003.safetensors", "model.safetensors.index.json")
                    .doesNotContain("model.safetensors");
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"BFLOAT16", "FLOAT16"})
    void theTypeOfAWeightStays(DataType type) throws IOException {
        Path narrow = narrow(type);
        Path merged = folder.resolve("merged");
        try (AdaptedModel model = AdaptedModel.open(narrow)) {
            change(model.add("a", lora()));
            export(model, merged, Long.MAX_VALUE);

            // 8 bits of mantissa, on outputs of about 3
            assertThat(outputs(merged, model)).isBetween(1e-7f, 2e-2f);
        }
        try (SafetensorsFile after = open(merged)) {
            assertThat(after.tensors().values()).allMatch(tensor -> tensor.dataType() == type);
        }
    }

    /** Also what no adapter changes, and what the program has no need of. */
    @Test
    void allWeightsGetTheChosenType() throws IOException {
        Path merged = folder.resolve("merged");
        Path again = folder.resolve("again");
        try (AdaptedModel model = AdaptedModel.open(BERT)) {
            change(model.add("a", lora()));
            MergedCheckpoint.export(
                    Export.of(model, List.of("a")), merged, Optional.of(DataType.BFLOAT16));
            assertThat(outputs(merged, model)).isBetween(1e-7f, 2e-2f);
        }
        try (SafetensorsFile after = open(merged);
                SafetensorsFile before = open(BERT)) {
            assertThat(after.tensors().keySet()).isEqualTo(before.tensors().keySet());
            assertThat(after.tensors().values())
                    .allMatch(tensor -> tensor.dataType() == DataType.BFLOAT16);
        }
        assertThat(merged.resolve("config.json")).content().contains("dtype\": \"bfloat16\"");
        try (AdaptedModel model = AdaptedModel.open(merged)) {
            MergedCheckpoint.export(
                    Export.of(model, List.of()), again, Optional.of(DataType.FLOAT32));
            assertThat(outputs(again, model)).isZero();
        }
        try (SafetensorsFile after = open(again)) {
            assertThat(after.tensors().values())
                    .allMatch(tensor -> tensor.dataType() == DataType.FLOAT32);
        }
    }

    @Test
    void aWeightThatAFileOf16BitsCannotHoldIsRefused() throws IOException {
        Path narrow = narrow(DataType.FLOAT16);
        try (AdaptedModel model = AdaptedModel.open(narrow)) {
            model.add("a", lora()).parameters().values().forEach(p -> p.getArray().addi(1000));
            assertThatThrownBy(() -> export(model, folder.resolve("merged"), Long.MAX_VALUE))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("larger than float16 holds");
        }
        assertThat(folder.resolve("merged")).doesNotExist();
    }

    @ParameterizedTest
    @ValueSource(strings = {"tiny-gpt2", "tiny-qwen2"})
    void tiedWeightsOfWhichOneChangedBecomeTwo(String name) throws IOException {
        Path merged = folder.resolve("merged");
        Path original = HUB.resolve(name);
        try (AdaptedModel model = AdaptedModel.open(original)) {
            change(
                    model.add(
                            "a",
                            LoraConfig.builder()
                                    .optRank(2)
                                    .optTargets(Targets.of("lm_head"))
                                    .build()));
            export(model, merged, Long.MAX_VALUE);

            assertThat(outputs(merged, model, original)).isLessThan(TOLERANCE);
        }
        assertThat(merged.resolve("config.json"))
                .content()
                .contains("\"tie_word_embeddings\": false");
        try (SafetensorsFile before = open(original);
                SafetensorsFile after = open(merged)) {
            assertThat(before.tensors()).doesNotContainKey("lm_head.weight");
            assertThat(after.tensors()).containsKey("lm_head.weight");
        }
    }

    @Test
    void aHeadOfTokensIsThatOfTransformers() throws IOException {
        becomes("BertForTokenClassification", new HeadConfig(3, Pooling.NONE), "classifier.weight");
    }

    @Test
    void aHeadOfSpansIsThatOfTransformers() throws IOException {
        becomes("BertForQuestionAnswering", new HeadConfig(2, Pooling.SPAN), "qa_outputs.weight");
    }

    @Test
    void aHeadWithTheHiddenLayerOfBertsClassifierIsIt() throws IOException {
        HeadConfig head =
                new HeadConfig(
                        3, Pooling.CLS, Optional.of(Activation.TANH), false, PairEncoding.CROSS);
        becomes("BertForSequenceClassification", head, "bert.pooler.dense.weight");
    }

    private void becomes(String type, HeadConfig head, String tensor) throws IOException {
        Path merged = folder.resolve("merged");
        try (AdaptedModel model = AdaptedModel.open(BERT)) {
            change(model.add("a", lora(), head));
            export(model, merged, Long.MAX_VALUE);

            assertThat(outputs(merged, model)).isLessThan(TOLERANCE);
        }
        assertThat(merged.resolve("config.json"))
                .content()
                .contains(type, "\"num_labels\": " + head.outputs(), "\"label2id\"");
        try (SafetensorsFile after = open(merged)) {
            assertThat(after.tensors())
                    .containsKey(tensor)
                    .allSatisfy((name, entry) -> assertThat(name).contains("."))
                    .doesNotContainKey("embeddings.word_embeddings.weight")
                    .containsKey("bert.embeddings.word_embeddings.weight");
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"CLS", "MEAN"})
    void aHeadThatNoClassOfTransformersComputesIsRefused(Pooling pooling) throws IOException {
        try (AdaptedModel model = AdaptedModel.open(BERT)) {
            model.add("a", BaselineConfig.head(), new HeadConfig(2, pooling));
            assertThatThrownBy(() -> export(model, folder.resolve("merged"), Long.MAX_VALUE))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage(
                            "Adapter 'a' brings a head of its own (%s pooling) that no class of"
                                    + " transformers computes: SequenceClassification of a bert has"
                                    + " another one; merge it into a TorchScript model, or train"
                                    + " the classifier of a model that has one",
                            pooling);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"chat_template.json", "spm.model", "LICENSE.md", "LICENSE.txt"})
    void filesThatTheHubGivesGoWithTheModel(String name) throws IOException {
        Path original = Files.createDirectory(folder.resolve("original"));
        for (String file : List.of("config.json", "model.safetensors", name)) {
            Path source = BERT.resolve(file.equals(name) ? "config.json" : file);
            Files.copy(source, original.resolve(file));
        }
        Path merged = folder.resolve("merged");
        try (AdaptedModel model = AdaptedModel.open(original)) {
            model.add("a", lora());
            export(model, merged, Long.MAX_VALUE);
        }

        assertThat(merged.resolve(name)).exists();
    }

    private static void export(AdaptedModel model, Path target, long largest) throws IOException {
        MergedCheckpoint.export(Export.of(model, List.of("a")), target, Optional.empty(), largest);
    }

    private static AdapterConfig lora() {
        return LoraConfig.builder().optRank(2).optTargets("query").build();
    }

    /** Lets an adapter do something. */
    private static void change(Adapter adapter) {
        adapter.parameters().values().forEach(parameter -> parameter.getArray().addi(0.1f));
    }

    /** The largest difference between outputs of a checkpoint and of a model as it is. */
    private static float outputs(Path checkpoint, AdaptedModel model) throws IOException {
        return outputs(checkpoint, model, BERT);
    }

    private static float outputs(Path checkpoint, AdaptedModel model, Path original)
            throws IOException {
        float largest = 0;
        try (AdaptedModel merged = AdaptedModel.open(checkpoint);
                NDManager manager = NDManager.newBaseManager("PyTorch");
                SafetensorsFile file =
                        SafetensorsFile.open(original.resolve("expected.safetensors"))) {
            Map<String, NDArray> tensors = new TreeMap<>(file.readAll(manager));
            NDList inputs = new NDList();
            for (String input : model.inputNames()) {
                Optional.ofNullable(tensors.get("input." + input)).ifPresent(inputs::add);
            }
            NDList expected = model.predict(inputs);
            NDList actual = merged.predict(inputs);
            assertThat(actual).hasSameSizeAs(expected);
            for (NDArray array : expected) {
                NDArray difference = actual.get(array.getName()).sub(array).abs();
                largest = Math.max(largest, difference.max().getFloat());
            }
        }
        return largest;
    }

    private Path narrow(DataType type) throws IOException {
        Path narrow = Files.createDirectory(folder.resolve("narrow"));
        Files.copy(BERT.resolve("config.json"), narrow.resolve("config.json"));
        try (SafetensorsFile file = open(BERT);
                NDManager manager = NDManager.newBaseManager("PyTorch")) {
            Map<String, StoredTensor> tensors = new TreeMap<>();
            for (String name : file.tensors().keySet()) {
                NDArray array = file.read(manager, name);
                if (array.getDataType().isFloating()) {
                    tensors.put(name, StoredTensor.of(array, type));
                }
            }
            SafetensorsFile.writeStored(
                    narrow.resolve("model.safetensors"), tensors, Map.of("format", "pt"));
        }
        return narrow;
    }

    private static SafetensorsFile open(Path checkpoint) throws IOException {
        return SafetensorsFile.open(checkpoint.resolve("model.safetensors"));
    }
}
