/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.data.encoding;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BatchOrderTest {

    private static final int[] LENGTHS = new Random(7).ints(1003, 3, 60).toArray();

    @Test
    void everyExampleComesOnceAPass() {
        for (List<int[]> batches : List.of(shuffled(1, 0), BatchOrder.byLength(LENGTHS, 8))) {
            assertThat(batches.stream().flatMapToInt(Arrays::stream))
                    .containsExactlyInAnyOrderElementsOf(
                            IntStream.range(0, LENGTHS.length).boxed().toList());
            assertThat(batches).hasSize(126);
            assertThat(batches).filteredOn(batch -> batch.length == 8).hasSize(125);
        }
    }

    @Test
    void orderDependsOnSeedAndEpochOnly() {
        assertThat(flat(shuffled(1, 0))).isEqualTo(flat(shuffled(1, 0)));
        assertThat(flat(shuffled(1, 0))).isNotEqualTo(flat(shuffled(1, 1)));
        assertThat(flat(shuffled(1, 0))).isNotEqualTo(flat(shuffled(2, 0)));
    }

    @Test
    void membersOfABatchAreOfSimilarLength() {
        int sorted = padded(BatchOrder.byLength(LENGTHS, 8));
        int shuffled = padded(shuffled(1, 0));
        int tokens = Arrays.stream(LENGTHS).sum();

        assertThat(sorted).isLessThan(tokens * 102 / 100);
        assertThat(shuffled).isLessThan(tokens * 105 / 100);
    }

    @Test
    void lengthsOfSuccessiveBatchesAreMixed() {
        List<Integer> lengths = shuffled(1, 0).stream().map(batch -> LENGTHS[batch[0]]).toList();

        assertThat(lengths.subList(0, 20).stream().distinct().count()).isGreaterThan(10);
        assertThat(lengths).isNotEqualTo(lengths.stream().sorted().toList());
    }

    @Test
    void equallyLongExamplesStayInTheirOrderWithoutShuffling() {
        assertThat(flat(BatchOrder.byLength(new int[] {1, 2, 1, 2, 3}, 2)))
                .containsExactly(4, 1, 3, 0, 2);
    }

    @Test
    void withoutSharedTextsTheBatchesAreThoseOfAnyExamples() {
        List<int[]> texts =
                IntStream.range(0, LENGTHS.length).mapToObj(row -> new int[] {row}).toList();

        assertThat(flat(BatchOrder.shuffledDistinct(LENGTHS, texts, 8, 1, 2)))
                .isEqualTo(flat(shuffled(1, 2)));
    }

    @Test
    void noTwoMembersOfABatchShareATextAndNoExampleIsLost() {
        Random random = new Random(3);
        List<int[]> texts =
                IntStream.range(0, LENGTHS.length)
                        .mapToObj(row -> new int[] {random.nextInt(300), 300 + random.nextInt(99)})
                        .toList();

        List<int[]> batches = BatchOrder.shuffledDistinct(LENGTHS, texts, 16, 1, 0);

        for (int[] batch : batches) {
            int[] all =
                    Arrays.stream(batch).flatMap(row -> Arrays.stream(texts.get(row))).toArray();
            assertThat(all).doesNotHaveDuplicates();
            assertThat(batch.length).isBetween(1, 16);
        }
        assertThat(flat(batches))
                .containsExactlyInAnyOrderElementsOf(
                        IntStream.range(0, LENGTHS.length).boxed().toList());
        assertThat(flat(BatchOrder.shuffledDistinct(LENGTHS, texts, 16, 1, 0)))
                .isEqualTo(flat(batches));
        assertThat(flat(BatchOrder.shuffledDistinct(LENGTHS, texts, 16, 1, 1)))
                .isNotEqualTo(flat(batches));
    }

    @Test
    void anExampleMayHaveATextTwice() {
        List<int[]> texts = List.of(new int[] {0, 0}, new int[] {0, 1}, new int[] {2, 2});

        assertThat(BatchOrder.shuffledDistinct(new int[3], texts, 3, 1, 0))
                .extracting(batch -> batch.length)
                .containsExactlyInAnyOrder(2, 1);
    }

    private static List<int[]> shuffled(long seed, int epoch) {
        return BatchOrder.shuffled(LENGTHS, 8, seed, epoch);
    }

    private static List<Integer> flat(List<int[]> batches) {
        return batches.stream().flatMapToInt(Arrays::stream).boxed().toList();
    }

    private static int padded(List<int[]> batches) {
        return batches.stream()
                .mapToInt(
                        batch ->
                                batch.length
                                        * Arrays.stream(batch).map(i -> LENGTHS[i]).max().orElse(0))
                .sum();
    }
}
