/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.rotation.programs;

import static org.djladapters.rotation.programs.Rotations.DOUBLE;
import static org.djladapters.rotation.programs.Rotations.assertClose;
import static org.djladapters.rotation.programs.Rotations.normal;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import org.djladapters.ManagerFixture;
import org.djladapters.rotation.BlockRotation;
import org.djladapters.rotation.LowRank;
import org.djladapters.rotation.WeightTransform;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;
import org.ejml.simple.SimpleMatrix;
import org.junit.jupiter.api.Test;

/** The whole algebra on a weight and a bias, against dense matrices in double precision. */
class WeightTransformTest extends ManagerFixture {

    private static final int OUT = 6;
    private static final int IN = 9;
    private static final int BLOCK = 2;
    private static final int RANK = 3;

    /** Two steps of blocks with permutations, none of them orthogonal, and a tail of one. */
    private BlockRotation rotation(int features, long seed) {
        int rotated = features / BLOCK * BLOCK;
        long[][] index = new long[3][rotated];
        for (int step = 0; step < 3; step++) {
            for (int c = 0; c < rotated; c++) {
                index[step][c] = (c * (rotated - 1L) + step) % rotated;
            }
        }
        return new BlockRotation(
                normal(manager, seed, new Shape(2, rotated / BLOCK, BLOCK, BLOCK)),
                manager.create(index));
    }

    /** The matrix that a rotation multiplies by from the right. */
    private SimpleMatrix dense(BlockRotation rotation, int features) {
        SimpleMatrix total = SimpleMatrix.identity(features);
        int steps = (int) rotation.blocks().getShape().get(0);
        int blocks = (int) rotation.blocks().getShape().get(1);
        double[] entries = rotation.blocks().toDoubleArray();
        for (int step = 0; step <= steps; step++) {
            long[] picked = rotation.index().get(step).toLongArray();
            SimpleMatrix gather = SimpleMatrix.identity(features);
            SimpleMatrix product = SimpleMatrix.identity(features);
            for (int c = 0; c < picked.length; c++) {
                gather.set(c, c, 0);
            }
            for (int c = 0; c < picked.length; c++) {
                gather.set((int) picked[c], c, 1);
            }
            for (int i = 0; step < steps && i < blocks * BLOCK * BLOCK; i++) {
                int block = i / (BLOCK * BLOCK);
                int row = block * BLOCK + i / BLOCK % BLOCK;
                int column = block * BLOCK + i % BLOCK;
                product.set(row, column, entries[step * blocks * BLOCK * BLOCK + i]);
            }
            total = total.mult(gather).mult(product);
        }
        return total;
    }

    private static SimpleMatrix matrix(NDArray array) {
        Shape shape = array.getShape();
        int columns = shape.dimension() == 1 ? 1 : (int) shape.get(1);
        return SimpleMatrix.wrap(
                new DMatrixRMaj((int) shape.get(0), columns, true, array.toDoubleArray()));
    }

    private static SimpleMatrix diagonal(NDArray vector) {
        return SimpleMatrix.wrap(CommonOps_DDRM.diag(vector.toDoubleArray()));
    }

    private static NDArray turn(WeightTransform transform) {
        return transform.turn().reshape(OUT);
    }

    /** Puts -z(i + h) in the place of z(i), and z(i) in that of z(i + h), with h = OUT / 2. */
    private static SimpleMatrix quarterTurn() {
        SimpleMatrix turn = new SimpleMatrix(OUT, OUT);
        for (int i = 0; i < OUT / 2; i++) {
            turn.set(i, i + OUT / 2, -1);
            turn.set(i + OUT / 2, i, 1);
        }
        return turn;
    }

    @Test
    void isTheFormulaOfItsDocumentation() {
        NDArray weight = normal(manager, 1, new Shape(OUT, IN));
        NDArray bias = normal(manager, 2, new Shape(OUT));
        NDArray down = normal(manager, 3, new Shape(RANK, IN));
        NDArray up = normal(manager, 4, new Shape(OUT, RANK));
        WeightTransform transform =
                new WeightTransform(
                        rotation(IN, 5),
                        normal(manager, 11, new Shape(OUT, IN)),
                        new LowRank(down, up, null),
                        rotation(OUT, 6),
                        normal(manager, 7, new Shape(OUT)),
                        normal(manager, 8, new Shape(OUT)),
                        normal(manager, 9, new Shape(OUT)),
                        normal(manager, 10, new Shape(OUT)),
                        normal(manager, 12, new Shape(1, 2, OUT / 2)));

        TransformKernel.Result result =
                TransformKernel.transform(
                                List.of(new TransformKernel.Layer(weight, bias, false, transform)),
                                manager)
                        .get(0);

        SimpleMatrix r = dense(transform.input(), IN);
        SimpleMatrix c = dense(transform.output(), OUT);
        SimpleMatrix inner =
                matrix(weight)
                        .mult(r.transpose())
                        .plus(matrix(transform.dense()))
                        .plus(matrix(up).mult(matrix(down)));
        for (int row = 0; row < OUT; row++) {
            double norm = inner.extractVector(true, row).normF();
            double magnitude = transform.magnitude().getDouble(row);
            for (int column = 0; column < IN; column++) {
                inner.set(row, column, inner.get(row, column) * magnitude / norm);
            }
        }
        SimpleMatrix map =
                diagonal(transform.factor()).plus(diagonal(turn(transform)).mult(quarterTurn()));
        SimpleMatrix expected =
                map.mult(diagonal(transform.scale())).mult(c.transpose()).mult(inner);
        assertClose("W'", Rotations.matrix(result.weight()), expected.getDDRM(), OUT * IN * DOUBLE);
        SimpleMatrix shifted = map.mult(matrix(bias).plus(matrix(transform.shift())));
        assertClose("b'", matrix(result.bias()).getDDRM(), shifted.getDDRM(), DOUBLE);
    }
}
