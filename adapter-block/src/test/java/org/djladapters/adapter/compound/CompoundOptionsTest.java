/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.compound;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.djladapters.adapter.AdapterFixture;
import org.djladapters.adapter.Rotated;
import org.djladapters.adapter.WeightAdapter;
import org.djladapters.adapter.WeightSpec;
import org.djladapters.rotation.CompoundForm;
import org.djladapters.rotation.CompoundLayout;
import org.djladapters.rotation.EntryRule;
import org.djladapters.rotation.programs.ReferenceRotation;
import org.ejml.data.DMatrixRMaj;
import org.ejml.simple.SimpleMatrix;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Gains, rotated inputs and strided blocks against dense matrices of determinants, and their
 * gradients against central differences.
 */
class CompoundOptionsTest extends AdapterFixture {

    private static final int OUT = 15;
    private static final int IN = 13;

    private static CompoundConfig.Builder config() {
        return CompoundConfig.builder().optOrders(1, 2).optBlockSize(7);
    }

    static Stream<CompoundConfig> configs() {
        return Stream.of(RotatedSide.values())
                .flatMap(
                        side ->
                                Stream.of(
                                                config(),
                                                config().optGains(true),
                                                config().optGains(true).optShared(true),
                                                config().optStrided(true).optScaling(true),
                                                config().optStrided(true)
                                                        .optGains(true)
                                                        .optChain(2)
                                                        .optOffsets(true),
                                                config().optGains(true)
                                                        .optChain(2)
                                                        .optAdded(true)
                                                        .optOffsets(true))
                                        .map(config -> config.optSide(side).build()));
    }

    private WeightAdapter moved(CompoundConfig config, WeightSpec.Kind kind, Shape shape) {
        return Rotated.moved(config.newAdapter(Rotated.spec(kind, shape)), 0.3, manager);
    }

    @ParameterizedTest
    @MethodSource("configs")
    void theWeightIsThatOfDenseMatrices(CompoundConfig config) {
        NDArray weight = random(new Shape(OUT, IN));
        WeightAdapter adapter = moved(config, WeightSpec.Kind.LINEAR, weight.getShape());

        NDArray adapted = Rotated.adapted(adapter, weight, false);

        Rotated.assertClose(adapted, expected(config, adapter, Rotated.matrix(weight)));
    }

    @ParameterizedTest
    @MethodSource("configs")
    void transposedWeightsAndFiltersAreTransformedAlike(CompoundConfig config) {
        NDArray weight = random(new Shape(OUT, 12));
        WeightAdapter linear = moved(config, WeightSpec.Kind.LINEAR, weight.getShape());
        WeightAdapter turned = moved(config, WeightSpec.Kind.CONV1D, new Shape(12, OUT));
        WeightAdapter filter = moved(config, WeightSpec.Kind.CONV2D, new Shape(OUT, 3, 2, 2));

        SimpleMatrix expected = Rotated.matrix(Rotated.adapted(linear, weight, false));

        Rotated.assertClose(
                Rotated.adapted(turned, weight.transpose(), false).transpose(), expected);
        Rotated.assertClose(
                Rotated.adapted(filter, weight.reshape(OUT, 3, 2, 2), false).reshape(OUT, 12),
                expected);
    }

    @ParameterizedTest
    @MethodSource("configs")
    void gradientsAreThoseOfCentralDifferences(CompoundConfig config) {
        Shape shape = new Shape(OUT, IN);

        Rotated.assertGradients(
                moved(config, WeightSpec.Kind.LINEAR, shape), random(shape), random(shape));
    }

    @ParameterizedTest
    @MethodSource("configs")
    void anAdapterStartsWithTheWeightAsItIs(CompoundConfig config) {
        NDArray weight = manager.randomNormal(new Shape(OUT, IN));
        WeightAdapter adapter =
                started(
                        config.newAdapter(
                                WeightSpec.linear(weight.getShape(), weight.getDataType())));

        if (!config.added()) {
            assertThat(adapted(adapter, weight)).isEqualTo(weight);
        }
    }

    /** W' = diag(s) C^T W R^T. */
    private static SimpleMatrix expected(
            CompoundConfig config, WeightAdapter adapter, SimpleMatrix weight) {
        SimpleMatrix result = weight;
        if (config.side().hasOutput()) {
            result = dense(config.form(OUT), adapter, "compound").transpose().mult(result);
        }
        if (config.side().hasInput()) {
            result = result.mult(dense(config.form(IN), adapter, "compound_in").transpose());
        }
        double[] scale = values(adapter, "compound_s");
        return scale == null ? result : SimpleMatrix.diag(scale).mult(result);
    }

    private static SimpleMatrix dense(CompoundForm form, WeightAdapter adapter, String name) {
        DMatrixRMaj dense =
                ReferenceRotation.dense(
                        form, values(adapter, name), values(adapter, name + "_gains"));
        return SimpleMatrix.wrap(dense);
    }

    private static double[] values(WeightAdapter adapter, String name) {
        Parameter parameter = adapter.getDirectParameters().get(name);
        return parameter == null ? null : parameter.getArray().toDoubleArray();
    }

