/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.checkpoint.merged;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.within;

import ai.djl.inference.Predictor;
import ai.djl.modality.Classifications;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.repository.zoo.Criteria;
import ai.djl.repository.zoo.ZooModel;
import ai.djl.translate.DeferredTranslatorFactory;
import ai.djl.translate.NoopTranslator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.djladapters.adapter.HeadConfig;
import org.djladapters.adapter.baseline.BaselineConfig;
import org.djladapters.checkpoint.TinyAdapters;
import org.djladapters.hub.ModelDirectory;
import org.djladapters.hub.OpenOptions;
import org.djladapters.matmul.Precision;
import org.djladapters.model.AdaptedModel;
import org.djladapters.safetensors.SafetensorsFile;
import org.djladapters.task.TaskModel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Checkpoints that were exported to TorchScript open in DJL alone. */
class CheckpointAsTorchScriptTest {

    private static final Path HUB = Path.of("src/test/resources/hub");

    /** As for checkpoints that are opened here: float32 with other orders of summation. */
    private static final float TOLERANCE = 1e-5f;

    @TempDir private Path folder;

    /** One of each architecture and head. */
    static Stream<String> checkpoints() throws IOException {
        try (Stream<Path> folders = Files.list(HUB)) {
            return folders
                    .map(path -> path.getFileName().toString())
                    .filter(name -> name.startsWith("tiny-"))
                    .sorted()
                    .toList()
                    .stream();
        }
    }

    @ParameterizedTest
    @MethodSource("checkpoints")
    void djlAloneComputesWhatTransformersComputes(String name) throws Exception {
        Path checkpoint = HUB.resolve(name);
        Path target = folder.resolve(name);
        try (AdaptedModel model = AdaptedModel.open(checkpoint);
                TaskModel<NDList, NDList> task = TaskModel.of(model, NDList.class, NDList.class);
                NDManager manager = NDManager.newBaseManager("PyTorch");
                SafetensorsFile file =
                        SafetensorsFile.open(checkpoint.resolve("expected.safetensors"))) {
            task.export(target);
            Map<String, NDArray> tensors = file.readAll(manager);
            NDList inputs = new NDList();
            for (String input : model.inputNames()) {
                if (tensors.containsKey("input." + input)) {
                    inputs.add(tensors.get("input." + input));
                }
            }
            for (NDArray output : stock(target, inputs, manager)) {
                NDArray expected = tensors.get("output." + output.getName());
                float difference = output.sub(expected).abs().max().getFloat();
                assertThat(difference / expected.abs().max().getFloat())
                        .as(output.getName())
                        .isLessThan(TOLERANCE);
            }
        }
    }

    /** One of each architecture. */
    static Stream<String> architectures() throws IOException {
        return checkpoints().filter(name -> !name.matches(".*-(classifier|tokens|qa)"));
    }

    /** Some twenty roundings to 8 bits, of the norm of the whole: they differ in sign. */
    @ParameterizedTest
    @MethodSource("architectures")
    void inBfloat16DjlAloneComputesWhatIsComputedHere(String name) throws Exception {
        Path checkpoint = HUB.resolve(name);
        Path target = folder.resolve(name);
        OpenOptions narrow = OpenOptions.builder().optPrecision(Precision.BFLOAT16).build();
        try (AdaptedModel wide = AdaptedModel.open(checkpoint);
                AdaptedModel model = AdaptedModel.open(checkpoint, narrow);
                TaskModel<NDList, NDList> task = TaskModel.of(wide, NDList.class, NDList.class);
                NDManager manager = NDManager.newBaseManager("PyTorch")) {
            task.export(target, DataType.BFLOAT16);
            NDList inputs = TinyAdapters.inputs(model, manager);

            NDList outputs = stock(target, inputs, manager);

            NDList expected = model.predict(inputs);
            assertThat(outputs).hasSameSizeAs(expected);
            for (NDArray output : outputs) {
                NDArray own = TinyAdapters.named(expected, output.getName());
                assertThat(output.getDataType()).isEqualTo(DataType.FLOAT32);
                assertThat(output.sub(own).norm().getFloat() / own.norm().getFloat())
                        .isLessThan(8 * 0x1p-8f);
            }
            try (AdaptedModel again = AdaptedModel.open(target)) {
                assertThat(again.predict(inputs).get(0).getDataType()).isEqualTo(DataType.FLOAT32);
            }
        }
    }

