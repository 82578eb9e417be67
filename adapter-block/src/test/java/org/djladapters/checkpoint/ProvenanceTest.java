/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.djladapters.data.TestData;
import org.djladapters.data.TextData;
import org.djladapters.io.Sha256;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProvenanceTest {

    @TempDir Path folder;

    @Test
    void recordsWhatWasTrainedHow() throws IOException {
        TextData data = TestData.sentences(folder, "1 a", "0 b");

        Provenance provenance = provenance(data);

        assertThat(Instant.parse(provenance.date())).isBefore(Instant.now().plusSeconds(1));
        assertThat(provenance.base().name()).isEqualTo("tiny-bert-classifier");
        assertThat(provenance.base().sha256())
                .isEqualTo(
                        Sha256.of(Files.readAllBytes(TestData.tinyBert().archive().orElseThrow())));
        assertThat(provenance.data())
                .containsExactly(
                        Map.entry(
                                "train", new Provenance.Source("sentences.tsv", data.sha256(), 2)));
        assertThat(provenance.seed()).isEqualTo(42);
        assertThat(provenance.options())
                .containsExactly(Map.entry("epochs", "3"), Map.entry("orders", "[1, 2]"));
        assertThat(provenance.versions())
                .containsOnlyKeys("djl-adapters", "djl", "PyTorch", "java")
                .containsEntry("djl", "0.36.0")
                .containsEntry("PyTorch", "2.7.1");
        assertThat(provenance.metrics()).containsExactly(Map.entry("accuracy", 0.75));
        assertThat(provenance.bestEpoch()).isEqualTo(2);
        assertThat(provenance.seconds()).isEqualTo(1.5);
    }

    @Test
    void dataInMemoryAreRecordedByTheirContent() throws IOException {
        TextData data = TextData.of(List.of(TextData.Row.of("1", "a"), TextData.Row.of("0", "b")));

        assertThat(provenance(data).data())
                .containsEntry("train", new Provenance.Source("data in memory", data.sha256(), 2));
    }

    @Test
    void survivesBeingWrittenAndReplacesAnOlderRecord() throws IOException {
        Provenance provenance = provenance(TestData.sentences(folder, "1 a", "0 b"));
        Path file = Files.writeString(folder.resolve("provenance.json"), "old");

        provenance.write(file);

        assertThat(Provenance.read(file)).isEqualTo(provenance);
        assertThat(folder.toFile().list())
                .containsExactlyInAnyOrder("provenance.json", "sentences.tsv");
    }

    @Test
    void refusesAnythingElse() throws IOException {
        Path file = folder.resolve("provenance.json");
        for (String text : new String[] {"", "[]", "{\"seed\": \"x\"}", "{"}) {
            Files.writeString(file, text);
            assertThatThrownBy(() -> Provenance.read(file))
                    .as(text)
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("provenance.json");
        }
    }

    private static Provenance provenance(TextData data) throws IOException {
        return Provenance.builder()
                .setBase(TestData.tinyBert())
                .addData("train", data.source(), data.sha256(), data.size())
                .setSeed(42)
                .addOption("epochs", 3)
                .addOption("orders", List.of(1, 2))
                .build()
                .withResult(Map.of(), Map.of("accuracy", 0.75), 2, 1.5);
    }
}
