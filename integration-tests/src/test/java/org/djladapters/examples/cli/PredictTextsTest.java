/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.modality.Classifications;
import ai.djl.ndarray.NDList;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.djladapters.adapter.HeadConfig;
import org.djladapters.checkpoint.AdapterDirectory;
import org.djladapters.checkpoint.head.LabelsFile;
import org.djladapters.model.Models;
import org.djladapters.task.TaskModel;
import org.djladapters.zoo.TrainedAdapters;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code predict} with texts, and {@code evaluate} row by row. */
class PredictTextsTest {

    private static final String BERT = "tiny-bert";
    private static final List<String> LABELS = List.of("billing", "delivery", "other");
    private static final List<String> TEXTS =
            List.of("the bill is wrong", "where is it", "a long text, \"quoted\", with words");
    private static final HeadConfig HEAD = new HeadConfig(3, HeadConfig.Pooling.MEAN);

    @TempDir Path folder;

    private Path model;
    private Path tickets;

    @BeforeEach
    void save() throws IOException {
        model = Models.directory(BERT);
        tickets = adapter("tickets", HEAD, LabelsFile.text(LABELS));
    }

    private Path adapter(String name, HeadConfig head, String labels) throws IOException {
        return TrainedAdapters.save(
                BERT, head, Map.of(AdapterDirectory.LABELS, labels), folder.resolve(name));
    }

    private Path merged(Path adapter) throws IOException {
        Path merged = folder.resolve("merged");
        try (TaskModel<NDList, NDList> task =
                TaskModel.open(model, adapter, NDList.class, NDList.class)) {
            task.export(merged);
        }
        return merged;
    }

    private static Run succeed(Object... args) {
        Run run = Run.of(args);
        assertThat(run.status()).as(String.join("\n", run.err())).isZero();
        return run;
    }

    private static JsonObject json(String line) {
        return JsonParser.parseString(line).getAsJsonObject();
    }

    private List<Classifications> expected(List<String> texts) throws Exception {
        try (TaskModel<String, Classifications> task =
                TaskModel.open(model, tickets, String.class, Classifications.class)) {
            return task.predict(texts);
        }
    }

    private static void requireEqual(JsonObject row, Classifications expected) {
        Classifications.Classification best = expected.best();
        assertThat(row.get("label").getAsString()).isEqualTo(best.getClassName());
        assertThat(row.get("probability").getAsDouble())
                .isCloseTo(best.getProbability(), within(1e-5));
    }

    @Test
    void textsGetLabelsWithProbabilitiesAsJsonLines() throws Exception {
        Run run =
                succeed(
                        "predict",
                        "--model",
                        model,
                        "--adapter",
                        tickets,
                        "--top-k",
                        2,
                        "--text",
                        TEXTS.get(0),
                        "--text",
                        TEXTS.get(1));
        List<Classifications> expected = expected(TEXTS.subList(0, 2));
        assertThat(run.out()).hasSize(2);
        for (int i = 0; i < 2; i++) {
            JsonObject row = json(run.out().get(i));
            assertThat(row.get("text").getAsString()).isEqualTo(TEXTS.get(i));
            requireEqual(row, expected.get(i));
            assertThat(row.getAsJsonObject("top").keySet())
                    .hasSize(2)
                    .startsWith(row.get("label").getAsString());
        }
    }

    @Test
    void aMergedModelPredictsTheSameWithoutAnAdapter() throws Exception {
        Path merged = merged(tickets);
        Run run = succeed("predict", "--model", merged, "--text", TEXTS.get(0));
        requireEqual(json(run.out().get(0)), expected(TEXTS).get(0));
    }

