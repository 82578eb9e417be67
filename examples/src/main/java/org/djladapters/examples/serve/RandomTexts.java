/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.serve;

import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;

/** Draws short texts of random words for load tests. */
final class RandomTexts {

    private static final List<String> WORDS =
            List.of(
                    ("the parcel has not come yet my bill is wrong and nobody answers where can I"
                                    + " find a good room with breakfast near old station we liked"
                                    + " soup but waited long for it please change address of order"
                                    + " or send money back printer does start after update how do"
                                    + " people book holidays here lovely view from window train"
                                    + " was late again this film made us laugh")
                            .split(" "));

    private static final int FEWEST = 4;
    private static final int MOST = 20;

    private RandomTexts() {}

    /** Draws a text of 4 to 20 words. */
    static String draw(RandomGenerator random) {
        return random.ints(random.nextInt(FEWEST, MOST + 1), 0, WORDS.size())
                .mapToObj(WORDS::get)
                .collect(Collectors.joining(" "));
    }
}
