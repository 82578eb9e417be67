/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.djladapters.io.MalformedFileException.isPlain;
import static org.djladapters.io.MalformedFileException.quote;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class MalformedFileExceptionTest {

    @Test
    void beginsWithTheFile() {
        assertThat(new MalformedFileException(Path.of("a.json"), "is empty"))
                .hasMessage("a.json: is empty");
    }

    @Test
    void quotesTextSoThatItCannotDisturbATerminal() {
        assertThat(quote("encoder.größe.\uD83D\uDE00")).isEqualTo("'encoder.größe.\uD83D\uDE00'");
        assertThat(quote("a\u001b[31m\n\u202e\ud800")).isEqualTo("'a?[31m???'");
    }

    @Test
    void cutsLongText() {
        assertThat(quote("x".repeat(1_000_000))).isEqualTo("'" + "x".repeat(200) + "…'");
    }

    @Test
    void callsNamesPlainThatHoldNothingInvisible() {
        assertThat(isPlain("base_model.model.größe 1")).isTrue();
        assertThat(isPlain("a\u0000")).isFalse();
        assertThat(isPlain("a\u2028b")).isFalse();
        assertThat(isPlain("\udc00")).isFalse();
    }
}
