/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CompareCommandTest {

    @TempDir private Path folder;

    @Test
    void comparesMethodsAndGoesOnWhereItWas() throws Exception {
        Run run = compare("--methods", "compound,head", "--seeds", 2);
        assertThat(run.status()).as(() -> String.join("\n", run.err())).isZero();
        assertThat(run.err())
                .anyMatch(line -> line.equals("run 1 of 4: compound, seed 42"))
                .anyMatch(line -> line.matches("run 4 of 4: head, seed 43; about \\d+ s left"));

        JsonObject compound = method(run, 0);
        JsonObject head = method(run, 1);
        assertThat(compound.get("method").getAsString()).isEqualTo("compound");
        assertThat(compound.get("runs").getAsInt()).isEqualTo(2);
        assertThat(compound.get("accuracy").getAsDouble()).isBetween(0.0, 1.0);
        assertThat(compound.get("accuracy_std").getAsDouble()).isNotNegative();
        assertThat(compound.get("adapter_parameters").getAsLong()).isPositive();
        assertThat(head.get("adapter_parameters").getAsLong()).isZero();
        assertThat(compound.get("file_bytes").getAsLong())
                .isGreaterThan(head.get("file_bytes").getAsLong());
        assertThat(compound.get("step_time").getAsDouble()).isPositive();

        assertThat(output().resolve("comparison.md"))
                .content()
                .contains("| compound | ", "| head | ", "(comparison.png)", "seeds 42, 43");
        assertThat(ImageIO.read(output().resolve("comparison.png").toFile())).isNotNull();
        assertThat(output().resolve("adapters").resolve("head-seed43")).isNotEmptyDirectory();
        List<String> runs = runs();
        assertThat(runs).hasSize(4);

        Files.write(output().resolve("runs.jsonl"), runs.subList(0, 3));
        Run again = compare("--methods", "head,compound", "--seeds", 2);
        assertThat(again.err())
                .filteredOn(line -> line.startsWith("run "))
                .singleElement()
                .asString()
                .contains("head, seed 43");
        assertThat(withoutCosts(runs().get(3))).isEqualTo(withoutCosts(runs.get(3)));
        assertThat(method(again, 0).get("accuracy")).isEqualTo(head.get("accuracy"));
    }

    @Test
    void aMethodThatFailsIsShownAndOthersGoOn() throws Exception {
        Run run = compare("--methods", "lora,head", "--seeds", 1, "--learning-rate", "1e30");
        assertThat(run.status()).isZero();
        assertThat(run.err()).anyMatch(line -> line.startsWith("lora failed: "));
        assertThat(method(run, 0).get("failed").getAsString()).contains("learning rate");
        assertThat(method(run, 1).get("runs").getAsInt()).isEqualTo(1);
        assertThat(output().resolve("comparison.md"))
                .content()
                .containsPattern("\\| lora \\| failed: .*learning rate");
    }

    @Test
    void whatTheBaselinesTrainOfTheBaseCounts() throws Exception {
        Run run = compare("--methods", "full,bitfit", "--seeds", 1, "--rounds", 1);
        assertThat(run.status()).as(() -> String.join("\n", run.err())).isZero();
        for (int i = 0; i < 2; i++) {
            long trained = method(run, i).get("trainable_parameters").getAsLong();
            long counted = method(run, i).get("adapter_parameters").getAsLong();
            assertThat(trained - counted).as("a head of 3 x 32 + 3").isEqualTo(99);
        }
    }

    @Test
    void everyMethodSpendsTheBudget() throws Exception {
        Run run = compare("--methods", "compound,head", "--budget", 30, "--seeds", 1);
        assertThat(run.status()).as(() -> String.join("\n", run.err())).isZero();
        assertThat(method(run, 0).get("adapter_parameters").getAsLong()).isBetween(1L, 30L);
        assertThat(method(run, 1).get("adapter_parameters").getAsLong()).isZero();
        assertThat(run.out()).last().asString().contains("\"layouts\":[", "--orders 1,2,3");
    }

    @Test
    void aSearchIsComparedByQueriesAndBothSidesWithTheModelAsItIs() throws Exception {
        Object[] options = {"--methods", "lora", "--budget", "200,600,601", "--seeds", 1};
        Run run = compareSearch(options);
        assertThat(run.status()).as(() -> String.join("\n", run.err())).isZero();
        assertThat(run.err())
                .anyMatch(line -> line.startsWith("lora-601 is left out: its layout is that"))
                .anyMatch(line -> line.startsWith("run 4 of 4: lora-600-both, seed 42"));
        JsonObject query = method(run, 0);
        JsonObject both = method(run, 3);
        assertThat(query.get("method").getAsString()).isEqualTo("lora-200-query");
        assertThat(query.get("adapt").getAsString()).isEqualTo("query");
        assertThat(query.get("new_index").getAsBoolean()).isFalse();
        assertThat(both.get("new_index").getAsBoolean()).isTrue();
        JsonObject change = both.getAsJsonObject("mrr@10_change");
        assertThat(change.get("after").getAsDouble())
                .isCloseTo(both.get("mrr@10").getAsDouble(), within(1e-9));
        assertThat(change.get("before"))
                .isEqualTo(query.getAsJsonObject("mrr@10_change").get("before"));
        assertThat(change.getAsJsonArray("interval").get(0).getAsDouble())
                .isLessThanOrEqualTo(change.get("difference").getAsDouble());
        assertThat(both.has("recall@1_change")).isTrue();
        assertThat(run.out())
                .anyMatch(line -> line.matches("as it is +[01].\\d{4} +[01].\\d{4}"))
                .anyMatch(line -> line.matches("lora-600-both +[01].\\d{4}  [+-]0.*yes"))
                .anyMatch(line -> line.startsWith("Best without a new index: "))
                .anyMatch(line -> line.contains("were chosen on the dev data"));
        assertThat(output().resolve("comparison.md"))
                .content()
                .contains("| lora-200-query | ", "| as it is | ", "**new index**");

        Run again = compareSearch(options);
        assertThat(again.err()).noneMatch(line -> line.startsWith("run "));
        assertThat(method(again, 3)).isEqualTo(both);

        Run alone = compareSearch("--methods", "lora", "--budget", "600", "--seeds", 1);
        both.addProperty("method", "lora-both");
        assertThat(alone.err()).noneMatch(line -> line.startsWith("run "));
        assertThat(method(alone, 1)).isEqualTo(both);
    }

    @Test
    void refusesRoundsOfASearchWhoseStepsAreNotTimed() throws Exception {
        assertRefused(compareSearch("--methods", "lora", "--rounds", 3), 2, "--rounds is for");
        assertThat(output()).doesNotExist();
    }

    @Test
    void whatQueriesAloneCannotLearnIsLeftOut() throws Exception {
        Run run = compareSearch("--methods", "lora", "--seeds", 1, "--mini-batch", 2);
        assertThat(run.status()).as(() -> String.join("\n", run.err())).isZero();
        assertThat(run.err())
                .anyMatch(line -> line.matches("lora-query is left out: .*mini-batches.*"));
        assertThat(method(run, 0).get("method").getAsString()).isEqualTo("lora-both");
        assertRefused(
                compareSearch("--methods", "lora", "--mini-batch", 2, "--adapt", "query"),
                1,
                "mini-batches");
    }

    @Test
    void refusesAnotherComparisonInItsFolder() throws Exception {
        compare("--methods", "head", "--seeds", 1, "--rounds", 1);
        List<String> runs = runs();
        assertRefused(
                compare("--methods", "head", "--seeds", 1, "--warm-up", "0.5"),
                1,
                "result",
                "differs in warm_up");
        assertThat(runs()).isEqualTo(runs);
    }

    @Test
    void refusesMethodsItDoesNotKnow() throws Exception {
        assertRefused(compare("--methods", "compound,prompt"), 2, "'prompt'", "compound", "head");
        assertRefused(compare("--methods", ""), 2, "''", "compound", "head");
        assertRefused(compare("--methods", "head,head"), 2, "'head' is named twice");
        assertRefused(compare(), 2, "--methods");
        assertThat(output()).doesNotExist();
    }

    @Test
    void refusesNumbersThatMakeNoComparison() throws Exception {
        assertRefused(
                compare("--methods", "head", "--seeds", 0), 2, "number of seeds", "at least 1");
        assertRefused(
                compare("--methods", "head", "--rounds", 0), 2, "number of rounds", "at least 1");
        assertRefused(compare("--methods", "head", "--budget", "9,0"), 2, "budget", "at least 1");
        assertRefused(compare("--methods", "head", "--budget", "9,9"), 2, "must be different");
        assertThat(output()).doesNotExist();
    }

    @Test
    void refusesWhatNoMethodCouldDo() throws Exception {
        Samples.dev(folder);
        assertRefused(compare("--methods", "head", "--metric", "pearson"), 1, "pearson");
        assertThat(output()).doesNotExist();
    }

    @Test
    void refusesAFolderWithOtherFiles() throws Exception {
        Files.createDirectory(output());
        Files.writeString(output().resolve("letter.txt"), "mine");
        assertRefused(compare("--methods", "head"), 1, "result", "other files");
        try (Stream<Path> files = Files.list(output())) {
            assertThat(files).hasSize(1);
        }
    }

    private Run compare(Object... more) throws IOException {
        Stream<Object> common =
                Stream.of(
                        "compare",
                        "--model",
                        Samples.model("tiny-bert"),
                        "--train",
                        Samples.train(folder),
                        "--dev",
                        Samples.dev(folder),
                        "--output",
                        output(),
                        "--epochs",
                        1,
                        "--batch-size",
                        3,
                        "--max-length",
                        16);
        return Run.of(Stream.concat(common, Stream.of(more)).toArray());
    }

    private Run compareSearch(Object... more) throws IOException {
        String pairs = "sentence1\tsentence2\na\tb b .\nb\tc c .\nc\td d .\nd\te e .\ne\ta a .\n";
        Path data = Files.writeString(folder.resolve("pairs.tsv"), pairs);
        Stream<Object> common =
                Stream.of(
                        "compare",
                        "--model",
                        Samples.model("tiny-bert"),
                        "--task",
                        "embedding",
                        "--train",
                        data,
                        "--dev",
                        data,
                        "--output",
                        output(),
                        "--epochs",
                        2,
                        "--batch-size",
                        3);
        return Run.of(Stream.concat(common, Stream.of(more)).toArray());
    }

    private Path output() {
        return folder.resolve("result");
    }

    private List<String> runs() throws IOException {
        return Files.readAllLines(output().resolve("runs.jsonl"));
    }

    private static JsonObject method(Run run, int index) {
        String last = run.out().get(run.out().size() - 1);
        return JsonParser.parseString(last)
                .getAsJsonObject()
                .getAsJsonArray("methods")
                .get(index)
                .getAsJsonObject();
    }

    /** Time and memory are never twice the same. */
    private static JsonObject withoutCosts(String line) {
        JsonObject run = JsonParser.parseString(line).getAsJsonObject();
        run.remove("seconds");
        run.remove("peak_memory");
        return run;
    }

    private static void assertRefused(Run run, int status, String... parts) {
        assertThat(run.status()).isEqualTo(status);
        assertThat(run.out()).isEmpty();
        assertThat(run.err()).singleElement().asString().contains(parts);
    }
}
