/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.rotation.programs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;
import static org.djladapters.rotation.programs.Rotations.DOUBLE;
import static org.djladapters.rotation.programs.Rotations.assertClose;
import static org.djladapters.rotation.programs.Rotations.dense;
import static org.djladapters.rotation.programs.Rotations.form;
import static org.djladapters.rotation.programs.Rotations.numbers;
import static org.djladapters.rotation.programs.Rotations.parameters;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.djladapters.rotation.CompoundForm;
import org.djladapters.rotation.CompoundLayout;
import org.djladapters.rotation.EntryRule;
import org.djladapters.rotation.OrthogonalMap;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;
import org.ejml.dense.row.NormOps_DDRM;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Compound matrices against their definition and their laws, in double precision. */
class CompoundMatrixTest {

    /** A layout that is nothing but C_k of a matrix of size n. */
    private static CompoundLayout single(int n, int k) {
        return CompoundLayout.ofBlocks((int) CompoundLayout.binomial(n, k), 1, List.of(k));
    }

    private static Stream<Arguments> sizesAndOrders() {
        return IntStream.rangeClosed(2, 8)
                .boxed()
                .flatMap(n -> IntStream.rangeClosed(1, n).mapToObj(k -> Arguments.of(n, k)));
    }

    @ParameterizedTest(name = "n = {0}, k = {1}")
    @MethodSource("sizesAndOrders")
    void entriesAreDeterminantsOfSubmatrices(int n, int k) {
        CompoundForm form = CompoundForm.of(single(n, k));
        assertThat(form.layout().size()).isEqualTo(n);
        double[] parameters = parameters(form, 10L * n + k);
        DMatrixRMaj q = ReferenceRotation.cayley(ReferenceRotation.skew(n, parameters));

        assertClose(
                form,
                dense(form, parameters),
                ReferenceRotation.compound(q, k, EntryRule.DETERMINANT),
                DOUBLE);
    }

    @Test
    void theOrderOfTheSizeGivesTheDeterminant() {
        CompoundForm form = form(single(4, 4), OrthogonalMap.MATRIX, EntryRule.DETERMINANT);
        double[] entries = numbers(16, 5, 1);

        assertThat(dense(form, entries).get(0))
                .isCloseTo(
                        CommonOps_DDRM.det(new DMatrixRMaj(4, 4, true, entries)), within(DOUBLE));
    }

    @ParameterizedTest
    @EnumSource(EntryRule.class)
    void entriesFollowTheRuleForAnyMatrix(EntryRule rule) {
        for (int n = 2; n <= 6; n++) {
            for (int k = 1; k <= n; k++) {
                CompoundForm form = form(single(n, k), OrthogonalMap.MATRIX, rule);
                double[] entries = numbers((long) n * n, 100L * n + k, 0.5);

                assertClose(
                        form,
                        dense(form, entries),
                        ReferenceRotation.compound(new DMatrixRMaj(n, n, true, entries), k, rule),
                        DOUBLE);
            }
        }
    }

    /** The kernel inverts matrices of more than 128 rows one by one. */
    @Test
    void largeMatricesAreThoseOfTheFormulaToo() {
        CompoundForm form = CompoundForm.of(CompoundLayout.ofBlocks(260, 2, List.of(1)));
        double[] parameters = parameters(form, 5);
        int half = parameters.length / 2;
        DMatrixRMaj expected = new DMatrixRMaj(260, 260);
        for (int block = 0; block < 2; block++) {
            double[] own = Arrays.copyOfRange(parameters, block * half, (block + 1) * half);
            DMatrixRMaj q = ReferenceRotation.cayley(ReferenceRotation.skew(130, own));
            CommonOps_DDRM.insert(q, expected, 130 * block, 130 * block);
        }

        assertClose(form, dense(form, parameters), expected, DOUBLE);
    }

    @ParameterizedTest
    @EnumSource(OrthogonalMap.class)
    void mapsGiveTheirFormula(OrthogonalMap map) {
        for (int terms : new int[] {1, 2, 5}) {
            CompoundForm form =
                    new CompoundForm(
                            single(7, 1),
                            map,
                            terms,
                            EntryRule.DETERMINANT,
                            false,
                            1,
                            false,
                            false);
            assertFollowsItsFormula(form);
        }
    }

    private static void assertFollowsItsFormula(CompoundForm form) {
        double[] parameters = parameters(form, 3);

        assertClose(
                form,
                dense(form, parameters),
                ReferenceRotation.orthogonal(form, parameters),
                DOUBLE);
    }

