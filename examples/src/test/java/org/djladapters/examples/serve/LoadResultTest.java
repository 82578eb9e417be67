/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.serve;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class LoadResultTest {

    @Test
    void sharesAreThoseOfTheSortedTimes() {
        List<Long> times =
                LongStream.rangeClosed(1, 100)
                        .map(n -> 101_000_000 - n * 1_000_000)
                        .boxed()
                        .toList();
        LoadResult result = new LoadResult(2, 10, times, Map.of("503", 3L));

        assertThat(result.requests()).isEqualTo(100);
        assertThat(result.perSecond()).isEqualTo(10);
        assertThat(result.milliseconds(0.5)).isEqualTo(50);
        assertThat(result.milliseconds(0.99)).isEqualTo(99);
        assertThat(result.milliseconds(1)).isEqualTo(100);
    }

    @Test
    void withoutRequestsThereAreNoTimes() {
        LoadResult result = new LoadResult(1, 1, List.of(), Map.of());
        assertThat(result.milliseconds(0.5)).isNaN();
        assertThat(result.perSecond()).isZero();
    }

    @Test
    void textsAreShortAndRepeatable() {
        String text = RandomTexts.draw(new SplittableRandom(3));
        assertThat(text.split(" ").length).isBetween(4, 20);
        assertThat(text).isEqualTo(RandomTexts.draw(new SplittableRandom(3)));
        assertThat(text).isNotEqualTo(RandomTexts.draw(new SplittableRandom(4)));
    }
}
