/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.task;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What an adapter is for, as a repository lists it. */
class AdapterApplicationTest {

    @TempDir private Path adapter;

    @ParameterizedTest
    @CsvSource({
        "CLASSIFICATION,       nlp/text_classification",
        "REGRESSION,           nlp/text_classification",
        "RERANKING,            nlp/text_classification",
        "CAUSAL_LM,            nlp/text_generation",
        "PREFERENCE,           nlp/text_generation",
        "EMBEDDING,            nlp/text_embedding",
        "TOKEN_CLASSIFICATION, nlp/token_classification",
        "QUESTION_ANSWERING,   nlp/question_answer"
    })
    void theRecordOfTheTrainingTells(String task, String application) throws IOException {
        Files.writeString(
                adapter.resolve("provenance.json"),
                "{\"options\": {\"task\": \"%s\"}}".formatted(task));

        assertThat(Tasks.application(adapter).getPath()).isEqualTo(application);
    }

    @Test
    void withoutARecordLabelsTell() throws IOException {
        assertThat(Tasks.application(adapter).getPath()).isEqualTo("undefined");
        Files.writeString(adapter.resolve("labels.json"), "[\"no\", \"yes\"]");
        assertThat(Tasks.application(adapter).getPath()).isEqualTo("nlp/text_classification");
    }
}
