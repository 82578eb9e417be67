/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.student;

import static org.djladapters.io.MalformedFileException.quote;

import ai.djl.ndarray.types.DataType;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import org.djladapters.io.JsonFields;
import org.djladapters.io.MalformedFileException;
import org.djladapters.safetensors.SafetensorsFile;
import org.djladapters.safetensors.TensorEntry;

/**
 * A static student: a table with a vector for every token. The vector of a text is the mean of
 * those of its tokens,
 *
 * <p>\[ v = \frac{1}{n} \sum_{i=1}^{n} E_{t_i}, \]
 *
 * <p>divided by its length if the model's {@code config.json} says {@code normalize}. Unknown words
 * are left out; a text without tokens has zeros. Everything is computed in Java: no native library
 * is loaded.
 *
 * <p>The directory is one of model2vec, where it gives the same vectors: {@code tokenizer.json}
 * (BERT's tokenizer), {@code config.json}, and {@code model.safetensors} with the tensor {@code
 * embeddings} of shape (tokens, dimensions) in float32.
 *
 * <pre>{@code
 * StaticEmbedder embedder = StaticEmbedder.open(Path.of("student"));
 * float[] vector = embedder.embed("Where is my parcel?");
 * }</pre>
 *
 * <p>An embedder may be used by several threads.
 *
 * @see <a href="https://github.com/MinishLab/model2vec">model2vec</a>
 */
public final class StaticEmbedder {

    static final String CONFIG = "config.json";

    /** The file with the table. */
    static final String TABLE_FILE = "model.safetensors";

    /** The table's tensor. */
    static final String TABLE = "embeddings";

    /** The number of tokens after which model2vec truncates texts if nothing else is said. */
    static final int MAX_LENGTH = 512;

    static final String MAX_LENGTH_KEY = "max_length";

    private final WordPiece tokenizer;
    private final float[] table;
    private final int dimensions;
    private final boolean normalizes;

    /** After these, in tokens and in characters, texts are truncated, as model2vec does it. */
    private final int mostTokens;

    private final int mostCharacters;

    private StaticEmbedder(WordPiece tokenizer, float[] table, JsonFields config)
            throws IOException {
        this.tokenizer = tokenizer;
        this.table = table;
        dimensions = table.length / tokenizer.size();
        normalizes = config.bool("normalize", false);
        boolean unlimited = config.json().has(MAX_LENGTH_KEY) && !config.has(MAX_LENGTH_KEY);
        mostTokens =
                unlimited
                        ? Integer.MAX_VALUE
                        : config.atLeast(1, MAX_LENGTH_KEY).orElse(MAX_LENGTH);
        mostCharacters =
                (int) Math.min(Integer.MAX_VALUE, (long) mostTokens * median(tokenizer.lengths()));
    }

    /**
     * Opens a directory.
     *
     * @param directory a static student that {@code distill --static} or model2vec wrote
     * @return the embedder
     * @throws IOException if a file is missing or malformed, the tokenizer is not BERT's, or the
     *     table is not of float32, one vector for every token
     */
    public static StaticEmbedder open(Path directory) throws IOException {
        JsonFields config = JsonFields.read(directory.resolve(CONFIG));
        WordPiece tokenizer = WordPiece.of(JsonFields.read(directory.resolve(WordPiece.FILE)));
        return new StaticEmbedder(
                tokenizer, readTable(directory.resolve(TABLE_FILE), tokenizer.size()), config);
    }

    private static float[] readTable(Path path, int tokens) throws IOException {
        try (SafetensorsFile file = SafetensorsFile.open(path)) {
            for (String name : file.tensors().keySet()) {
                if (!name.equals(TABLE)) {
                    throw new MalformedFileException(
                            path,
                            "has the tensor %s, which is not read; save a table of %s alone"
                                    .formatted(quote(name), TABLE));
                }
            }
            TensorEntry entry = file.tensors().get(TABLE);
            if (entry == null
                    || entry.dataType() != DataType.FLOAT32
                    || entry.shape().dimension() != 2
                    || entry.shape().get(0) != tokens
                    || entry.shape().get(1) < 1) {
                throw new MalformedFileException(
                        path,
                        "needs the tensor %s in float32 with %d rows, one for every token; save it as that"
                                .formatted(TABLE, tokens));
            }
            float[] table = file.readFloats(TABLE);
            for (float value : table) {
                if (!Float.isFinite(value)) {
                    throw new MalformedFileException(
                            path,
                            "the tensor %s has a number that is not finite; get or save the file again"
                                    .formatted(TABLE));
                }
            }
            return table;
        }
    }

    /** Returns the median, rounded down. */
    private static int median(int[] values) {
        int[] ascending = values.clone();
        Arrays.sort(ascending);
        int half = ascending.length / 2;
        return ascending.length % 2 == 1
                ? ascending[half]
                : (ascending[half - 1] + ascending[half]) / 2;
    }

    /**
     * Returns the number of dimensions of vectors.
     *
     * @return the number, at least 1
     */
    public int dimensions() {
        return dimensions;
    }

    /**
     * Embeds a text.
     *
     * @param text the text
     * @return its vector; zeros if it has no known token
     */
    public float[] embed(String text) {
        int[] tokens = tokenizer.tokens(shortened(text), mostTokens);
        float[] vector = new float[dimensions];
        for (int token : tokens) {
            int row = token * dimensions;
            for (int i = 0; i < dimensions; i++) {
                vector[i] += table[row + i];
            }
        }
        double squares = 0;
        for (float value : vector) {
            squares += (double) value * value;
        }
        double divisor = normalizes ? Math.sqrt(squares) : tokens.length;
        if (divisor > 0) {
            for (int i = 0; i < dimensions; i++) {
                vector[i] = (float) (vector[i] / divisor);
            }
        }
        return vector;
    }

    private String shortened(String text) {
        return text.length() > mostCharacters
                        && text.codePointCount(0, text.length()) > mostCharacters
                ? text.substring(0, text.offsetByCodePoints(0, mostCharacters))
                : text;
    }
}
