/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.data.encoding;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.translate.Translator;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * A translator that splits long texts into windows, which are rows of the model's inputs and
 * outputs. The model may read the rows in groups, so that a long text needs no more memory than a
 * short one.
 */
public interface WindowTranslator<I, O> extends Translator<I, O> {

    /** The largest number of windows in one pass. */
    int MOST_OF_A_PASS = 64;

    /** The largest number of windows of a text. */
    int MOST_OF_A_TEXT = 256;

    /** Refuses a text of too many windows. */
    static void requireReadable(int windows) {
        if (windows > MOST_OF_A_TEXT) {
            throw new IllegalArgumentException(
                    ("The text has %,d windows, the parts that the model reads, but at most %d are"
                                    + " read for a prediction; split the text")
                            .formatted(windows, MOST_OF_A_TEXT));
        }
    }

    /**
     * Runs a model on all rows, at most {@value #MOST_OF_A_PASS} at once.
     *
     * @param inputs arrays with a row for every window
     * @param pass runs the model; its outputs belong to the manager of its inputs
     * @return arrays with a row for every window, owned by the manager of the inputs
     */
    static NDList inGroups(NDList inputs, UnaryOperator<NDList> pass) {
        long rows = inputs.get(0).getShape().get(0);
        if (rows <= MOST_OF_A_PASS) {
            return pass.apply(inputs);
        }
        NDManager owner = inputs.get(0).getManager();
        try (NDManager scope = owner.newSubManager()) {
            List<NDList> groups = new ArrayList<>();
            for (long start = 0; start < rows; start += MOST_OF_A_PASS) {
                NDIndex some = new NDIndex("{}:{}", start, Math.min(rows, start + MOST_OF_A_PASS));
                NDList group = new NDList();
                inputs.forEach(array -> group.add(array.get(scope, some)));
                groups.add(pass.apply(group));
            }
            NDList all = new NDList();
            for (int i = 0; i < groups.get(0).size(); i++) {
                int output = i;
                NDList parts = new NDList();
                groups.forEach(group -> parts.add(group.get(output)));
                NDArray joined = NDArrays.concat(parts);
                joined.setName(parts.get(0).getName());
                all.add(joined);
            }
            all.attach(owner);
            return all;
        }
    }
}
