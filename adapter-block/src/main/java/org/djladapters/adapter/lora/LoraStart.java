/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.lora;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import org.djladapters.adapter.WeightAdapter;
import org.djladapters.adapter.singular.SingularVectors;
import org.djladapters.rotation.programs.LowRankKernel;
import org.djladapters.rotation.programs.TransformKernel;

/**
 * What a LoRA adapter starts with and takes out of the weight.
 *
 * @param down A<sub>0</sub> of shape (r, in)
 * @param up B<sub>0</sub> of shape (out, r)
 */
record LoraStart(NDArray down, NDArray up) implements AutoCloseable {

    /**
     * Computes the start.
     *
     * @param init {@link LoraInit#PISSA} or {@link LoraInit#OLORA}
     * @param weight W
     * @param transposed whether W is stored as (in, out)
     * @param rank r
     * @param scaling s, the factor that B A has in the sum
     * @param owner the owner of the arrays
     */
    static LoraStart of(
            LoraInit init,
            NDArray weight,
            boolean transposed,
            int rank,
            double scaling,
            NDManager owner) {
        if (init == LoraInit.OLORA) {
            SingularVectors.requireFinite(weight);
            NDList parts = LowRankKernel.orthogonalTriangular(weight, transposed, rank, owner);
            return new LoraStart(parts.get(1), parts.get(0));
        }
        try (NDManager scope = owner.newSubManager()) {
            SingularVectors vectors = SingularVectors.of(weight, transposed, rank, scope);
            NDArray root = TransformKernel.times(vectors.values(), 1 / scaling, scope).sqrt();
            NDArray down = vectors.right().mul(root.expandDims(1));
            NDArray up = vectors.left().mul(root);
            down.attach(owner);
            up.attach(owner);
            return new LoraStart(down, up);
        }
    }

    /** A with A<sub>0</sub> below it, (2r, in). */
    NDArray below(NDArray rows, NDManager manager) {
        NDArray all = rows.concat(WeightAdapter.detached(down, manager), 0);
        // else it would stay with the parameter as long as that lives
        all.attach(manager);
        return all;
    }

    /** B with -B<sub>0</sub> beside it, (out, 2r). */
    NDArray beside(NDArray columns, NDManager manager) {
        NDArray all = columns.concat(WeightAdapter.detached(up, manager).neg(), 1);
        all.attach(manager);
        return all;
    }

    @Override
    public void close() {
        down.close();
        up.close();
    }
}
