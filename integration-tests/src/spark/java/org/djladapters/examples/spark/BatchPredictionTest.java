/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.inference.Predictor;
import ai.djl.modality.Classifications;
import ai.djl.repository.zoo.Criteria;
import ai.djl.repository.zoo.ZooModel;
import ai.djl.translate.DeferredTranslatorFactory;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.djladapters.examples.cli.Run;
import org.djladapters.examples.cli.Samples;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BatchPredictionTest {

    /** More than a batch in each of three partitions. */
    private static final int ROWS = 120;

    /** Half of the last of four decimals, and as much for another order of float32 sums. */
    private static final double TOLERANCE = 1e-4;

    @TempDir private static Path models;

    private static Path merged;

    @TempDir private Path folder;

    @BeforeAll
    static void makeModel() throws IOException {
        SparkHome.make();
        Path adapter = models.resolve("adapter");
        merged = models.resolve("merged");
        succeed(Samples.finetune("tiny-bert", models, adapter).toArray());
        succeed(
                "merge",
                "--model",
                Samples.model("tiny-bert"),
                "--adapter",
                adapter,
                "--output",
                merged);
    }

    private static void succeed(Object... command) {
        Run run = Run.of(command);
        assertThat(run.status()).as(() -> String.join("\n", run.err())).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"local[2]", SparkHome.TWO_PROCESSES})
    void addsToEveryRowWhatTheModelSaysOfItsText(String url) throws Exception {
        List<String> rows = IntStream.range(0, ROWS).mapToObj(i -> i + "\t" + text(i)).toList();
        Path input =
                Files.writeString(
                        folder.resolve("in.tsv"), "id\tsentence1\n" + String.join("\n", rows));

        assertThat(predict(url, input, "--column", "sentence1", "--partitions", "3")).isEmpty();

        List<String> predicted = outputLines();
        assertThat(predicted).hasSize(ROWS);
        try (ZooModel<String, Classifications> model = stock();
                Predictor<String, Classifications> predictor = model.newPredictor()) {
            for (int i = 0; i < ROWS; i++) {
                String[] cells = predicted.get(i).split("\t", -1);
                assertThat(String.join("\t", cells[0], cells[1])).isEqualTo(rows.get(i));
                Classifications expected = predictor.predict(text(i));
                assertThat(Double.parseDouble(cells[3]))
                        .isEqualTo(expected.best().getProbability(), within(TOLERANCE))
                        .isEqualTo(expected.get(cells[2]).getProbability(), within(TOLERANCE));
            }
        }
    }

    @Test
    void takesWholeLinesAndNothing() throws Exception {
        Path input = Files.writeString(folder.resolve("in.txt"), "A quiet\troom\n\nKind people\n");
        assertThat(predict("local[1]", input)).isEmpty();
        assertThat(outputLines())
                .hasSize(3)
                .allMatch(
                        line ->
                                line.matches(
                                        "(A quiet\troom||Kind people)\t(good|bad|mixed)"
                                                + "\t0\\.\\d{4}"));
    }

    @Test
    void saysInOneSentenceWhatIsWrong() throws Exception {
        Path input =
                Files.writeString(folder.resolve("in.tsv"), "id\tsentence1\n1\tA quiet room\n2\n");
        assertThat(predict("local[1]", input, "--column", "text"))
                .containsExactly(
                        "The input has no column 'text'; its first line names: id, sentence1");
        assertThat(predict("local[1]", input, "--column", "sentence1"))
                .containsExactly(
                        "The line '2' has no column 2, where the texts are; columns are separated"
                                + " by tabs");
        assertThat(output()).as("half an output").doesNotExist();
        assertThat(predict("local[1]", folder.resolve("missing.txt")))
                .singleElement()
                .asString()
                .contains("missing.txt", "check --input");
        assertThat(predict("local[1]", folder, "--model", Samples.model("tiny-bert").toString()))
                .singleElement()
                .asString()
                .contains("is no classifier");
        Files.createDirectories(output());
        assertThat(predict("local[1]", input))
                .singleElement()
                .asString()
                .contains(output().toString(), "is there already", "choose another");
    }

    private static String text(int row) {
        return "The room " + "was very ".repeat(row % 7) + "clean on day " + row;
    }

    private static ZooModel<String, Classifications> stock() throws Exception {
        return Criteria.builder()
                .setTypes(String.class, Classifications.class)
                .optModelPath(merged)
                .optTranslatorFactory(new DeferredTranslatorFactory())
                .build()
                .loadModel();
    }

    /** Runs the program; returns what it said on standard error. */
    private List<String> predict(String url, Path input, String... more) {
        List<String> args = new ArrayList<>(List.of("--spark", url, "--input", input.toString()));
        args.addAll(List.of("--output", output().toString()));
        args.addAll(Arrays.asList(more));
        if (!args.contains("--model")) {
            args.addAll(List.of("--model", merged.toString()));
        }
        StringWriter err = new StringWriter();
        int status =
                BatchPrediction.run(
                        new PrintWriter(new StringWriter()),
                        new PrintWriter(err, true),
                        args.toArray(new String[0]));
        assertThat(status).isEqualTo(err.toString().isEmpty() ? 0 : 1);
        return err.toString().lines().toList();
    }

    private Path output() {
        return folder.resolve("out");
    }

    private List<String> outputLines() throws IOException {
        List<String> lines = new ArrayList<>();
        try (Stream<Path> files = Files.list(output())) {
            for (Path part :
                    files.filter(f -> f.getFileName().toString().startsWith("part"))
                            .sorted()
                            .toList()) {
                lines.addAll(Files.readAllLines(part));
            }
        }
        return lines;
    }
}
