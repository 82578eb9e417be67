/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.djladapters.adapter.Counted.part;
import static org.djladapters.adapter.Counted.transposed;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.Random;
import org.djladapters.adapter.boft.BoftConfig;
import org.djladapters.adapter.c3a.C3aConfig;
import org.djladapters.adapter.compound.CompoundConfig;
import org.djladapters.adapter.compound.RotatedSide;
import org.djladapters.adapter.ia3.Ia3Config;
import org.djladapters.adapter.lora.LoraConfig;
import org.djladapters.adapter.oft.OftConfig;
import org.djladapters.adapter.road.RoadConfig;
import org.djladapters.adapter.vera.VeraConfig;
import org.djladapters.rotation.FlopCount;
import org.djladapters.rotation.OrthogonalMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The operations that adapters say they take, against loops that do the same and count. */
class FlopCountTest {

    private static final int IN = 6;
    private static final int OUT = 23;
    private static final int TOKENS = 3;

    private final NDManager manager = NDManager.newBaseManager("PyTorch");
    private final Random random = new Random(1);
    private final Counted counted = new Counted();
    private final double[][] weight = matrix(OUT, IN);
    private final double[][] inputs = matrix(TOKENS, IN);
    private final double[][] gradient = matrix(TOKENS, OUT);

    @AfterEach
    void close() {
        manager.close();
    }

    @Test
    void aCompoundRotationWithACustomBackwardPass() {
        // Q of size 4: blocks of 4 + 6, two in 23 outputs
        int n = 4;
        int blocks = 2;
        WeightAdapter adapter =
                moved(CompoundConfig.builder().optOrders(1, 2).optBlocks(2).build());
        double[] triangles = values(adapter, "compound");

        double[][] adapted = part(weight, 0, OUT);
        double[][][] first = new double[blocks][][];
        double[][][] second = new double[blocks][][];
        for (int block = 0; block < blocks; block++) {
            first[block] = rotation(triangles, block, n);
            second[block] = counted.minors(first[block]);
            int at = block * 11;
            put(counted.product(transposed(first[block]), part(weight, at, 4)), adapted, at);
            put(
                    counted.product(transposed(second[block]), part(weight, at + 4, 6)),
                    adapted,
                    at + 4);
        }
        long step = counted.taken();
        assertAdapted(adapter, adapted);

        double[][] outputs = counted.product(inputs, transposed(adapted));
        long forward = counted.taken();
        for (int at : new int[] {0, 11}) {
            products(outputs, at, 4);
            products(outputs, at + 4, 6);
        }
        long backward = counted.taken();
        for (int block = 0; block < blocks; block++) {
            counted.product(first[block], matrix(n, n));
            inverseGradient(n);
        }
        long stepBackward = counted.taken();

        FlopCount operations = operations(adapter, true);
        assertThat(operations.forward() * TOKENS).isEqualTo(forward - base());
        assertThat(operations.backward() * TOKENS).isEqualTo(backward);
        // an inverse counts as 2 n^3, of which Gauss and Jordan save n^2
        assertThat(operations.stepForward()).isEqualTo(step + (long) blocks * n * n);
        assertThat(operations.stepBackward()).isEqualTo(stepBackward);
    }

    @Test
    void aSumOfLowRankWithACustomBackwardPass() {
        WeightAdapter adapter = moved(LoraConfig.builder().optRank(2).optAlpha(2).build());
        double[][] down = matrix(values(adapter, "lora_A.weight"), 2);
        double[][] up = matrix(values(adapter, "lora_B.weight"), OUT);

        double[][] adapted = counted.product(up, down);
        long step = counted.taken();
        for (int i = 0; i < OUT; i++) {
            for (int j = 0; j < IN; j++) {
                adapted[i][j] += weight[i][j];
            }
        }
        assertAdapted(adapter, adapted);
        counted.product(transposed(gradient), counted.product(inputs, transposed(down)));
        counted.product(transposed(counted.product(gradient, up)), inputs);
        long backward = counted.taken();

        FlopCount operations = operations(adapter, true);
        assertThat(operations.backward() * TOKENS).isEqualTo(backward);
        assertThat(operations).isEqualTo(new FlopCount(0, operations.backward(), step, 0));
    }

