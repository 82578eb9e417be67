/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.djladapters.examples.report.Published.Kind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PublishedTest {

    @TempDir private Path folder;

    @Test
    void whatIsBuiltInIsComplete() throws IOException {
        Published published = Published.builtIn();

        assertThat(published.claims()).extracting(Published.Claim::kind).contains(Kind.values());
        assertThat(published.studies())
                .allSatisfy(
                        study -> {
                            assertThat(study.source()).isNotEmpty();
                            assertThat(study.figures()).isNotEmpty();
                        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "words", "[]", "{}", "{\"studies\": [{}], \"claims\": []}"})
    void somethingElseIsRefused(String text) throws IOException {
        Path file = Files.writeString(folder.resolve("p.json"), text);

        assertThatIOException()
                .isThrownBy(() -> Published.read(file))
                .withMessageContaining("p.json: it does not contain published figures and claims");
    }

    @Test
    void aClaimThatCantBeTestedIsRefused() throws IOException {
        Path file =
                Files.writeString(
                        folder.resolve("p.json"),
                        "{\"studies\": [], \"claims\": [{\"kind\": \"equal\", \"origin\": \"a\","
                                + " \"suite\": \"text\", \"text\": \"b\"}, {\"kind\": \"percent\","
                                + " \"origin\": \"a\", \"suite\": \"text\", \"text\": \"b\"}]}");

        assertThatIOException()
                .isThrownBy(() -> Published.read(file))
                .withMessageContaining("claim 2 lacks fields that its kind needs");
    }
}
