/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.djladapters.io.Internal;
import org.djladapters.rotation.programs.TransformKernel;

/**
 * Values of a result that are infinite or undefined, which no user should take for numbers.
 *
 * @param name what the result is called
 * @param values how many there are
 * @param size of how many values
 * @param rows how many rows, which lie along the first axis, have such
 * @param allRows of how many rows
 */
@Internal
public record NonFinite(String name, long values, long size, long rows, long allRows) {

    /** Looks for such values; empty if all values are finite. */
    public static Optional<NonFinite> in(String name, NDArray array) {
        try (NDManager scope = array.getManager().newSubManager()) {
            long[] counts = TransformKernel.countNotFinite(array, scope);
            Shape shape = array.getShape();
            long rows = shape.dimension() == 0 ? 1 : shape.get(0);
            return counts[0] == 0
                    ? Optional.empty()
                    : Optional.of(new NonFinite(name, counts[0], shape.size(), counts[1], rows));
        }
    }

    /**
     * Looks for such values in several results; returns a sentence without a full stop that names
     * each of them, empty if all are finite.
     */
    public static Optional<String> sentence(Map<String, NDArray> results) {
        String found =
                results.entrySet().stream()
                        .flatMap(result -> in(result.getKey(), result.getValue()).stream())
                        .map(NonFinite::toString)
                        .collect(Collectors.joining(", "));
        return found.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        "There are values that are not finite: %s; the input has such values, or an adapter is damaged or was trained with too high a learning rate"
                                .formatted(found));
    }

    /** Describes them, such as {@code 3 of 384 values of logits, in 1 of 2 rows}. */
    @Override
    public String toString() {
        return "%d of %d values of %s, in %d of %d rows"
                .formatted(values, size, name, rows, allRows);
    }
}
