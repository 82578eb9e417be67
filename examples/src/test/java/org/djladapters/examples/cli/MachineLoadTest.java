/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MachineLoadTest {

    @Test
    void aLoadAboveTheProcessorsIsWarnedOf() {
        assertThat(new MachineLoad(25.04, 2).warning(2))
                .hasValueSatisfying(
                        warning ->
                                assertThat(warning)
                                        .contains("load of this machine is 25.0", "(2)")
                                        .contains("2 threads", "OMP_NUM_THREADS=1"));
    }

    @ParameterizedTest
    @CsvSource({"2, 2, 2", "25, 2, 1", "-1, 2, 2"})
    void nothingIsSaidOfAnIdleMachineOneThreadOrAnUnknownLoad(
            double average, int processors, int threads) {
        assertThat(new MachineLoad(average, processors).warning(threads)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({", 8", "'', 8", "many, 8", "99999999999, 8", "1, 1", "' 3 ', 3", "'4,2', 4"})
    void theEngineStartsWithAThreadForEachProcessorUnlessAVariableSaysAnother(
            String variable, int threads) {
        assertThat(new MachineLoad(0, 8).threads(variable)).isEqualTo(threads);
    }
}
