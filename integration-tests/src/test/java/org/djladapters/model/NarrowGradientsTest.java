/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.model;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.djladapters.adapter.AdapterConfig;
import org.djladapters.adapter.Bias;
import org.djladapters.adapter.Targets;
import org.djladapters.hub.OpenOptions;
import org.djladapters.safetensors.SafetensorsFile;
import org.djladapters.safetensors.StoredTensor;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The gradients of every method and every architecture in bfloat16, beside those in float32. */
class NarrowGradientsTest {

    /**
     * The largest distance of two gradients as vectors, relative to the length of that in float32.
     * A number that is rounded to bfloat16 is wrong by at most 1/512, and some fifty operations
     * round it on its way from the inputs to the loss and back. Independent errors add up to at
     * most the root of fifty of them; four times as much leaves room for what cancels out.
     */
    private static final double ROUNDING = 4 * Math.sqrt(50) / 512;

    /** Models of each kind of layers: turned weights, without biases, convolutions. */
    private static final Set<String> WITH_ALL_METHODS =
            Set.of("tiny-bert", "tiny-gpt2", "tiny-llama", "tiny-vit-classifier");

    private static final Set<String> WITH_ALL_MODELS = Set.of("compound", "lora", "full");

    /** Models with layers without a bias, which alone BEFT changes. */
    private static final Set<String> WITHOUT_BIASES =
            Set.of("tiny-llama", "tiny-modernbert", "tiny-qwen2");

    /** What trains nothing of some of the models. */
    private static final Set<String> WITHOUT_LAYERS = Set.of("head", "bitfit");

    private record Opening(String name, DataType type) {}

    private static final Map<Opening, AdaptedModel> MODELS = new HashMap<>();

    @TempDir static Path folder;

    @AfterAll
    static void closeModels() {
        MODELS.values().forEach(AdaptedModel::close);
        MODELS.clear();
    }

    static Stream<Arguments> rows() {
        List<String> models =
                List.of(
                        "tiny-bert",
                        "tiny-roberta-classifier",
                        "tiny-electra",
                        "tiny-deberta-v2-classifier",
                        "tiny-dinov2",
                        "distilbert-answers",
                        "tiny-gpt2",
                        "tiny-llama",
                        "tiny-mpnet",
                        "tiny-modernbert",
                        "tiny-nomic",
                        "tiny-albert",
                        "tiny-qwen2",
                        "tiny-vit-classifier");
        List<AdapterConfig> methods =
                MethodCases.ofEachMethod().stream()
                        .map(MethodCase::config)
                        .filter(config -> !WITHOUT_LAYERS.contains(config.method()))
                        .filter(config -> config.bias() != Bias.ADAPTED)
                        .map(NarrowGradientsTest::onAllLayers)
                        .toList();
        return models.stream()
                .flatMap(
                        model ->
                                methods.stream()
                                        .filter(method -> fits(model, method.method()))
                                        .map(method -> Arguments.of(model, method)));
    }

    private static boolean fits(String model, String method) {
        if (WITHOUT_BIASES.contains(model) && method.equals("beft")) {
            return false;
        }
        return WITH_ALL_METHODS.contains(model) || WITH_ALL_MODELS.contains(method);
    }

    private static AdapterConfig onAllLayers(AdapterConfig config) {
        return config.targets().isNone() ? config : config.withTargets(Targets.allLinear());
    }

    @ParameterizedTest(name = "{0}, {1}")
    @MethodSource("rows")
    void areThoseOfFloat32ButForRounding(String name, AdapterConfig method) throws IOException {
        Map<String, double[]> expected = gradients(name, DataType.FLOAT32, method);
        Map<String, double[]> actual = gradients(name, DataType.BFLOAT16, method);

        double squares = 0;
        double differences = 0;
        for (Map.Entry<String, double[]> entry : expected.entrySet()) {
            double[] other = actual.get(entry.getKey());
            for (int i = 0; i < other.length; i++) {
                squares += Math.pow(entry.getValue()[i], 2);
                differences += Math.pow(other[i] - entry.getValue()[i], 2);
            }
        }
        assertThat(squares).isPositive();
        assertThat(Math.sqrt(differences / squares)).isLessThan(ROUNDING);
    }

    private static Map<String, double[]> gradients(String name, DataType type, AdapterConfig method)
            throws IOException {
        AdaptedModel model = MODELS.get(new Opening(name, type));
        if (model == null) {
            OpenOptions options = OpenOptions.builder().optDataType(type).build();
            model = AdaptedModel.open(rounded(name), options);
            MODELS.put(new Opening(name, type), model);
        }
        model.model().getNDManager().getEngine().setRandomSeed(5);
        model.add("a", method);
        try {
            Passes.perturb(model, "a", 1, 0.05);
            NDList inputs = Gradients.inputs(model);
            return Gradients.of(model, trainer -> Passes.loss(trainer.forward(inputs)));
        } finally {
            model.unload();
        }
    }

    /**
     * Makes a checkpoint whose weights bfloat16 can hold, so that both types begin with the same
     * ones: some methods take singular vectors of them, which may change their signs with a digit.
     */
    private static Path rounded(String name) throws IOException {
        Path checkpoint = folder.resolve(name);
        if (Files.exists(checkpoint)) {
            return checkpoint;
        }
        Files.createDirectory(checkpoint);
        Path original = Gradients.hub(name);
        for (String file : List.of("config.json", "expected.safetensors")) {
            Files.copy(original.resolve(file), checkpoint.resolve(file));
        }
        try (NDManager scope = NDManager.newBaseManager("PyTorch");
                SafetensorsFile file =
                        SafetensorsFile.open(original.resolve("model.safetensors"))) {
            Map<String, StoredTensor> tensors = new HashMap<>();
            file.readAll(scope)
                    .forEach(
                            (key, array) ->
                                    tensors.put(key, StoredTensor.of(array, DataType.BFLOAT16)));
            SafetensorsFile.writeStored(checkpoint.resolve("model.safetensors"), tensors, Map.of());
        }
        return checkpoint;
    }
}
