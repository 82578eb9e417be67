/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.vectors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import com.google.gson.Gson;
import com.google.gson.annotations.SerializedName;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.djladapters.safetensors.SafetensorsFile;
import org.djladapters.safetensors.StoredTensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class QuantizedVectorsTest {

    @TempDir private Path folder;

    /** What quantize_embeddings of sentence-transformers 6.2.0 gave, recorded. */
    private static final class Recorded {

        private float[][] vectors;
        private byte[][] int8;
        private float[] lowest;
        private float[] highest;

        @SerializedName("int8_ranged")
        private byte[][] ranged;

        private int[][] ubinary;

        static Recorded read() throws IOException {
            try (Reader json =
                    new InputStreamReader(
                            QuantizedVectorsTest.class.getResourceAsStream("quantized.json"),
                            StandardCharsets.UTF_8)) {
                return new Gson().fromJson(json, Recorded.class);
            }
        }

        VectorTable table() {
            int width = vectors[0].length;
            float[] rows = new float[vectors.length * width];
            for (int i = 0; i < rows.length; i++) {
                rows[i] = vectors[i / width][i % width];
            }
            List<String> ids = IntStream.range(0, vectors.length).mapToObj(i -> "" + i).toList();
            return VectorTable.of(ids, Optional.empty(), rows, Map.of("model_sha256", "ab"));
        }
    }

    @Test
    void numbersAreThoseOfSentenceTransformers() throws IOException {
        Recorded recorded = Recorded.read();
        VectorTable table = recorded.table();

        QuantizedVectors int8 = QuantizedVectors.of(table, VectorEncoding.INT8);
        QuantizedVectors ranged = QuantizedVectors.int8(table, recorded.lowest, recorded.highest);
        QuantizedVectors binary = QuantizedVectors.of(table, VectorEncoding.BINARY);

        for (int row = 0; row < table.size(); row++) {
            assertThat(int8.row(row)).isEqualTo(recorded.int8[row]);
            assertThat(ranged.row(row)).isEqualTo(recorded.ranged[row]);
            assertThat(binary.row(row))
                    .containsExactly(
                            (byte) recorded.ubinary[row][0], (byte) recorded.ubinary[row][1]);
        }
        assertThat(binary.bytes()).isEqualTo(2);
        assertThat(int8.bytes()).isEqualTo(11);
        assertThat(VectorEncoding.FLOAT32.bytes(11)).isEqualTo(44);
    }

    @ParameterizedTest
    @EnumSource(names = {"INT8", "BINARY"})
    void whatIsWrittenIsReadAsItWas(VectorEncoding encoding) throws IOException {
        QuantizedVectors vectors = QuantizedVectors.of(Recorded.read().table(), encoding);
        Path file = folder.resolve("q.safetensors");

        vectors.write(file);
        QuantizedVectors read = QuantizedVectors.read(file);

        assertThat(read.encoding()).isEqualTo(encoding);
        assertThat(read.width()).isEqualTo(11);
        assertThat(read.ids()).isEqualTo(vectors.ids());
        assertThat(read.rows()).isEqualTo(vectors.rows());
        assertThat(read.lowest()).isEqualTo(vectors.lowest());
        assertThat(read.highest()).isEqualTo(vectors.highest());
        assertThat(read.provenance()).isEqualTo(Map.of("model_sha256", "ab"));
        assertThatThrownBy(() -> VectorTable.read(file)).hasMessageContaining("float32 is needed");
    }

    @Test
    void rangesThatDoNotFitAreRefused() throws IOException {
        VectorTable table = Recorded.read().table();
        float[] zeros = new float[11];
        float[] wrong = new float[11];
        wrong[4] = Float.NaN;
        assertThatThrownBy(() -> QuantizedVectors.int8(table, zeros, new float[2]))
                .hasMessageStartingWith("There are 11 lowest and 2 highest numbers");
        assertThatThrownBy(() -> QuantizedVectors.int8(table, zeros, wrong))
                .hasMessageStartingWith("The range of dimension 4 is from 0.0 to NaN");
        assertThatThrownBy(() -> QuantizedVectors.of(table, VectorEncoding.FLOAT32))
                .hasMessageContaining("choose int8 or binary");
        VectorTable single =
                VectorTable.of(List.of("a"), Optional.empty(), new float[] {1, 2}, Map.of());
        assertThatThrownBy(() -> QuantizedVectors.of(single, VectorEncoding.INT8))
                .hasMessageContaining("a single vector have no ranges");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "UINT8 | 2,2 | binary | 9  | ['a','b'] |     | ok",
                "INT8  | 2,2 | int8   | 2  | ['a','b'] | 2,2 | ok",
                "INT8  | 2,2 |        | 2  | ['a','b'] | 2,2 | has no 'encoding' in",
                "INT8  | 2,2 | uint8  | 2  | ['a','b'] | 2,2 | has the encoding 'uint8', which",
                "INT8  | 2,2 | int8   |    | ['a','b'] | 2,2 | has nothing as 'dimensions' in",
                "INT8  | 2,2 | int8   | -2 | ['a','b'] | 2,2 | has '-2' as 'dimensions' in",
                "INT8  | 2,2 | int8   | 3  | ['a','b'] | 2,2 | tensor 'vectors' is of shape (2, 2),"
                        + " which is not that of int8",
                "UINT8 | 2,2 | binary | 17 | ['a','b'] |     | tensor 'vectors' is of shape (2, 2),"
                        + " which is not that of binary",
                "UINT8 | 2,2 | int8   | 2  | ['a','b'] | 2,2 | tensor 'vectors' is of type uint8"
                        + " where int8 is needed",
                "INT8  | 2,2 | int8   | 2  | ['a','a'] | 2,2 | has the id 'a' for the second time",
                "INT8  | 2,2 | int8   | 2  | ['a']     | 2,2 | the metadata 'ids' has 1 entries",
                "INT8  | 2,2 | int8   | 2  | ['a','b'] |     | has no tensor 'ranges' of type",
                "INT8  | 2,2 | int8   | 2  | ['a','b'] | 2,1 | has no tensor 'ranges' of type",
            })
    void badFilesAreRefused(
            DataType type,
            String shape,
            String encoding,
            String dimensions,
            String ids,
            String ranges,
            String message)
            throws IOException {
        Map<String, StoredTensor> tensors = new TreeMap<>();
        tensors.put("vectors", zeros(type, shape));
        if (ranges != null) {
            tensors.put("ranges", zeros(DataType.FLOAT32, ranges));
        }
        Map<String, String> metadata = new TreeMap<>();
        metadata.put("ids", ids.replace('\'', '"'));
        if (encoding != null) {
            metadata.put("encoding", encoding);
        }
        if (dimensions != null) {
            metadata.put("dimensions", dimensions);
        }
        Path file = folder.resolve("q.safetensors");
        SafetensorsFile.writeStored(file, tensors, metadata);

        if (message.equals("ok")) {
            assertThat(QuantizedVectors.read(file).size()).isEqualTo(2);
        } else {
            assertThatThrownBy(() -> QuantizedVectors.read(file))
                    .isInstanceOf(IOException.class)
                    .hasMessageStartingWith(file + ": " + message);
        }
    }

    private static StoredTensor zeros(DataType type, String dimensions) {
        Shape shape =
                new Shape(
                        List.of(dimensions.split(",")).stream()
                                .mapToLong(Long::parseLong)
                                .toArray());
        byte[] bytes = new byte[(int) shape.size() * type.getNumOfBytes()];
        return new StoredTensor(
                type, shape, channel -> StoredTensor.writeFully(ByteBuffer.wrap(bytes), channel));
    }

    @Test
    void otherFilesAreRefused() throws IOException {
        Path file = Files.writeString(folder.resolve("q.jsonl"), "{\"id\": 1}");
        assertThatThrownBy(() -> QuantizedVectors.read(file))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("not a safetensors file");
    }
}
