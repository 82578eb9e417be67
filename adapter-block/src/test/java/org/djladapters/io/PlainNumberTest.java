/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.io;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PlainNumberTest {

    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "-0.0, 0",
        "1, 1",
        "-3, -3",
        "0.5, 0.5",
        "1e-4, 0.0001",
        "-2.5e-5, -0.000025",
        "1e-7, 1e-7",
        "1.5e-38, 1.5e-38",
        "1e10, 10000000000",
        "1e300, 1e300",
        "0.1, 0.1",
        "NaN, NaN",
        "-Infinity, -infinity",
    })
    void numbersAreWrittenAsPeopleDo(double number, String expected) {
        assertThat(PlainNumber.of(number)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({"0.1, 0.1", "1e-4, 0.0001", "3e-8, 3e-8", "-0.0, 0"})
    void digitsThatSinglePrecisionDoesNotHoldAreNotShown(float number, String expected) {
        assertThat(PlainNumber.of(number)).isEqualTo(expected);
    }
}
