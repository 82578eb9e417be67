/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.zoo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CoordinatesTest {

    @ParameterizedTest
    @ValueSource(strings = {"org.example:tickets:1.0", "a:b", "org.x_1-y:all-MiniLM:2.0-beta+7"})
    void areReadAsTheyAreWritten(String text) {
        assertThat(Coordinates.parse(text)).hasToString(text);
    }

    @Test
    void haveTheNewestVersionIfNoneIsGiven() {
        assertThat(Coordinates.parse("org.example:tickets").version()).isEmpty();
        assertThat(Coordinates.parse("org.example:tickets").with("2"))
                .hasToString("org.example:tickets:2");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "tickets",
                "",
                "a:b:c:d",
                ":b:1",
                "a::1",
                "a:b:",
                "..:b:1",
                "a..b:c:1",
                ".a:b:1",
                "a/b:c:1",
                "a:..:1",
                "a:.hidden:1",
                "a:b:..",
                "a:b:1/../../x",
                "a:b:1\\x",
                "a:b:1.",
                "a:b:%2e%2e",
                "a:b:1 0",
                "a:b:1\n"
            })
    void areRefusedWhereTheyCouldLeadElsewhere(String text) {
        assertThatThrownBy(() -> Coordinates.parse(text))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