    @Test
    void aSumOfLowRankByAutograd() {
        WeightAdapter adapter = moved(LoraConfig.builder().optRank(2).optDropout(0.1).build());
        double[][] down = matrix(2, IN);
        double[][] up = matrix(OUT, 2);

        double[][] inner = counted.product(inputs, transposed(down));
        counted.product(inner, transposed(up));
        long forward = counted.taken();
        counted.product(transposed(gradient), inner);
        double[][] back = counted.product(gradient, up);
        counted.product(transposed(back), inputs);
        counted.product(back, down);
        long backward = counted.taken();

        assertThat(operations(adapter, true))
                .isEqualTo(new FlopCount(forward / TOKENS, backward / TOKENS, 0, 0))
                .isEqualTo(operations(adapter, false));
    }

    @Test
    void rotationsOfTheInputs() {
        WeightAdapter adapter = moved(OftConfig.builder().optBlockSize(3).build());
        double[] triangles = values(adapter, "oft_R.weight");

        double[][] first = rotation(triangles, 0, 3);
        double[][] second = rotation(triangles, 1, 3);
        // an inverse counts as 2 n^3, of which Gauss and Jordan save n^2
        long step = counted.taken() + 2 * 9;
        double[][] rotated = new double[TOKENS][IN];
        putColumns(counted.product(columns(inputs, 0, 3), first), rotated, 0);
        putColumns(counted.product(columns(inputs, 3, 3), second), rotated, 3);
        long forward = counted.taken();
        for (int block = 0; block < 2; block++) {
            // of the inputs and of Q
            counted.product(matrix(TOKENS, 3), matrix(3, 3));
            counted.product(matrix(3, TOKENS), matrix(TOKENS, 3));
        }
        long backward = counted.taken();
        inverseGradient(3);
        inverseGradient(3);
        long stepBackward = counted.taken();

        double[][] outputs = new Counted().product(rotated, transposed(weight));
        double[][] expected = new Counted().product(inputs, transposed(adapted(adapter)));
        for (int i = 0; i < TOKENS; i++) {
            assertThat(outputs[i]).usingComparatorWithPrecision(1e-12).containsExactly(expected[i]);
        }
        FlopCount operations = operations(adapter, true);
        assertThat(operations)
                .isEqualTo(new FlopCount(forward / TOKENS, backward / TOKENS, step, stepBackward));
    }

    @Test
    void butterfliesTakeAProductForEveryFactor() {
        WeightAdapter one = moved(BoftConfig.builder().optBlocks(1).build());
        WeightSpec wide = Rotated.spec(WeightSpec.Kind.LINEAR, new Shape(OUT, 8));
        WeightAdapter two =
                BoftConfig.builder().optBlockSize(4).optFactors(2).build().newAdapter(wide);

        // 2 b^2 and twice that; 2 b^3 and twice that
        assertThat(operations(one, true)).isEqualTo(new FlopCount(72, 144, 432, 864));
        // two factors of two blocks of 4
        assertThat(operations(two, true)).isEqualTo(new FlopCount(128, 256, 512, 1024));
    }

    @Test
    void whatAllowsNoCustomBackwardPassRotatesActivations() {
        CompoundConfig.Builder builder = CompoundConfig.builder().optOrders(1, 2).optBlocks(2);
        // whole blocks of 11, forward 2 b^2 a block, backward twice that
        long rotated = 2 * 2 * 121;
        // Q of size 4: 2 n^3, and 36 minors of two products
        long made = 2 * 64 + 4 * 36;

        FlopCount dropped = operations(moved(builder.build()), false);
        assertThat(dropped).isEqualTo(new FlopCount(rotated, 2 * rotated, 2 * made, 2 * 2 * made));
        FlopCount shared = operations(moved(builder.optShared(true).build()), false);
        assertThat(shared).isEqualTo(new FlopCount(rotated, 2 * rotated, made, 2 * made));

        // three links: two products of blocks, unless offsets keep the links apart
        builder.optShared(false).optChain(3);
        long links = 3 * 2 * made;
        long composed = links + 2 * 2 * (2 * 1331);
        assertThat(operations(moved(builder.build()), true))
                .isEqualTo(new FlopCount(rotated, 2 * rotated, composed, 2 * composed));
        assertThat(operations(moved(builder.optOffsets(true).build()), true))
                .isEqualTo(new FlopCount(3 * rotated, 6 * rotated, links, 2 * links));
        // shifted blocks that are added fill one block of 22
        assertThat(operations(moved(builder.optAdded(true).build()), true))
                .isEqualTo(new FlopCount(2 * 484, 4 * 484, links, 2 * links));
    }