    /** C_k(Q diag(e^d)) = C_k(Q) diag(products of the e^d of a subset), in double precision. */
    @Test
    void gainsScaleTheColumnsOfCompoundMatrices() {
        int n = 5;
        CompoundForm form = CompoundConfig.builder().optOrders(1).optBlocks(1).build().form(n);
        double[] triangle = {0.1, -0.4, 0.3, 0.7, -0.2, 0.5, 0.05, -0.6, 0.2, 0.3};
        double[] gains = {0.2, -0.1, 0.4, 0.3, -0.5};
        DMatrixRMaj q = ReferenceRotation.orthogonal(form, triangle);
        DMatrixRMaj a =
                SimpleMatrix.wrap(q)
                        .mult(SimpleMatrix.diag(Arrays.stream(gains).map(Math::exp).toArray()))
                        .getDDRM();
        for (int k = 1; k <= n; k++) {
            double[] factors =
                    CompoundLayout.subsets(n, k).stream()
                            .mapToDouble(
                                    subset ->
                                            Math.exp(
                                                    IntStream.of(subset)
                                                            .mapToDouble(i -> gains[i])
                                                            .sum()))
                            .toArray();

            DMatrixRMaj lifted = ReferenceRotation.compound(a, k, EntryRule.DETERMINANT);

            SimpleMatrix scaled =
                    SimpleMatrix.wrap(ReferenceRotation.compound(q, k, EntryRule.DETERMINANT))
                            .mult(SimpleMatrix.diag(factors));
            assertThat(lifted.data)
                    .usingComparatorWithPrecision(Rotated.DOUBLE)
                    .containsExactly(scaled.getDDRM().data);
        }
    }

    @Test
    void theParametersHaveNamesForBothSides() {
        CompoundConfig config =
                config().optGains(true).optScaling(true).optSide(RotatedSide.BOTH).build();
        WeightAdapter adapter = moved(config, WeightSpec.Kind.LINEAR, new Shape(OUT, IN));

        assertThat(adapter.getParameters().keys())
                .containsExactly(
                        "compound",
                        "compound_gains",
                        "compound_in",
                        "compound_in_gains",
                        "compound_s");
        // two blocks of Q of size 3 on the outputs, one on the inputs
        assertThat(array(adapter, "compound_gains").getShape()).isEqualTo(new Shape(1, 2, 3));
        assertThat(array(adapter, "compound_in_gains").getShape()).isEqualTo(new Shape(1, 1, 3));
        assertThat(adapter.changesInputs()).isTrue();
        assertThat(adapter)
                .hasToString(
                        "CompoundAdapter(outputs: orders 1+2, 2 blocks of 7, n = 3, cayley, gains;"
                                + " inputs: orders 1+2, 1 block of 7, n = 3, cayley, gains,"
                                + " scaling)");
    }

    /** With 12 heads of 32 features, blocks of 12 hold a coordinate of each. */
    @Test
    void aStridedBlockHoldsACoordinateOfEachHead() {
        CompoundForm form =
                CompoundConfig.builder()
                        .optOrders(1)
                        .optBlockSize(12)
                        .optStrided(true)
                        .build()
                        .form(384);

        int[] first = Arrays.copyOf(form.coordinates(), 12);

        assertThat(Arrays.stream(first).map(c -> c / 32).toArray())
                .containsExactly(IntStream.range(0, 12).toArray());
        assertThat(Arrays.stream(first).map(c -> c % 32)).containsOnly(0);
    }

    @Test
    void embeddingsHaveNoInputsToRotate() {
        CompoundConfig config = config().optSide(RotatedSide.BOTH).build();
        WeightSpec spec = Rotated.spec(WeightSpec.Kind.EMBEDDING, new Shape(50, OUT));

        assertThatThrownBy(() -> config.newAdapter(spec))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "Side both rotates the inputs of a layer, but the inputs of an embedding"
                                + " are not vectors; leave it out of the targets");
    }

    @Test
    void inputsAreInterpolatedAndGainsAreNot() {
        Shape shape = new Shape(OUT, IN);
        CompoundAdapter input =
                (CompoundAdapter)
                        moved(
                                config().optSide(RotatedSide.INPUT).build(),
                                WeightSpec.Kind.LINEAR,
                                shape);
        CompoundAdapter gains =
                (CompoundAdapter)
                        moved(config().optGains(true).build(), WeightSpec.Kind.LINEAR, shape);
        double[] whole = {1};

        Map<String, NDArray> values = input.interpolated(List.of(input), whole, manager);

        assertThat(values).containsOnlyKeys("compound_in");
        assertThat(values.get("compound_in").toDoubleArray())
                .usingComparatorWithPrecision(Rotated.DOUBLE)
                .containsExactly(array(input, "compound_in").toDoubleArray());
        assertThatThrownBy(() -> gains.interpolated(List.of(gains), whole, manager))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(
                        "Interpolation needs orthogonal matrices: determinants without gains");
    }
}
