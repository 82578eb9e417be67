/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.checkpoint.quantized;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.inference.Predictor;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.repository.zoo.Criteria;
import ai.djl.repository.zoo.ZooModel;
import ai.djl.translate.NoopTranslator;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.assertj.core.data.Offset;
import org.djladapters.archive.ScriptArchive;
import org.djladapters.checkpoint.TinyAdapters;
import org.djladapters.io.MalformedFileException;
import org.djladapters.model.AdaptedModel;
import org.djladapters.model.SharedModels;
import org.djladapters.task.TaskModel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** TorchScript models in int8, opened by DJL alone. */
class QuantizedArchiveTest {

    @RegisterExtension static final SharedModels MODELS = new SharedModels();

    private static final int IN = Int8Bounds.IN;
    private static final int OUT = Int8Bounds.OUT;
    private static final int ROWS = Int8Bounds.ROWS;

    private static final String LAYER =
            """
            class Net(Module):
              __parameters__ = []
              training : bool
              layer : __torch__.Linear
              def forward(self, x: Tensor) -> Tensor:
                return (self.layer).forward(x, )
            class Linear(Module):
              __parameters__ = ["weight", "bias", ]
              weight : Tensor
              bias : Tensor
              training : bool
              def forward(self, x: Tensor) -> Tensor:
                bias = self.bias
                weight = self.weight
                y = %s
                return y
            """;

    private static final String EMBEDDING =
            """
            class Net(Module):
              __parameters__ = []
              training : bool
              words : __torch__.Words
              layer : __torch__.Linear
              def forward(self, ids: Tensor) -> Tuple[Tensor, Tensor]:
                h = (self.words).forward(ids, )
                return (h, (self.layer).forward(h, ))
            class Words(Module):
              __parameters__ = ["weight", ]
              weight : Tensor
              training : bool
              def forward(self, ids: Tensor) -> Tensor:
                weight = self.weight
                return torch.embedding(weight, ids)
            class Linear(Module):
              __parameters__ = ["weight", ]
              weight : Tensor
              training : bool
              def forward(self, x: Tensor) -> Tensor:
                return torch.linear(x, self.weight)
            """;

    @TempDir Path folder;

    private final Random random = new Random(11);

    private float[] draw(int size) {
        return Int8Bounds.draw(random, size);
    }

    private static ByteBuffer bytes(float[] values) {
        ByteBuffer bytes =
                ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        return bytes;
    }

    private static ZooModel<NDList, NDList> open(Path directory) throws Exception {
        return Criteria.builder()
                .setTypes(NDList.class, NDList.class)
                .optModelPath(directory)
                .optEngine("PyTorch")
                .optTranslator(new NoopTranslator())
                .build()
                .loadModel();
    }

    /** The forms of a product, with what lies in the weight by rows: outputs or inputs. */
    private enum Form {
        LINEAR("torch.linear(x, weight, bias)"),
        ADDMM("torch.addmm(bias, x, weight)"),
        ADDMM_TURNED("torch.addmm(bias, x, torch.t(weight))"),
        MATMUL("torch.matmul(x, weight)");

        private final String product;

        Form(String product) {
            this.product = product;
        }

        boolean isTurned() {
            return this == ADDMM || this == MATMUL;
        }
    }

    @Test
    void aLinearLayerIsNearTheProductByHalfAStepOfWeightsAndInputs() throws Exception {
        for (Form form : Form.values()) {
            Path directory = Files.createDirectory(folder.resolve(form.name()));
            float[] weight = draw(OUT * IN);
            float[] bias = draw(OUT);
            float[] x = draw(ROWS * IN);
            Path file = directory.resolve(form.name() + ".pt");
            ScriptArchive.builder("Net", LAYER.formatted(form.product))
                    .optTensor(
                            "layer.weight",
                            DataType.FLOAT32,
                            form.isTurned() ? new Shape(IN, OUT) : new Shape(OUT, IN),
                            bytes(weight))
                    .optTensor("layer.bias", DataType.FLOAT32, new Shape(OUT), bytes(bias))
                    .write(file);
            long before = Files.size(file);

            QuantizedArchive.quantize(file);

            assertThat(Files.size(file)).isLessThan(before * 4 / 10);
            float[] y;
            try (ZooModel<NDList, NDList> model = open(directory);
                    Predictor<NDList, NDList> predictor = model.newPredictor();
                    NDManager manager = NDManager.newBaseManager("PyTorch")) {
                NDArray input = manager.create(x, new Shape(ROWS, IN));
                y = predictor.predict(new NDList(input)).singletonOrThrow().toFloatArray();
            }
            Int8Bounds.assertNear(
                    y,
                    x,
                    weight,
                    (out, in) -> form.isTurned() ? in * OUT + out : out * IN + in,
                    form == Form.MATMUL ? new float[OUT] : bias);
        }
    }

