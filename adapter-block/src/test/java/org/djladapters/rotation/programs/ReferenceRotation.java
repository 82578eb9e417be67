/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.rotation.programs;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.djladapters.rotation.CompoundForm;
import org.djladapters.rotation.CompoundLayout;
import org.djladapters.rotation.EntryRule;
import org.djladapters.rotation.OrthogonalMap;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;

/**
 * Compound rotations by their definitions, in double precision and without the native engine:
 * inverses, determinants of submatrices, dense matrices, shifted coordinates.
 */
public final class ReferenceRotation {

    private ReferenceRotation() {}

    /** C of size features, so that activations become y C. */
    public static DMatrixRMaj dense(CompoundForm form, double[] parameters) {
        return dense(form, parameters, null);
    }

    /** The same with gains, or null for none. */
    public static DMatrixRMaj dense(CompoundForm form, double[] parameters, double[] gains) {
        int rotated = form.layout().rotated();
        boolean whole = form.layout().blocks() % form.chain() == 0;
        int range = form.staggered() && whole ? form.layout().blockSize() : rotated;
        DMatrixRMaj total = null;
        for (int link = 0; link < form.chain(); link++) {
            int shift = link * range / form.chain();
            DMatrixRMaj blocks = blockDiagonal(form, parameters, gains, link);
            DMatrixRMaj next = form.offsets() ? shifted(blocks, shift) : blocks;
            if (total == null) {
                total = next;
            } else if (form.added()) {
                CommonOps_DDRM.addEquals(total, next);
            } else {
                total = product(total, next);
            }
        }
        if (form.added() && form.centered()) {
            DMatrixRMaj identity = CommonOps_DDRM.identity(rotated);
            CommonOps_DDRM.addEquals(total, 1 - form.chain(), identity);
        }
        DMatrixRMaj dense = CommonOps_DDRM.identity(form.layout().features());
        CommonOps_DDRM.insert(form.strided() ? strided(total, form) : total, dense, 0, 0);
        return dense;
    }

    /** The coordinate t of block j of r moved to t r + j. */
    private static DMatrixRMaj strided(DMatrixRMaj matrix, CompoundForm form) {
        int blocks = form.layout().blocks();
        int size = form.layout().blockSize();
        DMatrixRMaj result = new DMatrixRMaj(matrix.numRows, matrix.numCols);
        for (int a = 0; a < matrix.numRows; a++) {
            for (int c = 0; c < matrix.numCols; c++) {
                result.set(
                        a % size * blocks + a / size,
                        c % size * blocks + c / size,
                        matrix.get(a, c));
            }
        }
        return result;
    }

    private static DMatrixRMaj blockDiagonal(
            CompoundForm form, double[] parameters, double[] gains, int link) {
        CompoundLayout layout = form.layout();
        int distinct = form.shared() ? 1 : layout.blocks();
        int count = parameters.length / (form.chain() * distinct);
        DMatrixRMaj matrix = CommonOps_DDRM.identity(layout.rotated());
        for (int block = 0; block < layout.blocks(); block++) {
            int from = (link * distinct + (form.shared() ? 0 : block)) * count;
            DMatrixRMaj q = orthogonal(form, Arrays.copyOfRange(parameters, from, from + count));
            if (gains != null) {
                int n = layout.size();
                int first = (link * distinct + (form.shared() ? 0 : block)) * n;
                for (int i = 0; i < n; i++) {
                    for (int j = 0; j < n; j++) {
                        q.set(i, j, q.get(i, j) * Math.exp(gains[first + j]));
                    }
                }
            }
            int at = block * layout.blockSize();
            for (int order : layout.orders()) {
                DMatrixRMaj compound = compound(q, order, form.rule());
                CommonOps_DDRM.insert(compound, matrix, at, at);
                at += compound.numRows;
            }
        }
        return matrix;
    }

    /** The coordinates moved in a circle: entry (a, c) is (a + shift, c + shift) of the matrix. */
    private static DMatrixRMaj shifted(DMatrixRMaj matrix, int shift) {
        int m = matrix.numRows;
        DMatrixRMaj result = new DMatrixRMaj(m, m);
        for (int a = 0; a < m; a++) {
            for (int c = 0; c < m; c++) {
                result.set(a, c, matrix.get((a + shift) % m, (c + shift) % m));
            }
        }
        return result;
    }

    /** Q from the parameters of one block. */
    public static DMatrixRMaj orthogonal(CompoundForm form, double[] parameters) {
        int n = form.layout().size();
        if (form.map() == OrthogonalMap.MATRIX) {
            return new DMatrixRMaj(n, n, true, parameters);
        }
        DMatrixRMaj s = skew(n, parameters);
        return switch (form.map()) {
            case CAYLEY -> cayley(s);
            case NEUMANN -> neumann(s, form.terms());
            case GIVENS -> givens(s);
            default -> exponential(s);
        };
    }

