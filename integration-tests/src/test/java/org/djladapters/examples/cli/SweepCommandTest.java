/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.ServiceLoader;
import java.util.stream.Stream;
import org.djladapters.examples.sweep.Cluster;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SweepCommandTest {

    private static final String FILE =
            """
            {
              "suite": "reviews", "held_back": 0.34, "seeds": [1, 2],
              "training": "--epochs 2 --batch-size 3 --max-length 16",
              "tasks": [{"name": "stars", "train": "train.tsv", "dev": "dev.tsv"}],
              "methods": [
                {"name": "head", "options": "--method head", "learning_rates": [1e-3, 1e-1]},
                {"name": "lora", "options": "--method lora",
                 "budgets": [{"name": "r2", "options": "--rank 2"}],
                 "learning_rates": [1e-3, 1e30]}
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
                .contains("run 1 of 4: stars, head, seed 1")
                .anyMatch(
                        line -> line.matches("run 4 of 4: stars, lora r2, seed 2; about .* left"));
        assertThat(summary(run)).isEqualTo("4 runs, 0 done before, 0 failed, 0 left");
        List<JsonObject> lines = lines();
        assertThat(lines).hasSize(4);
        for (JsonObject line : lines) {
            assertThat(line.get("suite").getAsString()).isEqualTo("reviews");
            assertThat(metric(line)).isBetween(0.0, 1.0);
            assertThat(line.getAsJsonArray("curve")).hasSize(2);
            assertThat(line.get("file_bytes").getAsLong()).isPositive();
        }
        assertThat(lines.get(0).get("adapter_parameters").getAsLong()).isZero();
        assertThat(output().resolve("work")).isEmptyDirectory();
    }

    @Test
    void theRateThatIsBestOnHeldOutDataIsTakenForAllSeeds() throws Exception {
        sweep(FILE);
        for (String method : List.of("head", "lora")) {
            JsonObject first = line(method, 1);
            List<JsonObject> trials =
                    first.getAsJsonArray("trials").asList().stream()
                            .map(JsonElement::getAsJsonObject)
                            .toList();
            assertThat(trials).hasSize(2);
            JsonObject best =
                    trials.stream()
                            .filter(trial -> !trial.has("failure"))
                            .max(Comparator.comparing(trial -> trial.get("value").getAsDouble()))
                            .orElseThrow();
            assertThat(first.get("learning_rate")).isEqualTo(best.get("learning_rate"));
            JsonObject second = line(method, 2);
            assertThat(second.get("learning_rate")).isEqualTo(best.get("learning_rate"));
            assertThat(second.getAsJsonArray("trials")).isEmpty();
        }
        JsonObject wild = line("lora", 1).getAsJsonArray("trials").get(1).getAsJsonObject();
        assertThat(wild.get("failure").getAsString()).contains("learning rate");
    }

    @Test
    void whatIsDoneIsNotDoneAgain() throws Exception {
        sweep(FILE);
        List<String> lines = Files.readAllLines(runs());
        Files.write(runs(), lines.subList(0, 3));
        Run again = sweep(FILE);
        assertThat(again.err())
                .filteredOn(line -> line.startsWith("run "))
                .singleElement()
                .asString()
                .contains("run 4 of 4: stars, lora r2, seed 2");
        assertThat(summary(again)).isEqualTo("4 runs, 3 done before, 0 failed, 0 left");
        assertThat(withoutCosts(Files.readAllLines(runs()).get(3)))
                .isEqualTo(withoutCosts(lines.get(3)));
        assertThat(summary(sweep(FILE))).isEqualTo("4 runs, 4 done before, 0 failed, 0 left");
    }

    @Test
    void whatFailedIsLeftAloneUntilItIsAskedFor() throws Exception {
        String failing = FILE.replace("[1e-3, 1e30]", "[1e29, 1e30]");
        Run run = sweep(failing);
        assertThat(run.status()).isZero();
        assertThat(run.err()).anyMatch(line -> line.startsWith("stars, lora r2, seed 1 failed: "));
        assertThat(summary(run)).isEqualTo("4 runs, 0 done before, 1 failed, 1 left");
        assertThat(line("lora", 1).get("failure").getAsString()).contains("learning rate");
        assertThat(summary(sweep(failing))).isEqualTo("4 runs, 3 done before, 1 failed, 1 left");
        assertThat(lines()).hasSize(3);
        sweep(failing, "--retry-failed");
        assertThat(lines()).hasSize(4);
    }

    @Test
    void refusesResultsOfOtherOptionsInItsFolder() throws Exception {
        sweep(FILE);
        List<String> lines = Files.readAllLines(runs());
        assertRefused(
                sweep(FILE.replace("--epochs 2", "--epochs 1")),
                1,
                "stars, head, seed 1",
                "take that line out of runs.jsonl");
        assertThat(Files.readAllLines(runs())).isEqualTo(lines);
    }

    @Test
    void refusesWhatCanNotBeRunBeforeAnythingRuns() throws Exception {
        assertRefused(sweep(FILE.replace("--rank 2", "--rnk 2")), 1, "stars, lora r2", "--rnk");
        assertRefused(sweep(FILE.replace("--rank 2", "--orders 2")), 1, "takes no --orders");
        assertRefused(sweep(FILE.replace("--rank 2", "--seed 2")), 1, "leave out --seed");
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
        return "%s runs, %s done before, %s failed, %s left"
                .formatted(
                        line.get("runs"),
                        line.get("done_before"),
                        line.get("failed"),
                        line.get("left"));
    }

    /** Times are never twice the same. */
    private static JsonObject withoutCosts(String line) {
        JsonObject run = JsonParser.parseString(line).getAsJsonObject();
        run.remove("seconds");
        run.remove("date");
        return run;
    }

    private static void assertRefused(Run run, int status, String... parts) {
        assertThat(run.status()).isEqualTo(status);
        assertThat(run.out()).isEmpty();
        assertThat(run.err()).singleElement().asString().contains(parts);
    }
}
