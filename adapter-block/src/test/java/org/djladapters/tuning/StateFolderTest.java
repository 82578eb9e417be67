/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.tuning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.djladapters.io.TroubledFiles;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StateFolderTest {

    @TempDir private Path parent;
    private Path output;

    @BeforeEach
    void nameOutput() {
        output = parent.resolve("adapter");
    }

    @Test
    void liesBesideTheOutputAndGoesWhereItIsEmpty() throws IOException {
        for (int time = 0; time < 2; time++) { // the output is missing, then an empty folder
            try (StateFolder state = StateFolder.claim(output)) {
                assertThat(state.path()).isEqualTo(parent.resolve("adapter.partial")).exists();
            }
            assertThat(parent.resolve("adapter.partial")).doesNotExist();
            Files.createDirectories(output);
        }
    }

    @Test
    void staysWhereItHoldsAState() throws IOException {
        try (StateFolder state = StateFolder.claim(output)) {
            Files.writeString(state.path().resolve("state.safetensors"), "state");
        }
        try (StateFolder state = StateFolder.claim(output)) {
            assertThat(state.path()).isDirectoryContaining("glob:**/state.safetensors");
            state.delete();
        }
        assertThat(parent).isEmptyDirectory();
    }

    @Test
    void liesInTheOutputWhereNothingCanBeWrittenBesideIt() throws IOException {
        Files.createDirectory(output);
        TroubledFiles files = new TroubledFiles().readOnly(parent);
        try (StateFolder state = StateFolder.claim(files.see(output))) {
            assertThat(state.path().getParent().toString()).isEqualTo(output.toString());
            Files.writeString(state.path().resolve("state.safetensors"), "state");
        }
        try (StateFolder state = StateFolder.claim(output)) {
            assertThat(state.path()).as("found again").isDirectoryContaining("glob:**/state*");
            state.delete();
        }
        assertThat(output).isEmptyDirectory();
    }

    @Test
    void isRefusedBeforeTheRunWhereItCannotBeWritten() {
        TroubledFiles files = new TroubledFiles().readOnly(parent);
        assertThatThrownBy(() -> StateFolder.claim(files.see(output)))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith("The state of the run can't be kept in '" + parent);
    }

    @Test
    void belongsToOneRunAtATime() throws IOException {
        try (StateFolder state = StateFolder.claim(output)) {
            assertThat(state.path()).exists();
            assertThatThrownBy(() -> StateFolder.claim(output))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("in use by another run");
        }
        StateFolder.claim(output).close();
    }
}