    @Test
    void rowsOfAFileKeepTheirOrderInEveryForm() throws Exception {
        StringBuilder lines = new StringBuilder();
        StringBuilder table = new StringBuilder("id,message\n");
        int count = 70; // several batches, of texts of different lengths
        for (int i = 0; i < count; i++) {
            String text = TEXTS.get(i % 2) + " word".repeat(i % 5);
            lines.append(text).append('\n');
            table.append(i).append(',').append('"').append(text).append("\"\n");
        }
        Path texts = Files.writeString(folder.resolve("texts.txt"), lines);
        Path csv = Files.writeString(folder.resolve("texts.csv"), table);
        Path first = folder.resolve("first.jsonl");
        Path second = folder.resolve("second.tsv");
        Path third = folder.resolve("third.csv");
        Run run =
                succeed(
                        "predict",
                        "--model",
                        model,
                        "--adapter",
                        tickets,
                        "--input",
                        texts,
                        "--output",
                        first);
        assertThat(json(run.out().get(0)).get("rows").getAsInt()).isEqualTo(count);
        succeed(
                "predict",
                "--model",
                model,
                "--adapter",
                tickets,
                "--input",
                csv,
                "--text-column",
                "message",
                "--output",
                second);
        succeed(
                "predict",
                "--model",
                model,
                "--adapter",
                tickets,
                "--input",
                csv,
                "--text-column",
                "message",
                "--output",
                third,
                "--quiet");
        List<JsonObject> rows =
                Files.readAllLines(first).stream().map(PredictTextsTest::json).toList();
        List<Classifications> expected = expected(lines.toString().lines().toList());
        assertThat(rows).hasSize(count);
        for (int i = 0; i < count; i++) {
            requireEqual(rows.get(i), expected.get(i));
        }
        List<String> cells =
                Stream.concat(
                                Stream.of("text\tlabel\tprobability"),
                                rows.stream()
                                        .map(
                                                row ->
                                                        row.get("text").getAsString()
                                                                + "\t"
                                                                + row.get("label").getAsString()
                                                                + "\t"
                                                                + row.get("probability")
                                                                        .getAsString()))
                        .toList();
        assertThat(Files.readAllLines(second)).isEqualTo(cells);
        assertThat(Files.readAllLines(third))
                .isEqualTo(cells.stream().map(line -> line.replace('\t', ',')).toList());
    }

    @Test
    void aRegressionGivesNumbersAndAnEncoderVectors() throws Exception {
        Path value = adapter("value", new HeadConfig(1, HeadConfig.Pooling.CLS), "[]");
        JsonObject number =
                json(
                        succeed(
                                        "predict",
                                        "--model",
                                        model,
                                        "--adapter",
                                        value,
                                        "--text",
                                        "a b",
                                        "--text-pair",
                                        "c d")
                                .out()
                                .get(0));
        assertThat(number.keySet()).containsExactly("text", "text_pair", "value");
        JsonObject vector =
                json(succeed("predict", "--model", model, "--text", "a b").out().get(0));
        assertThat(vector.getAsJsonArray("vector").size()).isEqualTo(32);
    }

    @Test
    void questionsGetAnswersAndPassagesScoresFromMergedModelsToo() throws Exception {
        String context = "the parcel is in the shop on the corner";
        Path answers =
                trained(
                        "answers",
                        new HeadConfig(2, HeadConfig.Pooling.SPAN),
                        "QUESTION_ANSWERING");
        Path table =
                Files.writeString(
                        folder.resolve("questions.tsv"),
                        "question\tcontext\nwhere is it\t" + context + "\n");
        Run asked = succeed("predict", "--model", model, "--adapter", answers, "--input", table);
        JsonObject answer = json(asked.out().get(0));
        assertThat(answer.keySet())
                .containsExactly("text", "text_pair", "answer", "score", "start", "end");
        assertThat(context.substring(answer.get("start").getAsInt(), answer.get("end").getAsInt()))
                .isEqualTo(answer.get("answer").getAsString());
        Run again = succeed("predict", "--model", merged(answers), "--input", table);
        assertThat(json(again.out().get(0)).get("answer")).isEqualTo(answer.get("answer"));

        Path relevance =
                trained("relevance", new HeadConfig(1, HeadConfig.Pooling.CLS), "RERANKING");
        JsonObject score =
                json(
                        succeed(
                                        "predict",
                                        "--model",
                                        model,
                                        "--adapter",
                                        relevance,
                                        "--text",
                                        "where is it",
                                        "--text-pair",
                                        context)
                                .out()
                                .get(0));
        assertThat(score.get("score").getAsDouble()).isBetween(0.0, 1.0);
        Run single = Run.of("predict", "--model", model, "--adapter", relevance, "--text", "a");
        assertThat(single.status()).isEqualTo(1);
        assertThat(single.err()).singleElement().asString().contains("give --text QUERY and");
    }

