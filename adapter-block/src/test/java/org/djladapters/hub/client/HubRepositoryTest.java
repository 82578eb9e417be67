/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.hub.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HubRepositoryTest {

    @Test
    void readsNamesAndRevisions() throws IOException {
        assertThat(HubRepository.parse("hf://gpt2")).isEqualTo(new HubRepository("gpt2", "main"));
        assertThat(HubRepository.parse("hf://acme/tiny_1.5-b@refs/pr/3"))
                .isEqualTo(new HubRepository("acme/tiny_1.5-b", "refs/pr/3"));
    }

    @Test
    void writesPathsThatServersUnderstand() throws IOException {
        HubRepository repository = HubRepository.parse("hf://acme/tiny@refs/pr/3");

        assertThat(repository.apiPath()).isEqualTo("/api/models/acme/tiny/revision/refs%2Fpr%2F3");
        assertThat(repository.filePath("abc", "1_Pooling/a b.json"))
                .isEqualTo("/acme/tiny/resolve/abc/1_Pooling/a%20b.json");
        assertThat(repository.folder()).isEqualTo("models--acme--tiny");
        assertThat(repository).hasToString("hf://acme/tiny@refs/pr/3");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "hf://",
                "hf:///tiny",
                "hf://acme/",
                "hf://acme/tiny/file",
                "hf://acme/..",
                "hf://acme/a--b",
                "hf://acme/-tiny",
                "hf://acme/tiny?x",
                "hf://acme/tiny model"
            })
    void refusesWhatIsNoName(String location) {
        assertThatThrownBy(() -> HubRepository.parse(location))
                .isInstanceOf(IOException.class)
                .hasMessageContainingAll(location, "hf://organization/name");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "hf://acme/tiny@",
                "hf://acme/tiny@../../x",
                "hf://acme/tiny@/etc",
                "hf://acme/tiny@a/",
                "hf://acme/tiny@a//b",
                "hf://acme/tiny@a\\b"
            })
    void refusesWhatIsNoRevision(String location) {
        assertThatThrownBy(() -> HubRepository.parse(location))
                .isInstanceOf(IOException.class)
                .hasMessageContainingAll(location, "revision");
    }
}
