/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.serving;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FolderStateTest {

    @TempDir private Path folder;

    @Test
    void changesWithSizesTimesAndNames() throws Exception {
        Path file = Files.writeString(folder.resolve("a"), "one");
        Files.setLastModifiedTime(file, FileTime.fromMillis(1_000));
        FolderState before = FolderState.of(folder);
        assertThat(FolderState.of(folder)).isEqualTo(before);

        Files.writeString(folder.resolve(".tmp-x"), "is written beside, and moved then");
        assertThat(FolderState.of(folder)).isEqualTo(before);

        Files.setLastModifiedTime(file, FileTime.fromMillis(2_000));
        assertThat(FolderState.of(folder)).as("time").isNotEqualTo(before);

        Files.writeString(file, "three");
        Files.setLastModifiedTime(file, FileTime.fromMillis(1_000));
        assertThat(FolderState.of(folder)).as("size").isNotEqualTo(before);

        Files.writeString(file, "one");
        Files.setLastModifiedTime(file, FileTime.fromMillis(1_000));
        assertThat(FolderState.of(folder)).isEqualTo(before);

        Files.move(file, folder.resolve("b"));
        assertThat(FolderState.of(folder)).as("name").isNotEqualTo(before);
    }
}
