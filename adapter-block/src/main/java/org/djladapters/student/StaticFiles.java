/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.student;

import ai.djl.ndarray.types.Shape;
import com.google.gson.JsonArray;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Map;
import org.djladapters.io.AtomicFiles;
import org.djladapters.io.Internal;
import org.djladapters.io.JsonFiles;
import org.djladapters.safetensors.SafetensorsFile;
import org.djladapters.safetensors.StoredTensor;

/** The files of a static student, as model2vec and sentence-transformers open them. */
@Internal
public final class StaticFiles {

    /** What model2vec writes for texts of any length. */
    private static final int ANY_LENGTH = 1_000_000;

    private static final String MODULES =
            """
            [
              {"idx": 0, "name": "0", "path": ".", "type": "sentence_transformers.models.StaticEmbedding"},
              {"idx": 1, "name": "1", "path": "1_Normalize", "type": "sentence_transformers.models.Normalize"}
            ]
            """;

    private StaticFiles() {}

    /**
     * Returns the tokenizer of a student, which has no special tokens: texts name none, and none
     * are put about them.
     */
    public static JsonObject tokenizer(JsonObject teacher) {
        JsonObject tokenizer = teacher.deepCopy();
        tokenizer.add("added_tokens", new JsonArray());
        for (String name : new String[] {"truncation", "padding", "post_processor"}) {
            tokenizer.add(name, JsonNull.INSTANCE);
        }
        return tokenizer;
    }

    /**
     * Writes a student whose vectors have length 1.
     *
     * @param folder an empty folder
     * @param table the vectors of the tokens, row by row
     * @param teacher the name of the model that it learned from
     */
    public static void write(
            Path folder, JsonObject tokenizer, float[] table, int dimensions, String teacher)
            throws IOException {
        AtomicFiles.writeString(folder.resolve(WordPiece.FILE), JsonFiles.text(tokenizer));
        Shape shape = new Shape(table.length / dimensions, dimensions);
        SafetensorsFile.writeStored(
                folder.resolve(StaticEmbedder.TABLE_FILE),
                Map.of(StaticEmbedder.TABLE, StoredTensor.ofFloats(FloatBuffer.wrap(table), shape)),
                Map.of());
        JsonObject config = new JsonObject();
        config.addProperty("model_type", "model2vec");
        JsonArray architectures = new JsonArray();
        architectures.add("StaticModel");
        config.add("architectures", architectures);
        config.addProperty("tokenizer_name", teacher);
        config.addProperty("hidden_dim", dimensions);
        config.addProperty("seq_length", ANY_LENGTH);
        config.addProperty("normalize", true);
        config.addProperty(StaticEmbedder.MAX_LENGTH_KEY, StaticEmbedder.MAX_LENGTH);
        config.addProperty("embedding_dtype", "float32");
        AtomicFiles.writeString(folder.resolve(StaticEmbedder.CONFIG), JsonFiles.text(config));
        AtomicFiles.writeString(folder.resolve("modules.json"), MODULES);
    }
}
