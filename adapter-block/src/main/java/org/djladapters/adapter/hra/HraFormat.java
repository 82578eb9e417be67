/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.hra;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import com.google.gson.JsonNull;
import com.google.gson.JsonPrimitive;
import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.RealMatrix;
import org.apache.commons.math3.linear.SingularValueDecomposition;
import org.djladapters.adapter.AdapterConfig;
import org.djladapters.adapter.WeightAdapter;
import org.djladapters.adapter.format.Field;
import org.djladapters.adapter.format.MethodFormat;

/** HRA adapters with the fields of PEFT. A probability of module dropout is a field of our own. */
final class HraFormat extends MethodFormat {

    private static final String GRAM_SCHMIDT = "apply_GS";

    /** The smallest singular value that float32, to some 1e-7, leaves three digits. */
    private static final double LEAST_INDEPENDENT = 1e-4;

    HraFormat() {
        super(
                "HRA",
                HraConfig.class,
                HraConfig::builder,
                Field.integer("r", HraConfig.RANK),
                Field.bool(GRAM_SCHMIDT, HraConfig.ORTHONORMAL),
                Field.bias("hra_only"),
                Field.moduleDropout().ifSet(),
                Field.written("init_weights", new JsonPrimitive(true)),
                Field.written("exclude_modules", JsonNull.INSTANCE));
    }

    /** A vector must have a direction, and one of its own if all are to be orthonormal. */
    @Override
    public NDArray fromFile(
            AdapterConfig config, WeightAdapter block, String parameter, NDArray stored) {
        NDArray wide = stored.toType(DataType.FLOAT64, false);
        NDArray squares = wide.square().sum(new int[] {0});
        if (!(squares.min().getDouble() > 0 && Double.isFinite(squares.max().getDouble()))) {
            throw new IllegalArgumentException(
                    "Module "
                            + block.weight().path()
                            + " has a vector without a direction, whose length is zero or can't be"
                            + " computed; the adapter is damaged or its training diverged");
        }
        if (((HraConfig) config).isOrthonormal()) {
            requireIndependent(block, wide.div(squares.sqrt()));
        }
        return stored;
    }

    /**
     * Refuses nearly parallel vectors: rounding decides what they are when they are made
     * orthonormal.
     */
    private static void requireIndependent(WeightAdapter block, NDArray units) {
        Shape shape = units.getShape();
        int inputs = Math.toIntExact(shape.get(0));
        int rank = Math.toIntExact(shape.get(1));
        double[] values = units.toDoubleArray();
        RealMatrix matrix = new Array2DRowRealMatrix(inputs, rank);
        for (int i = 0; i < values.length; i++) {
            matrix.setEntry(i / rank, i % rank, values[i]);
        }
        double[] singular = new SingularValueDecomposition(matrix).getSingularValues();
        if (rank > inputs || singular[rank - 1] < LEAST_INDEPENDENT) {
            throw new IllegalArgumentException(
                    "Module "
                            + block.weight().path()
                            + " has vectors that are nearly in the space of others, so that "
                            + GRAM_SCHMIDT
                            + " makes them orthonormal only up to rounding; train the adapter"
                            + " without it");
        }
    }
}
