/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.djladapters.adapter.Methods;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
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

    /** Such lines stand in sweep files, whose runs begin much later. */
    @ParameterizedTest
    @CsvSource({
        "--weight-decay=-1, weight decay must be 0 or positive",
        "--head-learning-rate=1e39, must be from 1.4e-45 to 1e37",
        "--warm-up=NaN, from 0 to 1",
        "--epochs=0, must be at least 1",
        "--epochs=1.5, is not an int",
        "--chain=2147483647, at most 1000"
    })
    void optionsOutOfRangeAreRefusedWhereTheyAreRead(String option, String problem) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> OptionLine.parse(List.of(option)))
                .withMessageContaining(problem);
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
