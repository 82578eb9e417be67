/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.task.embedding;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Comparator;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NearPassagesTest {

    private static final Set<Integer> RELEVANT = Set.of(0, 7, 38);

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 5, 36, 37, 50})
    void theNearestComeFirstAndOfEqualOnesThoseThatStandFirst(int count) {
        Random random = new Random(count);
        float[] cosines = new float[40];
        for (int i = 0; i < cosines.length; i++) {
            cosines[i] = random.nextInt(8) / 8f;
        }
        int[] sorted =
                IntStream.range(0, cosines.length)
                        .filter(passage -> !RELEVANT.contains(passage))
                        .boxed()
                        .sorted(Comparator.comparingDouble(passage -> -cosines[passage]))
                        .limit(count)
                        .mapToInt(Integer::intValue)
                        .toArray();

        assertThat(NearPassages.of(cosines, RELEVANT, count)).containsExactly(sorted);
    }
}
