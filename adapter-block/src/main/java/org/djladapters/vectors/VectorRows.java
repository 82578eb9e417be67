/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.vectors;

import static org.djladapters.io.MalformedFileException.quote;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Gathers vectors one by one, and checks each. Faults are {@link IllegalArgumentException}s, to be
 * read after the name of the place.
 */
final class VectorRows {

    /** The longest array of Java. */
    static final int MOST_NUMBERS = Integer.MAX_VALUE - 8;

    static final String NOT_FINITE =
            "has a number that is not finite in its vector; embed that text again";

    private static final int FIRST_SIZE = 1 << 12;

    private final Map<String, Integer> places = new LinkedHashMap<>();
    private final List<String> texts = new ArrayList<>();
    private float[] values = new float[FIRST_SIZE];
    private int used;
    private int width;

    /**
     * Adds a vector.
     *
     * @param text its text, null if it is not known
     */
    void add(String id, String text, float[] vector) {
        if (places.isEmpty()) {
            width = vector.length;
        }
        if (vector.length == 0) {
            throw new IllegalArgumentException(
                    "has a vector without numbers; embed that text again");
        }
        if (vector.length != width) {
            throw new IllegalArgumentException(
                    ("has a vector of %d numbers where those before have %d; keep vectors of one"
                                    + " model in a file")
                            .formatted(vector.length, width));
        }
        if ((text == null) != texts.isEmpty() && !places.isEmpty()) {
            throw new IllegalArgumentException(
                    "has %s text, unlike those before; give the text of all vectors, or of none"
                            .formatted(text == null ? "no" : "a"));
        }
        check(vector, 0, width);
        place(id);
        if (text != null) {
            texts.add(text);
        }
        append(vector);
    }

    /** Gives an id the next place. */
    void place(String id) {
        if (id.isBlank()) {
            throw new IllegalArgumentException("has an empty id; give it an id of its own");
        }
        if (places.putIfAbsent(id, places.size()) != null) {
            throw new IllegalArgumentException(
                    "has the id %s for the second time; give every vector an id of its own"
                            .formatted(quote(id)));
        }
    }

    /** Refuses a vector with NaN or infinity, and one of zeros, which has no direction. */
    static void check(float[] values, int start, int width) {
        boolean zero = true;
        for (int i = start; i < start + width; i++) {
            if (!Float.isFinite(values[i])) {
                throw new IllegalArgumentException(NOT_FINITE);
            }
            zero = zero && values[i] == 0;
        }
        if (zero) {
            throw new IllegalArgumentException(
                    "has a vector of zeros, which has no direction; embed that text again");
        }
    }

    private void append(float[] vector) {
        if (used > MOST_NUMBERS - width) {
            throw new IllegalArgumentException(
                    "is one too many for the memory of Java; split the file");
        }
        if (used + width > values.length) {
            long twice = Math.max(2L * values.length, used + width);
            values = Arrays.copyOf(values, (int) Math.min(MOST_NUMBERS, twice));
        }
        System.arraycopy(vector, 0, values, used, width);
        used += width;
    }

    Map<String, Integer> places() {
        return places;
    }

    boolean isEmpty() {
        return places.isEmpty();
    }

    /** Returns what was added, which is at least one vector. */
    VectorTable table() {
        return new VectorTable(
                places,
                texts.isEmpty() ? Optional.empty() : Optional.of(List.copyOf(texts)),
                Arrays.copyOf(values, used),
                Map.of());
    }
}
