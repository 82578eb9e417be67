/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.data;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import org.djladapters.io.Internal;

/**
 * What a teacher says of all examples: vectors of as many numbers each. The batches of a dataset
 * have them after their labels, in one array for every column of examples.
 *
 * @param values the numbers of all vectors, end to end
 * @param width the number of numbers of a vector
 * @param columns for every column the places of the examples' vectors
 */
@Internal
@SuppressWarnings("ArrayRecordComponent") // never compared
public record TeacherOutputs(float[] values, int width, List<int[]> columns) {

    /** Gives every example a vector of its own, in their order. */
    public static TeacherOutputs ofRows(float[] values, int rows) {
        int[] places = new int[rows];
        for (int i = 0; i < rows; i++) {
            places[i] = i;
        }
        return new TeacherOutputs(values, values.length / rows, List.of(places));
    }

    /** Creates an array of shape (B, width) for every column of some examples. */
    NDList arrays(NDManager manager, int[] rows) {
        NDList arrays = new NDList();
        for (int[] places : columns) {
            float[] picked = new float[rows.length * width];
            for (int i = 0; i < rows.length; i++) {
                System.arraycopy(values, places[rows[i]] * width, picked, i * width, width);
            }
            arrays.add(manager.create(picked, new Shape(rows.length, width)));
        }
        return arrays;
    }
}
