/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import ai.djl.training.Trainer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.Stream;
import org.djladapters.adapter.AdapterConfig;
import org.djladapters.adapter.Targets;
import org.djladapters.adapter.lora.LoraConfig;
import org.djladapters.archive.ScriptArchive;
import org.djladapters.hub.OpenOptions;
import org.djladapters.safetensors.SafetensorsFile;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Training passes whose layers run again when the backward pass comes to them. */
class GradientCheckpointingTest {

    /**
     * The same products of the same numbers; gradients that several layers share, and those of
     * inputs that go into every layer, are added up in another order.
     */
    private static final double LAST_BITS = 4e-6;

    /** As above, with 8 bits of mantissa between the operations. */
    private static final double BFLOAT16 = 0.05;

    /** An export whose layers return more than a tensor. */
    private static final String REFUSED = "tiny-deberta-v3";

    private static final Map<Opening, AdaptedModel> MODELS = new HashMap<>();

    /** A model that is opened once for all rows. */
    private record Opening(Path directory, DataType type, boolean checkpoints) {

        AdaptedModel open() throws IOException {
            OpenOptions.Builder options =
                    OpenOptions.builder().optGradientCheckpointing(checkpoints);
            if (type != DataType.FLOAT32) {
                options.optDataType(type);
            }
            return AdaptedModel.open(directory, options.build());
        }
    }

    @AfterAll
    static void closeModels() {
        MODELS.values().forEach(AdaptedModel::close);
        MODELS.clear();
    }

