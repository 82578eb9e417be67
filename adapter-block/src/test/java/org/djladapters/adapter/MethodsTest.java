/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.djladapters.adapter.compound.CompoundConfig;
import org.junit.jupiter.api.Test;

class MethodsTest {

    @Test
    void everyMethodHasSettingsOfItsOwnName() {
        assertThat(Methods.names())
                .contains("compound", "head", "full", "bitfit")
                .allSatisfy(MethodsTest::check);
    }

    private static void check(String name) {
        assertThat(Methods.defaultConfig(name).method()).isEqualTo(name);
    }

    @Test
    void compoundBeginsWithOrdersOneToThree() {
        CompoundConfig config = (CompoundConfig) Methods.defaultConfig("compound");
        assertThat(config.orders()).containsExactly(1, 2, 3);
        assertThat(config.blockSize()).isEqualTo(128);
        assertThat(config.targets().isAllLinear()).isTrue();
    }

    @Test
    void anUnknownMethodIsRefusedWithTheNamesOfAll() {
        assertThatThrownBy(() -> Methods.defaultConfig("prompt"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("There is no method 'prompt'; this version knows ")
                .hasMessageContaining("compound, lora, oft");
    }
}
