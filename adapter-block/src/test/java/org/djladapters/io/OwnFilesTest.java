/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.io;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OwnFilesTest {

    @TempDir Path root;
    private Path secret;

    @BeforeEach
    void writeSecret() throws Exception {
        secret = Files.writeString(root.resolve("secret"), "{}");
    }

    private void requireRefused(Path folder) {
        assertThatThrownBy(() -> OwnFiles.require(folder, "labels.json"))
                .isInstanceOf(IOException.class)
                .hasMessage(
                        folder.resolve("labels.json")
                                + ": is a link to what is not in its folder, which is not passed on"
                                + " to others; put the file itself there, or remove the link");
    }

    private static void requireAllowed(Path folder) {
        assertThatCode(() -> OwnFiles.require(folder, "labels.json")).doesNotThrowAnyException();
    }

    @Test
    void filesOfTheFolderAreItsOwnEvenIfTheFolderIsALink() throws Exception {
        Path folder = Files.createDirectory(root.resolve("adapter"));
        requireAllowed(folder);
        Files.writeString(folder.resolve("en.json"), "[]");
        Files.createSymbolicLink(folder.resolve("labels.json"), Path.of("en.json"));
        requireAllowed(folder);
        requireAllowed(Files.createSymbolicLink(root.resolve("link"), folder));
    }

    @Test
    void linksThatLeadElsewhereOrNowhereAreRefused() throws Exception {
        Path folder = Files.createDirectory(root.resolve("adapter"));
        Path link = Files.createSymbolicLink(folder.resolve("labels.json"), secret);
        requireRefused(folder);
        Files.delete(link);
        Files.createSymbolicLink(link, Path.of("..", "secret"));
        requireRefused(folder);
        Files.delete(link);
        Files.createSymbolicLink(folder.resolve("inner"), secret);
        Files.createSymbolicLink(link, Path.of("inner"));
        requireRefused(folder);
        Files.delete(link);
        Files.createSymbolicLink(link, Path.of("missing"));
        requireRefused(folder);
    }

    @Test
    void aSnapshotOfTheCacheConsistsOfLinksToItsBlobs() throws Exception {
        Path entry = root.resolve("models--org--name");
        Path snapshot = Files.createDirectories(entry.resolve("snapshots/0123"));
        Path blobs = Files.createDirectory(entry.resolve("blobs"));
        Files.writeString(blobs.resolve("abc"), "[]");
        Path link = snapshot.resolve("labels.json");
        Files.createSymbolicLink(link, Path.of("../../blobs/abc"));
        requireAllowed(snapshot);
        Files.delete(blobs.resolve("abc"));
        Files.createSymbolicLink(blobs.resolve("abc"), secret);
        requireRefused(snapshot);
        Files.delete(blobs.resolve("abc"));
        Files.delete(blobs);
        Files.createSymbolicLink(blobs, root);
        Files.delete(link);
        Files.createSymbolicLink(link, Path.of("../../blobs/secret"));
        requireRefused(snapshot);
    }
}
