/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.tuning;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * Training data in two parts: what is learned from, and what is held back to choose learning rates
 * and epochs, so that the development data has no part in any choice.
 *
 * @param train what is learned from
 * @param heldBack what is held back
 */
public record HeldBack(LabelledData train, LabelledData heldBack) {

    /**
     * Parts data. Examples are put in order of their labels, shuffled within a label, and every
     * 1/share-th is held back: so both parts have about the same share of every label, or the same
     * spread of numbers. A class of a single example stays with what is learned from.
     *
     * @param data the training data
     * @param share the share that is held back, between 0 and 1/2
     * @param seed decides which examples these are
     * @return the parts, with the examples in the order of the data
     * @throws IllegalArgumentException if the share is not such a number or a part would be empty
     */
    public static HeldBack of(LabelledData data, double share, long seed) {
        if (!(share > 0 && share <= 0.5)) {
            throw new IllegalArgumentException(
                    "The share that is held back must be more than 0 and at most 0.5, got "
                            + share);
        }
        List<Integer> ordered = new ArrayList<>(IntStream.range(0, data.size()).boxed().toList());
        Collections.shuffle(ordered, new Random(seed));
        ordered.sort(Comparator.comparing(data::label));
        boolean classes = LabelSpace.of(data).kind() == TaskKind.CLASSIFICATION;
        List<Integer> train = new ArrayList<>();
        List<Integer> heldBack = new ArrayList<>();
        for (int i = 0; i < ordered.size(); i++) {
            boolean held = Math.floor((i + 1) * share) > Math.floor(i * share);
            boolean needed = classes && isAlone(data, ordered, i);
            (held && !needed ? heldBack : train).add(ordered.get(i));
        }
        if (heldBack.isEmpty()) {
            throw new IllegalArgumentException(
                    "A share of %s of the %d examples of '%s' is none; hold back more"
                            .formatted(share, data.size(), data.source()));
        }
        Collections.sort(train);
        Collections.sort(heldBack);
        return new HeldBack(data.pick(train), data.pick(heldBack));
    }

    private static boolean isAlone(LabelledData data, List<Integer> ordered, int i) {
        String label = data.label(ordered.get(i));
        boolean before = i > 0 && data.label(ordered.get(i - 1)).equals(label);
        boolean after = i + 1 < ordered.size() && data.label(ordered.get(i + 1)).equals(label);
        return !before && !after;
    }
}