    static Stream<MethodCase> methods() {
        return MethodCases.firstOfAllOptions()
                .filter(method -> !method.random())
                .filter(method -> !method.model().equals(REFUSED))
                // adds to trained embeddings in place
                .filter(method -> !method.name().equals("full on tiny-bert-classifier"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("methods")
    void givesTheGradientsOfEveryMethod(MethodCase method) throws IOException {
        assertSameGradients(Models.directory(method.model()), method.config(), DataType.FLOAT32);
    }

    static Stream<String> models() {
        return Stream.of(
                "tiny-bert",
                "tiny-deberta-v2-classifier",
                "deberta-classifier",
                "tiny-dinov2",
                "tiny-distilbert-classifier",
                "tiny-gpt2",
                "tiny-llama",
                "qwen3-window-bias",
                "phi3-window",
                "granite-scaled",
                "olmo2-bias",
                "gemma2-capped",
                "gemma3-window",
                "tiny-mpnet",
                "modernbert-mean-biased",
                "gte-classifier",
                "tiny-albert-classifier",
                "albert-tokens",
                "tiny-t5-encoder",
                "tiny-t5",
                "tiny-qwen2",
                "tiny-vit-classifier");
    }

    @ParameterizedTest
    @MethodSource("models")
    void givesTheGradientsOfEveryArchitecture(String model) throws IOException {
        assertSameGradients(Gradients.hub(model), lora().build(), DataType.FLOAT32);
    }

    @ParameterizedTest
    @MethodSource("models")
    void givesTheGradientsOfWeightsOf16Bits(String model) throws IOException {
        assertSameGradients(Gradients.hub(model), lora().build(), DataType.BFLOAT16);
    }

    @Test
    void givesTheGradientsOfSeveralPassesAndTheModelPredictsAsBefore() throws IOException {
        Path model = Gradients.hub("tiny-bert");
        AdapterConfig config = lora().build();
        Function<AdaptedModel, Map<String, double[]>> twice =
                opened -> {
                    NDList inputs = Gradients.inputs(opened);
                    Map<String, double[]> before = named(opened.predict(inputs));
                    Map<String, double[]> gradients =
                            Gradients.of(
                                    opened,
                                    trainer -> {
                                        NDArray first = Passes.loss(trainer.forward(inputs));
                                        opened.predict(inputs);
                                        NDList second = trainer.forward(inputs);
                                        return first.add(Passes.loss(second).mul(0.5));
                                    });
                    assertThat(difference(named(opened.predict(inputs)), before)).isZero();
                    return gradients;
                };
        assertThat(
                        difference(
                                with(model, config, DataType.FLOAT32, true, twice),
                                with(model, config, DataType.FLOAT32, false, twice)))
                .isLessThan(LAST_BITS);
    }

    @Test
    void keepsNothingOfPassesThatHaveNoBackwardPass() throws IOException {
        try (AdaptedModel model = AdaptedModel.open(Gradients.hub("tiny-bert"), options(true))) {
            model.add("a", lora().build());
            NDManager owner = model.model().getNDManager();
            try (Trainer trainer = Gradients.trainer(model)) {
                int before = owner.getManagedArrays().size();
                for (int i = 0; i < 3; i++) {
                    try (GradientCollector collector = trainer.newGradientCollector();
                            NDManager scope = owner.newSubManager()) {
                        assertThat(trainer.forward(Gradients.inputs(model, scope))).isNotEmpty();
                        collector.zeroGradients();
                    }
                }
                assertThat(owner.getManagedArrays()).hasSize(before);
            }
        }
    }

    /** Modules outside of the list of layers can have the class of the layers. */
    @Test
    void givesTheGradientsOfModulesOfTheSameClass(@TempDir Path folder) throws IOException {
        String source =
                """
                class Top(Module):
                  __parameters__ = []
                  __buffers__ = []
                  training : bool
                  before : __torch__.Layer
                  layers : __torch__.Layers
                  after : __torch__.Layer
                  def forward(self, x: Tensor) -> Tensor:
                    y = (self.layers).forward((self.before).forward(x, ), )
                    return (self.after).forward(y, )

                class Layers(Module):
                  __parameters__ = []
                  __buffers__ = []
                  training : bool
                  __annotations__["0"] = __torch__.Layer
                  __annotations__["1"] = __torch__.Layer
                  def forward(self, x: Tensor) -> Tensor:
                    y = (getattr(self, "0")).forward(x, )
                    return (getattr(self, "1")).forward(y, )

                class Layer(Module):
                  __parameters__ = ["weight", ]
                  __buffers__ = []
                  weight : Tensor
                  training : bool
                  def forward(self, x: Tensor) -> Tensor:
                    y = torch.linear(x, self.weight)
                    z = torch.tanh(y)
                    return torch.add(x, z)
                """;
        ScriptArchive.Builder archive = ScriptArchive.builder("Top", source);
        for (String layer : List.of("before", "layers.0", "layers.1", "after")) {
            archive.optTensor(layer + ".weight", DataType.FLOAT32, new Shape(8, 8), floats(64));
        }
        archive.write(folder.resolve("model.pt"));
        Files.writeString(folder.resolve("config.json"), "{}");
        try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
            NDArray x = manager.randomNormal(new Shape(5, 8));
            SafetensorsFile.write(
                    folder.resolve("expected.safetensors"), Map.of("input.x", x), Map.of());
        }

        assertSameGradients(folder, lora().build(), DataType.FLOAT32);
    }

    private static ByteBuffer floats(int size) {
        Random random = new Random(size);
        ByteBuffer bytes = ByteBuffer.allocate(4 * size).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < size; i++) {
            bytes.putFloat(4 * i, (float) random.nextGaussian());
        }
        return bytes;
    }

    @Test
    void isRefusedWhereItCannotBeHonoured() throws IOException {
        assertThatThrownBy(
                        () ->
                                OpenOptions.builder()
                                        .optGradientCheckpointing(true)
                                        .optDropout(true)
                                        .build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("Gradient checkpointing")
                .hasMessageContaining("dropout");

        Path deberta = Models.directory(REFUSED);
        assertThatThrownBy(() -> AdaptedModel.open(deberta, options(true)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(REFUSED)
                .hasMessageContaining("leave gradient checkpointing out");

        AdapterConfig dropout = lora().optDropout(0.1).build();
        try (AdaptedModel model = AdaptedModel.open(Gradients.hub("tiny-bert"), options(true))) {
            NDList inputs = Gradients.inputs(model);
            model.add("a", dropout);
            assertThatThrownBy(() -> Passes.training(model, inputs))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("dropout of adapter 'a'");
            model.delete("a");
            model.add("b", lora().build());
            assertThatThrownBy(() -> Passes.training(model, inputs))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("gradient collector");
        }
    }

    private void assertSameGradients(Path model, AdapterConfig config, DataType type)
            throws IOException {
        Function<AdaptedModel, Map<String, double[]>> once =
                opened -> {
                    NDList inputs = Gradients.inputs(opened);
                    return Gradients.of(opened, trainer -> Passes.loss(trainer.forward(inputs)));
                };
        Map<String, double[]> kept = with(model, config, type, false, once);
        Map<String, double[]> again = with(model, config, type, true, once);

        assertThat(again.keySet()).isEqualTo(kept.keySet());
        assertThat(kept.values()).anyMatch(gradient -> largest(gradient) > 0);
        double tolerance = type == DataType.FLOAT32 ? LAST_BITS : BFLOAT16;
        assertThat(difference(again, kept)).isLessThan(tolerance);
    }

    private static <T> T with(
            Path directory,
            AdapterConfig config,
            DataType type,
            boolean checkpoints,
            Function<AdaptedModel, T> action)
            throws IOException {
        Opening opening = new Opening(directory, type, checkpoints);
        AdaptedModel model = MODELS.get(opening);
        if (model == null) {
            model = opening.open();
            MODELS.put(opening, model);
        }
        model.model().getNDManager().getEngine().setRandomSeed(5);
        model.add("a", config);
        try {
            Passes.perturb(model, "a", 1);
            return action.apply(model);
        } finally {
            model.unload();
        }
    }

    private static LoraConfig.Builder lora() {
        return LoraConfig.builder().optTargets(Targets.allLinear()).optRank(2);
    }

    private static OpenOptions options(boolean checkpoints) {
        return OpenOptions.builder().optGradientCheckpointing(checkpoints).build();
    }

    private static Map<String, double[]> named(NDList outputs) {
        Map<String, double[]> named = new LinkedHashMap<>();
        for (int i = 0; i < outputs.size(); i++) {
            named.put("output " + i, Gradients.values(outputs.get(i)));
        }
        return named;
    }

    /** The largest difference, relative to the largest value of all. */
    private static double difference(Map<String, double[]> actual, Map<String, double[]> expected) {
        double largest = expected.values().stream().mapToDouble(v -> largest(v)).max().orElse(0);
        double difference = 0;
        for (Map.Entry<String, double[]> entry : expected.entrySet()) {
            double[] other = actual.get(entry.getKey());
            for (int i = 0; i < other.length; i++) {
                difference = Math.max(difference, Math.abs(other[i] - entry.getValue()[i]));
            }
        }
        return difference / largest;
    }

    private static double largest(double[] values) {
        double largest = 0;
        for (double value : values) {
            largest = Math.max(largest, Math.abs(value));
        }
        return largest;
    }
}
