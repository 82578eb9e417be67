/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.rotation.programs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.djladapters.rotation.EntryRule;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Held against the difference quotient of determinants in double precision. */
class AdditiveCompoundTest {

    /**
     * A central difference with step h errs by h&sup2; times a third derivative of some units, and
     * by the rounding of determinants of size one over h.
     */
    private static final double STEP = 1e-5;

    private static final double TOLERANCE = 1e-8;

    @ParameterizedTest
    @CsvSource({
        "2, 1, false",
        "5, 1, false",
        "5, 2, false",
        "6, 3, false",
        "6, 5, false",
        "4, 4, false",
        "1, 1, false",
        "5, 1, true",
        "5, 2, true",
        "6, 3, true",
        "4, 4, true",
        "1, 1, true"
    })
    void isTheDerivativeOfCompoundMatricesAtTheIdentity(int n, int k, boolean diagonal) {
        AdditiveCompound additive = new AdditiveCompound(n, k, diagonal);
        double[] a = matrix(n, diagonal);

        double[] entries = new double[additive.size() * additive.size()];
        for (int entry = 0; entry < n * n; entry++) {
            for (int t = 0; t < additive.terms(); t++) {
                int place = entry * additive.terms() + t;
                entries[(int) additive.positions()[place]] += additive.signs()[place] * a[entry];
            }
        }

        assertThat(entries).containsExactly(derivative(n, k, a), within(TOLERANCE));
    }

    private static double[] matrix(int n, boolean diagonal) {
        Random random = new Random(n);
        double[] a = new double[n * n];
        for (int i = 0; i < a.length; i++) {
            a[i] = i % (n + 1) == 0 && !diagonal ? 0 : random.nextGaussian();
        }
        return a;
    }

    private static double[] derivative(int n, int k, double[] a) {
        DMatrixRMaj above = compound(n, k, a, STEP);
        CommonOps_DDRM.subtractEquals(above, compound(n, k, a, -STEP));
        CommonOps_DDRM.scale(0.5 / STEP, above);
        return above.data;
    }

    private static DMatrixRMaj compound(int n, int k, double[] a, double t) {
        DMatrixRMaj matrix = CommonOps_DDRM.identity(n);
        CommonOps_DDRM.addEquals(matrix, t, new DMatrixRMaj(n, n, true, a));
        return ReferenceRotation.compound(matrix, k, EntryRule.DETERMINANT);
    }
}
