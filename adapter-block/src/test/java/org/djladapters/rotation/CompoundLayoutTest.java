/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.rotation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CompoundLayoutTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "1 2 3 | 180 | 14 25 41 63 92 129 175",
                "1 2 | 40 | 6 10 15 21 28 36",
                "3 | 12 | 4 10",
                "1 | 4 | 2 3 4"
            })
    void someSizesAreFilledWithoutARest(String orders, int largest, String sizes) {
        assertThat(CompoundLayout.filledSizes(parse(orders), largest)).isEqualTo(parse(sizes));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"128 | 384 | 92 129", "128 | 128 | 92", "92 | 384 | ''", "12 | 384 | 14"})
    void nextToASizeAreThoseThatAreFilled(int size, int features, String neighbours) {
        CompoundLayout layout = CompoundLayout.ofBlockSize(features, size, List.of(1, 2, 3));

        assertThat(layout.neighbours())
                .isEqualTo(neighbours.isEmpty() ? List.of() : parse(neighbours));
    }

    /** Links that are shifted change what those before leave alone. */
    @ParameterizedTest
    @CsvSource({"1, 92", "2, 128", "3, 128"})
    void aChainWithOffsetsCoversMore(int chain, int covered) {
        CompoundLayout layout = CompoundLayout.ofBlockSize(128, 128, List.of(1, 2, 3));
        CompoundForm form =
                new CompoundForm(
                        layout,
                        OrthogonalMap.CAYLEY,
                        5,
                        EntryRule.DETERMINANT,
                        false,
                        chain,
                        false,
                        true);

        assertThat(form.covered()).isEqualTo(covered);
        assertThat(CompoundForm.of(layout).covered()).isEqualTo(92);
    }

    // Computed by hand: orders 1, 2 fill n(n+1)/2; orders 1, 2, 3 fill n + n(n-1)/2 +
    // n(n-1)(n-2)/6.
    @ParameterizedTest(name = "d = {0}, {1} blocks, orders {2}")
    @CsvSource({
        // d, blocks, orders, b, n, filled, padding, tail, numbers of all blocks
        "768,  3, 1 2,   256,  22,  253,  3,  0,  693",
        "768,  1, 1 2 3, 768,  16,  696,  72, 0,  120",
        "384,  4, 1 2,   96,   13,  91,   5,  0,  312",
        "4096, 4, 1 2 3, 1024, 18,  987,  37, 0,  612",
        "1536, 3, 1 2,   512,  31,  496,  16, 0,  1395",
        "768,  3, 1,     256,  256, 256,  0,  0,  97920",
        "768,  3, 2,     256,  23,  253,  3,  0,  759",
        "768,  1, 3,     768,  17,  680,  88, 0,  136",
        "100,  3, 1 2,   33,   7,   28,   5,  1,  63",
        "10,   3, 2,     3,    3,   3,    0,  1,  9",
        "7,    7, 1,     1,    1,   1,    0,  0,  0",
        "20,   1, 4,     20,   6,   15,   5,  0,  15",
        "2000, 1, 2 4 1, 2000, 16, 1956, 44, 0,  120"
    })
    void blocksOfANumberAreFilledByTheLargestMatrixThatFits(
            int d,
            int blocks,
            String orders,
            int blockSize,
            int size,
            int filled,
            int padding,
            int tail,
            int numbers) {
        CompoundLayout layout = CompoundLayout.ofBlocks(d, blocks, parse(orders));

        assertThat(layout.blocks()).isEqualTo(blocks);
        assertLayout(layout, blockSize, size, filled, padding, tail, numbers);
    }

    @ParameterizedTest(name = "d = {0}, blocks of {1}, orders {2}")
    @CsvSource({
        // d, b, orders, blocks, n, filled, padding, tail, numbers of all blocks
        "768,  64,  1 2,   12, 10, 55,  9,  0,  540",
        "384,  64,  1 2,   6,  10, 55,  9,  0,  270",
        "1536, 128, 1 2,   12, 15, 120, 8,  0,  1260",
        "100,  64,  1 2,   1,  10, 55,  9,  36, 45",
        "1000, 96,  1 2 3, 10, 8,  92,  4,  40, 280",
        "64,   64,  3,     1,  8,  56,  8,  0,  28"
    })
    void blocksOfASizeAreAsManyAsFit(
            int d,
            int blockSize,
            String orders,
            int blocks,
            int size,
            int filled,
            int padding,
            int tail,
            int numbers) {
        CompoundLayout layout = CompoundLayout.ofBlockSize(d, blockSize, parse(orders));

        assertThat(layout.blocks()).isEqualTo(blocks);
        assertLayout(layout, blockSize, size, filled, padding, tail, numbers);
    }

    private static void assertLayout(
            CompoundLayout layout,
            int blockSize,
            int size,
            int filled,
            int padding,
            int tail,
            int numbers) {
        assertThat(layout.blockSize()).isEqualTo(blockSize);
        assertThat(layout.size()).isEqualTo(size);
        assertThat(layout.filled()).isEqualTo(filled);
        assertThat(layout.blockSize() - layout.filled()).isEqualTo(padding);
        assertThat(layout.features() - layout.rotated()).isEqualTo(tail);
        assertThat(CompoundForm.of(layout).parameterShape().size()).isEqualTo(numbers);
    }

    private static List<Integer> parse(String orders) {
        return Arrays.stream(orders.split(" ")).map(Integer::valueOf).toList();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 5, 9, 10, 100})
    void nIsTheLargestThatFits(int blockSize) {
        for (int k = 1; k <= 6; k++) {
            CompoundLayout layout = CompoundLayout.ofBlockSize(100, blockSize, List.of(k));

            assertThat(layout.filled()).isLessThanOrEqualTo(blockSize);
            assertThat(CompoundLayout.binomial(layout.size() + 1, k)).isGreaterThan(blockSize);
        }
    }

    @Test
    void refusesOrdersThatDoNotExist() {
        assertRefused(List.of(0), "Order 0 does not exist; orders start at 1");
        assertRefused(List.of(1, -2), "Order -2 does not exist; orders start at 1");
        assertRefused(List.of(), "The orders must be one or more different numbers, got []");
        assertRefused(
                List.of(1, 2, 1),
                "The orders must be one or more different numbers, got [1, 2, 1]");
    }

    /** Also that it comes to an end: no size fills a block with an order that doesn't exist. */
    private static void assertRefused(List<Integer> orders, String message) {
        Assertions.assertTimeoutPreemptively(
                Duration.ofSeconds(10),
                () -> {
                    assertThatThrownBy(() -> CompoundLayout.ofBlocks(12, 2, orders))
                            .isInstanceOf(IllegalArgumentException.class)
                            .hasMessage(message);
                    assertThatThrownBy(() -> CompoundLayout.ofBlockSize(12, 6, orders))
                            .isInstanceOf(IllegalArgumentException.class)
                            .hasMessage(message);
                });
    }

    @Test
    void refusesBlocksThatDoNotFit() {
        assertThatThrownBy(() -> CompoundLayout.ofBlocks(12, 13, List.of(1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("13 blocks do not fit into 12 features; there may be 1 to 12");
        assertThatThrownBy(() -> CompoundLayout.ofBlocks(12, 0, List.of(1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("0 blocks do not fit into 12 features; there may be 1 to 12");
        assertThatThrownBy(() -> CompoundLayout.ofBlockSize(12, 13, List.of(1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Blocks of size 13 do not fit into 12 features; it may be 1 to 12");
        assertThatThrownBy(() -> CompoundLayout.ofBlockSize(12, 0, List.of(1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Blocks of size 0 do not fit into 12 features; it may be 1 to 12");
    }

    @Test
    void refusesASizeThatOverfillsTheBlocks() {
        assertThatThrownBy(() -> new CompoundLayout(12, List.of(1, 2), 2, 6, 4))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "Matrices of size n = 4 with orders [1, 2] fill 10 coordinates, more than"
                                + " the 6 of a block");
    }

    @Test
    void anOrderMustBeLessThanTheSizeToHaveSomethingToTrain() {
        assertThatCode(CompoundLayout.ofBlocks(12, 2, List.of(1, 2))::requireFreedom)
                .doesNotThrowAnyException();
        // n = 4 would fill 4 coordinates with C_1 and another 4 with C_3
        assertThatThrownBy(CompoundLayout.ofBlocks(20, 4, List.of(1, 3))::requireFreedom)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "Blocks of size 5 are too small for order 3: they hold matrices of size n ="
                            + " 3 and an order must be less than n. Orders [1, 3] need a block size"
                            + " of at least 8, that is a number of blocks of at most 2");
    }

    @Test
    void theBlockSizeOfTheRefusalIsTheSmallestThatFits() {
        for (List<Integer> orders :
                List.of(List.of(1), List.of(2), List.of(1, 2), List.of(1, 3), List.of(2, 4))) {
            int smallest = 1;
            while (refusal(CompoundLayout.ofBlockSize(100, smallest, orders)) != null) {
                smallest++;
            }
            for (int blockSize = 1; blockSize < smallest; blockSize++) {
                assertThat(refusal(CompoundLayout.ofBlockSize(100, blockSize, orders)))
                        .contains(
                                "a block size of at least "
                                        + smallest
                                        + ", that is a number of blocks of at most ")
                        .endsWith(" at most " + 100 / smallest);
            }
        }
    }

    @Test
    void saysWhenNoBlockOfTheLayerIsLargeEnough() {
        assertThat(refusal(CompoundLayout.ofBlocks(6, 1, List.of(1, 4))))
                .endsWith("need a block size of at least 10, more than the 6 features there are");
    }

    private static String refusal(CompoundLayout layout) {
        try {
            layout.requireFreedom();
            return null;
        } catch (IllegalArgumentException e) {
            return e.getMessage();
        }
    }

    @Test
    void binomialsSaturate() {
        assertThat(CompoundLayout.binomial(8, 3)).isEqualTo(56);
        assertThat(CompoundLayout.binomial(3, 4)).isZero();
        assertThat(CompoundLayout.binomial(5, 0)).isOne();
        assertThat(CompoundLayout.binomial(33, 16)).isEqualTo(1166803110);
        assertThat(CompoundLayout.binomial(100_000, 50_000)).isGreaterThan(Integer.MAX_VALUE);
    }
}
