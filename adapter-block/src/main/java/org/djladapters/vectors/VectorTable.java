/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.vectors;

import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;

/**
 * Vectors of texts: a float32 row for each id, perhaps with the texts themselves, and where they
 * come from.
 *
 * <p>Files are of three forms, told apart by their content:
 *
 * <ul>
 *   <li>safetensors: the tensor {@code vectors}, float32 of shape (texts, width), and in the
 *       metadata {@code ids}, a JSON list of strings. The texts, where they are known, are the
 *       tensor {@code texts}, the bytes of a JSON list in UTF-8. All other metadata are the {@link
 *       #provenance}.
 *   <li>JSON Lines, as vector stores export them: a line each, <code>
 *       {"id": …, "text": …, "embedding": […]}</code>; the vector may also be called {@code vector}
 *       or {@code values}, the text may be missing on all lines, and other names are passed over.
 *   <li>the JSON that {@code InMemoryEmbeddingStore.serializeToJson} of LangChain4j writes.
 * </ul>
 *
 * <p>No id stands there twice, all vectors are of one width and finite, and none is zero, since all
 * are compared by their directions.
 */
public final class VectorTable {

    /** The name of the fingerprint of the base model's weights in {@link #provenance()}. */
    public static final String MODEL_SHA256 = "model_sha256";

    /** The name of the fingerprint of the adapter; absent for a model without one. */
    public static final String ADAPTER_SHA256 = "adapter_sha256";

    /** The name of the options that texts were embedded with, as one text. */
    public static final String OPTIONS = "options";

    private final Map<String, Integer> places;
    private final List<String> ids;
    private final Optional<List<String>> texts;
    private final float[] values;
    private final int width;
    private final Map<String, String> provenance;

    VectorTable(
            Map<String, Integer> places,
            Optional<List<String>> texts,
            float[] values,
            Map<String, String> provenance) {
        this.places = places;
        this.ids = List.copyOf(places.keySet());
        this.texts = texts;
        this.values = values;
        this.width = values.length / ids.size();
        this.provenance = Collections.unmodifiableMap(new TreeMap<>(provenance));
    }

    /**
     * Takes vectors from memory.
     *
     * @param ids an id for each vector, at least one, none twice
     * @param texts the texts in the same order, if they are known
     * @param rows the numbers of all vectors, row by row, which are copied
     * @param provenance where they come from, by names such as {@link #MODEL_SHA256}
     * @throws IllegalArgumentException if the parts do not fit each other, or a vector is zero or
     *     not finite
     */
    public static VectorTable of(
            List<String> ids,
            Optional<List<String>> texts,
            float[] rows,
            Map<String, String> provenance) {
        int count = ids.size();
        if (count == 0 || rows.length == 0 || rows.length % count != 0) {
            throw new IllegalArgumentException(
                    "%d numbers are no vectors of one width for %d ids; give as many for each"
                            .formatted(rows.length, count));
        }
        if (texts.isPresent() && texts.get().size() != count) {
            throw new IllegalArgumentException(
                    "There are %d texts for %d ids; give one for each, or none"
                            .formatted(texts.get().size(), count));
        }
        return table(ids, texts, rows.clone(), provenance);
    }

    /** Makes a table of an array that nobody else has, with as many numbers for each id. */
    static VectorTable table(
            List<String> ids,
            Optional<List<String>> texts,
            float[] values,
            Map<String, String> provenance) {
        int width = values.length / ids.size();
        VectorRows rows = new VectorRows();
        for (int i = 0; i < ids.size(); i++) {
            try {
                rows.place(ids.get(i));
                VectorRows.check(values, i * width, width);
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException("Vector %d %s".formatted(i, e.getMessage()), e);
            }
        }
        return new VectorTable(rows.places(), texts.map(List::copyOf), values, provenance);
    }

    /**
     * Reads a file of any form.
     *
     * @param file the file
     * @return its vectors in their order
     * @throws IOException if the file is missing or malformed; the message names the line or tensor
     */
    public static VectorTable read(Path file) throws IOException {
        if (!Files.isRegularFile(file)) {
            throw new NoSuchFileException(
                    file.toString(),
                    null,
                    "is not a file; give vectors as safetensors or JSON Lines");
        }
        return VectorFiles.isSafetensors(file)
                ? VectorFiles.readSafetensors(file)
                : JsonVectors.read(file);
    }