    @Test
    void anExportInBfloat16StaysSo() throws Exception {
        Path narrow = folder.resolve("narrow");
        Path again = folder.resolve("again");
        try (AdaptedModel model = AdaptedModel.open(HUB.resolve("tiny-bert"));
                TaskModel<NDList, NDList> task = TaskModel.of(model, NDList.class, NDList.class)) {
            task.export(narrow, DataType.BFLOAT16);
        }
        try (AdaptedModel model = AdaptedModel.open(narrow);
                TaskModel<NDList, NDList> task = TaskModel.of(model, NDList.class, NDList.class)) {
            assertThatIOException()
                    .isThrownBy(() -> task.export(again, DataType.FLOAT32))
                    .withMessageContaining("with weights in bfloat16");
            assertThat(again).doesNotExist();
            task.export(again);
        }
        try (AdaptedModel model = AdaptedModel.open(again)) {
            assertThat(model.precision()).isEqualTo(DataType.BFLOAT16);
        }
    }

    @Test
    void theTranslatorIsThatOfTheHead() throws Exception {
        Path target = folder.resolve("classifier");
        String text = "a text to be classified";
        try (AdaptedModel model = AdaptedModel.open(HUB.resolve("tiny-bert-classifier"));
                TaskModel<String, Classifications> task =
                        TaskModel.of(model, String.class, Classifications.class)) {
            task.export(target);

            Classifications expected = task.predict(text);
            Classifications actual = stock(target, text);
            assertThat(actual.best().getClassName()).isEqualTo(expected.best().getClassName());
            assertThat(actual.best().getProbability())
                    .isCloseTo(expected.best().getProbability(), within(1e-5));
        }
        assertThat(ModelDirectory.open(target).servingProperty("translatorFactory"))
                .hasValue("ai.djl.huggingface.translator.TextClassificationTranslatorFactory");
    }

    /** The last input of the program may be left out, also after a head was put around it. */
    @Test
    void inputsThatMayBeLeftOutStaySo() throws Exception {
        Path target = folder.resolve("headed");
        Path checkpoint = HUB.resolve("tiny-bert");
        try (AdaptedModel model = AdaptedModel.open(checkpoint);
                NDManager manager = NDManager.newBaseManager("PyTorch");
                SafetensorsFile file =
                        SafetensorsFile.open(checkpoint.resolve("expected.safetensors"))) {
            model.add("a", BaselineConfig.head(), new HeadConfig(3, HeadConfig.Pooling.MEAN));
            NDList inputs =
                    new NDList(
                            file.read(manager, "input.input_ids"),
                            file.read(manager, "input.attention_mask"));
            NDArray expected = model.predict(inputs).singletonOrThrow();
            try (TaskModel<NDList, NDList> task =
                    TaskModel.of(model, NDList.class, NDList.class, "a")) {
                task.export(target);
            }
            NDArray actual = stock(target, inputs, manager).singletonOrThrow();
            assertThat(actual.sub(expected).abs().max().getFloat()).isLessThan(TOLERANCE);
            try (AdaptedModel again = AdaptedModel.open(target)) {
                assertThat(again.optionalInputs()).isEqualTo(model.optionalInputs()).isNotEmpty();
            }
        }
    }

    private static NDList stock(Path directory, NDList inputs, NDManager manager) throws Exception {
        Criteria<NDList, NDList> criteria =
                Criteria.builder()
                        .setTypes(NDList.class, NDList.class)
                        .optModelPath(directory)
                        .optEngine("PyTorch")
                        .optTranslator(new NoopTranslator())
                        .build();
        try (ZooModel<NDList, NDList> model = criteria.loadModel();
                Predictor<NDList, NDList> predictor = model.newPredictor()) {
            NDList outputs = predictor.predict(inputs);
            outputs.attach(manager);
            return outputs;
        }
    }

    private static Classifications stock(Path directory, String text) throws Exception {
        Criteria<String, Classifications> criteria =
                Criteria.builder()
                        .setTypes(String.class, Classifications.class)
                        .optModelPath(directory)
                        .optTranslatorFactory(new DeferredTranslatorFactory())
                        .build();
        try (ZooModel<String, Classifications> model = criteria.loadModel();
                Predictor<String, Classifications> predictor = model.newPredictor()) {
            return predictor.predict(text);
        }
    }
}
