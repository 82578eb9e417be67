/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.djladapters.adapter.compound.CompoundConfig;
import org.djladapters.adapter.lora.LoraConfig;
import org.djladapters.adapter.method.MethodDescriptor;
import org.djladapters.adapter.method.MethodSettings;
import org.djladapters.option.Argument;
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
        assertThat(config.blockSize()).isEqualTo(92);
        assertThat(config.targets().isAllLinear()).isTrue();
    }

    @Test
    void anUnknownMethodIsRefusedWithTheNamesOfAll() {
        assertThatThrownBy(() -> Methods.defaultConfig("prompt"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("There is no method 'prompt'; this version knows ")
                .hasMessageContaining("compound, lora, oft");
    }

    @Test
    void everyMethodIsFoundByItsConfiguration() {
        for (MethodDescriptor method : Methods.descriptors()) {
            assertThat(Methods.of(method.defaultConfig())).contains(method);
            assertThat(Methods.descriptor(method.name())).isSameAs(method);
            // its targets are embeddings, which only Java chooses
            boolean tokens = method.name().equals("tokens");
            assertThat(method.adaptsWeights() || tokens)
                    .isEqualTo(!method.defaultConfig().targets().isNone());
        }
    }

    @Test
    void noTwoMethodsHaveTheSameWordTypeOrColour() {
        assertThat(Methods.names()).doesNotHaveDuplicates();
        assertThat(Methods.descriptors())
                .extracting(method -> method.format().peftType())
                .doesNotHaveDuplicates();
        assertThat(Methods.descriptors())
                .extracting(MethodDescriptor::color)
                .doesNotHaveDuplicates();
    }

    /** A command line has one option for all methods that share it. */
    @Test
    void optionsThatMethodsShareAreReadAlike() {
        Map<String, Argument> byName = new HashMap<>();
        for (MethodDescriptor method : Methods.descriptors()) {
            for (Argument option : method.settings().arguments()) {
                Argument other = byName.putIfAbsent(option.name(), option);
                if (other != null) {
                    assertThat(option.kind()).as(option.name()).isEqualTo(other.kind());
                    assertThat(option.type()).as(option.name()).isEqualTo(other.type());
                    assertThat(option.reader().isPresent())
                            .as(option.name())
                            .isEqualTo(other.reader().isPresent());
                }
            }
        }
        assertThat(byName).containsKeys("--orders", "--rank", "--bias");
    }

    @Test
    void optionsMakeAConfiguration() {
        MethodSettings lora = Methods.descriptor("lora").settings();

        Map<String, ?> values =
                Map.of(
                        "--rank",
                        4,
                        "--dora",
                        true,
                        "--rank-pattern",
                        Map.of("query", 2),
                        "--bias",
                        Bias.ALL);
        LoraConfig config = (LoraConfig) lora.config(values);

        assertThat(config.rank()).isEqualTo(4);
        assertThat(config.rank("encoder.query")).isEqualTo(2);
        assertThat(config.dora()).isTrue();
        assertThat(config.bias()).isEqualTo(Bias.ALL);
    }

    @Test
    void anOptionOfAnotherMethodIsRefused() {
        MethodSettings lora = Methods.descriptor("lora").settings();
        assertThatThrownBy(() -> lora.config(Map.of("--orders", List.of(1))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("no option '--orders'");
    }
}
