/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelLocationTest {

    private static final String CACHE = "DJL_CACHE_DIR";

    @TempDir private Path folder;

    @BeforeEach
    void useACacheOfItsOwn() {
        System.setProperty(CACHE, folder.resolve("cache").toString());
    }

    @AfterEach
    void forgetTheCache() {
        System.clearProperty(CACHE);
    }

    @Test
    void takesPathsAsTheyAre() throws IOException {
        assertThat(ModelLocation.resolve(folder.toString())).isEqualTo(folder);
    }

    @Test
    void findsTheFolderOfAFileUrl() throws IOException {
        assertThat(ModelLocation.resolve(folder.toUri().toString())).isEqualTo(folder);
    }

    @Test
    void unpacksArchives() throws IOException {
        Path zip = archive('{');

        assertThat(ModelLocation.resolve(zip.toString()).resolve("config.json")).hasContent("{");
        assertThat(ModelLocation.resolve(zip.toUri().toString()).resolve("config.json"))
                .hasContent("{");
    }

    @Test
    void unpacksAnArchiveAgainThatWasReplaced() throws IOException {
        Path unpacked = ModelLocation.resolve(archive('1').toString());
        Path zip = archive('2');
        Files.setLastModifiedTime(
                zip, FileTime.from(Files.getLastModifiedTime(unpacked).toInstant().plusSeconds(1)));

        assertThat(ModelLocation.resolve(zip.toString()).resolve("config.json")).hasContent("2");
    }

    private Path archive(char content) throws IOException {
        Path zip = folder.resolve("model.zip");
        try (OutputStream file = Files.newOutputStream(zip);
                ZipOutputStream out = new ZipOutputStream(file)) {
            out.putNextEntry(new ZipEntry("config.json"));
            out.write(content);
        }
        return zip;
    }

    @Test
    void saysWhereNothingIs() {
        assertThatThrownBy(() -> ModelLocation.resolve("djl://no.such.zoo/model"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("djl://no.such.zoo/model");
        assertThatThrownBy(() -> ModelLocation.resolve("file:///no/such/folder"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("file:///no/such/folder");
    }

    @Test
    void takesANameOfTheHubForTheSlipThatItIs() {
        assertThatThrownBy(() -> ModelLocation.resolve("sentence-transformers/all-MiniLM-L6-v2"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("hf://sentence-transformers/all-MiniLM-L6-v2");
        assertThatThrownBy(() -> ModelLocation.adapter("acme/tuned"))
                .hasMessageContaining("hf://acme/tuned");
        assertThatThrownBy(
                        () -> ModelLocation.resolve("https://huggingface.co/acme/tiny/tree/main"))
                .hasMessageContaining("hf://acme/tiny");
    }

    @Test
    void findsAdaptersWhereModelsAreFound() throws IOException {
        assertThat(ModelLocation.adapter(folder.toString())).isEqualTo(folder);
        assertThat(ModelLocation.adapter(folder.toUri().toString())).isEqualTo(folder);
    }

    @Test
    void refusesANameThatTheHubHasNot() {
        assertThatThrownBy(() -> ModelLocation.resolve("hf://acme/a/b"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("hf://organization/name");
    }
}
