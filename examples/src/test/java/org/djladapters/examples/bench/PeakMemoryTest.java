/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

class PeakMemoryTest {

    @Test
    @EnabledOnOs(OS.LINUX)
    void memoryThatWasUsedForAWhileCounts() throws InterruptedException {
        try (PeakMemory peak = PeakMemory.start()) {
            int size = 300 << 20;
            byte[] used = new byte[size];
            Arrays.fill(used, (byte) 1);
            Thread.sleep(200); // where the size is only read now and then
            assertThat(used).hasSize(size);
            assertThat(peak.bytes().orElseThrow()).isGreaterThan(size);
        }
    }

    @Test
    void neverFails() {
        try (PeakMemory peak = PeakMemory.start()) {
            OptionalLong bytes = peak.bytes();
            assertThat(bytes.orElse(1)).isPositive();
        }
    }
}
