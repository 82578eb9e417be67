/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.zoo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.engine.Engine;
import ai.djl.repository.Artifact;
import ai.djl.repository.Repository;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.djladapters.io.AtomicFiles;
import org.djladapters.io.MalformedFileException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a repository that is out of order, or not to be trusted, can do. */
class VerifiedRepositoryTest {

    private static final String CACHE = "DJL_CACHE_DIR";
    private static final String COORDINATES = "org.example:tickets:1.0";
    private static final String METADATA =
            "model/nlp/text_classification/org/example/tickets/metadata.json";

    @TempDir Path folder;

    private Path adapter;
    private Path repository;
    private Path cache;

    @BeforeEach
    void publish() throws Exception {
        // the engine puts its libraries into the cache that is set when it is first used
        Engine.getEngine("PyTorch");
        cache = Files.createDirectory(folder.resolve("cache"));
        System.setProperty(CACHE, cache.toString());
        adapter = Adapters.write(folder.resolve("adapter"), 1);
        repository = folder.resolve("repository");
        publish(COORDINATES);
    }

    @AfterEach
    void resetCache() {
        System.clearProperty(CACHE);
    }

    private void publish(String coordinates) throws IOException {
        Publisher.builder()
                .setRepository(repository)
                .setCoordinates(coordinates)
                .build()
                .publish(adapter);
    }

    private Map<String, String> fetched(String repository, String coordinates) throws IOException {
        return Adapters.contents(AdapterZoo.fetch(repository + "#" + coordinates));
    }

    /** Nothing but descriptions is in the cache. */
    private void requireNothingFetched() throws IOException {
        assertThat(Adapters.contents(cache).keySet())
                .allMatch(path -> path.endsWith("index.json") || path.endsWith("metadata.json"));
    }

    @Test
    void filesComeFromAWebServerOnceAndFromTheCacheAfterwards() throws Exception {
        Map<String, String> expected = Adapters.contents(adapter);
        String url;
        try (FolderServer server = new FolderServer(repository)) {
            url = server.url();
            assertThat(fetched(url, COORDINATES)).isEqualTo(expected);
            int requests = server.requests().size();
            assertThat(fetched(url + "/", COORDINATES)).isEqualTo(expected);
            assertThat(server.requests()).hasSize(requests);
        }
        assertThat(fetched(url, COORDINATES)).isEqualTo(expected);
        assertThat(fetched(url, "org.example:tickets")).isEqualTo(expected);
        assertThat(AdapterZoo.of(url).list()).map(Coordinates::toString).containsOnly(COORDINATES);
        assertThatThrownBy(() -> fetched(url, "org.example:tickets:2.0"))
                .isInstanceOf(NoSuchFileException.class)
                .hasMessageContaining("it has [1.0]");
    }

    @Test
    void aCacheThatCannotBeWrittenIsNamedWithItsVariable() throws Exception {
        System.setProperty(CACHE, Files.writeString(folder.resolve("file"), "").toString());
        try (FolderServer server = new FolderServer(repository)) {
            assertThatThrownBy(() -> fetched(server.url(), COORDINATES))
                    .isInstanceOf(IOException.class)
                    .hasMessageStartingWith(folder.resolve("file").toString())
                    .hasMessageEndingWith(
                            " can't be written to, but downloads are kept there; name another cache"
                                    + " folder in the environment variable DJL_CACHE_DIR");
        }
    }

    @Test
    void whatAKilledProcessHasFetchedInPartIsCleared() throws Exception {
        try (FolderServer server = new FolderServer(repository)) {
            Map<String, String> expected = fetched(server.url(), COORDINATES);
            Path fetched = AdapterZoo.fetch(server.url() + "#" + COORDINATES);
            Path partial =
                    AtomicFiles.temporary(
                            fetched.getParent(), fetched.getFileName().toString(), "fetched");
            Files.writeString(Files.createDirectory(partial).resolve("part"), "half");
            Files.delete(fetched.resolve("adapter_model.safetensors"));

            assertThat(fetched(server.url(), COORDINATES)).isEqualTo(expected);
            assertThat(partial).doesNotExist();
        }
    }

