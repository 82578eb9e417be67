/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.io;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;

/**
 * Tells the files of a folder from what a link in it leads to elsewhere.
 *
 * <p>A folder from a stranger can hold a link named {@code labels.json} to a private key of its
 * user. Opening such a folder harms nobody, and folders of links are common: HuggingFace's cache
 * keeps a model as links from {@code models--…/snapshots/REVISION} to {@code models--…/blobs}. But
 * what is published, converted or merged goes on to others, so that a link may lead there only to
 * files of the folder itself or of the cache's entry that it belongs to. The folder may be a link:
 * its user named it.
 */
public final class OwnFiles {

    private OwnFiles() {}

    /**
     * Requires that a file of a folder that a user named may be copied to where others read it:
     * that it is no link that leads out of the folder, or nowhere. A file that does not exist is
     * passed over.
     */
    public static void require(Path folder, String name) throws IOException {
        Path file = folder.resolve(name);
        if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        Path home = folder.toRealPath();
        boolean own = Files.exists(file);
        if (own) {
            Path real = file.toRealPath();
            own = real.startsWith(home) || real.getParent().equals(blobs(home));
        }
        if (!own) {
            throw new FileSystemException(
                    file.toString(),
                    null,
                    "is a link to what is not in its folder, which is not passed on to others; put"
                            + " the file itself there, or remove the link");
        }
    }

    /**
     * Returns the folder of a snapshot's files in HuggingFace's cache; null for any other folder.
     */
    private static Path blobs(Path home) {
        Path snapshots = home.getParent();
        boolean cached =
                snapshots != null
                        && snapshots.endsWith("snapshots")
                        && snapshots.getParent() != null
                        && snapshots.getParent().getFileName() != null
                        && snapshots.getParent().getFileName().toString().startsWith("models--");
        return cached ? snapshots.resolveSibling("blobs") : null;
    }
}
