/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.builtin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import ai.djl.ndarray.types.Shape;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.ByteString;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.djladapters.onnx.OnnxFile;
import org.djladapters.safetensors.StoredTensor;
import org.junit.jupiter.api.Test;

class OnnxWeightsTest {

    /** A linear layer "encoder.layer.0.dense" with 2 inputs and 3 outputs. */
    private static final ModelProto MODEL =
            ModelProto.newBuilder()
                    .setGraph(
                            GraphProto.newBuilder()
                                    .addNode(
                                            NodeProto.newBuilder()
                                                    .setOpType("MatMul")
                                                    .setName("/encoder/layer.0/dense/MatMul")
                                                    .addInput("hidden")
                                                    .addInput("onnx::MatMul_7"))
                                    .addNode(
                                            NodeProto.newBuilder()
                                                    .setOpType("MatMul")
                                                    .setName("/encoder/layer.0/attention/MatMul")
                                                    .addInput("query")
                                                    .addInput("key"))
                                    .addInitializer(
                                            tensor(
                                                    "onnx::MatMul_7",
                                                    List.of(2L, 3L),
                                                    1,
                                                    2,
                                                    3,
                                                    4,
                                                    5,
                                                    6))
                                    .addInitializer(
                                            tensor(
                                                    "encoder.layer.0.dense.bias",
                                                    List.of(3L),
                                                    7,
                                                    8,
                                                    9)))
                    .build();

    @Test
    void aLinearWeightIsTransposedToTheRowsOfItsOutputs() throws IOException {
        assertThat(floats("encoder.layer.0.dense.weight", 3, 2)).containsExactly(1, 4, 2, 5, 3, 6);
    }

    @Test
    void aNamedWeightStaysAsItIs() throws IOException {
        assertThat(floats("encoder.layer.0.dense.bias", 3)).containsExactly(7, 8, 9);
    }

    @Test
    void aWeightOfAnotherSizeThanItsShapeIsRefused() {
        ModelProto wrong =
                ModelProto.newBuilder()
                        .setGraph(
                                GraphProto.newBuilder()
                                        .addInitializer(tensor("dense.bias", List.of(4L), 7, 8, 9)))
                        .build();
        assertThatIOException()
                .isThrownBy(() -> read(wrong))
                .withMessage(
                        "model.onnx: has 12 bytes for the initializer 'dense.bias', which its"
                                + " shape does not need; get the file again");
    }

    private static float[] floats(String name, long... shape) throws IOException {
        StoredTensor tensor = read(MODEL).get(name);
        assertThat(tensor.shape()).isEqualTo(new Shape(shape));
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        tensor.bytes().writeTo(Channels.newChannel(bytes));
        ByteBuffer contents = ByteBuffer.wrap(bytes.toByteArray()).order(ByteOrder.LITTLE_ENDIAN);
        float[] values = new float[contents.remaining() / Float.BYTES];
        contents.asFloatBuffer().get(values);
        return values;
    }

    private static Map<String, StoredTensor> read(ModelProto model) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(model.toByteArray());
        return OnnxWeights.of(OnnxFile.of(Path.of("model.onnx"), bytes));
    }

    private static TensorProto tensor(String name, List<Long> shape, float... values) {
        ByteBuffer bytes =
                ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        return TensorProto.newBuilder()
                .setName(name)
                .setDataType(TensorProto.DataType.FLOAT.getNumber())
                .addAllDims(shape)
                .setRawData(ByteString.copyFrom(bytes))
                .build();
    }
}