    @Test
    void theNewestVersionIsTakenWhereNoneIsNamed() throws Exception {
        try (FolderServer server = new FolderServer(repository)) {
            Map<String, String> old = fetched(server.url(), "org.example:tickets");
            Adapters.write(adapter, 2);
            publish("org.example:tickets:1.10");
            Adapters.write(adapter, 3);
            publish("org.example:tickets:1.9");

            Map<String, String> newest = fetched(server.url(), "org.example:tickets");

            assertThat(newest)
                    .isNotEqualTo(old)
                    .isEqualTo(fetched(server.url(), "org.example:tickets:1.10"));
            assertThat(fetched(server.url(), COORDINATES)).isEqualTo(old);
        }
    }

    @Test
    void filesComeFromAFolderOrAJar() throws Exception {
        Map<String, String> expected = Adapters.contents(adapter);
        Path jar = folder.resolve("repository.jar");
        try (OutputStream out = Files.newOutputStream(jar);
                ZipOutputStream zip = new ZipOutputStream(out)) {
            for (Map.Entry<String, String> file : Adapters.contents(repository).entrySet()) {
                zip.putNextEntry(new ZipEntry("adapters/" + file.getKey()));
                zip.write(file.getValue().getBytes(StandardCharsets.ISO_8859_1));
            }
        }

        assertThat(fetched(repository.toString(), COORDINATES)).isEqualTo(expected);
        assertThat(fetched(repository.toUri().toString(), COORDINATES)).isEqualTo(expected);
        assertThat(fetched("jar:" + jar.toUri() + "!/adapters", COORDINATES)).isEqualTo(expected);
        ClassLoader before = Thread.currentThread().getContextClassLoader();
        try (URLClassLoader loader = new URLClassLoader(new URL[] {jar.toUri().toURL()}, before)) {
            Thread.currentThread().setContextClassLoader(loader);
            assertThat(fetched("jar:///adapters", COORDINATES)).isEqualTo(expected);
        } finally {
            Thread.currentThread().setContextClassLoader(before);
        }
    }

    @Test
    void repositoriesDoNotShareWhatIsCached() throws Exception {
        Map<String, String> first = fetched(repository.toString(), COORDINATES);
        repository = folder.resolve("other");
        Adapters.write(adapter, 2);
        publish(COORDINATES);

        assertThat(fetched(repository.toString(), COORDINATES)).isNotEqualTo(first);
    }

    @Test
    void aDownloadThatIsCutOffLeavesNothing() throws Exception {
        try (FolderServer server = new FolderServer(repository)) {
            server.damage(Adapters.TENSORS, bytes -> Arrays.copyOf(bytes, 50));
            assertThatThrownBy(() -> fetched(server.url(), COORDINATES))
                    .isInstanceOf(MalformedFileException.class)
                    .hasMessageContaining(server.url())
                    .hasMessageContaining(Adapters.TENSORS)
                    .hasMessageContaining("ended after 50 of ");
            requireNothingFetched();

            server.breakOff(Adapters.TENSORS);
            assertThatThrownBy(() -> fetched(server.url(), COORDINATES))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining(Adapters.TENSORS);
            requireNothingFetched();

            server.damage("nothing", bytes -> bytes);
            assertThat(fetched(server.url(), COORDINATES)).isEqualTo(Adapters.contents(adapter));
        }
    }

    @Test
    void aFileThatIsTooLongIsNotReadToItsEnd() throws Exception {
        try (FolderServer server = new FolderServer(repository)) {
            server.damage("labels.json", bytes -> new byte[1 << 20]);

            assertThatThrownBy(() -> fetched(server.url(), COORDINATES))
                    .isInstanceOf(MalformedFileException.class)
                    .hasMessageContaining("has more than its 14 bytes");
            requireNothingFetched();
        }
    }

    @Test
    void aWrongChecksumIsRefused() throws Exception {
        try (FolderServer server = new FolderServer(repository)) {
            server.damage(
                    Adapters.TENSORS,
                    bytes -> {
                        bytes[bytes.length - 1] ^= 1;
                        return bytes;
                    });

            assertThatThrownBy(() -> fetched(server.url(), COORDINATES))
                    .isInstanceOf(MalformedFileException.class)
                    .hasMessageContaining("the checksum of " + Adapters.TENSORS);
            requireNothingFetched();
        }
    }

