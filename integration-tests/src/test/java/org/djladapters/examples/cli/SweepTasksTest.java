/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.djladapters.examples.outputs.ExampleOutputs;
import org.djladapters.examples.sweep.RunResult;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sweeps of all kinds of tasks; what a run gave for every example tells the metrics again. */
class SweepTasksTest {

    private static final String METHODS =
            """
            "methods": [{"name": "Head", "options": "--method head"},
                        {"name": "LoRA", "options": "--method lora --rank 2"}]
            """;

    private static final String WORDS =
            """
            Anna B-person
            went O
            to O
            Rome B-place

            Nobody O
            saw O
            Peter B-person
            Paul I-person

            It O
            rained O
            in O
            Oslo B-place

            """;

    private static final String QUESTION =
            """
            {"title": "%s", "paragraphs": [{"context": "%s boat has a red sail.", "qas": [
              {"id": "%s", "question": "What is red?",
               "answers": [{"text": "sail", "answer_start": 19}]}]}]}
            """;

    @TempDir private Path folder;

    private List<RunResult> sweep(String model, String tasks) throws IOException {
        Path file =
                Files.writeString(
                        folder.resolve("sweep.json"),
                        """
                        {"suite": "tasks", "held_back": 0.4, "rates": [1],
                         "training": "--epochs 1 --batch-size 4",
                         "tasks": [%s], %s}
                        """
                                .formatted(tasks, METHODS));
        Path output = folder.resolve("result");
        Run run = Run.of("sweep", file, "--model", Samples.model(model), "--output", output);
        assertThat(run.status()).as(() -> String.join("\n", run.err())).isZero();
        return RunResult.lines(output.resolve("runs.jsonl")).read();
    }

    private void assertOutputsTellMetrics(List<RunResult> results) throws IOException {
        for (RunResult result : results) {
            assertThat(result.failure()).as(result.key().toString()).isNull();
            Path file = folder.resolve("result").resolve(result.outputs());
            ExampleOutputs outputs = ExampleOutputs.read(file).get("dev");
            for (String metric : outputs.kind().metrics()) {
                if (result.metrics().containsKey(metric)) {
                    // the numbers are kept in float32
                    assertThat(outputs.value(metric))
                            .as("%s, %s", result.key(), metric)
                            .isCloseTo(result.metrics().get(metric), within(1e-4));
                }
            }
        }
    }

    @Test
    void tasksOfTexts() throws IOException {
        Samples.train(folder);
        Samples.dev(folder);
        Samples.glue(folder.resolve("pairs"));
        Files.writeString(
                folder.resolve("found.tsv"),
                """
                sentence1\tsentence2
                red sail\tThe boat has a red sail
                cold milk\tThe milk was cold
                shut gate\tThe gate was shut
                wide view\tA quiet room with a wide view
                """);
        Files.writeString(folder.resolve("corpus.tsv"), "id\ttext\n1\tIt rained\n2\tNo menu\n");
        Files.writeString(
                folder.resolve("scored.tsv"),
                """
                label\tsentence1\tsentence2
                1.5\tred sail\tThe boat has a red sail
                4.0\tcold milk\tThe milk was cold
                2.5\tshut gate\tNo menu
                0.5\twide view\tIt rained
                """);
        Files.writeString(folder.resolve("words.conll"), WORDS);
        Files.writeString(
                folder.resolve("squad.json"),
                "{\"data\": [%s, %s, %s]}"
                        .formatted(
                                QUESTION.formatted("a", "The", "1"),
                                QUESTION.formatted("b", "Our", "2"),
                                QUESTION.formatted("c", "Any", "3")));
        List<RunResult> results =
                sweep(
                        "tiny-bert",
                        """
                        {"name": "stars", "train": "train.tsv", "dev": "dev.tsv"},
                        {"name": "pairs", "train": "pairs", "dev": "pairs"},
                        {"name": "scores", "train": "scored.tsv", "dev": "scored.tsv"},
                        {"name": "search", "train": "found.tsv", "dev": "found.tsv",
                         "corpus": "corpus.tsv", "training": "--task embedding"},
                        {"name": "similarity", "train": "scored.tsv", "dev": "scored.tsv",
                         "training": "--task embedding"},
                        {"name": "words", "train": "words.conll", "dev": "words.conll",
                         "training": "--task token-classification"},
                        {"name": "answers", "train": "squad.json", "dev": "squad.json",
                         "training": "--task question-answering"}
                        """);
        assertThat(results).hasSize(14);
        assertOutputsTellMetrics(results);
        RunResult frozen =
                results.stream()
                        .filter(r -> r.key().task().equals("search"))
                        .filter(r -> r.family().equals("head"))
                        .findFirst()
                        .orElseThrow();
        assertThat(frozen.trainableParameters()).as("embeddings have no head").isZero();
        assertThat(frozen.bestEpoch()).isZero();
    }

    @Test
    void promptsWithResponses() throws IOException {
        Samples.sums(folder);
        List<RunResult> results =
                sweep(
                        "tiny-llama",
                        """
                        {"name": "sums", "train": "sums.tsv", "dev": "sums.tsv"},
                        {"name": "exact", "train": "sums.tsv", "dev": "sums.tsv",
                         "training": "--metric exact_match"}
                        """);
        assertThat(results).hasSize(4);
        assertOutputsTellMetrics(results);
        assertThat(results).extracting(RunResult::metric).containsOnly("perplexity", "exact_match");
    }
}
