/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.orthogonal;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.List;
import java.util.Map;
import org.djladapters.adapter.WeightAdapter;

/** An adapter made of orthogonal matrices, between which a path leads along their group. */
public interface OrthogonalAdapter {

    /** {@return a new adapter of the same options for the same weight, not yet initialized} */
    WeightAdapter newInstance();

    /**
     * The values with which an adapter lies between others: every one of its orthogonal matrices Q
     * has the logarithm &sum; w<sub>i</sub> log Q<sub>i</sub>, and factors of the outputs are 1 +
     * &sum; w<sub>i</sub> (s<sub>i</sub> - 1).
     *
     * @param points adapters of the options and the weight of this one
     * @param weights w, a number for each of them
     * @param scope the owner of what is computed
     * @return values by parameter name
     * @throws IllegalArgumentException if the options differ or do not make orthogonal matrices, or
     *     the result can't be expressed
     */
    Map<String, NDArray> interpolated(
            List<WeightAdapter> points, double[] weights, NDManager scope);
}
