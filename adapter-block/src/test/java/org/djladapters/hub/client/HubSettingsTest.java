/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.hub.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HubSettingsTest {

    private static final Path HOME = Path.of(System.getProperty("user.home"));

    @TempDir private Path folder;

    @Test
    void areThoseOfHuggingFaceWithoutVariables() {
        HubSettings settings = HubSettings.of(Map.of());

        assertThat(settings.endpoint()).isEqualTo(URI.create("https://huggingface.co"));
        assertThat(settings.cache()).isEqualTo(HOME.resolve(".cache/huggingface/hub"));
        assertThat(settings.offline()).isFalse();
        assertThat(settings.timeout()).isEqualTo(Duration.ofSeconds(10));
    }

    @Test
    void theNarrowestVariableSaysWhereTheCacheIs() {
        assertThat(cache("XDG_CACHE_HOME", "/x")).isEqualTo(absolute("/x/huggingface/hub"));
        assertThat(cache("XDG_CACHE_HOME", "/x", "HF_HOME", "/h")).isEqualTo(absolute("/h/hub"));
        assertThat(cache("HF_HOME", "/h", "HUGGINGFACE_HUB_CACHE", "/o")).isEqualTo(absolute("/o"));
        assertThat(cache("HUGGINGFACE_HUB_CACHE", "/o", "HF_HUB_CACHE", "/c"))
                .isEqualTo(absolute("/c"));
        assertThat(cache("HF_HOME", "~/models")).isEqualTo(HOME.resolve("models/hub"));
        assertThat(cache("HF_HOME", " ")).isEqualTo(HOME.resolve(".cache/huggingface/hub"));
    }

    private static Path cache(String name, String value) {
        return HubSettings.of(Map.of(name, value)).cache();
    }

    private static Path cache(String name, String value, String other, String more) {
        return HubSettings.of(Map.of(name, value, other, more)).cache();
    }

    private static Path absolute(String path) {
        return Path.of(path).toAbsolutePath();
    }

    @ParameterizedTest
    @CsvSource({"1, true", "True, true", "YES, true", "on, true", "0, false", "false, false"})
    void offlineModeIsOnForTheWordsOfHuggingFace(String value, boolean offline) {
        assertThat(HubSettings.of(Map.of("HF_HUB_OFFLINE", value)).offline()).isEqualTo(offline);
    }

    @Test
    void theTokenIsThatOfTheVariableOrElseOfTheFile() throws IOException {
        Path file = Files.writeString(folder.resolve("token"), "hf_filed\n");
        Map<String, String> filed = Map.of("HF_HOME", folder.toString());

        assertThat(HubSettings.of(filed).token()).contains("hf_filed");
        assertThat(HubSettings.of(Map.of("HF_TOKEN_PATH", file.toString())).token())
                .contains("hf_filed");
        assertThat(HubSettings.of(Map.of("HF_HOME", folder.toString(), "HF_TOKEN", "hf_1")).token())
                .contains("hf_1");
        assertThat(HubSettings.of(Map.of("HUGGING_FACE_HUB_TOKEN", "hf_2")).token())
                .contains("hf_2");
        assertThat(
                        HubSettings.of(
                                        Map.of(
                                                "HF_TOKEN",
                                                "hf_1",
                                                "HF_HUB_DISABLE_IMPLICIT_TOKEN",
                                                "1"))
                                .token())
                .isEmpty();
    }

    @Test
    void aTokenThatWouldBreakAHeaderIsRefused() {
        assertThatThrownBy(() -> HubSettings.of(Map.of("HF_TOKEN", "hf\n1")).token())
                .isInstanceOf(IOException.class)
                .hasMessageContaining("HF_TOKEN")
                .hasMessageNotContaining("hf\n1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"huggingface.co", "ftp://huggingface.co", "https://", "a b"})
    void refusesWhatIsNoAddress(String endpoint) {
        assertThatThrownBy(() -> HubSettings.of(Map.of("HF_ENDPOINT", endpoint)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll("HF_ENDPOINT", endpoint, "https://");
    }

    @ParameterizedTest
    @ValueSource(strings = {"soon", "0", "-1", "1.5"})
    void refusesWhatAreNoSeconds(String seconds) {
        assertThatThrownBy(() -> HubSettings.of(Map.of("HF_HUB_DOWNLOAD_TIMEOUT", seconds)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll("HF_HUB_DOWNLOAD_TIMEOUT", seconds);
    }
}
