/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.vectors;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * Vectors in fewer bytes, with the numbers that {@code quantize_embeddings} of
 * sentence-transformers gives for {@code int8} and {@code ubinary}:
 *
 * <ul>
 *   <li>{@link VectorEncoding#INT8}: the number x of a dimension becomes \(\lfloor (x - a) / s
 *       \rfloor - 128\), at least -128 and at most 127, with the step \(s = (b - a) / 255\) of the
 *       range from a to b of that dimension. It stands for the middle of its step, or for the one
 *       number that all vectors have there.
 *   <li>{@link VectorEncoding#BINARY}: eight dimensions a byte, the first one in its highest bit,
 *       which is 1 where the number is greater than 0; the last byte is filled up with 0.
 * </ul>
 *
 * <p>A file is safetensors: the tensor {@code vectors}, I8 of shape (texts, width) or U8 of shape
 * (texts, bytes), for int8 the tensor {@code ranges}, F32 of shape (2, width) with the lowest and
 * the highest numbers, and in the metadata {@code ids}, a JSON list, {@code encoding} and {@code
 * dimensions}, the width. All other metadata are the {@link #provenance}.
 *
 * @see VectorSearch
 */
public final class QuantizedVectors {

    /** Half of the steps of a byte, by which int8 is shifted. */
    private static final int SHIFT = 128;

    private static final int STEPS = 255;

    /** The codes as numbers, which are found sooner than made of bytes. */
    private static final float[] NUMBERS = new float[STEPS + 1];

    static {
        for (int i = 0; i < NUMBERS.length; i++) {
            NUMBERS[i] = i - SHIFT;
        }
    }

    private final VectorEncoding encoding;
    private final List<String> ids;
    private final int width;
    private final byte[] codes;
    private final float[] lowest;
    private final float[] highest;
    private final Map<String, String> provenance;

    QuantizedVectors(
            VectorEncoding encoding,
            List<String> ids,
            int width,
            byte[] codes,
            float[] lowest,
            float[] highest,
            Map<String, String> provenance) {
        this.encoding = encoding;
        this.ids = List.copyOf(ids);
        this.width = width;
        this.codes = codes;
        this.lowest = lowest;
        this.highest = highest;
        this.provenance = Collections.unmodifiableMap(new TreeMap<>(provenance));
    }

    /**
     * Quantizes vectors; for int8 with the ranges of their own numbers, so that there should be
     * many of them.
     *
     * @param table the vectors
     * @param encoding int8 or binary
     * @throws IllegalArgumentException for float32, which is no quantization, and for int8 of a
     *     single vector
     */
    public static QuantizedVectors of(VectorTable table, VectorEncoding encoding) {
        return switch (encoding) {
            case FLOAT32 ->
                    throw new IllegalArgumentException(
                            "Vectors are float32 already; choose int8 or binary");
            case INT8 -> ofOwnRanges(table);
            case BINARY -> binary(table);
        };
    }

    private static QuantizedVectors ofOwnRanges(VectorTable table) {
        if (table.size() == 1) {
            throw new IllegalArgumentException(
                    "The numbers of a single vector have no ranges for int8; give more vectors, or"
                            + " the ranges of others");
        }
        float[] lowest = table.row(0);
        float[] highest = table.row(0);
        for (int row = 1; row < table.size(); row++) {
            for (int i = 0; i < table.width(); i++) {
                float value = table.value(row, i);
                lowest[i] = Math.min(lowest[i], value);
                highest[i] = Math.max(highest[i], value);
            }
        }
        return int8(table, lowest, highest);
    }

    /**
     * Quantizes vectors to int8 with ranges of others, those of an index that exists for example.
     *
     * @param table the vectors
     * @param lowest the lowest number of each dimension; what is lower becomes -128
     * @param highest the highest number of each dimension; what is higher becomes 127
     * @throws IllegalArgumentException if there are not as many as dimensions, or a highest number
     *     is lower than the lowest one
     */
    public static QuantizedVectors int8(VectorTable table, float[] lowest, float[] highest) {
        int width = table.width();
        requireRanges(width, lowest, highest);
        byte[] codes = new byte[Math.multiplyExact(table.size(), width)];
        float[] steps = steps(lowest, highest);
        for (int row = 0; row < table.size(); row++) {
            for (int i = 0; i < width; i++) {
                double step = Math.floor((table.value(row, i) - lowest[i]) / steps[i]);
                codes[row * width + i] = (byte) (Math.max(0, Math.min(STEPS, step)) - SHIFT);
            }
        }
        return new QuantizedVectors(
                VectorEncoding.INT8,
                table.ids(),
                width,
                codes,
                lowest.clone(),
                highest.clone(),
                table.provenance());
    }

    static void requireRanges(int width, float[] lowest, float[] highest) {
        if (lowest.length != width || highest.length != width) {
            throw new IllegalArgumentException(
                    "There are %d lowest and %d highest numbers for %d dimensions; give one for each"
                            .formatted(lowest.length, highest.length, width));
        }
        for (int i = 0; i < width; i++) {
            // NaN is in no range
            if (!(lowest[i] <= highest[i] && Float.isFinite(highest[i] - lowest[i]))) {
                throw new IllegalArgumentException(
                        "The range of dimension %d is from %s to %s, which holds nothing; correct it"
                                .formatted(i, lowest[i], highest[i]));
            }
        }
    }

    /** Returns the steps of all dimensions; 1 where all numbers are the same. */
    private static float[] steps(float[] lowest, float[] highest) {
        float[] steps = new float[lowest.length];
        for (int i = 0; i < steps.length; i++) {
            float step = (highest[i] - lowest[i]) / STEPS;
            steps[i] = step == 0 ? 1 : step;
        }
        return steps;
    }

    private static QuantizedVectors binary(VectorTable table) {
        int width = table.width();
        int bytes = VectorEncoding.BINARY.bytes(width);
        byte[] codes = new byte[Math.multiplyExact(table.size(), bytes)];
        for (int row = 0; row < table.size(); row++) {
            for (int i = 0; i < width; i++) {
                if (table.value(row, i) > 0) {
                    codes[row * bytes + i / Byte.SIZE] |= (byte) (SHIFT >> i % Byte.SIZE);
                }
            }
        }
        return new QuantizedVectors(
                VectorEncoding.BINARY,
                table.ids(),
                width,
                codes,
                new float[0],
                new float[0],
                table.provenance());
    }

    /**
     * Reads a file.
     *
     * @param file a safetensors file that {@link #write} has written
     * @throws IOException if it is missing or malformed; the message names the tensor
     */
    public static QuantizedVectors read(Path file) throws IOException {
        return VectorFiles.readQuantized(file);
    }

    /**
     * Writes a safetensors file, whole or not at all.
     *
     * @param file the file, in a folder that exists; an older one is replaced
     * @throws IOException if it can't be written
     */
    public void write(Path file) throws IOException {
        VectorFiles.writeQuantized(file, this);
    }

    /** Returns how the numbers are stored. */
    public VectorEncoding encoding() {
        return encoding;
    }

    /** Returns the number of vectors. */
    public int size() {
        return ids.size();
    }

    /** Returns the number of dimensions. */
    public int width() {
        return width;
    }

    /** Returns the number of bytes of a vector. */
    public int bytes() {
        return encoding.bytes(width);
    }

    /** Returns the ids in their order, unmodifiable. */
    public List<String> ids() {
        return ids;
    }

    /**
     * Returns a vector as a store takes it.
     *
     * @param place its place among the ids
     * @return a copy of its bytes
     */
    public byte[] row(int place) {
        int start = Objects.checkIndex(place, size()) * bytes();
        return Arrays.copyOfRange(codes, start, start + bytes());
    }

    /** Returns the bytes of all vectors, row by row, without a copy and read-only. */
    public ByteBuffer rows() {
        return ByteBuffer.wrap(codes).asReadOnlyBuffer();
    }

    /** Returns the lowest number of each dimension for int8, a copy; else nothing. */
    public float[] lowest() {
        return lowest.clone();
    }

    /** Returns the highest number of each dimension for int8, a copy; else nothing. */
    public float[] highest() {
        return highest.clone();
    }

    /** Returns where the vectors come from, as of the table that was quantized. */
    public Map<String, String> provenance() {
        return provenance;
    }

    /**
     * Prepares the products of a query with vectors, whose numbers need not be restored for that.
     * Of \(\sum_i q_i (a_i + s_i (c_i + 128 + 1/2))\) all but \(\sum_i q_i s_i c_i\) is the same
     * for every vector; a bit c stands for the number 2 c - 1.
     */
    Similarity products(float[] query) {
        if (encoding == VectorEncoding.BINARY) {
            return place -> signed(query, place);
        }
        float[] steps = steps(lowest, highest);
        float[] weights = new float[width];
        double constant = 0;
        for (int i = 0; i < width; i++) {
            if (lowest[i] < highest[i]) {
                weights[i] = query[i] * steps[i];
                constant += query[i] * (lowest[i] + (SHIFT + 0.5) * steps[i]);
            } else { // the same number in all vectors
                constant += (double) query[i] * lowest[i];
            }
        }
        float same = (float) constant;
        return place -> same + weighted(weights, place);
    }

    private float weighted(float[] weights, int place) {
        int start = place * width;
        float first = 0;
        float second = 0;
        float third = 0;
        float fourth = 0;
        int i = 0;
        for (; i + 3 < width; i += 4) { // four sums, none of which waits for another
            first += weights[i] * NUMBERS[codes[start + i] + SHIFT];
            second += weights[i + 1] * NUMBERS[codes[start + i + 1] + SHIFT];
            third += weights[i + 2] * NUMBERS[codes[start + i + 2] + SHIFT];
            fourth += weights[i + 3] * NUMBERS[codes[start + i + 3] + SHIFT];
        }
        for (; i < width; i++) {
            first += weights[i] * NUMBERS[codes[start + i] + SHIFT];
        }
        return first + second + (third + fourth);
    }

    private float signed(float[] query, int place) {
        int start = place * bytes();
        float sum = 0;
        for (int i = 0; i < width; i++) {
            boolean one = (codes[start + i / Byte.SIZE] & SHIFT >> i % Byte.SIZE) != 0;
            sum += one ? query[i] : -query[i];
        }
        return sum;
    }
}
