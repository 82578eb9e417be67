/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.data;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.djladapters.io.PlainNumber;

/**
 * Training data in two parts: the examples to train on, and those held out to choose learning rates
 * and epochs, so that no choice depends on the development data.
 *
 * @param train the examples to train on
 * @param heldOut the examples held out
 */
public record HeldOutSplit(LabelledData train, LabelledData heldOut) {

    /**
     * Splits data so that both parts have about the same share of every class, or the same spread
     * of numbers. The last example of a class is never held out. Examples without classes, such as
     * prompts, are split at random; so are those of which some {@linkplain LabelledData#group stay
     * together}.
     *
     * @param data the training data
     * @param share the share that is held out, between 0 and 1/2
     * @param seed decides which examples these are
     * @return the parts, with the examples in the order of the data
     * @throws IllegalArgumentException if the share is not such a number or a part would be empty
     */
    public static HeldOutSplit of(LabelledData data, double share, long seed) {
        requireShare(share);
        Collection<List<Integer>> groups = groups(data);
        List<Integer> heldOut =
                groups.size() == data.size()
                        ? StratifiedSplit.of(data, seed).pick(share, true)
                        : pick(groups, data.size(), share, seed);
        if (heldOut.isEmpty()) {
            throw new IllegalArgumentException(tooFew(data, groups.size(), share));
        }
        List<Integer> train = new ArrayList<>(IntStream.range(0, data.size()).boxed().toList());
        train.removeAll(new HashSet<>(heldOut));
        return new HeldOutSplit(data.pick(train), data.pick(heldOut));
    }

    /**
     * Refuses a share that can't be held out.
     *
     * @param share the share
     * @throws IllegalArgumentException if it is not more than 0 and at most 1/2
     */
    public static void requireShare(double share) {
        if (!(share > 0 && share <= 0.5)) {
            throw new IllegalArgumentException(
                    "The share that is held out must be more than 0 and at most 0.5, got "
                            + PlainNumber.of(share));
        }
    }

    /** Returns the groups of rows that stay together. */
    private static Collection<List<Integer>> groups(LabelledData data) {
        Map<Object, List<Integer>> groups = new LinkedHashMap<>();
        for (int row = 0; row < data.size(); row++) {
            Optional<String> name = data.group(row);
            Object key = name.isPresent() ? name.get() : row;
            groups.computeIfAbsent(key, k -> new ArrayList<>()).add(row);
        }
        return groups.values();
    }

    /**
     * Takes groups in random order, each that brings the number of rows closer to the share. Groups
     * larger than the share come first: they are not picked, and the others make up for them.
     */
    private static List<Integer> pick(
            Collection<List<Integer>> groups, int size, double share, long seed) {
        List<List<Integer>> shuffled = new ArrayList<>(groups);
        Collections.shuffle(shuffled, new Random(seed));
        shuffled.sort(Comparator.comparing(group -> group.size() <= share * size));
        List<Integer> picked = new ArrayList<>();
        int seen = 0;
        for (List<Integer> group : shuffled) {
            seen += group.size();
            boolean closer = picked.size() + group.size() / 2.0 <= share * seen;
            if (closer && picked.size() + group.size() <= size / 2) {
                picked.addAll(group);
            }
        }
        return picked.stream().sorted().toList();
    }

    private static String tooFew(LabelledData data, int groups, double share) {
        String examples =
                "A share of %s of the %d examples of '%s'"
                        .formatted(PlainNumber.of(share), data.size(), data.source());
        if (groups == data.size()) {
            return examples + " is less than one example; hold out more";
        }
        String reason =
                groups == 1
                        ? "since all of them belong together; measure on other data"
                        : ("since they form %d groups that stay together; hold out more, or measure"
                                        + " on other data")
                                .formatted(groups);
        return examples + " can't be held out, " + reason;
    }
}