    @Test
    void embeddingsAreAtMostHalfAStepAway() throws Exception {
        float[] table = draw(20 * 8);
        Path directory = Files.createDirectory(folder.resolve("net"));
        Path file = directory.resolve("net.pt");
        ScriptArchive.builder("Net", EMBEDDING)
                .optTensor("words.weight", DataType.FLOAT32, new Shape(20, 8), bytes(table))
                .optTensor("layer.weight", DataType.FLOAT32, new Shape(4, 8), bytes(draw(32)))
                .write(file);
        QuantizedArchive.quantize(file);
        try (ZooModel<NDList, NDList> model = open(directory);
                Predictor<NDList, NDList> predictor = model.newPredictor();
                NDManager manager = NDManager.newBaseManager("PyTorch")) {
            NDArray ids = manager.create(new long[] {3, 0, 19, 3}, new Shape(2, 2));
            NDArray rows = predictor.predict(new NDList(ids)).get(0);
            assertThat(rows.getShape()).isEqualTo(new Shape(2, 2, 8));
            float[] found = rows.toFloatArray();
            for (int i = 0; i < 4; i++) {
                int row = (int) ids.toLongArray()[i];
                float largest = 0;
                for (int c = 0; c < 8; c++) {
                    largest = Math.max(largest, Math.abs(table[row * 8 + c]));
                }
                for (int c = 0; c < 8; c++) {
                    assertThat((double) found[i * 8 + c])
                            .isCloseTo(
                                    table[row * 8 + c],
                                    Offset.offset(largest / Int8Matrix.EMBEDDING * 0.501));
                }
            }
        }
    }

    private static void export(AdaptedModel model, Path target) throws Exception {
        try (TaskModel<NDList, NDList> task =
                TaskModel.of(model, NDList.class, NDList.class, "a")) {
            task.exportInt8(target);
        }
    }

    /**
     * With an adapter merged. The bound is not derived: rounding grows from layer to layer, in
     * these narrow models with random weights to a few hundredths.
     */
    @ParameterizedTest
    @MethodSource("org.djladapters.model.Models#names")
    void stockDjlStaysNearTheAdaptedModel(String name) throws Exception {
        Path exported = folder.resolve("exported");
        AdaptedModel model = MODELS.open(name);
        TinyAdapters.disturb(model, model.add("a", TinyAdapters.config(name).build()), 7);
        export(model, exported);
        try (NDManager manager = NDManager.newBaseManager("PyTorch");
                AdaptedModel own = AdaptedModel.open(exported)) {
            NDList inputs = TinyAdapters.inputs(model, manager);
            NDList expected = model.predict(inputs);
            NDList int8 = TinyAdapters.stock(exported, inputs, manager);
            for (NDArray output : expected) {
                NDArray found = TinyAdapters.named(int8, output.getName());
                float difference = found.sub(output).norm().getFloat();
                assertThat(difference / output.norm().getFloat())
                        .as(output.getName())
                        .isBetween(1e-6f, 0.1f);
            }
            assertThat(TinyAdapters.exactly(own.predict(inputs)))
                    .as("opened with this library")
                    .isEqualTo(TinyAdapters.exactly(int8));
            assertThat(own.targetModules())
                    .noneMatch(target -> target.weight().path().contains("query"));
        }
    }

