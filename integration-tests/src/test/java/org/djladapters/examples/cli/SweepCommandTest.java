/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.ServiceLoader;
import java.util.concurrent.FutureTask;
import java.util.stream.Stream;
import org.djladapters.examples.cluster.Cluster;
import org.djladapters.examples.outputs.ExampleOutputs;
import org.djladapters.examples.sweep.RateChoice;
import org.djladapters.examples.sweep.RateTrial;
import org.djladapters.examples.sweep.RunResult;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SweepCommandTest {

    private static final String FILE =
            """
            {
              "suite": "reviews", "held_back": 0.34, "seeds": [1, 2], "rates": [1, 2],
              "training": "--epochs 2 --batch-size 3 --max-length 16",
              "tasks": [{"name": "stars", "train": "train.tsv", "dev": "dev.tsv"}],
              "methods": [
                {"name": "Head", "options": "--method head"},
                {"name": "LoRA, rank 2", "options": "--method lora --rank 2",
                 "learning_rate": 1e-3}
              ]
            }
            """;

    @TempDir private Path folder;

    @BeforeEach
    void writeData() throws IOException {
        Samples.train(folder);
        Samples.dev(folder);
    }

    @Test
    void everyRunLeavesALine() throws Exception {
        Run run = sweep(FILE);
        assertThat(run.status()).as(() -> String.join("\n", run.err())).isZero();
        assertThat(run.err())
                .contains("trial 1 of 8: stars, Head, seed 1, learning rate x 1.0")
                .anyMatch(
                        line ->
                                line.matches(
                                        "run 8 of 8: stars, LoRA, rank 2, seed 2; about .* left"));
        assertThat(summary(run)).isEqualTo("4 runs, 4 trials, 0 done before, 0 failed, 0 left");
        List<JsonObject> lines = lines();
        assertThat(lines).hasSize(4);
        for (JsonObject line : lines) {
            assertThat(line.get("suite").getAsString()).isEqualTo("reviews");
            assertThat(metric(line)).isBetween(0.0, 1.0);
            assertThat(line.getAsJsonArray("curve")).hasSize(2);
            assertThat(line.get("file_bytes").getAsLong()).isPositive();
            assertThat(line.getAsJsonObject("test_metrics").keySet()).isEmpty();
            assertThat(output().resolve(line.get("outputs").getAsString())).isRegularFile();
        }
        assertThat(lines.get(0).get("adapter_parameters").getAsLong()).isZero();
        assertThat(output().resolve("work")).isEmptyDirectory();
        assertThat(output().resolve("adapters")).doesNotExist();
    }

    @Test
    void theFactorThatIsBestOnHeldOutDataIsTakenForAllSeeds() throws Exception {
        Run run = sweep(FILE);
        List<RateTrial> trials = RateTrial.lines(output().resolve("rates.jsonl")).read();
        assertThat(trials).hasSize(4);
        for (String method : List.of("Head", "LoRA, rank 2")) {
            RateChoice choice =
                    RateChoice.of(
                                    trials.stream()
                                            .filter(t -> t.key().method().equals(method))
                                            .toList())
                            .orElseThrow();
            for (int seed : List.of(1, 2)) {
                JsonObject line = line(method, seed);
                assertThat(line.get("rate_factor").getAsDouble())
                        .isEqualTo(choice.rates().factor());
                assertThat(line.get("rate_at_edge").getAsBoolean()).isTrue();
            }
            assertThat(run.err())
                    .contains(
                            ("warning: the best rates of %s are at the edge of those tried, %s;"
                                            + " others beyond may be better")
                                    .formatted(method, choice.rates()));
        }
        assertThat(line("LoRA, rank 2", 2).get("learning_rate").getAsDouble())
                .isEqualTo(1e-3 * line("LoRA, rank 2", 1).get("rate_factor").getAsDouble());
        assertThat(run.out()).last().asString().contains("\"rates_at_edge\":2");
    }

    @Test
    void oneRateIsNoChoice() throws Exception {
        Run run = sweep(FILE.replace("[1, 2],\n  \"training\"", "[1],\n  \"training\""));
        assertThat(summary(run)).isEqualTo("4 runs, 0 trials, 0 done before, 0 failed, 0 left");
        assertThat(output().resolve("rates.jsonl")).doesNotExist();
        assertThat(line("LoRA, rank 2", 1).get("rate_at_edge").getAsBoolean()).isFalse();
    }

    @Test
    void aMethodSpendsItsBudget() throws Exception {
        String lora = "\"options\": \"--method lora --rank 2\",\n     \"learning_rate\": 1e-3";
        assertThat(FILE).contains(lora);
        Run run = sweep(FILE.replace(lora, "\"budget\": 30"));
        assertThat(run.status()).as(() -> String.join("\n", run.err())).isZero();
        JsonObject line = line("LoRA, rank 2", 1);
        assertThat(line.get("family").getAsString()).isEqualTo("compound");
        assertThat(line.get("adapter_parameters").getAsLong()).isBetween(1L, 30L);
        assertThat(line.get("coverage").getAsDouble()).isPositive();
    }

    @Test
    void theCommandNamesAnotherPrecisionThanTheFile() throws Exception {
        String narrow = FILE.replace("\"rates\":", "\"precision\": \"bfloat16\", \"rates\":");
        assertThat(sweep(narrow, "--precision", "float32").status()).isZero();
        assertThat(lines()).noneMatch(line -> line.getAsJsonObject("setup").has("precision"));
        assertRefused(sweep(narrow), 1, "another suite, model, precision");
    }

    @Test
    void whatIsDoneIsNotDoneAgain() throws Exception {
        sweep(FILE);
        List<String> lines = Files.readAllLines(runs());
        Files.write(runs(), lines.subList(0, 3));
        Run again = sweep(FILE);
        assertThat(again.err())
                .filteredOn(line -> line.startsWith("run ") || line.startsWith("trial "))
                .singleElement()
                .asString()
                .contains("run 8 of 8: stars, LoRA, rank 2, seed 2");
        assertThat(summary(again)).isEqualTo("4 runs, 4 trials, 7 done before, 0 failed, 0 left");
        assertThat(withoutCosts(Files.readAllLines(runs()).get(3)))
                .isEqualTo(withoutCosts(lines.get(3)));
        assertThat(summary(sweep(FILE)))
                .isEqualTo("4 runs, 4 trials, 8 done before, 0 failed, 0 left");
    }

    @Test
    void whatAnotherProcessHasBegunIsWaitedForAndDoneIfItEnds() throws Exception {
        Path work = Files.createDirectories(output().resolve("work"));
        Path trial = work.resolve("stars+lora-rank-2+seed1+rate1.0.lock");
        try (FileChannel other =
                FileChannel.open(trial, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            FileLock held = other.lock();
            FutureTask<Run> run = new FutureTask<>(() -> sweep(FILE));
            new Thread(run).start();
            while (Files.notExists(runs()) || Files.readAllLines(runs()).size() < 2) {
                assertThat(run).as("not before the runs of the other method").isNotDone();
                Thread.sleep(10);
            }
            held.release();
            assertThat(summary(run.get()))
                    .isEqualTo("4 runs, 4 trials, 0 done before, 0 failed, 0 left");
        }
    }

    @Test
    void whatFailedIsLeftAloneUntilItIsAskedFor() throws Exception {
        String failing = FILE.replace("1e-3", "1e30");
        Run run = sweep(failing);
        assertThat(run.status()).isZero();
        assertThat(run.err())
                .anyMatch(
                        line ->
                                line.startsWith(
                                        "stars, LoRA, rank 2, seed 1 failed: No learning rate"
                                                + " works for all tasks: "));
        assertThat(summary(run)).isEqualTo("4 runs, 4 trials, 0 done before, 2 failed, 0 left");
        assertThat(line("LoRA, rank 2", 1).get("failure").getAsString()).contains("learning rate");
        assertThat(summary(sweep(failing)))
                .isEqualTo("4 runs, 4 trials, 8 done before, 2 failed, 0 left");
        assertThat(lines()).hasSize(4);
        sweep(failing, "--retry-failed");
        assertThat(lines()).hasSize(6);
    }

    @Test
    void testDataAreOpenedOnceAndOnlyIfThatIsAskedFor() throws Exception {
        String tested = FILE.replace("\"dev\": ", "\"test\": \"test.tsv\", \"dev\": ");
        assertThat(sweep(tested, "--keep-adapters").status()).as("there is no file yet").isZero();
        Files.copy(folder.resolve("dev.tsv"), folder.resolve("test.tsv"));

        Run run = sweep(tested, "--test");

        assertThat(summary(run)).isEqualTo("4 runs, 4 trials, 4 done before, 0 failed, 0 left");
        assertThat(run.err()).noneMatch(line -> line.startsWith("epoch"));
        List<RunResult> results = RunResult.lines(runs()).read();
        assertThat(results).hasSize(8);
        for (RunResult result : results.subList(4, 8)) {
            assertThat(result.testMetrics()).as("of the same data").isEqualTo(result.metrics());
            assertThat(result.setup().data()).containsOnlyKeys("train", "dev", "test");
            assertThat(ExampleOutputs.read(output().resolve(result.outputs())))
                    .containsOnlyKeys("dev", "test");
        }
        Run again = sweep(tested, "--test");
        assertThat(again.err())
                .singleElement()
                .asString()
                .startsWith("4 runs have been tested before and are not tested again");
        assertThat(summary(again)).isEqualTo("4 runs, 4 trials, 8 done before, 0 failed, 0 left");
        assertThat(RunResult.lines(runs()).read()).hasSize(8);
    }

    @Test
    void testDataAloneNeedToBeAskedFor() throws Exception {
        String alone = FILE.replace("\"dev\": ", "\"test\": ");
        assertRefused(
                sweep(alone),
                1,
                "The task 'stars' has no 'dev', the development data; add them, or give --test");
        Run run = sweep(alone, "--test");
        assertThat(summary(run)).isEqualTo("4 runs, 4 trials, 0 done before, 0 failed, 0 left");
        assertThat(run.err())
                .anyMatch(line -> line.matches("stars, Head, seed 1: accuracy on test data 0.*"));
        for (RunResult result : RunResult.lines(runs()).read()) {
            assertThat(result.metrics()).isEmpty();
            assertThat(result.setup().data()).containsOnlyKeys("train", "test");
            assertThat(ExampleOutputs.read(output().resolve(result.outputs())))
                    .containsOnlyKeys("test");
        }
        Path page = folder.resolve("report");
        assertThat(Run.of("report", "--input", runs(), "--output", page).status()).isZero();
        assertThat(page.resolve("report.md")).isRegularFile();
    }

    @Test
    void whatWasNotKeptCanNotBeTested() throws Exception {
        String tested = FILE.replace("\"dev\": ", "\"test\": \"dev.tsv\", \"dev\": ");
        sweep(tested);
        assertRefused(
                sweep(tested, "--test"),
                1,
                "The adapter of stars, Head, seed 1",
                "--keep-adapters");
        assertRefused(sweep(FILE, "--test"), 1, "No task has 'test'");
    }

    @Test
    void aSearchOpensNeitherDevelopmentNorTestData() throws Exception {
        String search =
                FILE.replace("\"dev.tsv\"", "\"none.tsv\", \"test\": \"none.tsv\"")
                        .replace("\"held_back\"", "\"search\": true, \"held_back\"");
        Run run = sweep(search);
        assertThat(run.status()).as(() -> String.join("\n", run.err())).isZero();
        assertThat(run.err())
                .contains(
                        "2 layouts were searched, on held-out training data only; the best"
                                + " first:");
        assertThat(run.out()).last().asString().contains("\"layouts\":2", "\"best_layout\":");
        assertThat(runs()).doesNotExist();
        assertThat(output().resolve("work")).isEmptyDirectory();
        List<RateTrial> trials = RateTrial.lines(output().resolve("rates.jsonl")).read();
        assertThat(trials).hasSize(6).allMatch(trial -> trial.layouts() == 2);
        assertThat(trials.get(0).setup().data()).containsOnlyKeys("train");
        assertRefused(sweep(search, "--test"), 1, "A search for layouts opens no test data");
        assertRefused(
                sweep(search, "--only-task", "stars"),
                1,
                "A search compares layouts on all tasks; leave --only-task out");
    }

    @Test
    void refusesResultsOfOtherOptionsInItsFolder() throws Exception {
        sweep(FILE);
        List<String> lines = Files.readAllLines(runs());
        assertRefused(
                sweep(FILE.replace("--epochs 2", "--epochs 1")),
                1,
                "stars, Head, seed 1",
                "take that line out of rates.jsonl");
        assertThat(Files.readAllLines(runs())).isEqualTo(lines);
    }

    @Test
    void refusesWhatCanNotBeRunBeforeAnythingRuns() throws Exception {
        assertRefused(
                sweep(FILE.replace("--rank 2", "--rnk 2")), 1, "stars, LoRA, rank 2", "--rnk");
        assertRefused(sweep(FILE.replace("--rank 2", "--orders 2")), 1, "takes no --orders");
        assertRefused(sweep(FILE.replace("--rank 2", "--seed 2")), 1, "leave out --seed");
        assertRefused(sweep(FILE.replace("--rank 2", "--task embedding")), 1, "--task can't be");
        assertRefused(
                sweep(FILE.replace("\"dev\": ", "\"corpus\": \"c.tsv\", \"dev\": ")),
                1,
                "'stars' has a corpus, which is for embeddings");
        assertRefused(sweep(FILE.replace("dev.tsv", "nowhere.tsv")), 1, "nowhere.tsv");
        assertRefused(sweep(FILE.replace("0.34", "0.9")), 1, "held out", "0.9");
        assertRefused(sweep("{"), 1, "sweep.json", "not JSON");
        assertThat(output()).doesNotExist();
    }

    @Test
    void saysHowToBuildWithSpark() throws Exception {
        assumeThat(ServiceLoader.load(Cluster.Connector.class)).as("Spark").isEmpty();
        assertRefused(sweep(FILE, "--spark", "local[2]"), 1, "without Spark", "-P spark");
    }

    private Run sweep(String text, Object... more) throws IOException {
        Path file = Files.writeString(folder.resolve("sweep.json"), text);
        Stream<Object> common =
                Stream.of(
                        "sweep", file, "--model", Samples.model("tiny-bert"), "--output", output());
        return Run.of(Stream.concat(common, Stream.of(more)).toArray());
    }

    private Path output() {
        return folder.resolve("result");
    }

    private Path runs() {
        return output().resolve("runs.jsonl");
    }

    private List<JsonObject> lines() throws IOException {
        return Files.readAllLines(runs()).stream()
                .map(line -> JsonParser.parseString(line).getAsJsonObject())
                .toList();
    }

    private JsonObject line(String method, int seed) throws IOException {
        return lines().stream()
                .filter(
                        line -> {
                            JsonObject key = line.getAsJsonObject("key");
                            return key.get("method").getAsString().equals(method)
                                    && key.get("seed").getAsInt() == seed;
                        })
                .findFirst()
                .orElseThrow();
    }

    private static double metric(JsonObject line) {
        String name = line.get("metric").getAsString();
        return line.getAsJsonObject("metrics").get(name).getAsDouble();
    }

    private static String summary(Run run) {
        JsonObject line =
                JsonParser.parseString(run.out().get(run.out().size() - 1)).getAsJsonObject();
        return "%s runs, %s trials, %s done before, %s failed, %s left"
                .formatted(
                        line.get("runs"),
                        line.get("trials"),
                        line.get("done_before"),
                        line.get("failed"),
                        line.get("left"));
    }

    /** Times are never twice the same. */
    private static JsonObject withoutCosts(String line) {
        JsonObject run = JsonParser.parseString(line).getAsJsonObject();
        run.remove("seconds");
        run.remove("date");
        run.remove("peak_mib");
        return run;
    }

    private static void assertRefused(Run run, int status, String... parts) {
        assertThat(run.status()).isEqualTo(status);
        assertThat(run.out()).isEmpty();
        assertThat(run.err()).singleElement().asString().contains(parts);
    }
}
