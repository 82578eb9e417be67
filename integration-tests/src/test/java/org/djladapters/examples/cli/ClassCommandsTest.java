/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Several classes a text, weights of classes and their scores on the command line. */
class ClassCommandsTest {

    private static final Path MODEL = Samples.model("tiny-bert");

    @TempDir private Path folder;

    private static Run done(Object... words) {
        Run run = Run.of(words);
        assertThat(run.status()).as(run.err().toString()).isZero();
        return run;
    }

    private static JsonObject json(Run run) {
        return JsonParser.parseString(run.out().get(run.out().size() - 1)).getAsJsonObject();
    }

    private static String refusal(Object... words) {
        Run run = Run.of(words);
        assertThat(run.status()).isNotZero();
        return run.err().get(run.err().size() - 1);
    }

    private Path file(String name, String... lines) throws IOException {
        return Files.write(folder.resolve(name), List.of(lines));
    }

    @Test
    void severalLabelsATextAreLearnedScoredAndPredicted() throws IOException {
        Path data =
                file(
                        "d.csv",
                        "message,tags",
                        "a b c,early",
                        "x y z,late",
                        "a b x y,early;late",
                        "m n,",
                        "b c a,early",
                        "z x,late");
        Path adapter = folder.resolve("adapter");
        JsonObject trained =
                json(
                        done(
                                named(
                                        "finetune",
                                        "--model",
                                        MODEL,
                                        "--task",
                                        "multi-label-classification",
                                        "--train",
                                        data,
                                        "--dev",
                                        data,
                                        "--method",
                                        "head",
                                        "--epochs",
                                        "2",
                                        "--thresholds",
                                        "tuned",
                                        "--class-weights",
                                        "late=2",
                                        "--output",
                                        adapter)));
        Path rows = folder.resolve("rows.csv");
        Run evaluated =
                done(
                        named(
                                "evaluate",
                                "--model",
                                MODEL,
                                "--adapter",
                                adapter,
                                "--data",
                                data,
                                "--per-class",
                                "--predictions",
                                rows));
        JsonObject result = json(evaluated);
        assertThat(result.get("f1_micro")).isEqualTo(trained.get("f1_micro"));
        assertThat(result.has("confusion")).isFalse();
        JsonObject early = result.getAsJsonArray("classes").get(0).getAsJsonObject();
        assertThat(early.get("label").getAsString()).isEqualTo("early");
        assertThat(early.get("support").getAsInt()).isEqualTo(3);
        assertThat(early.get("tp").getAsInt() + early.get("fn").getAsInt()).isEqualTo(3);
        assertThat(String.join("\n", evaluated.out()))
                .contains("class       precision  recall      f1  support")
                .contains("(micro)")
                .contains("(weighted)");
        assertThat(Files.readAllLines(rows).get(3)).contains(",early|late,");

        JsonObject predicted =
                json(
                        done(
                                "predict",
                                "--model",
                                MODEL,
                                "--adapter",
                                adapter,
                                "--text",
                                "a b c",
                                "--top-k",
                                "2"));
        for (JsonElement label : predicted.getAsJsonArray("labels")) {
            assertThat(predicted.getAsJsonObject("probabilities").has(label.getAsString()))
                    .isTrue();
        }
        assertThat(predicted.getAsJsonObject("top").keySet())
                .containsExactlyInAnyOrder("early", "late");
    }

    private static Object[] named(Object... words) {
        return with(
                words,
                "--text-column",
                "message",
                "--label-column",
                "tags",
                "--label-separator",
                ";");
    }

    private static Object[] with(Object[] first, Object... more) {
        return Stream.of(first, more).flatMap(Arrays::stream).toArray();
    }

    @Test
    void oneClassATextIsScoredWithItsConfusions() throws IOException {
        Path data =
                file(
                        "d.tsv",
                        "label\tsentence1",
                        "early\ta b c",
                        "late\tx y z",
                        "early\tb c",
                        "early\tc a",
                        "late\tz x");
        Path adapter = folder.resolve("adapter");
        done(
                "finetune",
                "--model",
                MODEL,
                "--train",
                data,
                "--dev",
                data,
                "--method",
                "head",
                "--epochs",
                "1",
                "--class-weights",
                "balanced",
                "--label-smoothing",
                "0.1",
                "--output",
                adapter);
        JsonObject options =
                JsonParser.parseString(Files.readString(adapter.resolve("provenance.json")))
                        .getAsJsonObject()
                        .getAsJsonObject("options");
        assertThat(options.get("class_weights").getAsString()).isEqualTo("balanced");
        assertThat(options.get("label_smoothing").getAsDouble()).isEqualTo(0.1);
        Object[] evaluation = {
            "evaluate", "--model", MODEL, "--adapter", adapter, "--data", data, "--per-class"
        };
        Run evaluated = done(evaluation);
        JsonObject result = json(evaluated);
        int right = 0;
        for (int i = 0; i < 2; i++) {
            right += result.getAsJsonArray("confusion").get(i).getAsJsonArray().get(i).getAsInt();
        }
        assertThat(right / 5.0).isEqualTo(result.get("accuracy").getAsDouble());
        assertThat(result.getAsJsonObject("macro_avg").get("recall"))
                .isEqualTo(result.get("balanced_accuracy"));
        assertThat(evaluated.out())
                .anyMatch(line -> line.startsWith("label \\ prediction  early  late"));
    }

    @Test
    void whatDoesNotFitIsRefused() throws IOException {
        Path data = file("d.tsv", "label\tsentence1", "a\tx", "b\ty");
        Path pairs = file("p.tsv", "sentence1\tsentence2", "a\tx", "b\ty");
        Object[] train = {
            "finetune", "--model", MODEL, "--train", data, "--dev", data, "--method", "head"
        };
        Path output = folder.resolve("adapter");
        assertThat(refusal(with(train, "--label-separator", ";", "--output", output)))
                .contains("--label-separator is for --task multi-label-classification");
        assertThat(refusal(with(train, "--class-weights", "c=2", "--output", output)))
                .contains("'c', which is no class of");
        assertThat(refusal(with(train, "--thresholds", "tuned", "--output", output)))
                .contains("Thresholds are for a multi-label classification");
        assertThat(
                        refusal(
                                "evaluate",
                                "--model",
                                MODEL,
                                "--task",
                                "embedding",
                                "--data",
                                pairs,
                                "--per-class"))
                .contains("--per-class is for classes and entities");
        assertThat(output).doesNotExist();
    }
}
