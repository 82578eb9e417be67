/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.zoo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Application;
import java.util.Map;
import java.util.Optional;
import org.djladapters.io.MalformedFileException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RepositoryIndexTest {

    @Test
    void readsWhatItWrites() throws MalformedFileException {
        Coordinates coordinates = new Coordinates("org.example", "mood", Optional.empty());
        RepositoryIndex index =
                new RepositoryIndex(Map.of())
                        .with(coordinates, Application.NLP.TEXT_CLASSIFICATION);

        assertThat(RepositoryIndex.parse("index.json", index.text())).isEqualTo(index);
    }

    @ParameterizedTest
    @ValueSource(strings = {"[]", "\"text\"", "{}", "{\"artifacts\": {}}"})
    void refusesWhatListsNoArtifacts(String text) {
        assertThatThrownBy(() -> RepositoryIndex.parse("index.json", text))
                .isInstanceOf(MalformedFileException.class)
                .hasMessageContaining("does not list artifacts; check that the URL");
    }

    @Test
    void refusesAnArtifactWithoutAnApplication() {
        assertThatThrownBy(() -> RepositoryIndex.parse("index.json", "{\"artifacts\": [{}]}"))
                .isInstanceOf(MalformedFileException.class)
                .hasMessageContaining(
                        "has an entry without 'application'; do not use it, and tell its"
                                + " publisher");
    }
}