    @ParameterizedTest(name = "n = {0}, k = {1}")
    @MethodSource("sizesAndOrders")
    void oneMatrixHasItsCompoundsAtHand(int n, int k) {
        DMatrixRMaj a = new DMatrixRMaj(n, n, true, numbers((long) n * n, 10L * n + k, 0.5));
        try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
            NDArray compound = CompoundKernel.compound(Rotations.array(manager, a), k, manager);

            assertClose(
                    "compound",
                    Rotations.matrix(compound),
                    ReferenceRotation.compound(a, k, EntryRule.DETERMINANT),
                    DOUBLE);
            // A and the result, nothing else
            assertThat(manager.getManagedArrays()).hasSize(2);
        }
    }

    @Test
    void refusesCompoundsThatDoNotExist() {
        try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> CompoundKernel.compound(manager.eye(3), 4, manager))
                    .withMessageContaining("orders 1 to 3, not 4");
            assertThatIllegalArgumentException()
                    .isThrownBy(
                            () ->
                                    CompoundKernel.compound(
                                            manager.eye(3, 2, 0, DataType.FLOAT32), 1, manager))
                    .withMessageContaining("Only square matrices");
        }
    }

    @Test
    void ordersLieInSequenceInEveryBlockAndTheRestIsTheIdentity() {
        // Blocks of 15: C_3 and C_1 of n = 5 fill them; d = 32 leaves a tail of 2. Blocks of 16
        // have
        // one coordinate of padding.
        for (int features : new int[] {32, 33}) {
            CompoundForm form =
                    CompoundForm.of(CompoundLayout.ofBlocks(features, 2, List.of(3, 1)));
            assertThat(form.layout().size()).isEqualTo(5);
            double[] parameters = parameters(form, features);

            assertClose(
                    form,
                    dense(form, parameters),
                    ReferenceRotation.dense(form, parameters),
                    DOUBLE);
        }
    }

    @ParameterizedTest(name = "n = {0}, k = {1}")
    @MethodSource("sizesAndOrders")
    void compoundsOfProductsAreProductsOfCompounds(int n, int k) {
        CompoundForm form = form(single(n, k), OrthogonalMap.MATRIX, EntryRule.DETERMINANT);
        DMatrixRMaj a = new DMatrixRMaj(n, n, true, numbers((long) n * n, n, 0.4));
        DMatrixRMaj b = new DMatrixRMaj(n, n, true, numbers((long) n * n, k, 0.4));

        assertClose(
                form,
                dense(form, ReferenceRotation.product(a, b).data),
                ReferenceRotation.product(dense(form, a.data), dense(form, b.data)),
                DOUBLE);
    }

    @ParameterizedTest(name = "n = {0}, k = {1}")
    @MethodSource("sizesAndOrders")
    void theCompoundOfTheTransposeIsTheTranspose(int n, int k) {
        CompoundForm form = form(single(n, k), OrthogonalMap.CAYLEY, EntryRule.DETERMINANT);
        double[] parameters = parameters(form, n);
        double[] opposite = parameters.clone();
        // Q(-S) is the inverse, so the transpose, of Q(S)
        for (int i = 0; i < opposite.length; i++) {
            opposite[i] = -opposite[i];
        }

        assertClose(
                form,
                dense(form, opposite),
                CommonOps_DDRM.transpose(dense(form, parameters), null),
                DOUBLE);
    }

    @ParameterizedTest
    @EnumSource(
            value = OrthogonalMap.class,
            names = {"CAYLEY", "EXPONENTIAL", "GIVENS"})
    void rotationsOfOrthogonalMapsAreOrthogonal(OrthogonalMap map) {
        for (CompoundForm form : Rotations.everyForm()) {
            if (form.map() == map && form.rule() == EntryRule.DETERMINANT && !form.added()) {
                DMatrixRMaj c = dense(form, parameters(form, 8));

                assertClose(
                        form,
                        CommonOps_DDRM.multTransB(c, c, null),
                        CommonOps_DDRM.identity(c.numRows),
                        DOUBLE);
            }
        }
    }

    @Test
    void theNeumannSeriesNearsTheTransposeOfTheCayleyTransform() {
        CompoundLayout layout = single(6, 1);
        double[] parameters = numbers(layout.triangle(), 2, 0.01);
        DMatrixRMaj s = ReferenceRotation.skew(6, parameters);
        DMatrixRMaj transposed = CommonOps_DDRM.transpose(ReferenceRotation.cayley(s), null);
        double norm = NormOps_DDRM.fastNormF(s);
        for (int terms = 1; terms <= 5; terms++) {
            CompoundForm form =
                    new CompoundForm(
                            layout,
                            OrthogonalMap.NEUMANN,
                            terms,
                            EntryRule.DETERMINANT,
                            false,
                            1,
                            false,
                            false);

            // the first term left out has this power; all further ones are smaller
            assertClose(
                    form, dense(form, parameters), transposed, 2 * Math.pow(norm, terms) + DOUBLE);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 6, 7, 12})
    void givensRotationsTurnEveryPlaneOnce(int n) {
        CompoundForm form = form(single(n, 1), OrthogonalMap.GIVENS, EntryRule.DETERMINANT);

        assertFollowsItsFormula(form);
        int planes = form.layout().triangle();
        for (int plane = 0; plane < planes; plane++) {
            double[] one = new double[planes];
            one[plane] = 0.3;
            DMatrixRMaj s = ReferenceRotation.skew(n, one);

            // a rotation in one plane is the exponential of its skew matrix
            CompoundForm same = form(single(n, 1), OrthogonalMap.EXPONENTIAL, form.rule());
            assertClose(s, dense(form, one), dense(same, one), DOUBLE);
        }
    }

    @Test
    void theExponentialAgreesWithTheCayleyTransformToSecondOrder() {
        CompoundLayout layout = single(6, 1);
        double[] parameters = numbers(layout.triangle(), 2, 0.001);
        double norm = NormOps_DDRM.fastNormF(ReferenceRotation.skew(6, parameters));

        assertClose(
                "exponential",
                dense(form(layout, OrthogonalMap.EXPONENTIAL, EntryRule.DETERMINANT), parameters),
                dense(form(layout, OrthogonalMap.CAYLEY, EntryRule.DETERMINANT), parameters),
                Math.pow(norm, 3));
    }
}