    /** A layer whose inputs are rotated computes what one with as many outputs does. */
    @Test
    void rotatedInputsTakeWhatRotatedOutputsDoOfATransposedWeight() {
        CompoundConfig.Builder builder =
                CompoundConfig.builder().optOrders(1, 2).optBlockSize(6).optStrided(true);
        WeightSpec turned = Rotated.spec(WeightSpec.Kind.LINEAR, new Shape(IN, OUT));
        FlopCount rotated = operations(builder.build().newAdapter(turned), false);

        builder.optSide(RotatedSide.INPUT).optGains(true);
        assertThat(operations(moved(builder.build()), false)).isEqualTo(rotated);
        assertThat(operations(moved(builder.build()), true))
                .isEqualTo(
                        operations(
                                builder.optSide(RotatedSide.OUTPUT).build().newAdapter(turned),
                                true));
        // both sides train by autograd
        FlopCount outputs = operations(moved(builder.build()), false);
        assertThat(operations(moved(builder.optSide(RotatedSide.BOTH).build()), true))
                .isEqualTo(outputs.plus(rotated));
    }

    @Test
    void mapsDifferInWhatQTakes() {
        CompoundConfig.Builder builder =
                CompoundConfig.builder().optOrders(1).optBlocks(1).optTerms(4);

        long cayley = operations(moved(builder.build()), false).stepForward();
        long exponential = step(builder.optMap(OrthogonalMap.EXPONENTIAL));
        long neumann = step(builder.optMap(OrthogonalMap.NEUMANN));
        long givens = step(builder.optMap(OrthogonalMap.GIVENS));
        long free = step(builder.optMap(OrthogonalMap.MATRIX));

        long product = 2L * OUT * OUT * OUT;
        // as many rotations as there are pairs of columns, 2 · 3 operations in each of their rows
        long rotations = OUT * (OUT - 1) / 2 * OUT * 6L;
        assertThat(new long[] {cayley, exponential, neumann, givens, free})
                .containsExactly(product, 5 * product, 2 * product, rotations, 0);
    }

    @Test
    void factorsTakeNothingThatIsCounted() {
        assertThat(operations(moved(Ia3Config.builder().build()), true)).isEqualTo(FlopCount.NONE);
        RoadConfig pairs = RoadConfig.builder().optGroupSize(2).build();
        WeightSpec spec = Rotated.spec(WeightSpec.Kind.LINEAR, new Shape(6, IN));
        assertThat(operations(pairs.newAdapter(spec), true)).isEqualTo(FlopCount.NONE);
    }

    /** 192 transforms of 64 numbers each, and products of 2 by 3 blocks at 32 frequencies. */
    @Test
    void kernelsOfLargeBlocksNeedNoGradientOfTheWeight() {
        WeightSpec spec = Rotated.spec(WeightSpec.Kind.LINEAR, new Shape(128, 192));
        WeightAdapter large = C3aConfig.builder().build().newAdapter(spec);
        WeightAdapter small = C3aConfig.builder().optBlockSize(16).build().newAdapter(spec);

        assertThat(operations(large, true))
                .isEqualTo(new FlopCount(0, 5 * 64 * 6 / 2 * 5 + 8 * 2 * 3 * 32, 0, 0));
        FlopCount whole = new FlopCount(0, 2 * 128 * 192, 0, 0);
        assertThat(operations(large, false)).isEqualTo(whole);
        assertThat(operations(small, true)).isEqualTo(whole);
    }

