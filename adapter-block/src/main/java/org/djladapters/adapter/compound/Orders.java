/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.compound;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.djladapters.adapter.ModulePatterns;
import org.djladapters.io.MalformedFileException;
import org.djladapters.rotation.CompoundLayout;

/** Orders in one word, such as {@code 1+2}. */
final class Orders {

    private static final String WORD = "\\d{1,9}(\\+\\d{1,9})*";

    private Orders() {}

    static List<Integer> parse(String word) {
        if (!word.matches(WORD)) {
            throw new IllegalArgumentException(
                    MalformedFileException.quote(word)
                            + " stands where orders such as 1+2 are expected");
        }
        List<Integer> orders = Stream.of(word.split("\\+")).map(Integer::valueOf).toList();
        CompoundLayout.checkOrders(orders);
        return orders;
    }

    static ModulePatterns<List<Integer>> parse(Map<String, String> words) {
        Map<String, List<Integer>> orders = new LinkedHashMap<>();
        words.forEach((key, word) -> orders.put(key, parse(word)));
        return ModulePatterns.of(orders);
    }

    static String word(List<Integer> orders) {
        return orders.stream().map(String::valueOf).collect(Collectors.joining("+"));
    }
}
