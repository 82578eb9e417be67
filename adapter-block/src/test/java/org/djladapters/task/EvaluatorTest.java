/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.djladapters.checkpoint.AdapterDirectory;
import org.djladapters.data.LabelledData;
import org.djladapters.data.TextData;
import org.djladapters.model.AdaptedModel;
import org.djladapters.task.classification.LabelTask;
import org.djladapters.tuning.Runs;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EvaluatorTest {

    @TempDir private Path folder;
    private Path output;
    private TextData data;

    @BeforeEach
    void fineTune() throws IOException {
        output = folder.resolve("adapter");
        data = Runs.texts(folder.resolve("data.tsv"), 12, "no", "yes");
        try (AdaptedModel model = Runs.open("tiny-bert")) {
            Runs.builder(model, "tiny-bert", data, data, output)
                    .optEpochs(1)
                    .optMaxLength(8)
                    .build()
                    .run();
        }
    }

    @Test
    void leavesTheModelAsItWas() throws IOException {
        try (AdaptedModel model = Runs.open("tiny-bert")) {
            model.add("other", Runs.compound("tiny-bert"));
            Evaluator.evaluate(model, output, data);
            assertThat(model.names()).containsExactly("other");
            assertThat(model.active()).containsExactly("other");
        }
    }

    @Test
    void remembersHowInputsWereMade() throws IOException {
        try (AdaptedModel model = Runs.open("tiny-bert")) {
            LabelTask task =
                    LabelTask.of(model, AdapterDirectory.load(model, "a", output)).orElseThrow();
            assertThat(task.maxLength()).hasValue(8);
            assertThat(task.labels().labels()).containsExactly("no", "yes");
        }
    }

    @Test
    void refusesLabelsThatTheAdapterDoesNotKnow() throws IOException {
        TextData other = Runs.texts(folder.resolve("other.tsv"), 4, "no", "perhaps");
        try (AdaptedModel model = Runs.open("tiny-bert")) {
            assertThatThrownBy(() -> Evaluator.evaluate(model, output, other))
                    .hasMessageContaining("label 'perhaps' is not among those");
            assertThat(model.names()).isEmpty();
        }
    }

    @Test
    void refusesFoldersWithoutLabelsAndImagesForATaskOfTexts() throws IOException {
        LabelledData images = Runs.data("tiny-vit", folder.resolve("images"), 4, "no", "yes");
        try (AdaptedModel model = Runs.open("tiny-bert")) {
            assertThatThrownBy(() -> Evaluator.evaluate(model, output, images))
                    .hasMessageContaining("holds images, but the model has the inputs");
            Files.delete(output.resolve("labels.json"));
            assertThatThrownBy(() -> Evaluator.evaluate(model, output, data))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("has no labels.json");
        }
    }
}
