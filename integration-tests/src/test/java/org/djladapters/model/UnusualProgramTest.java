/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.model;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import org.djladapters.adapter.TargetModule;
import org.djladapters.adapter.WeightSpec;
import org.djladapters.adapter.compound.CompoundConfig;
import org.djladapters.archive.ScriptArchive;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Programs written by hand with the less usual ways to use a weight. */
class UnusualProgramTest {

    private static final String LAYER =
            """
            class Layer(Module):
              __parameters__ = ["weight", ]
              __buffers__ = []
              weight : Tensor
              training : bool
            """;

    @TempDir Path folder;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "LINEAR | true  | return torch.matmul(x, torch.t(self.weight))",
                "LINEAR | true  | return torch.mm(x, torch.t(self.weight))",
                "LINEAR | true  | return torch.linear(x, self.weight)",
                "CONV1D | true  | return torch.matmul(x, self.weight)",
                "WEIGHT | false | return torch.add(torch.linear(x, self.weight), 1)",
                "WEIGHT | false | return torch.linear(torch.linear(x, self.weight), self.weight)",
                "WEIGHT | false | return torch.matmul(self.weight, torch.t(x))"
            })
    void findsHowAWeightIsUsed(WeightSpec.Kind kind, boolean socket, String statement)
            throws Exception {
        String body = "  def forward(self, x: Tensor) -> Tensor:\n    " + statement + "\n";
        ScriptArchive.Builder archive =
                ScriptArchive.builder(
                        "Top",
                        "class Top(Module):\n  __parameters__ = []\n  __buffers__ = []\n"
                                + "  training : bool\n  layer : __torch__.Layer\n"
                                + "  def forward(self, x: Tensor) -> Tensor:\n"
                                + "    return (self.layer).forward(x, )\n\n"
                                + LAYER
                                + body);
        archive.optTensor("layer.weight", DataType.FLOAT32, new Shape(8, 8), floats(64));
        try (AdaptedModel model = open(archive)) {
            TargetModule targetModule = model.targetModules().get(0);
            assertThat(targetModule.path()).isEqualTo("layer");
            assertThat(targetModule.kind()).isEqualTo(kind);
            assertThat(targetModule.socket()).isEqualTo(socket);
            assertTrainsAsItPredicts(model, "layer", 1e-5);
        }
    }

    @Test
    void adaptsAFusedWeight() throws Exception {
        String source =
                """
                class Attention(Module):
                  __parameters__ = ["in_proj_weight", ]
                  __buffers__ = []
                  in_proj_weight : Tensor
                  training : bool
                  def forward(self, x: Tensor) -> Tensor:
                    q, k, v = torch.chunk(torch.linear(x, self.in_proj_weight), 3, -1)
                    return torch.matmul(torch.softmax(torch.matmul(q, torch.t(k)), -1), v)
                """;
        ScriptArchive.Builder archive = ScriptArchive.builder("Attention", source);
        archive.optTensor("in_proj_weight", DataType.FLOAT32, new Shape(24, 8), floats(192));
        try (AdaptedModel model = open(archive)) {
            assertThat(model.targetModules())
                    .extracting(TargetModule::path)
                    .containsExactly("in_proj_weight");
            assertTrainsAsItPredicts(model, "in_proj_weight", 1e-5);
        }
    }

    @Test
    void adaptsBothMethodsOfAModuleThatIsCalledTwice() throws Exception {
        String source =
                """
                class Top(Module):
                  __parameters__ = []
                  __buffers__ = []
                  training : bool
                  layer : __torch__.Layer
                  def forward(self, x: Tensor) -> Tensor:
                    layer = self.layer
                    _0 = (layer).forward(x, )
                    return (layer).forward1(torch.tanh(_0), )

                """
                        + LAYER
                        + """
                          def forward(self, x: Tensor) -> Tensor:
                            weight = self.weight
                            return torch.linear(x, weight)
                          def forward1(self, x: Tensor) -> Tensor:
                            weight = self.weight
                            return torch.linear(x, weight)
                        """;
        ScriptArchive.Builder archive = ScriptArchive.builder("Top", source);
        archive.optTensor("layer.weight", DataType.FLOAT32, new Shape(8, 8), floats(64));
        try (AdaptedModel model = open(archive)) {
            assertThat(model.targetModules()).hasSize(1).allMatch(TargetModule::socket);
            assertTrainsAsItPredicts(model, "layer", 1e-5);
        }
    }

    @Test
    void trainingLeavesStatisticsAndDropoutOfAScriptedModelAlone() throws Exception {
        String source =
                """
                class Net(Module):
                  __parameters__ = ["weight", ]
                  __buffers__ = ["mean", "var", ]
                  weight : Tensor
                  mean : Tensor
                  var : Tensor
                  training : bool
                  def forward(self, x: Tensor) -> Tensor:
                    y = torch.linear(x, self.weight)
                    z = torch.batch_norm(y, None, None, self.mean, self.var, self.training, 0.1, 1e-5, False)
                    return torch.dropout(z, 0.5, self.training)
                """;
        ScriptArchive.Builder archive = ScriptArchive.builder("Net", source);
        archive.optTensor("weight", DataType.FLOAT32, new Shape(8, 8), floats(64))
                .optTensor("mean", DataType.FLOAT32, new Shape(8), floats(8))
                .optTensor("var", DataType.FLOAT32, new Shape(8), positive(8));
        try (AdaptedModel model = open(archive);
                NDManager manager = NDManager.newBaseManager("PyTorch")) {
            NDList x = inputs(manager);
            NDList base = model.predict(x);
            model.add("a", CompoundConfig.builder().optOrders(1).build());
            for (int i = 0; i < 3; i++) {
                Passes.assertClose(Passes.training(model, x), base, 1e-5);
            }
            model.activate();
            Passes.assertBitEqual(model.predict(x), base);
        }
    }

    @ParameterizedTest
    @CsvSource({"FLOAT16, 4e-3", "BFLOAT16, 4e-2", "FLOAT64, 1e-12"})
    void adaptsWeightsOfOtherTypes(DataType type, double tolerance) throws Exception {
        int dtype = type == DataType.FLOAT16 ? 5 : type == DataType.FLOAT64 ? 7 : 15;
        String source =
                LAYER
                        + "  def forward(self, x: Tensor) -> Tensor:\n"
                        + "    y = torch.linear(x.to("
                        + dtype
                        + "), self.weight)\n"
                        + "    return y.to("
                        + (dtype == 7 ? 7 : 6)
                        + ")\n";
        ScriptArchive.Builder archive = ScriptArchive.builder("Layer", source);
        archive.optTensor("weight", type, new Shape(8, 8), values(type, 64));
        try (AdaptedModel model = open(archive);
                NDManager manager = NDManager.newBaseManager("PyTorch")) {
            NDList x = inputs(manager);
            NDList base = model.predict(x);
            model.add("a", CompoundConfig.builder().optOrders(1, 2).build());
            DataType trained = type == DataType.FLOAT64 ? type : DataType.FLOAT32;
            for (Parameter parameter : model.adapter("a").parameters().values()) {
                assertThat(parameter.getArray().getDataType()).isEqualTo(trained);
            }
            Passes.perturb(model, "a", 1);
            NDList adapted = model.predict(x);
            Passes.assertClose(Passes.training(model, x), adapted, tolerance);
            try (var collector = manager.getEngine().newGradientCollector()) {
                collector.backward(Passes.training(model, x).get(0).square().sum());
            }
            NDArray gradient =
                    model.adapter("a")
                            .parameters()
                            .values()
                            .iterator()
                            .next()
                            .getArray()
                            .getGradient();
            assertThat(gradient.isNaN().any().getBoolean()).isFalse();
            model.mergeSafely();
            Passes.assertBitEqual(model.predict(x), adapted);
            assertThat(model.mergedWeights(manager)).hasSize(1);
            model.unmerge();
            model.activate();
            Passes.assertBitEqual(model.predict(x), base);
        }
    }

    private static void assertTrainsAsItPredicts(
            AdaptedModel model, String target, double tolerance) {
        try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
            NDList x = inputs(manager);
            NDList base = model.predict(x);
            model.add("a", CompoundConfig.builder().optOrders(1).optTargets(target).build());
            Passes.perturb(model, "a", 1);
            NDList adapted = model.predict(x);
            assertThat(Passes.difference(adapted.get(0), base.get(0))).isGreaterThan(1e-3);
            Passes.assertClose(Passes.training(model, x), adapted, tolerance);
            try (var collector = manager.getEngine().newGradientCollector()) {
                collector.backward(Passes.training(model, x).get(0).sum());
            }
            for (Map.Entry<String, Parameter> entry : model.adapter("a").parameters().entrySet()) {
                NDArray gradient = entry.getValue().getArray().getGradient();
                assertThat(gradient.abs().sum().getFloat()).as(entry.getKey()).isPositive();
            }
            model.delete("a");
            Passes.assertBitEqual(model.predict(x), base);
        }
    }

    private AdaptedModel open(ScriptArchive.Builder archive) throws IOException {
        Path directory = Files.createDirectories(folder.resolve("model"));
        archive.write(directory.resolve("model.pt"));
        Files.writeString(directory.resolve("config.json"), "{}");
        return AdaptedModel.open(directory);
    }

    private static NDList inputs(NDManager manager) {
        ByteBuffer bytes = floats(40);
        float[] values = new float[40];
        bytes.asFloatBuffer().get(values);
        return new NDList(manager.create(values, new Shape(5, 8)));
    }

    private static ByteBuffer floats(int size) {
        Random random = new Random(size);
        ByteBuffer bytes = ByteBuffer.allocate(4 * size).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < size; i++) {
            bytes.putFloat(4 * i, (float) random.nextGaussian());
        }
        return bytes;
    }

    private static ByteBuffer positive(int size) {
        ByteBuffer bytes = floats(size);
        for (int i = 0; i < size; i++) {
            bytes.putFloat(4 * i, 1 + Math.abs(bytes.getFloat(4 * i)));
        }
        return bytes;
    }

    /** Small multiples of 1/8, which every floating type can hold. */
    private static ByteBuffer values(DataType type, int size) {
        int width = type == DataType.FLOAT64 ? 8 : 2;
        ByteBuffer bytes = ByteBuffer.allocate(width * size).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < size; i++) {
            float value = ((i * 7) % 15 - 7) / 8f;
            switch (type) {
                case FLOAT64 -> bytes.putDouble(value);
                case BFLOAT16 -> bytes.putShort((short) (Float.floatToIntBits(value) >> 16));
                default -> bytes.putShort(half(value));
            }
        }
        return bytes.flip();
    }

    private static short half(float value) {
        int bits = Float.floatToIntBits(value);
        if (value == 0) {
            return 0;
        }
        int exponent = ((bits >> 23) & 0xff) - 127 + 15;
        return (short) (((bits >>> 16) & 0x8000) | (exponent << 10) | ((bits >> 13) & 0x3ff));
    }
}
