/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.safetensors;

import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.djladapters.safetensors.RawSafetensors.bytes;
import static org.djladapters.safetensors.RawSafetensors.claiming;
import static org.djladapters.safetensors.RawSafetensors.entry;
import static org.djladapters.safetensors.RawSafetensors.tensor;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.djladapters.io.MalformedFileException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class MalformedSafetensorsTest {

    private static final String AGAIN = "download or save the file again";

    @TempDir private Path folder;

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void refusesBrokenFiles(String problem, byte[] content) throws IOException {
        assertRefused(problem, content);
    }

    static Stream<Arguments> refusesBrokenFiles() {
        byte[] empty = utf8("{}");
        return Stream.of(
                arguments("is only 0 bytes long", new byte[0]),
                arguments("is only 7 bytes long", new byte[7]),
                arguments("does not start with a brace", new byte[8]),
                arguments("does not start with a brace", bytes("[]", 0)),
                arguments("does not start with a brace", bytes(" {}", 0)),
                arguments("does not start with a brace", bytes("\ufeff{}", 0)),
                arguments("ends before its header of 3 bytes", claiming(3, empty, 0)),
                arguments("ends before its header of 100000000", claiming(100_000_000, empty, 0)),
                arguments("claims a header of 100000001", claiming(100_000_001, empty, 0)),
                arguments(
                        "claims a header of 9223372036854775807",
                        claiming(Long.MAX_VALUE, empty, 0)),
                arguments("claims a header of 18446744073709551615", claiming(-1, empty, 0)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void refusesBrokenHeaders(String problem, String header) throws IOException {
        assertRefused(problem, bytes(header, 4));
    }

    static Stream<Arguments> refusesBrokenHeaders() {
        String json = "the header is not well-formed JSON in UTF-8";
        String sound = tensor("t", "F32", "[1]", "[0,4]");
        return Stream.of(
                arguments(json, "{"),
                arguments(json, "{" + sound),
                arguments(json, "{" + sound + ",}"),
                arguments(json, "{" + sound + "} {}"),
                arguments(json, "{" + sound + "} x"),
                arguments(json, "{" + sound + "}\0"),
                arguments(json, "{/**/" + sound + "}"),
                arguments(json, "{" + sound.replace('"', '\'') + "}"),
                arguments(json, "{t:" + entry("F32", "[1]", "[0,4]") + "}"),
                arguments(json, "{\"a\nb\":" + entry("F32", "[1]", "[0,4]") + "}"),
                arguments("the header has tensor 't' twice", "{" + sound + "," + sound + "}"),
                arguments("a tensor has an empty name", "{" + sound.replace("\"t\"", "\"\"") + "}"),
                arguments(
                        "tensor 'a?b' has control characters",
                        "{" + tensor("a\\u0000b", "F32", "[1]", "[0,4]") + "}"),
                arguments(
                        "tensor '?' has control characters",
                        "{" + tensor("\\ud800", "F32", "[1]", "[0,4]") + "}"),
                arguments("tensor 't' has a list instead of an object", "{\"t\":[]}"),
                arguments(
                        "tensor 't' has a list instead of an object",
                        "{\"t\":" + "[".repeat(1_000_000)),
                arguments(
                        "tensor 't' has the unknown key 'more'",
                        "{\"t\":{\"more\":" + "{\"a\":".repeat(100_000)),
                arguments("__metadata__ has a string", "{\"__metadata__\":\"x\"}"),
                arguments("__metadata__ has null", "{\"__metadata__\":null}"),
                arguments(
                        "__metadata__ entry 'k' has a number instead of a string",
                        "{\"__metadata__\":{\"k\":1}}"),
                arguments(
                        "__metadata__ entry 'k' has an object instead of a string",
                        "{\"__metadata__\":{\"k\":{}}}"),
                arguments(
                        "__metadata__ has the key 'k' twice",
                        "{\"__metadata__\":{\"k\":\"a\",\"k\":\"b\"}}"),
                arguments(
                        "the header has __metadata__ twice",
                        "{\"__metadata__\":{},\"__metadata__\":{}}"));
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource
    void refusesBrokenTensors(String problem, String entry) throws IOException {
        String before = tensor("before", "F32", "[1]", "[0,4]");
        assertRefused(
                "tensor 'a.weight'" + problem,
                bytes("{" + before + ",\"a.weight\":" + entry + "}", 12));
    }

    static Stream<Arguments> refusesBrokenTensors() {
        String needed = " where a whole number from 0 up is needed";
        String incomplete = " needs a dtype, a shape and two data_offsets";
        return Stream.of(
                arguments(incomplete, "{}"),
                arguments(incomplete, "{\"dtype\":\"F32\",\"shape\":[2]}"),
                arguments(incomplete, "{\"dtype\":\"F32\",\"data_offsets\":[4,12]}"),
                arguments(incomplete, "{\"shape\":[2],\"data_offsets\":[4,12]}"),
                arguments(incomplete, entry("F32", "[2]", "[4]")),
                arguments(incomplete, entry("F32", "[2]", "[]")),
                arguments(
                        " has the key 'dtype' twice",
                        "{\"dtype\":\"F32\",\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[4,12]}"),
                arguments(" has the dtype 'f32'", entry("f32", "[2]", "[4,12]")),
                arguments(" has the dtype 'F8_E4M3'", entry("F8_E4M3", "[8]", "[4,12]")),
                arguments(", dtype has a number", "{\"dtype\":32}"),
                arguments(", shape has a number instead of a list", entry("F32", "2", "[4,12]")),
                arguments(", shape has a string", entry("F32", "[\"2\"]", "[4,12]")),
                arguments(", shape has a list", entry("F32", "[[2]]", "[4,12]")),
                arguments(", shape has null", entry("F32", "[null]", "[4,12]")),
                arguments(", shape has '-2'" + needed, entry("F32", "[-2]", "[4,12]")),
                arguments(", shape has '2.0'" + needed, entry("F32", "[2.0]", "[4,12]")),
                arguments(", shape has '2e0'" + needed, entry("F32", "[2e0]", "[4,12]")),
                arguments(
                        ", shape has the number '9223372036854775808', too large",
                        entry("F32", "[9223372036854775808]", "[4,12]")),
                arguments(
                        " has a shape too large to count",
                        entry("F32", "[4294967296,4294967296]", "[4,12]")),
                arguments(
                        " has a shape too large to count",
                        entry("F32", "[4611686018427387904]", "[4,4]")),
                arguments(
                        " has a shape too large to count",
                        entry("F32", "[0,4294967296,4294967296]", "[4,4]")),
                arguments(", shape has more than 64 numbers", entry("F32", ones(65), "[4,8]")),
                arguments(
                        ", data_offsets has more than 2 numbers", entry("F32", "[2]", "[4,12,12]")),
                arguments(", data_offsets has '-4'" + needed, entry("F32", "[2]", "[-4,4]")),
                arguments(" ends before it begins", entry("F32", "[2]", "[12,4]")),
                arguments(" ends at byte 13 of only 12", entry("U8", "[9]", "[4,13]")),
                arguments(
                        " ends at byte 9223372036854775807",
                        entry("U8", "[9]", "[4,9223372036854775807]")),
                arguments(" takes 8 bytes where its shape needs 4", entry("F32", "[1]", "[4,12]")),
                arguments(" takes 8 bytes where its shape needs 12", entry("F32", "[3]", "[4,12]")),
                arguments(" takes 8 bytes where its shape needs 0", entry("F32", "[0]", "[4,12]")),
                arguments(" takes 8 bytes where its shape needs 4", entry("F32", "[]", "[4,12]")),
                arguments(" overlaps the tensor before it", entry("F32", "[2]", "[0,8]")),
                arguments(" overlaps the tensor before it", entry("F32", "[2]", "[3,11]")));
    }

    @Test
    void refusesHolesInTheData() throws IOException {
        String header =
                "{%s,%s}"
                        .formatted(
                                tensor("late", "U8", "[2]", "[6,8]"),
                                tensor("early", "U8", "[4]", "[0,4]"));
        assertRefused("there is a hole in the data before tensor 'late'", bytes(header, 8));
        assertRefused(
                "there is a hole in the data before tensor 'a'",
                bytes("{" + tensor("a", "U8", "[4]", "[4,8]") + "}", 8));
    }

    @Test
    void refusesDataOfNoTensor() throws IOException {
        assertRefused(
                "3 bytes after the last tensor belong to no tensor",
                bytes("{" + tensor("a", "U8", "[4]", "[0,4]") + "}", 7));
        assertRefused("5 bytes after the last tensor", bytes("{}", 5));
    }

    @Test
    void refusesHeadersThatAreNotUtf8() throws IOException {
        byte[] header = utf8("{\"__metadata__\":{\"k\":\"?\"}}");
        header[22] = (byte) 0xFF;
        assertRefused("the header is not well-formed JSON in UTF-8", bytes(header, 0));
    }

    @Test
    void refusesTooManyEntries() throws IOException {
        String tensors =
                IntStream.rangeClosed(0, 200_000)
                        .mapToObj(i -> tensor("t" + i, "U8", "[0]", "[0,0]"))
                        .collect(Collectors.joining(",", "{", "}"));
        assertRefused("the header has more than 200000 entries", bytes(tensors, 0));
    }

    @Test
    void refusesTruthValuesThatAreNeitherTrueNorFalse() throws IOException {
        byte[] content = bytes("{" + tensor("flags", "BOOL", "[3]", "[0,3]") + "}", 3);
        content[content.length - 1] = 2;
        Path path = RawSafetensors.write(folder, content);

        try (NDManager manager = NDManager.newBaseManager();
                SafetensorsFile file = SafetensorsFile.open(path)) {
            assertThatThrownBy(() -> file.read(manager, "flags"))
                    .isInstanceOf(MalformedFileException.class)
                    .hasMessageStartingWith(
                            path + ": tensor 'flags' of type BOOL has a byte 2 that is neither");
        }
    }

    @Test
    void refusesTensorsLargerThanAnArrayCanBeReadInto() throws IOException {
        long count = 600_000_000;
        byte[] content = bytes("{" + tensor("t", "F32", "[600000000]", "[0,2400000000]") + "}", 0);
        Path path = RawSafetensors.write(folder, content);
        extend(path, content.length + 4 * count);

        try (NDManager manager = NDManager.newBaseManager();
                SafetensorsFile file = SafetensorsFile.open(path)) {
            String message = path + ": tensor 't' is larger than the 2 GiB";
            assertThatThrownBy(() -> file.read(manager, "t"))
                    .isInstanceOf(MalformedFileException.class)
                    .hasMessageStartingWith(message);
            assertThatThrownBy(() -> file.readBytes("t"))
                    .isInstanceOf(MalformedFileException.class)
                    .hasMessageStartingWith(message);
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void refusesPickles(String kind, byte[] content) throws IOException {
        Path path = RawSafetensors.write(folder, content);
        assertThatThrownBy(() -> SafetensorsFile.open(path))
                .as(kind)
                .isInstanceOf(MalformedFileException.class)
                .hasMessage(
                        path
                                + ": pickle files are not read, since they can run code; save"
                                + " as safetensors in Python with safe_serialization=True");
    }

    static Stream<Arguments> refusesPickles() {
        byte[] zip = {'P', 'K', 3, 4, 0, 0, 8, 8, 0, 0, 0, 0, 0};
        byte[] oldest = {(byte) 0x80, 2, '}', 'q', 0, '.'};
        byte[] bare = {(byte) 0x80, 4, (byte) 0x95, 9, 0, 0, 0, 0, 0, 0, 0, '}', '.'};
        return Stream.of(
                arguments("zip of PyTorch", zip),
                arguments("pickle, protocol 2", oldest),
                arguments("pickle, protocol 4", bare));
    }

    @Test
    void refusesPointersOfGitLfs() throws IOException {
        Path path =
                RawSafetensors.write(
                        folder, utf8("version https://git-lfs.github.com/spec/v1\noid sha256:0\n"));
        assertThatThrownBy(() -> SafetensorsFile.open(path))
                .isInstanceOf(MalformedFileException.class)
                .hasMessage(
                        path + ": is a pointer of Git LFS, not the file itself; run git lfs pull");
    }

    private void assertRefused(String problem, byte[] content) throws IOException {
        Path path = RawSafetensors.write(folder, content);
        assertThatThrownBy(() -> SafetensorsFile.open(path).close())
                .isInstanceOf(MalformedFileException.class)
                .hasMessageStartingWith(path + ": ")
                .hasMessageContaining(problem)
                .hasMessageMatching("(?s).*; .*(" + AGAIN + "|save it as F32)");
    }

    /** Makes a file longer without taking room on disk where the file system can do so. */
    private static void extend(Path path, long length) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
            file.setLength(length);
        }
    }

    private static String ones(int count) {
        return "[" + "1,".repeat(count - 1) + "1]";
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
