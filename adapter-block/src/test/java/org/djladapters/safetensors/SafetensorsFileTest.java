/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.safetensors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.djladapters.io.MalformedFileException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class SafetensorsFileTest {

    @TempDir private Path folder;
    private Path path;
    private NDManager manager;

    @BeforeEach
    void open() {
        path = folder.resolve("tensors.safetensors");
        manager = NDManager.newBaseManager();
    }

    @AfterEach
    void close() {
        manager.close();
    }

    @Test
    void readsSomeElementsOfATensor() throws IOException {
        NDArray array = manager.arange(12f).reshape(3, 4);
        SafetensorsFile.write(path, Map.of("array", array), Map.of());

        try (SafetensorsFile file = SafetensorsFile.open(path)) {
            assertThat(file.read(manager, "array", 5, 3).toFloatArray()).containsExactly(5, 6, 7);
            assertThat(file.read(manager, "array", 11, 1).toFloatArray()).containsExactly(11);
            assertThatThrownBy(() -> file.read(manager, "array", 11, 2))
                    .isInstanceOf(IndexOutOfBoundsException.class);
        }
    }

    @ParameterizedTest
    @EnumSource(
            names = {"FLOAT64", "FLOAT32", "FLOAT16", "INT64", "INT32", "INT8", "UINT8", "BOOLEAN"})
    void readsBackWhatItWrote(DataType type) throws IOException {
        float[] numbers = {0, 1, 2.5f, 117, 0.25f, 1};
        NDArray array = manager.create(numbers, new Shape(2, 1, 3)).toType(type, true);
        SafetensorsFile.write(path, Map.of("array", array), Map.of());

        try (SafetensorsFile file = SafetensorsFile.open(path)) {
            NDArray read = file.read(manager, "array");
            assertThat(read).isEqualTo(array);
            assertThat(read.getDataType()).isEqualTo(type);
            assertThat(read.getShape()).isEqualTo(new Shape(2, 1, 3));
            assertThat(read.getName()).isNull();
            assertThat(read.getManager()).isSameAs(manager);
            assertThat(file.readBytes("array")).isEqualTo(array.toByteArray());
        }
    }

    @Test
    void keepsEveryBitOfFloats() throws IOException {
        float[] numbers = {
            -0f, Float.MIN_VALUE, Float.NaN, Float.NEGATIVE_INFINITY, Float.MAX_VALUE, 1 / 3f
        };
        SafetensorsFile.write(path, Map.of("array", manager.create(numbers)), Map.of());

        try (SafetensorsFile file = SafetensorsFile.open(path)) {
            assertThat(file.read(manager, "array").toFloatArray()).containsExactly(numbers);
        }
    }

    @Test
    void widensBfloat16ToFloatsExactly() throws IOException {
        // 1, -2, the largest number, infinity; then enough zeros for several pieces.
        int count = 100_000;
        byte[] data =
                ByteBuffer.allocate(2 * count)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putShort((short) 0x3F80)
                        .putShort((short) 0xC000)
                        .putShort((short) 0x7F7F)
                        .putShort((short) 0x7F80)
                        .putShort(2 * count - 2, (short) 0x3FC0)
                        .array();
        Files.write(path, file("BF16", "[" + count + "]", data));

        try (SafetensorsFile file = SafetensorsFile.open(path)) {
            assertThat(file.tensors().get("array").dataType()).isEqualTo(DataType.BFLOAT16);
            NDArray read = file.read(manager, "array");
            assertThat(read.getDataType()).isEqualTo(DataType.FLOAT32);
            assertThat(read.get("0:5").toFloatArray())
                    .containsExactly(1, -2, 0x1.FEp127f, Float.POSITIVE_INFINITY, 0);
            assertThat(read.getFloat(count - 1)).isEqualTo(1.5f);
        }
    }

    @ParameterizedTest
    @CsvSource({"I16, INT16", "U16, UINT16", "U32, UINT32", "U64, UINT64"})
    void givesTheBytesOfTypesWithoutArrays(String dtype, DataType type) throws IOException {
        byte[] data = new byte[type.getNumOfBytes()];
        data[0] = 7;
        Files.write(path, file(dtype, "[1]", data));

        try (SafetensorsFile file = SafetensorsFile.open(path)) {
            assertThat(file.readBytes("array")).isEqualTo(data);
            assertThatThrownBy(() -> file.read(manager, "array"))
                    .isInstanceOf(MalformedFileException.class)
                    .hasMessage(
                            path
                                    + ": tensor 'array' is of type "
                                    + type
                                    + ", which DJL's PyTorch engine does not support; save it"
                                    + " as I64 or"
                                    + " F32");
        }
    }

    @Test
    void readsSingleNumbersAndEmptyTensors() throws IOException {
        Map<String, NDArray> tensors =
                Map.of(
                        "number",
                        manager.create(3f),
                        "empty",
                        manager.create(new Shape(2, 0, 3)),
                        "flag",
                        manager.create(true));
        SafetensorsFile.write(path, tensors, Map.of());

        try (SafetensorsFile file = SafetensorsFile.open(path)) {
            Map<String, NDArray> read = file.readAll(manager);
            assertThat(read.get("number")).isEqualTo(tensors.get("number"));
            assertThat(read.get("number").getShape()).isEqualTo(new Shape());
            assertThat(read.get("empty").getShape()).isEqualTo(new Shape(2, 0, 3));
            assertThat(read.get("flag").getBoolean()).isTrue();
        }
    }

    @Test
    void opensAFileWithoutTensors() throws IOException {
        SafetensorsFile.write(path, Map.of(), Map.of());

        assertThat(path).hasBinaryContent(RawSafetensors.bytes("{}      ", 0));
        try (SafetensorsFile file = SafetensorsFile.open(path)) {
            assertThat(file.tensors()).isEmpty();
            assertThat(file.metadata()).isEmpty();
        }
    }

    @Test
    void laysOutWiderTypesFirstAndThenByName() throws IOException {
        Map<String, NDArray> tensors = new LinkedHashMap<>();
        tensors.put("b", manager.create(new float[] {1}));
        tensors.put("flags", manager.create(new boolean[] {true, false, true}));
        tensors.put("a", manager.create(new float[] {2}));
        tensors.put("ids", manager.create(new long[] {3}));
        SafetensorsFile.write(path, tensors, Map.of("z", "last", "format", "pt"));

        String header =
                "{\"__metadata__\":{\"format\":\"pt\",\"z\":\"last\"},"
                        + String.join(
                                ",",
                                RawSafetensors.tensor("ids", "I64", "[1]", "[0,8]"),
                                RawSafetensors.tensor("a", "F32", "[1]", "[8,12]"),
                                RawSafetensors.tensor("b", "F32", "[1]", "[12,16]"),
                                RawSafetensors.tensor("flags", "BOOL", "[3]", "[16,19]"))
                        + "}";
        String padded = header + " ".repeat(7 - (header.length() + 7) % 8);
        ByteBuffer expected =
                ByteBuffer.wrap(RawSafetensors.bytes(padded, 19)).order(ByteOrder.LITTLE_ENDIAN);
        expected.position(8 + padded.length());
        expected.putLong(3).putFloat(2).putFloat(1).put(new byte[] {1, 0, 1});
        assertThat(padded.length() % 8).isZero();
        assertThat(path).hasBinaryContent(expected.array());
        try (SafetensorsFile file = SafetensorsFile.open(path)) {
            assertThat(file.tensors()).containsOnlyKeys("ids", "a", "b", "flags");
            assertThat(file.metadata()).isEqualTo(Map.of("z", "last", "format", "pt"));
            assertThat(file.tensors().get("flags"))
                    .isEqualTo(new TensorEntry("flags", DataType.BOOLEAN, new Shape(3), 16, 19));
        }
    }

    @Test
    void writesViewsRowByRow() throws IOException {
        NDArray array = manager.arange(6f).reshape(2, 3);
        Map<String, NDArray> views =
                Map.of("transposed", array.transpose(), "column", array.get(":, 1:2"));
        SafetensorsFile.write(path, views, Map.of());

        try (SafetensorsFile file = SafetensorsFile.open(path)) {
            assertThat(file.read(manager, "transposed").toFloatArray())
                    .containsExactly(0, 3, 1, 4, 2, 5);
            assertThat(file.read(manager, "column").toFloatArray()).containsExactly(1, 4);
        }
    }

    @Test
    void leavesTheWrittenArraysAsTheyWere() throws IOException {
        NDArray array = manager.arange(6f).reshape(2, 3);
        array.setName("mine");
        array.setRequiresGradient(true);
        SafetensorsFile.write(path, Map.of("array", array), Map.of());

        assertThat(array.getManager()).isSameAs(manager);
        assertThat(array.getName()).isEqualTo("mine");
        assertThat(array.getShape()).isEqualTo(new Shape(2, 3));
        assertThat(array.toFloatArray()).containsExactly(0, 1, 2, 3, 4, 5);
    }

    @Test
    void givesArraysThatMayBeChangedAndOutliveTheFile() throws IOException {
        SafetensorsFile.write(path, Map.of("array", manager.ones(new Shape(3))), Map.of());
        NDArray read;
        try (SafetensorsFile file = SafetensorsFile.open(path)) {
            read = file.read(manager, "array");
        }
        Files.delete(path);

        assertThat(read.addi(1).toFloatArray()).containsExactly(2, 2, 2);
    }

    @Test
    void keepsNamesAndTextOfAnyAlphabet() throws IOException {
        String name = "größe \"q\" \\ \uD83D\uDE00";
        Map<String, String> metadata = Map.of("note", "two\nlines <&> \u2028 ü");
        SafetensorsFile.write(path, Map.of(name, manager.create(1f)), metadata);

        try (SafetensorsFile file = SafetensorsFile.open(path)) {
            assertThat(file.tensors()).containsOnlyKeys(name);
            assertThat(file.metadata()).isEqualTo(metadata);
        }
    }

    @Test
    void namesATensorThatIsNotThere() throws IOException {
        SafetensorsFile.write(path, Map.of(), Map.of());

        try (SafetensorsFile file = SafetensorsFile.open(path)) {
            assertThatThrownBy(() -> file.read(manager, "absent"))
                    .isInstanceOf(MalformedFileException.class)
                    .hasMessage(path + ": has no tensor 'absent'; check that it is the right file");
        }
    }

    @Test
    void refusesAPathWithoutAFile() {
        assertThatThrownBy(() -> SafetensorsFile.open(path))
                .isInstanceOf(NoSuchFileException.class)
                .hasMessage(path + ": is not a file; give the path of a .safetensors file");
        assertThatThrownBy(() -> SafetensorsFile.open(folder))
                .isInstanceOf(NoSuchFileException.class);
    }

    @Test
    void noticesThatAnOpenFileBecameShorter() throws IOException {
        SafetensorsFile.write(path, Map.of("array", manager.ones(new Shape(3))), Map.of());
        byte[] bytes = Files.readAllBytes(path);

        try (SafetensorsFile file = SafetensorsFile.open(path)) {
            Files.write(path, Arrays.copyOf(bytes, bytes.length - 4));
            assertThatThrownBy(() -> file.read(manager, "array"))
                    .isInstanceOf(MalformedFileException.class)
                    .hasMessageContaining("became shorter");
        }
    }

    @ParameterizedTest
    @CsvSource({"''", "__metadata__", "'a\tb'"})
    void refusesToWriteNamesThatCannotBeRead(String name) {
        assertThatThrownBy(
                        () ->
                                SafetensorsFile.write(
                                        path, Map.of(name, manager.create(1f)), Map.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("can't be called");
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void refusesToWriteArraysOfText() {
        assertThatThrownBy(
                        () ->
                                SafetensorsFile.write(
                                        path, Map.of("text", manager.create("word")), Map.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("Tensor 'text' is of type string");
    }

    @Test
    void keepsTheOlderFileWhenAnArrayFails() throws IOException {
        Files.writeString(path, "older");
        Map<String, NDArray> tensors = new LinkedHashMap<>();
        tensors.put("a", manager.ones(new Shape(1000)));
        NDArray closed = manager.ones(new Shape(3));
        tensors.put("b", closed);
        closed.close();

        assertThatThrownBy(() -> SafetensorsFile.write(path, tensors, Map.of()))
                .isInstanceOf(IllegalStateException.class);
        assertThat(path).hasContent("older");
        assertThat(folder).isDirectoryNotContaining(other -> !other.equals(path));
    }

    @Test
    void leavesNothingInAnUnwritableFolder() {
        Path absent = folder.resolve("absent/tensors.safetensors");

        assertThatThrownBy(() -> SafetensorsFile.write(absent, Map.of(), Map.of()))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(absent.toString());
        assertThat(folder).isEmptyDirectory();
    }

    /** Gives a file of one tensor called array. */
    private static byte[] file(String dtype, String shape, byte[] data) {
        String offsets = "[0," + data.length + "]";
        byte[] bytes =
                RawSafetensors.bytes(
                        '{' + RawSafetensors.tensor("array", dtype, shape, offsets) + '}',
                        data.length);
        System.arraycopy(data, 0, bytes, bytes.length - data.length, data.length);
        return bytes;
    }
}
