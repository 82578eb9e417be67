/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JsonLinesTest {

    private record Count(String whatIsCounted, int number) {}

    @TempDir Path folder;
    private Path file;
    private JsonLines<Count> lines;

    @BeforeEach
    void describe() {
        file = folder.resolve("counts.jsonl");
        lines = new JsonLines<>(file, Count.class, "a count", count -> count.number() > 0);
    }

    @Test
    void aMissingFileHoldsNothing() throws IOException {
        assertThat(lines.read()).isEmpty();
    }

    @Test
    void whatWasAppendedIsRead() throws IOException {
        lines.append(List.of(new Count("blocks", 3), new Count("<orders>", 2)));
        lines.append(List.of(new Count("ü", 1)));
        assertThat(lines.read())
                .containsExactly(
                        new Count("blocks", 3), new Count("<orders>", 2), new Count("ü", 1));
        assertThat(file).content().startsWith("{\"what_is_counted\":\"blocks\",\"number\":3}\n");
    }

    @Test
    void aLineThatWasCutOffDoesNotCountAndIsReplaced() throws IOException {
        lines.append(List.of(new Count("blocks", 3)));
        Files.writeString(file, "{\"what_is_c", StandardOpenOption.APPEND);
        assertThat(lines.read()).containsExactly(new Count("blocks", 3));
        lines.append(List.of(new Count("orders", 2)));
        assertThat(lines.read()).containsExactly(new Count("blocks", 3), new Count("orders", 2));
    }

    @Test
    void aForeignLineIsNamed() throws IOException {
        for (String foreign : List.of("no json", "", "null", "[]", "{\"number\":0}")) {
            Files.writeString(file, "{\"what_is_counted\":\"a\",\"number\":1}\n" + foreign + "\n");
            assertThatExceptionOfType(MalformedFileException.class)
                    .isThrownBy(lines::read)
                    .withMessageContaining("counts.jsonl: line 2 is not a count");
        }
    }
}
