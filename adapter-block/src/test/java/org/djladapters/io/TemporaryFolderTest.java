/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.io;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class TemporaryFolderTest {

    @TempDir private Path temporary;

    @Test
    void isGoneWhenItIsClosed() throws IOException {
        Path path;
        try (TemporaryFolder folder = TemporaryFolder.create()) {
            path = folder.path();
            Files.writeString(Files.createDirectory(path.resolve("deep")).resolve("file"), "text");
        }
        assertThat(path).doesNotExist();
    }

    @Test
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "it has no such permissions")
    void isOfItsUserOnly() throws IOException {
        try (TemporaryFolder folder = TemporaryFolder.create()) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.path())))
                    .isEqualTo("rwx------");
        }
    }

    @Test
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "a Java program can't send it a signal")
    void isGoneWhenTheProgramIsAskedToEnd() throws Exception {
        try (OtherProcess other = OtherProcess.start(temporary, "temporary", "")) {
            assertThat(Path.of(other.said())).isNotEmptyDirectory();
            other.terminate();
        }
        assertThat(temporary).isEmptyDirectory();
    }

    @Test
    void ofAKilledProgramIsGoneWhenTheNextOneStartsAndThatOfALivingOneStays() throws Exception {
        Path linked = Files.createDirectory(temporary.resolve("linked"));
        Path file = Files.writeString(linked.resolve("file"), "mine");
        Path link = temporary.resolve("djl-adapters-tmp-link");
        Files.createSymbolicLink(link, linked);
        try (OtherProcess killed = OtherProcess.start(temporary, "temporary", "");
                OtherProcess living = OtherProcess.start(temporary, "temporary", "")) {
            Path left = Path.of(killed.said());
            Path used = Path.of(living.said());
            killed.kill();
            try (OtherProcess next = OtherProcess.start(temporary, "temporary", "")) {
                Path own = Path.of(next.said());
                assertThat(temporary).isDirectoryNotContaining(path -> path.equals(left));
                assertThat(used.resolve("model.pt")).hasContent("much");
                assertThat(own).exists();
            }
        }
        assertThat(link).isSymbolicLink();
        assertThat(file).exists();
    }
}
