/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.data.encoding;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDManager;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.djladapters.hub.ModelDirectory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.Resources;

/** Texts that are cut are told of, once. */
@ResourceLock(Resources.SYSTEM_ERR)
class TruncationNoteTest {

    private final ByteArrayOutputStream written = new ByteArrayOutputStream();
    private final PrintStream before = System.err;

    private ModelDirectory model;

    @BeforeEach
    void capture() throws Exception {
        model = ModelDirectory.open(Path.of("src/test/resources/models/tiny-bert"));
        System.setErr(new PrintStream(written, true, StandardCharsets.UTF_8));
    }

    @AfterEach
    void release() {
        System.setErr(before);
    }

    private List<String> notes() {
        return written.toString(StandardCharsets.UTF_8)
                .lines()
                .filter(line -> line.contains("TextEncoder"))
                .map(line -> line.replaceAll(".* - ", ""))
                .toList();
    }

    @Test
    void howManyTextsOfATableWereCut() throws Exception {
        try (TextEncoder encoder = TextEncoder.open(model, 8)) {
            encoder.encode("hi", null);
            encoder.encode("hi ".repeat(200_000), null);
            encoder.encode("hi", "hi ".repeat(20));
            assertThat(notes()).isEmpty();
        }
        assertThat(notes())
                .containsExactly(
                        "2 of 3 texts are longer than 8 tokens; what follows these is not read");
    }

    @Test
    void nothingIsSaidWhereNothingIsCut() throws Exception {
        try (TextEncoder encoder = TextEncoder.open(model, 8)) {
            encoder.encode("hi", null);
        }
        assertThat(notes()).isEmpty();
    }

    @Test
    void nothingIsSaidOfTextsThatTryTheLimit() throws Exception {
        try (TextEncoder encoder = TextEncoder.openForTrial(model, 8)) {
            assertThat(encoder.encode("hi ".repeat(20), null).isTruncated()).isTrue();
        }
        assertThat(notes()).isEmpty();
    }

    @Test
    void theFirstTextThatAServedModelCuts() throws Exception {
        try (NDManager owner = NDManager.newBaseManager("PyTorch")) {
            TextEncoder encoder = TextEncoder.open(model, 8, owner);
            encoder.encode("hi", null);
            assertThat(notes()).isEmpty();
            encoder.encode("hi ".repeat(20), null);
            encoder.encode("hi ".repeat(20), null);
        }
        assertThat(notes())
                .containsExactly(
                        "A text is longer than 8 tokens; what follows these is not read, of this"
                                + " text and of others");
    }
}
