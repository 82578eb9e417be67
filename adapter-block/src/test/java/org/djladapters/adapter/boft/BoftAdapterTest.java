/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.boft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import org.djladapters.adapter.AdapterFixture;
import org.djladapters.adapter.Rotated;
import org.djladapters.adapter.Targets;
import org.djladapters.adapter.WeightAdapter;
import org.djladapters.adapter.WeightSpec;
import org.djladapters.adapter.WeightSpec.Kind;
import org.ejml.simple.SimpleMatrix;
import org.junit.jupiter.api.Test;

class BoftAdapterTest extends AdapterFixture {

    private static final int SIZE = 4;
    private static final int BLOCKS = 4;
    private static final int IN = SIZE * BLOCKS;
    private static final Shape LINEAR = new Shape(5, IN);

    private WeightAdapter moved(BoftConfig config, Kind kind, Shape shape) {
        return Rotated.moved(config.newAdapter(Rotated.spec(kind, shape)), 0.3, manager);
    }

    private static double[] values(WeightAdapter adapter, String parameter) {
        return array(adapter, parameter).toDoubleArray();
    }

    /**
     * Where coordinate a goes before the blocks of factor i: the pieces of its chunk, evens first.
     */
    private static int place(int i, int a) {
        int half = SIZE / 2;
        int chunk = SIZE << i;
        int pieces = chunk / half;
        int piece = a % chunk / half;
        int from = piece < pieces / 2 ? 2 * piece : 2 * (piece - pieces / 2) + 1;
        return a / chunk * chunk + from * half + a % half;
    }

    /** diag(s) W M^T with M = M_(m-1) ... M_0 and M_i = P_i D_i P_i^T. */
    private static SimpleMatrix truth(
            SimpleMatrix weight, double[] triangles, double[] scale, int factors) {
        SimpleMatrix product = SimpleMatrix.identity(IN);
        for (int i = 0; i < factors; i++) {
            SimpleMatrix blocks = new SimpleMatrix(IN, IN);
            for (int block = 0; block < BLOCKS; block++) {
                SimpleMatrix skew = Rotated.skew(triangles, i * BLOCKS + block, SIZE);
                blocks.insertIntoThis(block * SIZE, block * SIZE, Rotated.cayley(skew));
            }
            SimpleMatrix shuffle = new SimpleMatrix(IN, IN);
            for (int a = 0; a < IN; a++) {
                shuffle.set(a, place(i, a), 1);
            }
            product = shuffle.mult(blocks).mult(shuffle.transpose()).mult(product);
        }
        return SimpleMatrix.diag(scale).mult(weight).mult(product.transpose());
    }

    @Test
    void startsWithTheWeightAsItIs() {
        for (int factors = 1; factors <= 3; factors++) {
            WeightAdapter adapter =
                    BoftConfig.builder()
                            .optFactors(factors)
                            .build()
                            .newAdapter(Rotated.spec(Kind.LINEAR, LINEAR));
            adapter.initialize(manager, DataType.FLOAT64, LINEAR);
            NDArray weight = random(LINEAR);

            assertThat(Rotated.adapted(adapter, weight, false)).isEqualTo(weight);
            assertThat(adapter.getParameters().keys()).containsExactly("boft_R", "boft_s");
            assertThat(adapter.getParameters().get("boft_R").getShape())
                    .isEqualTo(new Shape(factors, BLOCKS, 6));
            assertThat(adapter.getParameters().get("boft_s").getShape()).isEqualTo(new Shape(5, 1));
        }
    }

    @Test
    void isTheProductOfItsFactors() {
        for (int factors = 1; factors <= 3; factors++) {
            BoftConfig config = BoftConfig.builder().optFactors(factors).build();
            WeightAdapter adapter = moved(config, Kind.LINEAR, LINEAR);
            NDArray weight = random(LINEAR);

            Rotated.assertClose(
                    Rotated.adapted(adapter, weight, false),
                    truth(
                            Rotated.matrix(weight),
                            values(adapter, "boft_R"),
                            values(adapter, "boft_s"),
                            factors));
        }
    }

