/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.data;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.stream.IntStream;
import org.djladapters.io.PlainNumber;

/**
 * Training data in two parts: what is learned from, and what is held out to choose learning rates
 * and epochs, so that the development data has no part in any choice.
 *
 * @param train what is learned from
 * @param heldOut what is held out
 */
public record HeldOutSplit(LabelledData train, LabelledData heldOut) {

    /**
     * Parts data, so that both parts have about the same share of every class, or the same spread
     * of numbers. A class of a single example stays with what is learned from.
     *
     * @param data the training data
     * @param share the share that is held out, between 0 and 1/2
     * @param seed decides which examples these are
     * @return the parts, with the examples in the order of the data
     * @throws IllegalArgumentException if the share is not such a number or a part would be empty
     */
    public static HeldOutSplit of(LabelledData data, double share, long seed) {
        if (!(share > 0 && share <= 0.5)) {
            throw new IllegalArgumentException(
                    "The share that is held out must be more than 0 and at most 0.5, got "
                            + PlainNumber.of(share));
        }
        StratifiedSplit strata = StratifiedSplit.of(data, seed);
        List<Integer> heldOut = strata.pick(share, true);
        List<Integer> train = new ArrayList<>(IntStream.range(0, data.size()).boxed().toList());
        train.removeAll(new HashSet<>(heldOut));
        if (heldOut.isEmpty()) {
            throw new IllegalArgumentException(
                    ("A share of %s of the %d examples of '%s' is less than one example; hold"
                                    + " out more")
                            .formatted(PlainNumber.of(share), data.size(), data.source()));
        }
        return new HeldOutSplit(data.pick(train), data.pick(heldOut));
    }
}
