/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.checkpoint.quantized;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.types.DataType;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtSession;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.djladapters.checkpoint.merged.OnnxGraphs;
import org.djladapters.io.MalformedFileException;
import org.djladapters.onnx.OnnxFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** ONNX files in int8, run by ONNX Runtime. */
class QuantizedOnnxTest {

    private static final int IN = Int8Bounds.IN;
    private static final int OUT = Int8Bounds.OUT;
    private static final int ROWS = Int8Bounds.ROWS;

    private static final long[] IDS = {3, 0, 19, 7, 3, 11};

    @TempDir Path folder;

    private static float[] run(Path file, OnnxTensor input) throws Exception {
        OrtEnvironment runtime = OrtEnvironment.getEnvironment();
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions();
                OrtSession session = runtime.createSession(file.toString(), options);
                OrtSession.Result result =
                        session.run(Map.of(session.getInputNames().iterator().next(), input))) {
            FloatBuffer values = ((OnnxTensor) result.get(0)).getFloatBuffer();
            float[] found = new float[values.remaining()];
            values.get(found);
            return found;
        }
    }

    private static float[] logits(Path file) throws Exception {
        try (OnnxTensor ids =
                OnnxTensor.createTensor(
                        OrtEnvironment.getEnvironment(), LongBuffer.wrap(IDS), new long[] {2, 3})) {
            return run(file, ids);
        }
    }

    private static ModelProto read(Path file) throws Exception {
        return ModelProto.parseFrom(Files.readAllBytes(file));
    }

    private static Set<String> operators(Path file) throws Exception {
        return read(file).getGraph().getNodeList().stream()
                .map(NodeProto::getOpType)
                .collect(Collectors.toSet());
    }

    /** Rounding in layers of 8 features moves outputs by a few hundredths of the largest one. */
    @ParameterizedTest
    @EnumSource(OnnxGraphs.Names.class)
    void everyFormOfALinearLayerIsBroughtToInt8(OnnxGraphs.Names names) throws Exception {
        Path file = OnnxGraphs.write(new OnnxGraphs().onnx(names), folder.resolve("m.onnx"));
        float[] expected = logits(file);

        QuantizedOnnx.quantize(file);

        assertThat(operators(file))
                .contains("DynamicQuantizeLinear", "MatMulInteger", "Conv")
                .doesNotContain("MatMul", "Gemm", "Transpose");
        assertThat(read(file).getGraph().getInitializerList())
                .filteredOn(tensor -> tensor.getDataType() == TensorProto.DataType.INT8_VALUE)
                .hasSize(4);
        assertThat(read(file).getGraph().getInitializerList())
                .extracting(TensorProto::getName)
                .doesNotContain("words.weight", "query.weight", "classifier.weight");
        float[] found = logits(file);
        double largest = 0;
        for (float value : expected) {
            largest = Math.max(largest, Math.abs(value));
        }
        for (int i = 0; i < expected.length; i++) {
            assertThat(Math.abs(found[i] - expected[i])).isLessThan((float) (0.1 * largest));
        }
        assertThat(found).isNotEqualTo(expected);
    }

    @Test
    void aLinearLayerIsNearTheProductByHalfAStepOfWeightsAndInputs() throws Exception {
        Random random = new Random(11);
        float[] weight = Int8Bounds.draw(random, IN * OUT);
        float[] x = Int8Bounds.draw(random, ROWS * IN);
        Path file = product(weight);
        long before = Files.size(file);

        QuantizedOnnx.quantize(file);

        assertThat(Files.size(file)).isLessThan(before * 4 / 10);
        float[] y;
        try (OnnxTensor input =
                OnnxTensor.createTensor(
                        OrtEnvironment.getEnvironment(),
                        FloatBuffer.wrap(x),
                        new long[] {ROWS, IN})) {
            y = run(file, input);
        }
        Int8Bounds.assertNear(y, x, weight, (out, in) -> in * OUT + out, new float[OUT]);
    }

    /** Writes y = x W. */
    private Path product(float[] weight) throws Exception {
        ModelProto.Builder model = new OnnxGraphs().onnx(OnnxGraphs.Names.NONE);
        TensorProto.Builder tensor =
                TensorProto.newBuilder()
                        .setName("w")
                        .setDataType(TensorProto.DataType.FLOAT_VALUE)
                        .addDims(IN)
                        .addDims(OUT);
        for (float value : weight) {
            tensor.addFloatData(value);
        }
        ValueInfoProto logits = model.getGraph().getOutput(0);
        model.getGraphBuilder()
                .clearNode()
                .clearInitializer()
                .clearInput()
                .clearOutput()
                .addInput(logits.toBuilder().setName("x"))
                .addOutput(logits.toBuilder().setName("y"))
                .addInitializer(tensor)
                .addNode(OnnxGraphs.node("MatMul", "node", "y", "x", "w"));
        return OnnxGraphs.write(model, folder.resolve("product.onnx"));
    }

    /** As exporters write files for old versions of ONNX. */
    @Test
    void initializersThatAreInputsAsWellLeaveBothPlaces() throws Exception {
        ModelProto.Builder model = new OnnxGraphs().onnx(OnnxGraphs.Names.OF_PARAMETERS);
        ValueInfoProto logits = model.getGraph().getOutput(0);
        model.getGraphBuilder().addInput(logits.toBuilder().setName("query.weight"));
        Path file = OnnxGraphs.write(model, folder.resolve("m.onnx"));

        QuantizedOnnx.quantize(file);

        assertThat(read(file).getGraph().getInputList()).hasSize(1);
        assertThat(logits(file)).hasSize(6);
    }

    @Test
    void aWeightWithOtherUsesStaysBesideItsCopyInInt8() throws Exception {
        ModelProto.Builder model = new OnnxGraphs().onnx(OnnxGraphs.Names.OF_PARAMETERS);
        ValueInfoProto logits = model.getGraph().getOutput(0);
        model.getGraphBuilder()
                .addOutput(logits.toBuilder().setName("same"))
                .addNode(OnnxGraphs.node("Identity", "/Identity", "same", "query.weight"));
        Path file = OnnxGraphs.write(model, folder.resolve("m.onnx"));

        QuantizedOnnx.quantize(file);

        assertThat(read(file).getGraph().getInitializerList())
                .extracting(TensorProto::getName)
                .contains("query.weight", "query.weight_quantized")
                .doesNotContain("value.weight");
        assertThat(logits(file)).hasSize(6);
    }

    @Test
    void filesWithoutLinearLayersInFloat32AreRefused() throws Exception {
        Path half =
                OnnxGraphs.write(
                        new OnnxGraphs(DataType.FLOAT16).onnx(OnnxGraphs.Names.OF_NODES),
                        folder.resolve("half.onnx"));
        Path none = OnnxGraphs.write(OnnxGraphs.encoder(20, 8), folder.resolve("none.onnx"));
        for (Path file : List.of(half, none)) {
            byte[] before = Files.readAllBytes(file);
            assertThatThrownBy(() -> QuantizedOnnx.quantize(file))
                    .isInstanceOf(MalformedFileException.class)
                    .hasMessageContaining("has no linear layer whose weight is a float32");
            assertThat(Files.readAllBytes(file)).isEqualTo(before);
        }
    }

    /** Damaged files are none of a model's, but nothing else must happen. */
    @Test
    void nodesThatLackInputsAreLeftAlone() throws Exception {
        ModelProto.Builder model = new OnnxGraphs().onnx(OnnxGraphs.Names.OF_NODES);
        for (String operator : List.of("MatMul", "Gemm", "Gather", "Transpose")) {
            NodeProto none = NodeProto.newBuilder().setOpType(operator).build();
            NodeProto one = OnnxGraphs.node(operator, operator, "out_" + operator, "e");
            model.getGraphBuilder().addNode(none).addNode(one);
        }
        Path file = OnnxGraphs.write(model, folder.resolve("m.onnx"));
        QuantizedOnnx.quantize(file);
        assertThat(operators(file)).contains("MatMulInteger", "MatMul");
    }

    @Test
    void oldOperatorsAreRefused() throws Exception {
        ModelProto.Builder model = new OnnxGraphs().onnx(OnnxGraphs.Names.OF_NODES);
        model.getOpsetImportBuilder(0).setVersion(10);
        Path file = OnnxGraphs.write(model, folder.resolve("m.onnx"));
        assertThatThrownBy(() -> QuantizedOnnx.quantize(file))
                .isInstanceOf(MalformedFileException.class)
                .hasMessageContaining("opset 10");
    }

    @Test
    void aFileInInt8IsNoBaseForAnotherExport() throws Exception {
        Path file =
                OnnxGraphs.write(
                        new OnnxGraphs().onnx(OnnxGraphs.Names.OF_NODES), folder.resolve("m.onnx"));
        QuantizedOnnx.quantize(file);
        assertThatThrownBy(() -> OnnxFile.open(file))
                .isInstanceOf(MalformedFileException.class)
                .hasMessageContaining("is quantized");
    }
}
