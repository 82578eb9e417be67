/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.spark;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.djladapters.examples.cli.Run;
import org.djladapters.examples.cli.Samples;
import org.djladapters.examples.sweep.RunKey;
import org.djladapters.examples.sweep.RunResult;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SparkSweepTest {

    private static final String FILE =
            """
            {
              "suite": "reviews", "held_back": 0.34, "seeds": [1, 2], "rates": [1, 2],
              "training": "--epochs 2 --batch-size 3 --max-length 16",
              "tasks": [{"name": "stars", "train": "train.tsv", "dev": "dev.tsv"}],
              "methods": [
                {"name": "head", "options": "--method head"},
                {"name": "lora", "options": "--method lora --rank 2"},
                {"name": "wild", "options": "--method lora", "learning_rate": 1e30}
              ]
            }
            """;

    @TempDir private static Path folder;

    @BeforeAll
    static void prepare() throws IOException {
        SparkHome.make();
        Samples.train(folder);
        Samples.dev(folder);
        Files.writeString(folder.resolve("sweep.json"), FILE);
        assertThat(sweep("alone").err()).anyMatch(line -> line.startsWith("stars, lora, seed 2: "));
    }

    @ParameterizedTest
    @ValueSource(strings = {"local[2]", SparkHome.TWO_PROCESSES})
    void givesTheResultsOfASweepWithoutSpark(String url) throws Exception {
        Run run = sweep(url, "--spark", url);
        assertThat(run.status()).as(() -> String.join("\n", run.err())).isZero();
        assertThat(run.out()).last().asString().contains("\"failed\":2,\"left\":0,");
        assertThat(run.err())
                .anyMatch(line -> line.matches("\\d+ of 12 done.*; stars, lora, seed 2: .*"))
                .anyMatch(line -> line.contains("stars, wild, seed 1 failed: No learning rate"));

        Map<RunKey, RunResult> expected = results("alone");
        Map<RunKey, RunResult> found = results(url);
        assertThat(found).containsOnlyKeys(expected.keySet());
        found.forEach(
                (key, result) -> {
                    assertThat(result.metrics()).isEqualTo(expected.get(key).metrics());
                    assertThat(result.learningRate()).isEqualTo(expected.get(key).learningRate());
                    assertThat(result.curve()).isEqualTo(expected.get(key).curve());
                    assertThat(result.failure()).isEqualTo(expected.get(key).failure());
                });
    }

    @Test
    void doesOnlyWhatIsLeft() throws Exception {
        Path runs = folder.resolve("rest").resolve("runs.jsonl");
        Files.createDirectories(runs.getParent());
        List<RunResult> whole = List.copyOf(results("alone").values());
        RunResult.lines(runs).append(whole.subList(0, whole.size() - 1));
        Files.copy(folder.resolve("alone/rates.jsonl"), runs.resolveSibling("rates.jsonl"));

        Run run = sweep("rest", "--spark", "local[2]");

        assertThat(run.err()).singleElement().asString().startsWith("12 of 12 done");
        assertThat(results("rest")).hasSameSizeAs(whole);
    }

    @Test
    void refusesAWrongUrlInOneSentence() throws Exception {
        Run run = sweep("refused", "--spark", "spark://localhost:1");
        assertThat(run.status()).isEqualTo(1);
        assertThat(run.err()).singleElement().asString().startsWith("No Spark master answers");
    }

    private static Run sweep(String output, String... more) {
        List<Object> words = new ArrayList<>(List.of("sweep", folder.resolve("sweep.json")));
        words.addAll(List.of("--model", Samples.model("tiny-bert")));
        words.addAll(List.of("--output", folder.resolve(output)));
        words.addAll(List.of(more));
        return Run.of(words.toArray());
    }

    private static Map<RunKey, RunResult> results(String output) throws IOException {
        Map<RunKey, RunResult> results = new HashMap<>();
        RunResult.lines(folder.resolve(output).resolve("runs.jsonl"))
                .read()
                .forEach(result -> results.put(result.key(), result));
        return results;
    }
}
