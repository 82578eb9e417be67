/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ModulePatternsTest {

    private static final String QUERY = "encoder.layer.0.attention.self.query";

    @ParameterizedTest
    @CsvSource({
        "query, true",
        "self.query, true",
        "encoder.layer.0.attention.self.query, true",
        "ery, false",
        "self, false",
        "key|query, true",
        "layer\\.0\\..*, true",
        "layer\\.1\\..*, false",
        "query$, true",
        "^query, false",
        "^encoder.*query, true",
        "^layer.*query, false",
    })
    void aKeyMatchesTheWholePathOrWhatFollowsADot(String key, boolean matches) {
        assertThat(ModulePatterns.of(Map.of(key, 4)).valueFor(QUERY, 8)).isEqualTo(matches ? 4 : 8);
    }

    @Test
    void anAnchoredKeyMatchesAModuleAtTheTop() {
        assertThat(ModulePatterns.of(Map.of("^query", 4)).valueFor("query", 8)).isEqualTo(4);
    }

    @ParameterizedTest
    @CsvSource({
        // the anchored one, though it is short
        "^enc.*, encoder.layer.0.attention.self.query, query, 1",
        // the longest
        "query, self.query, attention.self.query, 3",
        // the alphabetically first of the same length
        "quer[xy], quer[yx], query, 1",
        // those that do not match do not count
        "^decoder.*, layer.1.attention.self.query, query, 3"
    })
    void theMostSpecificKeyWinsInWhateverOrder(String a, String b, String c, int winner) {
        List<String> keys = List.of(a, b, c);
        List<String> order = new ArrayList<>(keys);
        for (int i = 0; i < 3; i++) {
            Collections.rotate(order, 1);
            assertThat(patterns(keys, order).valueFor(QUERY, 0)).isEqualTo(winner);
            Collections.reverse(order);
            assertThat(patterns(keys, order).valueFor(QUERY, 0)).isEqualTo(winner);
            Collections.reverse(order);
        }
    }

    /** Patterns whose values are the places of their keys in a list, given in another order. */
    private static ModulePatterns<Integer> patterns(List<String> keys, List<String> order) {
        Map<String, Integer> values = new LinkedHashMap<>();
        order.forEach(key -> values.put(key, keys.indexOf(key) + 1));
        return ModulePatterns.of(values);
    }

    @Test
    void keysThatMatchNoModuleAreReported() {
        ModulePatterns<Integer> patterns =
                patterns(List.of("query", "value", "^query"), List.of("value", "query", "^query"));

        assertThat(patterns.unused(List.of(QUERY))).containsExactly("value", "^query");
        assertThat(patterns.warning("rank pattern", List.of(QUERY)))
                .contains(
                        "The rank pattern value, ^query matches none of the adapted modules, such"
                                + " as "
                                + QUERY);
        assertThat(patterns.warning("rank pattern", List.of()).orElseThrow())
                .endsWith("matches none of the adapted modules");
        assertThat(ModulePatterns.of(Map.of("query", 4)).warning("rank pattern", List.of(QUERY)))
                .isEmpty();
    }

    @Test
    void aKeyThatOthersOutdoIsNotReported() {
        ModulePatterns<Integer> patterns = ModulePatterns.of(Map.of("query", 4, "self.query", 8));
        assertThat(patterns.unused(List.of(QUERY))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"(query, a ) is missing", "query)|(.*, there is a ) too many"})
    void whatIsNoRegularExpressionIsRefused(String key, String reason) {
        assertThatThrownBy(() -> ModulePatterns.of(Map.of(key, 4)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(
                        "'" + key + "' is not a regular expression of Python's: " + reason);
    }

    @Test
    void noneHasNoValues() {
        assertThat(ModulePatterns.none().isEmpty()).isTrue();
        assertThat(ModulePatterns.none().valueFor(QUERY, 8)).isEqualTo(8);
        assertThat(ModulePatterns.none().unused(List.of(QUERY))).isEmpty();
    }

    @Test
    void keepsTheOrderAndCopiesTheValues() {
        Map<String, Integer> values = new LinkedHashMap<>();
        values.put("value", 2);
        values.put("key", 3);
        ModulePatterns<Integer> patterns = ModulePatterns.of(values);
        values.clear();

        assertThat(patterns.values()).containsExactly(Map.entry("value", 2), Map.entry("key", 3));
        assertThat(patterns).hasToString("{value=2, key=3}");
        assertThatThrownBy(() -> patterns.values().clear())
                .isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void isAValue() {
        ModulePatterns<Integer> one = ModulePatterns.of(Map.of("query", 4));
        assertThat(one).isEqualTo(ModulePatterns.of(Map.of("query", 4)));
        assertThat(one).hasSameHashCodeAs(ModulePatterns.of(Map.of("query", 4)));
        assertThat(one).isNotEqualTo(ModulePatterns.of(Map.of("query", 5)));
        assertThat(one).isNotEqualTo(ModulePatterns.none());
    }
}
