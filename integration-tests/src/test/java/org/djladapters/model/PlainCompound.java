/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.model;

import ai.djl.ndarray.NDArray;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.djladapters.adapter.Adapter;
import org.djladapters.adapter.TargetModule;
import org.djladapters.adapter.WeightAdapter;
import org.djladapters.adapter.compound.CompoundConfig;
import org.djladapters.rotation.CompoundForm;
import org.djladapters.rotation.CompoundLayout;

/**
 * W' = diag(s) C<sup>T</sup> W in plain Java and double precision, for rotations of the Cayley map
 * or given matrices, with chains but without offsets.
 */
final class PlainCompound {

    private PlainCompound() {}

    /** Returns W' for the weight of a target module in the layout of W. */
    static float[] transformed(
            TargetModule targetModule,
            CompoundConfig config,
            WeightAdapter adapter,
            NDArray weight) {
        CompoundForm form = config.form(targetModule.weight().features());
        int features = targetModule.weight().features();
        float[] compound = adapter.getDirectParameters().get("compound").getArray().toFloatArray();
        double[][] c = rotation(form, compound, features);
        float[] scale =
                config.scaling()
                        ? adapter.getDirectParameters().get("compound_s").getArray().toFloatArray()
                        : null;
        float[] w = weight.toFloatArray();
        int columns = w.length / features;
        boolean transposed = targetModule.weight().transposed();
        float[] result = new float[w.length];
        for (int i = 0; i < features; i++) {
            for (int j = 0; j < columns; j++) {
                double sum = 0;
                for (int l = 0; l < features; l++) {
                    sum += c[l][i] * w[transposed ? j * features + l : l * columns + j];
                }
                double scaled = scale == null ? sum : scale[i] * sum;
                result[transposed ? j * features + i : i * columns + j] = (float) scaled;
            }
        }
        return result;
    }

    private static double[][] rotation(CompoundForm form, float[] parameters, int features) {
        CompoundLayout layout = form.layout();
        int n = layout.size();
        int distinct = form.shared() ? 1 : layout.blocks();
        int each = form.map().isSkew() ? n * (n - 1) / 2 : n * n;
        double[][] total = identity(features);
        for (int link = 0; link < form.chain(); link++) {
            double[][] c = identity(features);
            for (int block = 0; block < layout.blocks(); block++) {
                int start = (link * distinct + (form.shared() ? 0 : block)) * each;
                double[][] q = orthogonal(parameters, start, n, form.map().isSkew());
                int at = block * layout.blockSize();
                for (int order : layout.orders()) {
                    double[][] minors = compound(q, order);
                    for (int i = 0; i < minors.length; i++) {
                        System.arraycopy(minors[i], 0, c[at + i], at, minors.length);
                    }
                    at += minors.length;
                }
            }
            total = product(total, c);
        }
        return total;
    }

    private static double[][] orthogonal(float[] parameters, int start, int n, boolean skew) {
        double[][] s = new double[n][n];
        int at = start;
        for (int i = 0; i < n; i++) {
            for (int j = skew ? i + 1 : 0; j < n; j++) {
                s[i][j] = parameters[at];
                if (skew) {
                    s[j][i] = -parameters[at];
                }
                at++;
            }
        }
        return skew ? cayley(s) : s;
    }

    /** (I - S)(I + S)^-1 = (I + S)^-1 (I - S), by elimination. */
    private static double[][] cayley(double[][] s) {
        int n = s.length;
        double[][] left = identity(n);
        double[][] right = identity(n);
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                left[i][j] += s[i][j];
                right[i][j] -= s[i][j];
            }
        }
        for (int p = 0; p < n; p++) {
            // the diagonal blocks of I + S are never singular, so no pivoting is needed
            double pivot = left[p][p];
            for (int j = 0; j < n; j++) {
                left[p][j] /= pivot;
                right[p][j] /= pivot;
            }
            for (int i = 0; i < n; i++) {
                double factor = i == p ? 0 : left[i][p];
                for (int j = 0; j < n; j++) {
                    left[i][j] -= factor * left[p][j];
                    right[i][j] -= factor * right[p][j];
                }
            }
        }
        return right;
    }

    private static double[][] compound(double[][] q, int order) {
        List<int[]> subsets = new ArrayList<>();
        subsets(q.length, order, 0, new int[order], 0, subsets);
        double[][] result = new double[subsets.size()][subsets.size()];
        for (int i = 0; i < result.length; i++) {
            for (int j = 0; j < result.length; j++) {
                result[i][j] = minor(q, subsets.get(i), subsets.get(j));
            }
        }
        return result;
    }

    private static void subsets(
            int n, int order, int from, int[] chosen, int size, List<int[]> subsets) {
        if (size == order) {
            subsets.add(chosen.clone());
            return;
        }
        for (int i = from; i < n; i++) {
            chosen[size] = i;
            subsets(n, order, i + 1, chosen, size + 1, subsets);
        }
    }

    private static double minor(double[][] q, int[] rows, int[] columns) {
        if (rows.length == 1) {
            return q[rows[0]][columns[0]];
        }
        double sum = 0;
        int[] restRows = java.util.Arrays.copyOfRange(rows, 1, rows.length);
        for (int t = 0; t < columns.length; t++) {
            int[] rest = new int[columns.length - 1];
            for (int i = 0; i < rest.length; i++) {
                rest[i] = columns[i < t ? i : i + 1];
            }
            double sign = t % 2 == 0 ? 1 : -1;
            sum += sign * q[rows[0]][columns[t]] * minor(q, restRows, rest);
        }
        return sum;
    }

    private static double[][] product(double[][] a, double[][] b) {
        int n = a.length;
        double[][] result = new double[n][n];
        for (int i = 0; i < n; i++) {
            for (int k = 0; k < n; k++) {
                for (int j = 0; a[i][k] != 0 && j < n; j++) {
                    result[i][j] += a[i][k] * b[k][j];
                }
            }
        }
        return result;
    }

    private static double[][] identity(int n) {
        double[][] eye = new double[n][n];
        for (int i = 0; i < n; i++) {
            eye[i][i] = 1;
        }
        return eye;
    }

    /** All transformed weights of an adapter by the names of the base model's parameters. */
    static Map<String, float[]> transformed(AdaptedModel model, String name) {
        Adapter adapter = model.adapter(name);
        Map<String, float[]> weights = new java.util.LinkedHashMap<>();
        adapter.targetModules()
                .forEach(
                        (targetModule, block) ->
                                weights.put(
                                        targetModule.parameter(),
                                        transformed(
                                                targetModule,
                                                (CompoundConfig) adapter.config(),
                                                block,
                                                model.baseParameters()
                                                        .get(targetModule.parameter()))));
        return weights;
    }
}