    private Path trained(String name, HeadConfig head, String task) throws IOException {
        String record = "{\"options\": {\"task\": \"%s\", \"max_length\": \"16\"}}";
        return TrainedAdapters.save(
                BERT,
                head,
                Map.of(AdapterDirectory.PROVENANCE, record.formatted(task)),
                folder.resolve(name));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    bad.txt   | line 2, is blank; remove it
                    bad.tsv   | has no column 'sentence1'; it has: label, text
                    bad.csv   | line 3, is blank; remove it
                    bad.jsonl | line 2, is not a JSON object
                    """)
    void aRowAtFaultIsNamedAndNothingIsWritten(String name, String message) throws Exception {
        Map<String, String> files =
                Map.of(
                        "bad.txt", "a\n\nb\n",
                        "bad.tsv", "label\ttext\nx\ty\n",
                        "bad.csv", "sentence1\na\n \n",
                        "bad.jsonl", "{\"sentence1\": \"a\"}\n{\"sentence1\"\n");
        Path input = Files.writeString(folder.resolve(name), files.get(name));
        Path output = folder.resolve("out.jsonl");
        Run run =
                Run.of(
                        "predict",
                        "--model",
                        model,
                        "--adapter",
                        tickets,
                        "--input",
                        input,
                        "--output",
                        output);
        assertThat(run.status()).isEqualTo(1);
        assertThat(run.err()).singleElement().asString().contains(name, message);
        assertThat(output).doesNotExist();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    --text a --text b --text-pair c      | Give a --text-pair for each --text, or none; there are 1 for 2
                    --top-k 2                            | Give either --text TEXT, --image PATH or --input FILE
                    --text a --top-k 0                   | --top-k must be at least 1, got 0
                    --text a --output o.json             | name a file that ends in .jsonl, .tsv or .csv
                    --text a --quiet --json              | leave out one of the two
                    --text a --rows 0                    | --rows is for the rows of tensors
                    """)
    void optionsThatDoNotFitAreRefused(String options, String message) {
        Run run =
                Run.of(
                        Stream.concat(
                                        Stream.of("predict", "--model", model),
                                        Stream.of(options.split(" ")))
                                .toArray());
        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err()).singleElement().asString().contains(message);
    }

    @Test
    void pairsAreRefusedWhereSingleTextsAreEmbedded() {
        Run run = Run.of("predict", "--model", model, "--text", "a", "--text-pair", "b");
        assertThat(run.status()).isEqualTo(1);
        assertThat(run.err()).singleElement().asString().contains("takes single texts");
    }

    @Test
    void everyRowOfAnEvaluationIsWritten() throws Exception {
        Path data =
                Files.writeString(
                        folder.resolve("dev.tsv"),
                        "label\tsentence1\nbilling\t%s\nother\t%s\ndelivery\tand what\n"
                                .formatted(TEXTS.get(0), TEXTS.get(1)));
        Path rows = folder.resolve("rows.jsonl");
        Run adapted =
                succeed(
                        "evaluate",
                        "--model",
                        model,
                        "--adapter",
                        tickets,
                        "--data",
                        data,
                        "--predictions",
                        rows);
        List<JsonObject> written =
                Files.readAllLines(rows).stream().map(PredictTextsTest::json).toList();
        assertThat(written).hasSize(3);
        assertThat(written.get(1).get("example").getAsString()).endsWith("dev.tsv', line 3");
        assertThat(written.get(1).get("label").getAsString()).isEqualTo("other");
        Classifications expected = expected(TEXTS).get(1);
        assertThat(written.get(1).get("prediction").getAsString())
                .isEqualTo(expected.best().getClassName());
        assertThat(written.get(1).get("probability").getAsDouble())
                .isCloseTo(expected.best().getProbability(), within(1e-5));
        long right =
                written.stream()
                        .filter(row -> row.get("label").equals(row.get("prediction")))
                        .count();
        assertThat(json(last(adapted)).get("accuracy").getAsDouble())
                .isCloseTo(right / 3.0, within(1e-9));

        Run alone = succeed("evaluate", "--model", merged(tickets), "--data", data);
        assertThat(json(last(alone)).get("accuracy"))
                .isEqualTo(json(last(adapted)).get("accuracy"));
    }

    private static String last(Run run) {
        return run.out().get(run.out().size() - 1);
    }

    @Test
    void progressIsToldToPrograms() {
        Run run =
                succeed("predict", "--model", model, "--adapter", tickets, "--text", "a", "--json");
        assertThat(run.err()).isNotEmpty();
        JsonObject event = json(run.err().get(run.err().size() - 1));
        assertThat(event.get("event").getAsString()).isEqualTo("predict");
        assertThat(event.get("done").getAsInt()).isEqualTo(1);
        assertThat(event.get("all").getAsInt()).isEqualTo(1);
    }
}
