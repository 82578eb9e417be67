/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.singular;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.djladapters.adapter.WeightAdapter;
import org.djladapters.adapter.WeightSpec;

/**
 * What an adapter's file keeps of the singular vectors that the adapter was trained with, since
 * those that are computed when it is loaded can be others.
 *
 * <p>The <em>signs</em> say which vectors of each pair and its negative are meant: number i is the
 * place, counted from 1, of the entry of column i of U that is largest in absolute value, and
 * negative where that entry is. Such an entry is far from zero, so rounding can't turn its sign.
 * Other routines may give the negative pair; then both vectors of the pair are negated, which is
 * exact.
 *
 * <p>The <em>check</em> finds out other weights. With the rows of A = diag(S) V<sup>T</sup> and a
 * fixed vector q of signs, its number k is the sum of (A q)<sub>i</sub> over all i that leave the
 * remainder k on division by {@value #SUMS}. So it changes with singular values and with
 * directions.
 */
public final class BasisRecord implements AutoCloseable {

    private static final String SIGNS = "_signs";
    private static final String CHECK = "_check";
    private static final int SUMS = 8;

    /**
     * The share of the longest sum by which others of the same weight may differ. Other routines
     * and numbers of threads make at most 4e-4 of it on the layers of MiniLM; weights that were
     * rounded to bfloat16 make up to 0.03 for the 16 largest singular values, 0.9 for 92.
     */
    private static final double TOLERANCE = 0.02;

    /** Multiples of the golden ratio fall evenly on both halves of the unit interval. */
    private static final double GOLDEN = (Math.sqrt(5) - 1) / 2;

    private final String method;
    private final NDArray signs;
    private final NDArray check;
    private final float[] products;
    private final float[] factors;

    private BasisRecord(String method, NDArray signs, float[] products, NDManager owner) {
        this.method = method;
        this.signs = signs;
        this.products = products;
        check = owner.create(sums(products), new Shape(SUMS));
        factors = new float[products.length];
        Arrays.fill(factors, 1);
    }

    /**
     * Computes the record of singular vectors, which are in a scope that soon ends; the names of
     * its arrays begin with the method.
     */
    public static BasisRecord of(SingularVectors vectors, String method, NDManager owner) {
        NDArray left = vectors.left().transpose();
        NDArray places = left.abs().argMax(1);
        long[] signs = places.toLongArray();
        float[] largest = entries(left, places);
        for (int i = 0; i < signs.length; i++) {
            signs[i] = largest[i] < 0 ? -signs[i] - 1 : signs[i] + 1;
        }

        NDArray rows = vectors.right();
        DataType type = rows.getDataType();
        NDArray mixed = mixed(rows.getShape().get(1), rows.getManager()).toType(type, false);
        NDArray products = rows.matMul(mixed).mul(vectors.values());
        return new BasisRecord(
                method,
                owner.create(signs),
                products.toType(DataType.FLOAT32, false).toFloatArray(),
                owner);
    }

    /** The entry of each row at its place. */
    private static float[] entries(NDArray rows, NDArray places) {
        return rows.gather(places.expandDims(1), 1).toType(DataType.FLOAT32, false).toFloatArray();
    }

    /** The vector q. */
    private static NDArray mixed(long length, NDManager scope) {
        float[] signs = new float[Math.toIntExact(length)];
        for (int i = 0; i < signs.length; i++) {
            double turns = i * GOLDEN;
            signs[i] = turns - Math.floor(turns) < 0.5 ? 1 : -1;
        }
        return scope.create(signs);
    }

    private static float[] sums(float[] products) {
        double[] sums = new double[SUMS];
        for (int i = 0; i < products.length; i++) {
            sums[i % SUMS] += products[i];
        }
        float[] rounded = new float[SUMS];
        for (int i = 0; i < SUMS; i++) {
            rounded[i] = (float) sums[i];
        }
        return rounded;
    }