    @Test
    void projectionsOfVeraAreASumOfLowRank() {
        VeraConfig config = VeraConfig.builder().optRank(5).build();
        WeightSpec spec = Rotated.spec(WeightSpec.Kind.LINEAR, new Shape(OUT, IN));
        WeightAdapter lora = LoraConfig.builder().optRank(5).build().newAdapter(spec);

        assertThat(operations(config.newAdapter(spec), true)).isEqualTo(operations(lora, true));
        assertThat(operations(config.newAdapter(spec), false)).isEqualTo(operations(lora, false));
    }

    @Test
    void normsNeedTheSumOnceAStep() {
        WeightAdapter plain = moved(LoraConfig.builder().optRank(2).build());
        WeightAdapter dora = moved(LoraConfig.builder().optRank(2).optDora(true).build());

        assertThat(operations(dora, true))
                .isEqualTo(operations(plain, false).plus(new FlopCount(0, 0, 2 * 2 * IN * OUT, 0)));
    }

    private long step(CompoundConfig.Builder builder) {
        return operations(moved(builder.build()), false).stepForward();
    }

    private static FlopCount operations(WeightAdapter adapter, boolean customBackward) {
        return adapter.operations(
                customBackward && adapter.allowsCustomBackward()
                        ? Placement.CUSTOM_BACKWARD
                        : Placement.ACTIVATIONS);
    }

    private WeightAdapter moved(AdapterConfig config) {
        WeightSpec spec = Rotated.spec(WeightSpec.Kind.LINEAR, new Shape(OUT, IN));
        return Rotated.moved(config.newAdapter(spec), 0.1, manager);
    }

    private double[] values(WeightAdapter adapter, String name) {
        return adapter.getDirectParameters().get(name).getArray().toDoubleArray();
    }

    private double[][] adapted(WeightAdapter adapter) {
        double[] flat = Arrays.stream(weight).flatMapToDouble(Arrays::stream).toArray();
        try (NDArray array = manager.create(flat, new Shape(OUT, IN));
                NDArray result = Rotated.adapted(adapter, array, false)) {
            return matrix(result.toDoubleArray(), OUT);
        }
    }

    private void assertAdapted(WeightAdapter adapter, double[][] expected) {
        double[][] actual = adapted(adapter);
        for (int i = 0; i < OUT; i++) {
            assertThat(actual[i]).usingComparatorWithPrecision(1e-12).containsExactly(expected[i]);
        }
    }

    /** (I - S)(I + S)^-1 = 2 (I + S)^-1 - I. */
    private double[][] rotation(double[] triangles, int place, int n) {
        double[][] sum = new double[n][n];
        int next = place * n * (n - 1) / 2;
        for (int i = 0; i < n; i++) {
            sum[i][i] = 1;
            for (int j = i + 1; j < n; j++) {
                sum[i][j] = triangles[next];
                sum[j][i] = -triangles[next++];
            }
        }
        double[][] q = counted.inverse(sum);
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                q[i][j] = 2 * q[i][j] - (i == j ? 1 : 0);
            }
        }
        return q;
    }

    /** That of M, from G of its inverse N: -N^T G N^T. */
    private void inverseGradient(int n) {
        counted.product(counted.product(matrix(n, n), matrix(n, n)), matrix(n, n));
    }

    /** y^T G for some outputs. */
    private void products(double[][] outputs, int from, int size) {
        counted.product(transposed(columns(outputs, from, size)), columns(gradient, from, size));
    }

    private long base() {
        return 2L * TOKENS * IN * OUT;
    }

    private static double[][] columns(double[][] matrix, int from, int count) {
        return transposed(part(transposed(matrix), from, count));
    }

    private static void put(double[][] rows, double[][] target, int at) {
        System.arraycopy(rows, 0, target, at, rows.length);
    }

    private static void putColumns(double[][] part, double[][] target, int at) {
        for (int i = 0; i < part.length; i++) {
            System.arraycopy(part[i], 0, target[i], at, part[i].length);
        }
    }

    private double[][] matrix(int rows, int columns) {
        return matrix(random.doubles((long) rows * columns, -1, 1).toArray(), rows);
    }

    private static double[][] matrix(double[] values, int rows) {
        int columns = values.length / rows;
        double[][] matrix = new double[rows][];
        for (int i = 0; i < rows; i++) {
            matrix[i] = Arrays.copyOfRange(values, i * columns, (i + 1) * columns);
        }
        return matrix;
    }
}
