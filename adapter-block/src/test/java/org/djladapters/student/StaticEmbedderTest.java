/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.student;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.djladapters.io.JsonFields;
import org.djladapters.io.JsonFiles;
import org.djladapters.io.MalformedFileException;
import org.djladapters.langchain4j.Langchain4jStaticModel;
import org.djladapters.safetensors.SafetensorsFile;
import org.djladapters.safetensors.StoredTensor;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StaticEmbedderTest {

    private static final Path RESOURCES = Path.of("src/test/resources");
    private static final int DIMENSIONS = 4;

    @TempDir private Path folder;

    @BeforeEach
    void writeStudent() throws IOException {
        float[] table = new float[198 * DIMENSIONS];
        for (int i = 0; i < table.length; i++) {
            int token = i / DIMENSIONS;
            table[i] = (float) Math.sin(0.7 * token + i % DIMENSIONS);
        }
        writeStudent(table);
    }

    private void writeStudent(float[] table) throws IOException {
        JsonObject tokenizer =
                JsonFields.read(RESOURCES.resolve("models/tiny-bert").resolve(WordPiece.FILE))
                        .json();
        StaticFiles.write(folder, StaticFiles.tokenizer(tokenizer), table, DIMENSIONS, "tiny-bert");
    }

    /** The vectors were recorded with model2vec 0.10.0. */
    @Test
    void vectorsAreThoseOfModel2vec() throws IOException {
        JsonObject recorded = JsonFields.read(RESOURCES.resolve("student/model2vec.json")).json();
        JsonArray texts = recorded.getAsJsonArray("texts");
        for (Map.Entry<String, JsonElement> configured :
                recorded.getAsJsonObject("vectors").entrySet()) {
            Files.writeString(folder.resolve(StaticEmbedder.CONFIG), configured.getKey());
            StaticEmbedder embedder = StaticEmbedder.open(folder);
            assertThat(embedder.dimensions()).isEqualTo(DIMENSIONS);
            for (int text = 0; text < texts.size(); text++) {
                float[] vector = embedder.embed(texts.get(text).getAsString());
                JsonArray expected =
                        configured.getValue().getAsJsonArray().get(text).getAsJsonArray();
                for (int i = 0; i < DIMENSIONS; i++) {
                    // sums of up to 900 numbers in float32, in another order
                    assertThat(vector[i])
                            .as(configured.getKey() + " " + text)
                            .isCloseTo(expected.get(i).getAsFloat(), within(2e-6f));
                }
            }
        }
    }

    @Test
    void aStudentThatIsWrittenHasVectorsOfLengthOne() throws IOException {
        float[] vector = StaticEmbedder.open(folder).embed("the quick brown fox");
        double squares = 0;
        for (float value : vector) {
            squares += value * value;
        }
        assertThat(squares).isCloseTo(1, within(1e-6));
    }

    @Test
    void aModelOfLangchain4jGivesTheSameVectors() throws IOException {
        StaticEmbedder embedder = StaticEmbedder.open(folder);
        Langchain4jStaticModel model = Langchain4jStaticModel.of(embedder);

        assertThat(model.embed("a lazy fox").content().vector())
                .isEqualTo(embedder.embed("a lazy fox"));
        assertThat(model.dimension()).isEqualTo(DIMENSIONS);
    }

    @Test
    void otherTablesAreRefused() throws IOException {
        write(Map.of("embeddings", zeros(DataType.FLOAT16, 198)));
        refused("needs the tensor embeddings in float32 with 198 rows");
        write(Map.of("embeddings", zeros(DataType.FLOAT32, 197)));
        refused("needs the tensor embeddings in float32 with 198 rows");
        write(
                Map.of(
                        "embeddings",
                        zeros(DataType.FLOAT32, 198),
                        "weights",
                        zeros(DataType.FLOAT32, 198)));
        refused("has the tensor 'weights', which is not read");
        float[] table = new float[198 * DIMENSIONS];
        table[7] = Float.NaN;
        writeStudent(table);
        refused("has a number that is not finite");
        JsonObject config = new JsonObject();
        config.addProperty("max_length", 0);
        writeStudent();
        Files.writeString(folder.resolve(StaticEmbedder.CONFIG), JsonFiles.text(config));
        refused("a whole number of at least 1");
    }

    private void write(Map<String, StoredTensor> tensors) throws IOException {
        SafetensorsFile.writeStored(folder.resolve(StaticEmbedder.TABLE_FILE), tensors, Map.of());
    }

    private static StoredTensor zeros(DataType type, int rows) {
        Shape shape = new Shape(rows, DIMENSIONS);
        return new StoredTensor(
                type,
                shape,
                channel ->
                        StoredTensor.writeFully(
                                ByteBuffer.allocate(
                                        Math.toIntExact(shape.size() * type.getNumOfBytes())),
                                channel));
    }

    private void refused(String reason) {
        assertThatThrownBy(() -> StaticEmbedder.open(folder))
                .isInstanceOf(MalformedFileException.class)
                .hasMessageContaining(reason);
    }
}
