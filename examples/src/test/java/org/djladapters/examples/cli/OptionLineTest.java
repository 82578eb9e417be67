/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.djladapters.adapter.Methods;
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
}
