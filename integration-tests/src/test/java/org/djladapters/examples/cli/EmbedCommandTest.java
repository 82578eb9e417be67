/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.langchain4j.data.document.Metadata;
import dev.langchain4j.data.embedding.Embedding;
import dev.langchain4j.data.segment.TextSegment;
import dev.langchain4j.store.embedding.inmemory.InMemoryEmbeddingStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.djladapters.vectors.QuantizedVectors;
import org.djladapters.vectors.VectorEncoding;
import org.djladapters.vectors.VectorTable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EmbedCommandTest {

    private static final int WIDTH = 32;

    @TempDir private Path folder;
    private Path corpus;
    private Path pairs;

    @BeforeEach
    void writeData() throws IOException {
        StringBuilder passages = new StringBuilder("id\ttext\n");
        StringBuilder table = new StringBuilder("sentence1\tsentence2\n");
        for (char letter = 'a'; letter <= 'p'; letter++) {
            String passage = (letter + " ").repeat(3) + "x";
            passages.append("p").append(letter).append('\t').append(passage).append('\n');
            table.append(letter).append('\t').append(passage).append('\n');
        }
        table.append("z\tz of the pairs alone\n");
        corpus = Files.writeString(folder.resolve("corpus.tsv"), passages);
        pairs = Files.writeString(folder.resolve("pairs.tsv"), table);
    }

    @Test
    void vectorsAreWrittenWithWhereTheyComeFrom() throws IOException {
        Path file = folder.resolve("v.safetensors");
        Path lines = folder.resolve("v.jsonl");

        JsonObject result = json(run("--input", corpus, "--output", file));
        json(run("--input", corpus, "--output", lines));

        VectorTable table = VectorTable.read(file);
        assertThat(table.size()).isEqualTo(16);
        assertThat(table.ids()).startsWith("pa", "pb");
        assertThat(table.texts().orElseThrow()).startsWith("a a a x");
        assertThat(table.provenance().get(VectorTable.MODEL_SHA256)).hasSize(64);
        assertThat(table.provenance()).doesNotContainKey(VectorTable.ADAPTER_SHA256);
        assertThat(table.provenance().get(VectorTable.OPTIONS)).contains("sentence_pooling");
        assertThat(result.get("dimensions").getAsInt()).isEqualTo(WIDTH);
        assertThat(result.get("bytes_per_text").getAsInt()).isEqualTo(4 * WIDTH);
        assertThat(VectorTable.read(lines).rows()).isEqualTo(table.rows());
    }

    @Test
    void smallerVectorsAreThoseOfTheWrittenOnes() throws IOException {
        Path whole = folder.resolve("whole.safetensors");
        json(run("--input", corpus, "--output", whole));
        VectorTable cut = VectorTable.read(whole).cut(12);
        for (VectorEncoding encoding : List.of(VectorEncoding.INT8, VectorEncoding.BINARY)) {
            Path small = folder.resolve(encoding + ".safetensors");

            json(
                    run(
                            "--input",
                            corpus,
                            "--output",
                            small,
                            "--dimensions",
                            12,
                            "--encoding",
                            encoding));

            QuantizedVectors expected = QuantizedVectors.of(cut, encoding);
            assertThat(QuantizedVectors.read(small).rows()).isEqualTo(expected.rows());
            assertThat(QuantizedVectors.read(small).ids()).isEqualTo(cut.ids());
        }
    }

    /** A line has its number as its id; a prompt stands before each. */
    @Test
    void linesAreEmbeddedAfterAPrompt() throws IOException {
        Path lines = Files.writeString(folder.resolve("lines.txt"), "one\ntwo words\none\n");
        Path said = Files.writeString(folder.resolve("said.txt"), "say one\nsay two words\n");
        Path first = folder.resolve("first.safetensors");
        Path second = folder.resolve("second.safetensors");

        json(run("--input", lines, "--prompt", "say ", "--output", first));
        json(run("--input", said, "--output", second));

        VectorTable prompted = VectorTable.read(first);
        assertThat(prompted.ids()).containsExactly("1", "2", "3");
        assertThat(prompted.row(2)).isEqualTo(prompted.row(0));
        assertThat(prompted.row(1)).containsExactly(VectorTable.read(second).row(1), within(1e-6f));
    }

    @Test
    void whatIsFoundIsMeasuredAsEvaluateDoes() {
        JsonObject measured =
                json(run("--input", corpus, "--queries", pairs, "--dimensions", WIDTH + ",8"));
        JsonObject evaluated =
                json(
                        Run.of(
                                "evaluate",
                                "--model",
                                Samples.model("tiny-bert"),
                                "--task",
                                "embedding",
                                "--data",
                                pairs,
                                "--corpus",
                                corpus));

        JsonArray rows = measured.getAsJsonArray("search");
        assertThat(rows).hasSize(10);
        JsonObject floats = rows.get(0).getAsJsonObject();
        for (String metric : List.of("recall@1", "recall@10", "mrr@10")) {
            assertThat(floats.get(metric).getAsDouble())
                    .isCloseTo(evaluated.get(metric).getAsDouble(), within(1e-9));
        }
        assertThat(measured.get("passages")).isEqualTo(evaluated.get("passages"));
        assertThat(measured.get("passages").getAsInt()).isEqualTo(17);
        assertThat(
                        rows.asList().stream()
                                .map(JsonElement::getAsJsonObject)
                                .map(row -> row.get("bytes").getAsInt()))
                .containsExactly(128, 32, 4, 4, 36, 32, 8, 1, 1, 9);
        assertThat(floats.get("kept").getAsDouble()).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                " | Give --output FILE to write vectors, --queries FILE to measure, or both",
                "--output O --rescore 2 | --relevance and --rescore go with --queries; add it",
                "--queries P --rescore 0 | --rescore must be at least 1, got 0",
                "--queries P --encoding int8 | --encoding is for --output, which is not given",
                "--output O --dimensions 8,4 | --output takes a single number of --dimensions",
                "--output O.jsonl --encoding int8 | JSON Lines have no place for how int8 is read",
                "--output O --encoding int4 | There is no encoding 'int4'; choose one of float32,"
                        + " int8, binary",
                "--output O --dimensions 33 | --dimensions takes numbers from 1 to 32, as many as",
                "--output O --dimensions 0 | --dimensions takes numbers from 1 to 32, as many as",
            })
    void whatDoesNotFitIsRefused(String options, String message) {
        Object[] words =
                Stream.ofNullable(options)
                        .flatMap(all -> Arrays.stream(all.split(" ")))
                        .map(word -> word.equals("P") ? pairs : word)
                        .map(word -> word.toString().startsWith("O") ? folder + "/" + word : word)
                        .toArray();
        Run run = run(Stream.concat(Stream.of("--input", corpus), Stream.of(words)).toArray());

        assertThat(run.status()).isEqualTo(2);
        assertThat(String.join("\n", run.err())).contains(message);
        assertThat(folder.resolve("O")).doesNotExist();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "tiny-bert | nowhere/v.safetensors | its folder does not exist; create",
                "tiny-bert-classifier | v | where hidden states (texts, tokens, features) are"
                        + " needed",
                "tiny-vit | v | Text can't fill the model input",
            })
    void whatCannotBeEmbeddedOrWrittenIsRefused(String model, String output, String message) {
        Run run =
                Run.of(
                        "embed",
                        "--model",
                        Samples.model(model),
                        "--input",
                        corpus,
                        "--output",
                        folder.resolve(output));

        assertThat(run.status()).isEqualTo(1);
        assertThat(run.err()).last().asString().contains(message);
    }

    @Test
    void aStoreOfLangChain4jIsRead() throws IOException {
        InMemoryEmbeddingStore<TextSegment> store = new InMemoryEmbeddingStore<>();
        store.addAll(
                List.of("a", "b"),
                List.of(
                        Embedding.from(new float[] {0.1f, 1e-9f}),
                        Embedding.from(new float[] {-1, 2})),
                List.of(
                        TextSegment.from("one", Metadata.from("text", "other")),
                        TextSegment.from("two \"2\"")));
        Path file = folder.resolve("store.json");
        store.serializeToFile(file);

        VectorTable table = VectorTable.read(file);

        assertThat(table.ids()).containsExactly("a", "b");
        assertThat(table.texts()).contains(List.of("one", "two \"2\""));
        assertThat(table.row(0)).containsExactly(0.1f, 1e-9f);
        assertThat(table.row(1)).containsExactly(-1, 2);
    }

    private static Run run(Object... options) {
        List<Object> all = new ArrayList<>(List.of("embed", "--model", Samples.model("tiny-bert")));
        all.addAll(Arrays.asList(options));
        return Run.of(all.toArray());
    }

    private static JsonObject json(Run run) {
        assertThat(run.status()).as("%s", run.err()).isZero();
        return JsonParser.parseString(run.out().get(run.out().size() - 1)).getAsJsonObject();
    }
}
