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
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
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
        lines = lines();
    }

    private JsonLines<Count> lines() {
        return new JsonLines<>(file, Count.class, "a count", count -> count.number() > 0);
    }

    @Test
    void aMissingFileHoldsNothing() throws IOException {
        assertThat(lines.read()).isEmpty();
        assertThat(lines.endsUnfinished()).isFalse();
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
    void severalThreadsAppendAndReadByInstancesOfTheirOwn() throws Exception {
        List<Callable<Integer>> tasks = new ArrayList<>();
        for (int i = 1; i <= 100; i++) {
            int number = i;
            tasks.add(
                    () -> {
                        JsonLines<Count> own = lines();
                        own.append(List.of(new Count("a", number), new Count("b", number)));
                        return own.read().size();
                    });
        }
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            for (Future<Integer> read : threads.invokeAll(tasks)) {
                assertThat(read.get()).isPositive();
            }
        } finally {
            threads.shutdown();
        }
        List<Count> records = lines.read();
        assertThat(records).hasSize(200).doesNotHaveDuplicates();
        for (int i = 0; i < 200; i += 2) {
            assertThat(records.get(i + 1).number()).isEqualTo(records.get(i).number());
        }
    }

    @Test
    void aLineThatWasCutOffDoesNotCountAndIsReplaced() throws IOException {
        lines.append(List.of(new Count("blocks", 3)));
        assertThat(lines.endsUnfinished()).isFalse();
        Files.writeString(file, "{\"what_is_c", StandardOpenOption.APPEND);
        assertThat(lines.endsUnfinished()).isTrue();
        assertThat(lines.read()).containsExactly(new Count("blocks", 3));
        lines.append(List.of(new Count("orders", 2)));
        assertThat(lines.endsUnfinished()).isFalse();
        assertThat(lines.read()).containsExactly(new Count("blocks", 3), new Count("orders", 2));
    }

    @Test
    void aCharacterMayBeCutOff() throws IOException {
        lines.append(List.of(new Count("ü", 3)));
        byte[] half = {'{', '"', (byte) 0xC3};
        Files.write(file, half, StandardOpenOption.APPEND);
        assertThat(lines.read()).containsExactly(new Count("ü", 3));
    }

    @Test
    void whatIsNoTextIsRefused() throws IOException {
        Files.write(file, new byte[] {(byte) 0x89, 'P', 'N', 'G', '\n'});
        assertThatExceptionOfType(MalformedFileException.class)
                .isThrownBy(lines::read)
                .withMessageContaining("it is not text; each of its lines should be a count");
        Files.delete(file);
        Files.createDirectory(file);
        assertThatExceptionOfType(MalformedFileException.class)
                .isThrownBy(lines::read)
                .withMessageContaining("it is a folder");
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
