/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.djladapters.adapter.Methods;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class OptionLineTest {

    private static List<String> methods() {
        return Methods.names();
    }

    @ParameterizedTest
    @MethodSource("methods")
    void withoutOptionsAMethodHasTheSettingsOfTheLibrary(String method) {
        assertThat(OptionLine.parse(List.of("--method", method)).config())
                .usingRecursiveComparison()
                .isEqualTo(Methods.defaultConfig(method));
    }

    @Test
    void ofAnOptionGivenTwiceTheLastCounts() {
        List<String> line =
                List.of(
                        "--method",
                        "lora",
                        "--rank",
                        "2",
                        "--targets",
                        "query,value",
                        "--targets=key",
                        "--rank",
                        "4");
        List<String> last = List.of("--method", "lora", "--rank", "4", "--targets=key");

        assertThat(OptionLine.parse(line).config())
                .usingRecursiveComparison()
                .isEqualTo(OptionLine.parse(last).config());
    }
}
