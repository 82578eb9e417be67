/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.hub.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HubCacheTest {

    private static final HubRepository REPOSITORY = new HubRepository("acme/tiny", "main");
    private static final String COMMIT = "0123456789abcdef0123456789abcdef01234567";

    @TempDir private Path folder;

    private Path blob;
    private Path file;

    @BeforeEach
    void writeABlob() throws IOException {
        HubCache cache = new HubCache(folder);
        blob = cache.blob(REPOSITORY, "etag");
        file = cache.snapshot(REPOSITORY, COMMIT).resolve("config.json");
        Files.createDirectories(blob.getParent());
        Files.writeString(blob, "{}");
    }

    /** As Windows is for most users. */
    private HubCache withoutLinks() {
        return new HubCache(
                folder,
                (link, target) -> {
                    throw new FileSystemException(link.toString(), null, "no right to make links");
                });
    }

    @Test
    void movesANewBlobWhereThereAreNoLinks() throws IOException {
        withoutLinks().link(blob, file, true);

        assertThat(file).hasContent("{}");
        assertThat(Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)).isTrue();
        assertThat(blob).doesNotExist();
    }

    @Test
    void copiesABlobThatOthersHaveWhereThereAreNoLinks() throws IOException {
        withoutLinks().link(blob, file, false);

        assertThat(file).hasContent("{}");
        assertThat(blob).hasContent("{}");
        assertThat(blob.getParent()).isDirectoryNotContaining("glob:**/.tmp*");
    }

    @Test
    void replacesALinkThatLeadsNowhere() throws IOException {
        Files.createDirectories(file.getParent());
        Files.createSymbolicLink(file, Path.of("../../blobs/absent"));

        new HubCache(folder).link(blob, file, false);

        assertThat(file).hasContent("{}");
    }

    @Test
    void remembersTheCommitOfARevision() throws IOException {
        HubCache cache = new HubCache(folder);
        assertThat(cache.commit(REPOSITORY)).isEmpty();

        cache.remember(REPOSITORY, COMMIT);

        assertThat(cache.commit(REPOSITORY)).contains(COMMIT);
        assertThat(folder.resolve("models--acme--tiny/refs/main")).hasContent(COMMIT);
    }

    @Test
    void takesNoCommitThatIsNone() throws IOException {
        Path refs = Files.createDirectories(folder.resolve("models--acme--tiny/refs"));
        Files.writeString(refs.resolve("main"), "../../../elsewhere");

        assertThat(new HubCache(folder).commit(REPOSITORY)).isEmpty();
    }
}
