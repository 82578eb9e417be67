/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.io;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.engine.EngineException;
import org.junit.jupiter.api.Test;

class FailuresTest {

    @Test
    void theLinesOfAMessageBecomeOne() {
        assertThat(Failures.reason(new IllegalArgumentException("too\n  small")))
                .isEqualTo("too small");
    }

    @Test
    void theEnginesFramesAreLeftOut() {
        String message = "RuntimeError: shapes differ\nException raised from a\nframe #0: b\n";

        assertThat(Failures.reason(new EngineException(message)))
                .isEqualTo("RuntimeError: shapes differ");
    }

    @Test
    void withoutAMessageTheExceptionIsNamed() {
        assertThat(Failures.reason(new IllegalStateException()))
                .isEqualTo("java.lang.IllegalStateException");
    }
}