    @Test
    void takesConv1dAndFiltersAsLinearLayers() {
        BoftConfig config = BoftConfig.builder().optBlocks(BLOCKS).optFactors(2).build();
        NDArray weight = random(LINEAR);
        NDArray linear = Rotated.adapted(moved(config, Kind.LINEAR, LINEAR), weight, false);
        Shape filters = new Shape(5, 4, 2, 2);
        WeightAdapter convolution = moved(config, Kind.CONV2D, filters);

        NDArray conv1d =
                Rotated.adapted(
                        moved(config, Kind.CONV1D, new Shape(IN, 5)), weight.transpose(), false);
        NDArray conv2d = Rotated.adapted(convolution, weight.reshape(filters), false);

        assertThat(conv1d.transpose()).isEqualTo(linear);
        assertThat(conv2d.reshape(LINEAR)).isEqualTo(linear);
        assertThat(convolution.getParameters().get("boft_s").getShape()).isEqualTo(new Shape(1, 5));
    }

    @Test
    void everyParameterGetsItsGradient() {
        NDArray weight = random(LINEAR);
        NDArray direction = random(LINEAR);
        for (int factors = 1; factors <= 3; factors += 2) {
            BoftConfig config = BoftConfig.builder().optFactors(factors).build();
            Rotated.assertGradients(moved(config, Kind.LINEAR, LINEAR), weight, direction);
        }
    }

    @Test
    void dropoutLeavesBlocksOfOneFactorOutOfTraining() {
        BoftConfig config = BoftConfig.builder().optDropout(0.5).build();
        WeightAdapter adapter = moved(config, Kind.LINEAR, LINEAR);
        Rotated.set(adapter.getParameters().get("boft_s"), new double[] {1, 1, 1, 1, 1});
        NDArray weight = random(LINEAR);

        SimpleMatrix trained = Rotated.matrix(Rotated.adapted(adapter, weight, true));
        SimpleMatrix predicted = Rotated.matrix(Rotated.adapted(adapter, weight, false));

        int asBase = 0;
        int asAlways = 0;
        for (int block = 0; block < BLOCKS; block++) {
            int from = block * SIZE;
            SimpleMatrix columns = trained.cols(from, from + SIZE);
            SimpleMatrix base = Rotated.matrix(weight).cols(from, from + SIZE);
            asBase += columns.isIdentical(base, Rotated.DOUBLE) ? 1 : 0;
            SimpleMatrix always = predicted.cols(from, from + SIZE);
            asAlways += columns.isIdentical(always, Rotated.DOUBLE) ? 1 : 0;
        }
        assertThat(List.of(asBase, asAlways)).containsExactly(2, 2);
    }

    @Test
    void numbersThatDoNotFitAreRefusedWithThoseThatDo() {
        WeightSpec weight = Rotated.spec(Kind.LINEAR, new Shape(8, 18));

        assertThatThrownBy(() -> BoftConfig.builder().build().newAdapters(List.of(weight)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "Module layer: Blocks of size 4 do not divide 18 inputs; sizes that do are"
                                + " 2, 3, 6, 9, 18");
        assertThatThrownBy(
                        () ->
                                BoftConfig.builder()
                                        .optFactors(4)
                                        .build()
                                        .newAdapter(Rotated.spec(Kind.LINEAR, new Shape(8, 48))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(
                        "4 butterfly factors do not fit 12 blocks of 4, at most 3 do;");
        assertThatThrownBy(
                        () ->
                                BoftConfig.builder()
                                        .optBlockSize(3)
                                        .optFactors(2)
                                        .build()
                                        .newAdapter(weight))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(
                        "2 butterfly factors do not fit 6 blocks of 3, at most 1 does;");
    }

    @Test
    void refusesWhatItCannotDo() {
        assertThatThrownBy(
                        () ->
                                BoftConfig.builder()
                                        .build()
                                        .newAdapter(Rotated.spec(Kind.EMBEDDING, new Shape(9, 8))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("leave it out of the targets");
        assertThatThrownBy(() -> BoftConfig.builder().optBlocks(2).optBlockSize(4).build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Set either a number of blocks (2) or a block size (4), not both");
        assertThatThrownBy(() -> BoftConfig.builder().optFactors(0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("The number of butterfly factors must be at least 1, got 0");
    }

    @Test
    void tellsItsOptions() {
        assertThat(BoftConfig.builder().optFactors(2).optDropout(0.1).build())
                .hasToString(
                        "boft(block size 4, butterfly factors 2, dropout 0.1, targets "
                                + Targets.allLinear()
                                + ")");
        assertThat(
                        BoftConfig.builder()
                                .optBlocks(2)
                                .optFactors(2)
                                .build()
                                .newAdapter(Rotated.spec(Kind.LINEAR, LINEAR)))
                .hasToString("BoftAdapter(2 blocks of 8, 2 factors)");
    }
}
