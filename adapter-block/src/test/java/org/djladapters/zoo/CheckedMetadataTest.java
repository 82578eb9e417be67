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
import org.djladapters.io.MalformedFileException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CheckedMetadataTest {

    private static final String GOOD =
            """
            {"groupId": "org.example", "artifactId": "tickets", "artifacts": [
              {"version": "1.0", "name": "tickets", "files": {
                "a": {"uri": "1.0/a.bin", "name": "a.bin", "size": 3,
                      "sha1Hash": "0123456789012345678901234567890123456789"},
                "b": {"uri": "1.0/b.bin", "name": "b.bin", "size": 4,
                      "sha1Hash": "0123456789012345678901234567890123456789"}}}]}
            """;

    private static Metadata parse(String text) throws MalformedFileException {
        MRL mrl =
                MRL.model(
                        null,
                        Application.NLP.TEXT_CLASSIFICATION,
                        "org.example",
                        "tickets",
                        null,
                        null);
        return CheckedMetadata.parse("http://host/metadata.json", text, mrl);
    }

    @Test
    void plainNamesAreTaken() throws Exception {
        Artifact artifact = parse(GOOD).getArtifacts().get(0);

        assertThat(artifact.getVersion()).isEqualTo("1.0");
        assertThat(artifact.getName()).isEqualTo("tickets");
        assertThat(artifact.getFiles())
                .hasEntrySatisfying("a", file -> assertItem(file, "a.bin", 3))
                .hasEntrySatisfying("b", file -> assertItem(file, "b.bin", 4))
                .hasSize(2);
    }

    private static void assertItem(Artifact.Item file, String name, long size) {
        assertThat(file.getName()).isEqualTo(name);
        assertThat(file.getUri()).isEqualTo("1.0/" + name);
        assertThat(file.getSize()).isEqualTo(size);
    }

    @ParameterizedTest
    @CsvSource({
        // what stands there, what comes in its place, what is said of it
        "'name\": \"a.bin', 'name\": \"../evil', could lead out",
        "'name\": \"a.bin', 'name\": \"/etc/evil', could lead out",
        "'name\": \"a.bin', 'name\": \"', could lead out",
        "'name\": \"a.bin', 'name\": \"b.bin', could lead out",
        "'1.0/a.bin', '1.0/../../evil', could lead out",
        "'1.0/a.bin', '../evil', not in its folder",
        "'1.0/a.bin', 'file:///etc/passwd', not in its folder",
        "'1.0/a.bin', 'http://127.0.0.1/evil', not in its folder",
        "'1.0/a.bin', '1.0/%2e%2e/evil', could lead out",
        "'1.0/a.bin', '1.0/..\\\\evil', could lead out",
        "'version\": \"1.0', 'version\": \"../../x', could lead out",
        "'version\": \"1.0', 'version\": \"', could lead out",
        "'name\": \"tickets', 'name\": \"../tickets', could lead out",
        "'a.bin', 'a.zip', but archives are not unpacked",
        "'a.bin', 'a.tgz', but archives are not unpacked",
        "'a.bin', 'B.BIN', twice",
        "'\"size\": 3', '\"size\": -3', lacks the size or checksum",
        "'\"size\": 3', '\"size\": \"many\"', does not describe",
        "'\"size\": 3', '\"type\": \"dir\"', but archives are not unpacked",
        "'0123456789012345678901234567890123456789', '01', lacks the size or checksum",
        "'org.example', 'org.other', instead of org.example:tickets",
        "'\"artifacts\": [', '\"artifacts\": [null,', could lead out",
        "'\"files\": {', '\"files\": {\"x\": null,', without a description",
        "'\"files\": {', '\"other\": {', has 0 files",
        "'\"uri\": \"1.0/a.bin\", ', '', not in its folder"
    })
    void whatCouldDoHarmIsRefused(String there, String instead, String complaint) {
        String bad = GOOD.replace(there, instead);

        assertThat(bad).isNotEqualTo(GOOD);
        assertThatThrownBy(() -> parse(bad))
                .isInstanceOf(MalformedFileException.class)
                .hasMessageStartingWith("http://host/metadata.json: ")
                .hasMessageContaining(complaint);
    }

    @Test
    void aVersionStandsOnce() {
        String version = GOOD.substring(GOOD.indexOf("{\"version"), GOOD.lastIndexOf("]"));

        assertThatThrownBy(() -> parse(GOOD.replace(version, version + ", " + version)))
                .hasMessageContaining("has version 1.0 twice");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "null", "[]", "3", "{}", "{\"artifacts\": 3}", "{\"artifacts\": {}}"})
    void whatIsNoDescriptionIsRefused(String text) {
        assertThatThrownBy(() -> parse(text))
                .isInstanceOf(MalformedFileException.class)
                .hasMessageStartingWith("http://host/metadata.json: ");
    }
}
