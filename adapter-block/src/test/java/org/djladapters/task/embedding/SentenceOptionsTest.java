/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.task.embedding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.djladapters.hub.ModelDirectory;
import org.djladapters.hub.SentenceSettings;
import org.djladapters.hub.SentenceSettings.Pooling;
import org.djladapters.task.kind.RecordedOptions;
import org.junit.jupiter.api.Test;

class SentenceOptionsTest {

    private static final Path MODEL = Path.of("src/test/resources/models/tiny-bert");

    @Test
    void whatIsRecordedIsReadAsItWas() throws IOException {
        SentenceSettings settings =
                new SentenceSettings(Pooling.LAST, true, "", "query: ", "passage: ", true);
        Map<String, String> record = new LinkedHashMap<>();
        SentenceOptions.of(settings).forEach((name, value) -> record.put(name, value.toString()));

        assertThat(record)
                .containsOnlyKeys(
                        "sentence_pooling",
                        "normalize",
                        "query_prompt",
                        "passage_prompt",
                        "lower_case");
        assertThat(SentenceOptions.read(ModelDirectory.open(MODEL), new RecordedOptions(record)))
                .isEqualTo(settings);
    }

    @Test
    void withoutARecordTheModelTells() throws IOException {
        assertThat(SentenceOptions.read(ModelDirectory.open(MODEL), RecordedOptions.NONE))
                .isEqualTo(SentenceSettings.DEFAULT.withNormalize(false));
    }

    @Test
    void refusesAPoolingThatIsNone() {
        assertThatThrownBy(
                        () ->
                                SentenceOptions.read(
                                        ModelDirectory.open(MODEL),
                                        new RecordedOptions(Map.of("sentence_pooling", "cubic"))))
                .isInstanceOf(IOException.class)
                .hasMessageContainingAll("cubic", "provenance.json");
    }
}