    @Test
    void filesThatOnlyTheirSha1KnowsAreRefused() throws Exception {
        Path metadata = repository.resolve(METADATA);
        Files.writeString(
                metadata,
                Files.readString(metadata).replaceFirst("(\"sha256\": *\")....", "$10000"));

        assertThatThrownBy(() -> fetched(repository.toString(), COORDINATES))
                .isInstanceOf(MalformedFileException.class)
                .hasMessageContaining("the checksum of all files together");
        requireNothingFetched();
    }

    @Test
    void aDamagedCacheIsFilledAgain() throws Exception {
        try (FolderServer server = new FolderServer(repository)) {
            Path fetched = AdapterZoo.fetch(server.url() + "#" + COORDINATES);
            Files.writeString(fetched.resolve(Adapters.TENSORS), "damaged");

            assertThat(fetched(server.url(), COORDINATES)).isEqualTo(Adapters.contents(adapter));
        }
    }

    @Test
    void aDescriptionMustBeOneOfSmallSize() throws Exception {
        try (FolderServer server = new FolderServer(repository)) {
            server.damage("metadata.json", bytes -> "<html>".getBytes(StandardCharsets.UTF_8));
            assertThatThrownBy(() -> fetched(server.url(), COORDINATES))
                    .isInstanceOf(MalformedFileException.class)
                    .hasMessageContaining(METADATA + ": is not JSON");

            server.damage("metadata.json", bytes -> new byte[(1 << 24) + 1]);
            assertThatThrownBy(() -> fetched(server.url(), COORDINATES))
                    .isInstanceOf(MalformedFileException.class)
                    .hasMessageContaining("has more than 16777216 bytes");

            String deep = "[".repeat(1_000_000);
            server.damage("metadata.json", bytes -> deep.getBytes(StandardCharsets.UTF_8));
            assertThatThrownBy(() -> fetched(server.url(), COORDINATES))
                    .isInstanceOf(MalformedFileException.class);
            assertThat(Adapters.contents(cache).keySet())
                    .noneMatch(path -> path.endsWith("metadata.json"));
        }
    }

    @Test
    void aServerThatIsNotThereIsNamed() throws Exception {
        FolderServer server = new FolderServer(repository);
        server.close();

        assertThatThrownBy(() -> fetched(server.url(), COORDINATES))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(server.url() + "/index.json can't be read")
                .hasMessageContaining("check the URL and the network");
    }

    @Test
    void whatIsNotThereIsSaidWithWhatIs() {
        assertThatThrownBy(() -> fetched(repository.toString(), "org.example:letters:1.0"))
                .isInstanceOf(NoSuchFileException.class)
                .hasMessageContaining("holds no org.example:letters:1.0")
                .hasMessageContaining("it holds org.example:tickets");
        assertThatThrownBy(() -> fetched(folder.toString(), COORDINATES))
                .isInstanceOf(NoSuchFileException.class)
                .hasMessageContaining("index.json")
                .hasMessageContaining("is not there");
        assertThatThrownBy(() -> AdapterZoo.fetch("no/such/folder"))
                .isInstanceOf(NoSuchFileException.class)
                .hasMessageContaining("is not a folder");
        assertThatThrownBy(() -> fetched("ftp://127.0.0.1", COORDINATES))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("is not a repository");
    }

    /** Why there is a reader of our own; where this fails, DJL has become better. */
    @Test
    void djlAloneWritesWhereANameLeads() throws Exception {
        Path metadata = repository.resolve(METADATA);
        String evil =
                Files.readString(metadata)
                        .replaceFirst("\"name\": *\"labels.json\"", "\"name\": \"../evil\"");
        Files.writeString(metadata, evil);

        Repository stock = Repository.newInstance("stock", repository.toUri().toString());
        Artifact artifact = stock.resolve(stock.getResources().get(0), null);
        stock.prepare(artifact);
        assertThat(stock.getResourceDirectory(artifact).resolveSibling("evil")).exists();

        assertThatThrownBy(() -> fetched(repository.toString(), COORDINATES))
                .isInstanceOf(MalformedFileException.class)
                .hasMessageContaining("could lead out of its folder");
        assertThat(Adapters.contents(cache.resolve("cache/adapters")).keySet())
                .allMatch(path -> path.endsWith(RepositoryIndex.FILE));
    }
}
