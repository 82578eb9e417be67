/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.zoo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Application;
import ai.djl.repository.Artifact;
import ai.djl.repository.MRL;
import ai.djl.repository.Metadata;
import ai.djl.repository.Repository;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.djladapters.io.MalformedFileException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PublisherTest {

    private static final String ARTIFACT = "model/nlp/text_classification/org/example/tickets/";

    @TempDir Path folder;

    private Path adapter;
    private Path repository;

    @BeforeEach
    void writeAdapter() throws Exception {
        System.setProperty("DJL_CACHE_DIR", folder.resolve("cache").toString());
        adapter = Adapters.write(folder.resolve("adapter"), 1);
        repository = folder.resolve("repository");
    }

    @AfterEach
    void resetCache() {
        System.clearProperty("DJL_CACHE_DIR");
    }

    private Path publish(String coordinates) throws IOException {
        return publisher(coordinates).build().publish(adapter);
    }

    private Publisher.Builder publisher(String coordinates) {
        return Publisher.builder().setRepository(repository).setCoordinates(coordinates);
    }

    @Test
    void filesLieWhereDjlLooksForThem() throws Exception {
        Files.writeString(adapter.resolve("notes.txt"), "not part of an adapter");

        Path published = publish("org.example:tickets:1.0");

        assertThat(published).isEqualTo(repository.resolve(ARTIFACT + "1.0"));
        assertThat(Adapters.contents(repository))
                .containsOnlyKeys(
                        "index.json",
                        ARTIFACT + "metadata.json",
                        ARTIFACT + "1.0/adapter_config.json",
                        ARTIFACT + "1.0/adapter_model.safetensors",
                        ARTIFACT + "1.0/labels.json");
    }

    @Test
    void djlReadsTheDescription() throws Exception {
        publish("org.example:tickets:1.0");

        Repository stock = Repository.newInstance("stock", repository.toUri().toString());
        MRL mrl = stock.getResources().get(0);
        Metadata metadata = stock.locate(mrl);
        Artifact artifact = metadata.getArtifacts().get(0);

        assertThat(metadata.getApplication()).isEqualTo(Application.NLP.TEXT_CLASSIFICATION);
        assertThat(metadata.getLastUpdated()).isNotNull();
        assertThat(mrl).hasToString("djl://org.example/tickets");
        assertThat(artifact.getVersion()).isEqualTo("1.0");
        assertThat(artifact.getProperties())
                .containsEntry("kind", "adapter")
                .containsEntry("method", "lora")
                .containsEntry("base", "tiny-bert")
                .containsKey("sha256");
        Artifact.Item labels = artifact.getFiles().get("labels.json");
        assertThat(labels.getSize()).isEqualTo(14);
        // printf '["no", "yes"]\n' | sha1sum
        assertThat(labels.getSha1Hash()).isEqualTo("ab67c5c18efd387db56b213f59c34b69fd200a33");
    }

    @Test
    void anotherVersionLeavesTheOlderOneAlone() throws Exception {
        publish("org.example:tickets:1.0");
        Map<String, String> before = Adapters.contents(repository.resolve(ARTIFACT + "1.0"));
        Adapters.write(adapter, 2);

        publish("org.example:tickets:1.1");

        assertThat(Adapters.contents(repository.resolve(ARTIFACT + "1.0"))).isEqualTo(before);
        assertThat(Adapters.contents(repository.resolve(ARTIFACT + "1.1"))).isNotEqualTo(before);
        assertThat(AdapterZoo.of(repository.toString()).list())
                .map(Coordinates::toString)
                .containsExactly("org.example:tickets:1.0", "org.example:tickets:1.1");
    }

    /** Whoever downloads it could not load it. */
    @ParameterizedTest
    @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY})
    void numbersThatAreNotFiniteAreNotPublished(float number) throws Exception {
        Adapters.write(adapter, number);

        assertThatThrownBy(() -> publish("org.example:tickets:1.0"))
                .isInstanceOf(MalformedFileException.class)
                .hasMessageContaining(adapter.resolve(Adapters.TENSORS).toString())
                .hasMessageContaining("tensor 'base_model.model.a.lora_A.weight' has infinite or");

        assertThat(Adapters.contents(repository)).isEmpty();
    }

    /** Whoever downloads it could not load it, and a version never changes. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    ["a", "b"] | names 2 classes, but the head has 3 outputs
                    []         | names no classes, as for a single number, but the head has 3
                    ["a", "a", "b"] | names 'a' twice
                    ["a"]      | names a single class, 'a'
                    """)
    void labelsThatDoNotFitTheHeadAreNotPublished(String labels, String problem) throws Exception {
        Files.writeString(
                adapter.resolve("head_config.json"), "{\"pooling\": \"mean\", \"outputs\": 3}");
        Files.writeString(adapter.resolve("labels.json"), labels);

        assertThatThrownBy(() -> publish("org.example:tickets:1.0"))
                .isInstanceOf(MalformedFileException.class)
                .hasMessageStartingWith(adapter.resolve("labels.json") + ": " + problem);

        assertThat(Adapters.contents(repository)).isEmpty();
    }

    @Test
    void aVersionIsPublishedOnce() throws Exception {
        publish("org.example:tickets:1.0");
        Map<String, String> before = Adapters.contents(repository);
        Adapters.write(adapter, 2);

        assertThatThrownBy(() -> publish("org.example:tickets:1.0"))
                .isInstanceOf(FileAlreadyExistsException.class)
                .hasMessageContaining("org.example:tickets:1.0 is published already")
                .hasMessageContaining("choose another version");
        assertThat(Adapters.contents(repository)).isEqualTo(before);
    }

    @Test
    void whatAnInterruptedProgramLeftIsReplaced() throws Exception {
        Path leftOver = Files.createDirectories(repository.resolve(ARTIFACT + "1.0"));
        Files.writeString(leftOver.resolve("labels.json"), "half");

        Path published = publish("org.example:tickets:1.0");

        assertThat(published.resolve("labels.json")).hasContent("[\"no\", \"yes\"]");
    }

    @Test
    void aMalformedAdapterIsNotPublished() throws Exception {
        Files.writeString(adapter.resolve(Adapters.TENSORS), "no tensors");

        assertThatThrownBy(() -> publish("org.example:tickets:1.0"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(Adapters.TENSORS);
        assertThat(repository).doesNotExist();
    }

    @Test
    void aFolderOfNeitherKindIsNotPublished() throws Exception {
        Files.delete(adapter.resolve(Adapters.CONFIG));

        assertThatThrownBy(() -> publish("org.example:tickets:1.0"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("holds neither a .pt file nor model.safetensors");
    }

    @Test
    void anArtifactStaysWithItsApplication() throws Exception {
        publish("org.example:tickets:1.0");

        assertThatThrownBy(
                        () ->
                                publisher("org.example:tickets:2.0")
                                        .optApplication("nlp/text_embedding")
                                        .build()
                                        .publish(adapter))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("is published for nlp/text_classification");
    }

    @Test
    void applicationsAreThoseOfDjl() {
        assertThatThrownBy(() -> publisher("org.example:tickets:1.0").optApplication("tickets"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("not an application that DJL knows");
    }

    @Test
    void aVersionMustBeGiven() {
        assertThatThrownBy(() -> publisher("org.example:tickets").build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("Name the version");
    }

    @Test
    void aForeignDescriptionIsNotOverwritten() throws Exception {
        publish("org.example:tickets:1.0");
        Path metadata = repository.resolve(ARTIFACT + "metadata.json");
        Files.writeString(metadata, "{}");

        assertThatThrownBy(() -> publish("org.example:tickets:1.1"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("does not describe an artifact");
        assertThat(metadata).hasContent("{}");
    }
}
