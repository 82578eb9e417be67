/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.search;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.djladapters.examples.cli.Samples;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ManualSearchTest {

    @TempDir private Path folder;

    @Test
    void aStoreOfTheBaseModelIsSearchedWithAnAdapterOfQuestions() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();

        ManualSearch.run(
                Samples.model("tiny-bert"),
                folder,
                1,
                new PrintStream(out, true, StandardCharsets.UTF_8));

        assertThat(out.toString(StandardCharsets.UTF_8))
                .contains("before: ", "after: ", " % of 216 questions")
                .endsWith("in the same store" + System.lineSeparator());
        assertThat(folder.resolve("adapter/provenance.json"))
                .content()
                .contains("\"adapt\": \"query\"");
    }
}
