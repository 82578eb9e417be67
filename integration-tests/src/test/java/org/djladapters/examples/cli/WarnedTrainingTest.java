/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code finetune} says of runs and data that may not be what the user thinks. */
class WarnedTrainingTest {

    private static final String IN_VAIN =
            "warning: No epoch is better than the model before training (mrr@10 1.0000), so the"
                    + " adapter was saved as it began; try other learning rates or more data";

    @TempDir private Path folder;

    private Run finetune(Path train, Object... more) {
        Object[] common = {
            "finetune",
            "--model",
            Samples.model("tiny-bert"),
            "--train",
            train,
            "--epochs",
            2,
            "--max-length",
            16,
            "--output",
            folder.resolve("adapter")
        };
        Run run = Run.of(Stream.concat(Stream.of(common), Stream.of(more)).toArray());
        assertThat(run.status()).as(String.join("\n", run.err())).isZero();
        return run;
    }

    private static JsonObject json(Run run) {
        return JsonParser.parseString(run.out().get(run.out().size() - 1)).getAsJsonObject();
    }

    /** Passages that repeat their queries, which the model finds before it is trained. */
    private Path pairs(int rows) throws IOException {
        StringBuilder table = new StringBuilder("sentence1\tsentence2\n");
        for (int row = 0; row < rows; row++) {
            String text = ((char) ('a' + row % 26) + " ").repeat(2) + row;
            table.append(text + "\t" + text + ".\n");
        }
        return Files.writeString(folder.resolve("pairs.tsv"), table);
    }

    @Test
    void aSearchSaysHowManyPassagesThereAreAndThatTheModelFoundThemBefore() throws IOException {
        Path pairs = pairs(20);
        Run run =
                finetune(pairs, "--task", "embedding", "--dev-split", 0.5, "--learning-rate", 0.5);
        assertThat(run.err())
                .contains("Epochs are compared by a search of 10 queries among 10 passages")
                .anyMatch(
                        line ->
                                line.matches(
                                        "warning: The queries of .* search only 10 passages, .*"))
                .anyMatch(line -> line.startsWith("epoch 0/2  mrr@10 1.0000"))
                .last()
                .isEqualTo(IN_VAIN);
        JsonObject result = json(run);
        assertThat(result.get("passages").getAsInt()).isEqualTo(10);
        assertThat(result.get("best_epoch").getAsInt()).isZero();
        assertThat(result.get("improved").getAsBoolean()).isFalse();
        assertThat(result.getAsJsonObject("epoch_0").get("mrr@10").getAsDouble()).isEqualTo(1);
        assertThat(result.get("mrr@10").getAsDouble()).isEqualTo(1);
        assertThat(Files.readString(folder.resolve("adapter/provenance.json")))
                .contains("\"dev_passages\": \"10\"", "\"bestEpoch\": 0", "startMetrics");

        Run measured =
                Run.of(
                        "evaluate",
                        "--model",
                        Samples.model("tiny-bert"),
                        "--adapter",
                        folder.resolve("adapter"),
                        "--data",
                        pairs);
        assertThat(json(measured).get("passages").getAsInt()).isEqualTo(20);
    }

    @Test
    void quietRunsStillWarnAndProgramsAreToldOfEpochZero() throws IOException {
        Object[] search = {"--task", "embedding", "--dev", pairs(20), "--learning-rate", 0.5};
        List<Object> quiet = new ArrayList<>(List.of(search));
        quiet.add("--quiet");
        assertThat(finetune(pairs(20), quiet.toArray()).err())
                .hasSize(2)
                .allMatch(line -> line.startsWith("warning: "))
                .last()
                .isEqualTo(IN_VAIN);

        List<Object> programs = new ArrayList<>(List.of(search));
        programs.addAll(List.of("--json", "--overwrite"));
        assertThat(finetune(pairs(20), programs.toArray()).err())
                .anyMatch(line -> line.startsWith("{\"event\":\"untrained\",\"mrr@10\":1.0,"))
                .contains("{\"event\":\"note\",\"text\":\"%s\"}".formatted(IN_VAIN));
    }

    @Test
    void severalClassesInACellAreWarnedOfAndANewHeadHasNoEpochZero() throws IOException {
        StringBuilder table = new StringBuilder("label,sentence1\n");
        for (int row = 0; row < 12; row++) {
            table.append(List.of("delivery", "billing", "delivery;billing").get(row % 3))
                    .append(",a b %d\n".formatted(row));
        }
        Path tickets = Files.writeString(folder.resolve("tickets.csv"), table);
        Run run = finetune(tickets, "--dev", tickets);
        assertThat(run.err())
                .anyMatch(
                        line ->
                                line.startsWith("warning: 1 of the 3 classes of '")
                                        && line.contains("such as 'delivery;billing'"))
                .noneMatch(line -> line.startsWith("epoch 0"));
        assertThat(json(run).keySet())
                .contains("best_epoch")
                .doesNotContain("epoch_0", "improved", "passages");
    }
}
