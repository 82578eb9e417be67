/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import ai.djl.ndarray.types.DataType;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import org.djladapters.io.MalformedFileException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OnnxFileTest {

    @TempDir Path folder;

    private static ModelProto.Builder model() {
        GraphProto.Builder graph = GraphProto.newBuilder();
        graph.addNode(
                NodeProto.newBuilder()
                        .setOpType("MatMul")
                        .setName("/encoder/layer.0/dense/MatMul")
                        .addInput("x")
                        .addInput("onnx::MatMul_1")
                        .addOutput("y"));
        graph.addNode(
                NodeProto.newBuilder()
                        .setOpType("Add")
                        .setName("/Add")
                        .addInput("y")
                        .addInput("bias")
                        .addOutput("z"));
        graph.addInitializer(
                TensorProto.newBuilder()
                        .setName("onnx::MatMul_1")
                        .setDataType(TensorProto.DataType.FLOAT_VALUE)
                        .addAllDims(List.of(2L, 1L))
                        .setRawData(ByteString.copyFrom(new byte[] {1, 2, 3, 4, 5, 6, 7, 8})));
        graph.addInitializer(
                TensorProto.newBuilder()
                        .setName("bias")
                        .setDataType(TensorProto.DataType.FLOAT_VALUE)
                        .addDims(1)
                        .addFloatData(1));
        graph.addInitializer(
                TensorProto.newBuilder()
                        .setName("axes")
                        .setDataType(TensorProto.DataType.INT64_VALUE)
                        .addDims(1)
                        .addInt64Data(-1));
        return ModelProto.newBuilder().setIrVersion(8).setProducerName("test").setGraph(graph);
    }

    private Path write(byte[] bytes) throws IOException {
        return Files.write(folder.resolve("m.onnx"), bytes);
    }

    @Test
    void initializersAreFoundWhereTheyLie() throws Exception {
        OnnxFile file = OnnxFile.open(write(model().build().toByteArray()));
        assertThat(file.initializers())
                .extracting(
                        Initializer::name,
                        Initializer::shape,
                        Initializer::isPlain,
                        Initializer::uses,
                        Initializer::modules)
                .containsExactly(
                        tuple(
                                "onnx::MatMul_1",
                                List.of(2L, 1L),
                                true,
                                1,
                                List.of("encoder.layer.0.dense")),
                        tuple("bias", List.of(1L), true, 1, List.of()),
                        tuple("axes", List.of(1L), false, 0, List.of()));
        assertThat(file.initializers().get(0).dataType()).contains(DataType.FLOAT32);
        assertThat(file.data(file.initializers().get(0)))
                .isEqualTo(ByteBuffer.wrap(new byte[] {1, 2, 3, 4, 5, 6, 7, 8}));
        assertThat(file.data(file.initializers().get(1)).getFloat()).isEqualTo(1);
    }

    @Test
    void replacedElementsAreAllThatDiffersInACopy() throws Exception {
        OnnxFile file = OnnxFile.open(write(model().build().toByteArray()));
        Path copy = folder.resolve("copy.onnx");
        Initializer weight = file.initializers().get(0);
        try (FileChannel channel =
                FileChannel.open(copy, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            file.writeTo(channel);
            file.replace(channel, weight, ByteBuffer.wrap(new byte[8]));
            assertThatThrownBy(() -> file.replace(channel, weight, ByteBuffer.wrap(new byte[7])))
                    .isInstanceOf(IllegalArgumentException.class);
        }
        ModelProto.Builder expected = model();
        expected.getGraphBuilder()
                .getInitializerBuilder(0)
                .setRawData(ByteString.copyFrom(new byte[8]));
        assertThat(Files.readAllBytes(copy)).isEqualTo(expected.build().toByteArray());
    }

    /** A shape whose numbers have a key each, and floats that have one, are legal. */
    @Test
    void numbersMayBeWrittenOneByOne() throws Exception {
        ByteArrayOutputStream tensor = new ByteArrayOutputStream();
        CodedOutputStream out = CodedOutputStream.newInstance(tensor);
        out.writeInt64(1, 1);
        out.writeInt64(1, 2);
        out.writeInt32(2, 1);
        out.writeFloat(4, 1);
        out.writeFloat(4, 2);
        out.writeString(8, "w");
        out.flush();
        Path path = write(message(7, message(5, tensor.toByteArray())));
        assertThat(OnnxFile.open(path).initializers())
                .extracting(Initializer::name, Initializer::shape, Initializer::isPlain)
                .containsExactly(tuple("w", List.of(1L, 2L), false));
    }

    private static byte[] message(int field, byte[] content) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        CodedOutputStream out = CodedOutputStream.newInstance(bytes);
        out.writeByteArray(field, content);
        out.flush();
        return bytes.toByteArray();
    }

    @Test
    void everyShorterFileIsRefusedOrRead() throws Exception {
        byte[] bytes = model().build().toByteArray();
        for (int length = 0; length < bytes.length; length++) {
            Path path = write(Arrays.copyOf(bytes, length));
            try {
                OnnxFile.open(path);
            } catch (MalformedFileException e) {
                assertThat(e).hasMessageStartingWith(path + ": ").hasMessageNotContaining("\n");
            }
        }
        assertThatThrownBy(() -> OnnxFile.open(write(Arrays.copyOf(bytes, bytes.length - 1))))
                .isInstanceOf(MalformedFileException.class)
                .hasMessageContaining("ends in the middle of a field; it is damaged");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "not an ONNX file",
                ":\u00ff\u00ff\u00ff\u00ff\u0007",
                ":\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u0001",
                "\u0008\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u0001",
                "\u0002\u0000",
                ";<"
            })
    void whatIsNoModelIsRefused(String text) throws Exception {
        Path path = write(text.getBytes(java.nio.charset.StandardCharsets.ISO_8859_1));
        assertThatThrownBy(() -> OnnxFile.open(path))
                .isInstanceOf(MalformedFileException.class)
                .hasMessageContaining("get the file again");
    }

    @Test
    void elementsMustBeAsManyAsTheShapeSays() throws Exception {
        for (long size : new long[] {1, 3, Integer.MAX_VALUE, Long.MAX_VALUE, -2}) {
            ModelProto.Builder model = model();
            model.getGraphBuilder().getInitializerBuilder(0).setDims(0, size);
            Path path = write(model.build().toByteArray());
            assertThatThrownBy(() -> OnnxFile.open(path))
                    .isInstanceOf(MalformedFileException.class)
                    .hasMessageContaining("shape");
        }
    }

    @Test
    void graphsInGraphsHaveAnEnd() throws Exception {
        byte[] graph = new byte[0];
        for (int i = 0; i < 5000; i++) {
            graph = message(1, message(5, message(6, graph)));
        }
        Path path = write(message(7, graph));
        assertThatThrownBy(() -> OnnxFile.open(path))
                .isInstanceOf(MalformedFileException.class)
                .hasMessageContaining("more graphs in one another");
    }

    @Test
    void moreThanTwoGibibytesAreRefused() throws Exception {
        Path path = folder.resolve("m.onnx");
        try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
            file.setLength(1L << 31); // takes no room on the disk
        }
        assertThatThrownBy(() -> OnnxFile.open(path))
                .isInstanceOf(MalformedFileException.class)
                .hasMessageContaining("is larger than 2 GiB");
    }
}