    /**
     * Writes a file, whole or not at all: JSON Lines if its name ends with {@code .jsonl}, which
     * have no place for the provenance, else safetensors.
     *
     * @param file the file, in a folder that exists; an older one is replaced
     * @throws IOException if it can't be written
     */
    public void write(Path file) throws IOException {
        if (file.getFileName().toString().toLowerCase(Locale.ROOT).endsWith(".jsonl")) {
            JsonVectors.write(file, this);
        } else {
            VectorFiles.writeSafetensors(file, this);
        }
    }

    /** Returns the number of vectors. */
    public int size() {
        return ids.size();
    }

    /** Returns the number of numbers of a vector. */
    public int width() {
        return width;
    }

    /** Returns the ids in their order, unmodifiable. */
    public List<String> ids() {
        return ids;
    }

    /** Returns the texts in the order of the ids, unmodifiable; empty if they are not known. */
    public Optional<List<String>> texts() {
        return texts;
    }

    /**
     * Finds the row of an id.
     *
     * @param id an id
     * @return its place among the ids; empty if it is unknown
     */
    public OptionalInt place(String id) {
        Integer place = places.get(id);
        return place == null ? OptionalInt.empty() : OptionalInt.of(place);
    }

    /**
     * Returns a vector.
     *
     * @param place its place among the ids
     * @return a copy of its numbers
     */
    public float[] row(int place) {
        int start = Objects.checkIndex(place, size()) * width;
        return Arrays.copyOfRange(values, start, start + width);
    }

    float value(int place, int dimension) {
        return values[place * width + dimension];
    }

    /** Returns the product of a query with a vector. */
    float product(float[] query, int place) {
        int start = place * width;
        float first = 0;
        float second = 0;
        float third = 0;
        float fourth = 0;
        int i = 0;
        for (; i + 3 < width; i += 4) { // four sums, none of which waits for another
            first += query[i] * values[start + i];
            second += query[i + 1] * values[start + i + 1];
            third += query[i + 2] * values[start + i + 2];
            fourth += query[i + 3] * values[start + i + 3];
        }
        for (; i < width; i++) {
            first += query[i] * values[start + i];
        }
        return first + second + (third + fourth);
    }

    /** Returns the numbers of all vectors, row by row, without a copy and read-only. */
    public FloatBuffer rows() {
        return FloatBuffer.wrap(values).asReadOnlyBuffer();
    }

    /**
     * Returns where the vectors come from, by names such as {@link #MODEL_SHA256}; empty if the
     * file does not say it.
     */
    public Map<String, String> provenance() {
        return provenance;
    }

    /**
     * Cuts vectors to their first numbers and divides them by their length, as models trained on
     * several widths (Matryoshka) allow.
     *
     * @param dimensions how many numbers stay, from 1 to the width
     * @return the shorter vectors, each of length 1
     * @throws IllegalArgumentException if there are not so many, or nothing but zeros would stay
     */
    public VectorTable cut(int dimensions) {
        if (dimensions < 1 || dimensions > width) {
            throw new IllegalArgumentException(
                    "Vectors of %d numbers can't be cut to %d; choose from 1 to %d"
                            .formatted(width, dimensions, width));
        }
        float[] kept = new float[Math.multiplyExact(size(), dimensions)];
        for (int row = 0; row < size(); row++) {
            int from = row * width;
            double squares = 0;
            for (int i = 0; i < dimensions; i++) {
                squares += (double) values[from + i] * values[from + i];
            }
            double length = Math.sqrt(squares);
            if (squares == 0) {
                throw new IllegalArgumentException(
                        "Vector %d has nothing but zeros in its first %d numbers; keep more of them"
                                .formatted(row, dimensions));
            }
            for (int i = 0; i < dimensions; i++) {
                kept[row * dimensions + i] = (float) (values[from + i] / length);
            }
        }
        return new VectorTable(places, texts, kept, provenance);
    }
}