    /** Nothing is packed in the first call, where threads would meet. */
    @Test
    void severalThreadsPredictFromTheFirstCallOn() throws Exception {
        Path exported = folder.resolve("exported");
        AdaptedModel model = MODELS.open("tiny-bert");
        TinyAdapters.disturb(model, model.add("a", TinyAdapters.config("tiny-bert").build()), 7);
        export(model, exported);
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try (ZooModel<NDList, NDList> stock = open(exported)) {
            List<Future<String>> outputs = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                outputs.add(
                        threads.submit(
                                () -> {
                                    try (NDManager own = NDManager.newBaseManager("PyTorch");
                                            Predictor<NDList, NDList> predictor =
                                                    stock.newPredictor()) {
                                        NDList inputs = TinyAdapters.inputs(model, own);
                                        String first = "";
                                        for (int n = 0; n < 5; n++) {
                                            first =
                                                    TinyAdapters.exactly(predictor.predict(inputs))
                                                            .toString();
                                        }
                                        return first;
                                    }
                                }));
            }
            String first = outputs.get(0).get();
            for (Future<String> output : outputs) {
                assertThat(output.get()).isEqualTo(first);
            }
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void aModelWithoutLinearLayersIsRefusedAndStaysAsItIs() throws Exception {
        Path file = folder.resolve("net.pt");
        String source =
                """
                class Net(Module):
                  __parameters__ = ["weight", ]
                  weight : Tensor
                  def forward(self, ids: Tensor) -> Tensor:
                    return torch.embedding(self.weight, ids)
                """;
        ScriptArchive.builder("Net", source)
                .optTensor("weight", DataType.FLOAT32, new Shape(4, 8), bytes(draw(32)))
                .write(file);
        byte[] before = Files.readAllBytes(file);
        assertThatThrownBy(() -> QuantizedArchive.quantize(file))
                .isInstanceOf(MalformedFileException.class)
                .hasMessageContaining("has no linear layer with a float32 weight of its own");
        assertThat(Files.readAllBytes(file)).isEqualTo(before);
    }

    @Test
    void aModelInInt8IsRefused() throws Exception {
        Path exported = folder.resolve("exported");
        AdaptedModel model = MODELS.open("tiny-bert");
        model.add("a", TinyAdapters.config("tiny-bert").build());
        export(model, exported);
        assertThatThrownBy(() -> QuantizedArchive.quantize(exported.resolve("tiny-bert.pt")))
                .isInstanceOf(MalformedFileException.class)
                .hasMessageContaining("has no linear layer");
    }

    private Path reading(String weight) throws Exception {
        Path file = folder.resolve("net.pt");
        String source =
                LAYER.formatted("torch.linear(x, weight, bias)")
                        .replace(
                                "return (self.layer).forward(x, )",
                                "w = %s\n    return torch.add((self.layer).forward(x, ), torch.sum(w))"
                                        .formatted(weight));
        ScriptArchive.builder("Net", source)
                .optTensor("layer.weight", DataType.FLOAT32, new Shape(4, 8), bytes(draw(32)))
                .optTensor("layer.bias", DataType.FLOAT32, new Shape(4), bytes(draw(4)))
                .write(file);
        return file;
    }

    @Test
    void aWeightThatAnotherModuleReadsStaysAsItIs() throws Exception {
        for (String weight : List.of("(self.layer).weight", "getattr(self, \"layer\").weight")) {
            Path file = reading(weight);
            assertThatThrownBy(() -> QuantizedArchive.quantize(file))
                    .as(weight)
                    .isInstanceOf(MalformedFileException.class)
                    .hasMessageContaining("has no linear layer with a float32 weight of its own");
        }
    }

    @Test
    void aReadingThatCannotBeFollowedIsRefused() throws Exception {
        Path file = reading("torch.chosen(self).weight");
        assertThatThrownBy(() -> QuantizedArchive.quantize(file))
                .isInstanceOf(MalformedFileException.class)
                .hasMessageContaining("__torch__.Net, that reads the weights of other modules");
    }
}