    /**
     * {@return the signs and the check by the names that they have in files, those first that are
     * to be read first}
     */
    public Map<String, NDArray> arrays() {
        Map<String, NDArray> arrays = new LinkedHashMap<>();
        arrays.put(method + SIGNS, signs);
        arrays.put(method + CHECK, check);
        return arrays;
    }

    /**
     * Tells whether an array is the signs, which files of PEFT and of older versions do not have.
     */
    public static boolean isSigns(String name) {
        return name.endsWith(SIGNS);
    }

    /**
     * Takes an array of a file: negates the pairs of vectors that are the other ones there, or
     * refuses a base model with other weights.
     *
     * @param name the name of the array
     * @param stored the array
     * @param left U<sup>T</sup> with rows of any positive length, (r, out), changed in place
     * @param right V<sup>T</sup> with rows of any positive length, (r, in), changed in place
     * @throws IllegalArgumentException if the array is not one of vectors of this weight
     */
    public void match(String name, NDArray stored, NDArray left, NDArray right, WeightSpec weight) {
        if (isSigns(name)) {
            turn(stored.toLongArray(), left, right, weight);
        } else {
            requireSame(stored, weight);
        }
    }

    private void turn(long[] stored, NDArray left, NDArray right, WeightSpec weight) {
        long size = left.getShape().get(1);
        long[] places = new long[stored.length];
        for (int i = 0; i < stored.length; i++) {
            if (stored[i] == 0 || stored[i] < -size || stored[i] > size) {
                throw new IllegalArgumentException(
                        ("Module %s has singular vectors of %d entries, among which there is no"
                                        + " entry %d, of which the file tells the sign; save the"
                                        + " adapter again")
                                .formatted(weight.path(), size, stored[i]));
            }
            places[i] = Math.abs(stored[i]) - 1;
        }
        NDManager scope = left.getManager();
        float[] own = entries(left, scope.create(places));
        float[] turns = new float[own.length];
        for (int i = 0; i < own.length; i++) {
            turns[i] = own[i] * stored[i] < 0 ? -1 : 1;
            factors[i] *= turns[i];
            products[i] *= turns[i];
        }
        NDArray column = scope.create(turns, new Shape(turns.length, 1));
        NDArray typed = column.toType(left.getDataType(), false);
        left.muli(typed);
        right.muli(typed);
        WeightAdapter.set(check, scope.create(sums(products)));
    }

    private void requireSame(NDArray stored, WeightSpec weight) {
        float[] here = check.toFloatArray();
        float[] there = stored.toFloatArray();
        double largest = 0;
        double difference = 0;
        for (int i = 0; i < here.length; i++) {
            largest = Math.max(largest, Math.abs(there[i]));
            difference = Math.max(difference, Math.abs(here[i] - there[i]));
        }
        if (!(difference <= TOLERANCE * largest)) {
            throw new IllegalArgumentException(
                    "Module "
                            + weight.path()
                            + " has other singular vectors than the adapter was trained with; load"
                            + " it into the base model that it was trained on, in the same"
                            + " type (--precision, optPrecision)");
        }
    }

    /**
     * Refuses an adapter of the same weight whose parameters are for the negatives of some of these
     * vectors.
     */
    public void requireSameSigns(BasisRecord other) {
        if (!Arrays.equals(factors, other.factors)) {
            throw new IllegalArgumentException(
                    "The other adapter was trained with other signs of the singular vectors, as"
                            + " another machine computes them; load it as a separate adapter");
        }
    }

    /**
     * {@return true if the vectors are those that are computed here, false if the negatives of some
     * were taken, as in a file}
     */
    public boolean isAsComputed() {
        for (float factor : factors) {
            if (factor < 0) {
                return false;
            }
        }
        return true;
    }

    /** Releases the arrays. */
    @Override
    public void close() {
        signs.close();
        check.close();
    }
}