    public static DMatrixRMaj skew(int n, double[] triangle) {
        DMatrixRMaj s = new DMatrixRMaj(n, n);
        int at = 0;
        for (int i = 0; i < n; i++) {
            for (int j = i + 1; j < n; j++) {
                s.set(i, j, triangle[at]);
                s.set(j, i, -triangle[at++]);
            }
        }
        return s;
    }

    /** (I - S)(I + S)^-1. */
    public static DMatrixRMaj cayley(DMatrixRMaj s) {
        DMatrixRMaj identity = CommonOps_DDRM.identity(s.numRows);
        DMatrixRMaj plus = CommonOps_DDRM.add(identity, s, null);
        CommonOps_DDRM.invert(plus);
        return product(CommonOps_DDRM.subtract(identity, s, null), plus);
    }

    private static DMatrixRMaj neumann(DMatrixRMaj s, int terms) {
        DMatrixRMaj sum = CommonOps_DDRM.identity(s.numRows);
        DMatrixRMaj power = CommonOps_DDRM.identity(s.numRows);
        for (int t = 1; t < terms; t++) {
            power = product(power, s);
            CommonOps_DDRM.addEquals(sum, 2, power);
        }
        return sum;
    }

    /** exp(-2S) by its series, far beyond the last term that counts. */
    private static DMatrixRMaj exponential(DMatrixRMaj s) {
        DMatrixRMaj sum = CommonOps_DDRM.identity(s.numRows);
        DMatrixRMaj term = CommonOps_DDRM.identity(s.numRows);
        for (int t = 1; t <= 60; t++) {
            term = product(term, s);
            CommonOps_DDRM.scale(-2.0 / t, term);
            CommonOps_DDRM.addEquals(sum, term);
        }
        return sum;
    }

    /** The product of rotations by 2S_ij, one after another, as i and j meet in the network. */
    private static DMatrixRMaj givens(DMatrixRMaj s) {
        int n = s.numRows;
        DMatrixRMaj q = CommonOps_DDRM.identity(n);
        List<Integer> wires = new ArrayList<>();
        IntStream.range(0, n).forEach(wires::add);
        for (int layer = 1; layer <= n; layer++) {
            for (int at = layer % 2 == 1 ? 0 : 1; at < n - 1; at += 2) {
                int i = wires.get(at);
                int j = wires.get(at + 1);
                DMatrixRMaj plane = CommonOps_DDRM.identity(n);
                double angle = 2 * s.get(i, j);
                plane.set(i, i, Math.cos(angle));
                plane.set(j, j, Math.cos(angle));
                plane.set(i, j, -Math.sin(angle));
                plane.set(j, i, Math.sin(angle));
                q = product(q, plane);
                Collections.swap(wires, at, at + 1);
            }
        }
        return q;
    }

    /** The matrix with the rule's value of every k&times;k submatrix of Q. */
    public static DMatrixRMaj compound(DMatrixRMaj q, int k, EntryRule rule) {
        List<int[]> subsets = CompoundLayout.subsets(q.numRows, k);
        DMatrixRMaj result = new DMatrixRMaj(subsets.size(), subsets.size());
        for (int i = 0; i < subsets.size(); i++) {
            for (int j = 0; j < subsets.size(); j++) {
                DMatrixRMaj part = new DMatrixRMaj(k, k);
                CommonOps_DDRM.extract(q, subsets.get(i), k, subsets.get(j), k, part);
                result.set(i, j, entry(part, rule));
            }
        }
        return result;
    }

    private static double entry(DMatrixRMaj part, EntryRule rule) {
        return switch (rule) {
            case DETERMINANT -> CommonOps_DDRM.det(part);
            case MAXIMUM -> CommonOps_DDRM.elementMax(part);
            case AVERAGE -> CommonOps_DDRM.elementSum(part) / part.getNumElements();
            case PERMANENT -> permanent(part, 0, new boolean[part.numCols]);
        };
    }

    private static double permanent(DMatrixRMaj part, int row, boolean[] taken) {
        if (row == part.numRows) {
            return 1;
        }
        double sum = 0;
        for (int column = 0; column < part.numCols; column++) {
            if (!taken[column]) {
                taken[column] = true;
                sum += part.get(row, column) * permanent(part, row + 1, taken);
                taken[column] = false;
            }
        }
        return sum;
    }

    public static DMatrixRMaj product(DMatrixRMaj a, DMatrixRMaj b) {
        return CommonOps_DDRM.mult(a, b, null);
    }
}
