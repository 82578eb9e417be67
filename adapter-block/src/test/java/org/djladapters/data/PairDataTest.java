/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PairDataTest {

    @TempDir private Path folder;

    @Test
    void readsPairsInAnyOrderOfColumns() throws IOException {
        PairData data = PairData.read(write("sentence2\tsentence1\n \"b\" \ta\nd\tc\n"));

        assertThat(data.rows())
                .containsExactly(
                        new PairData.Row(2, "a", " \"b\" ", OptionalDouble.empty(), List.of()),
                        new PairData.Row(3, "c", "d", OptionalDouble.empty(), List.of()));
        assertThat(data.isScored()).isFalse();
        assertThat(data.negatives()).isZero();
        assertThat(data.where(1)).isEqualTo("'%s', line 3".formatted(data.source()));
        assertThat(data.label(1)).isEqualTo("d");
    }

    @Test
    void readsScores() throws IOException {
        PairData data =
                PairData.read(write("label\tsentence1\tsentence2\n 2.50 \ta\tb\n-1\tc\td\n"));

        assertThat(data.isScored()).isTrue();
        assertThat(data.rows())
                .extracting(row -> row.score().getAsDouble())
                .containsExactly(2.5, -1.0);
        assertThat(data.label(0)).isEqualTo("2.5");
    }

    @Test
    void readsOneOrSeveralNegatives() throws IOException {
        PairData one = PairData.read(write("sentence1\tsentence2\tnegative\na\tb\tc\n"));
        PairData two =
                PairData.read(write("sentence1\tnegative_1\tsentence2\tnegative_2\na\tx\tb\ty\n"));

        assertThat(one.negatives()).isEqualTo(1);
        assertThat(one.rows().get(0).texts()).containsExactly("a", "b", "c");
        assertThat(two.negatives()).isEqualTo(2);
        assertThat(two.rows().get(0).texts()).containsExactly("a", "b", "x", "y");
    }

    @Test
    void readsMarginsOfNegatives() throws IOException {
        PairData margins =
                PairData.read(write("sentence1\tlabel\tsentence2\tnegative\na\t1.5\tb\tc\n"));
        PairData scores =
                PairData.read(
                        write(
                                """
                                sentence1\tsentence2\tnegative_1\tnegative_2\tlabel
                                a\tb\tc\td\t8.5 1.5 -2
                                """));

        assertThat(margins.hasMargins()).isTrue();
        assertThat(margins.isScored()).isFalse();
        assertThat(margins.rows().get(0).margins()).containsExactly(1.5);
        assertThat(scores.rows().get(0).margins()).containsExactly(7.0, 10.5);
        scores.write(folder.resolve("pairs.tsv"));
        assertThat(PairData.read(folder.resolve("pairs.tsv")).rows()).isEqualTo(scores.rows());
        assertThatThrownBy(() -> PairData.Row.of("a", "b", "c").withMargins(1, 2))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("a margin for each of the 1 negatives, got 2");
    }

    @Test
    void readsListsOfNegatives() throws IOException {
        String text =
                """
                {"sentence1": "a", "sentence2": "b", "negative": ["c", "[d]"], "label": [1.5, 2]}
                {"sentence1": "e", "sentence2": "f", "negative": ["g", "h"], "label": [3, 2, 1]}
                """;
        Path file = Files.writeString(folder.resolve("lists.jsonl"), text);
        PairData data = PairData.read(file);
        PairColumns columns =
                PairColumns.of("sentence1", "sentence2")
                        .withNegatives("negative")
                        .withScore("label");

        assertThat(data.rows().get(0).texts()).containsExactly("a", "b", "c", "[d]");
        assertThat(data.rows())
                .extracting(PairData.Row::margins)
                .containsExactly(List.of(1.5, 2.0), List.of(1.0, 2.0));
        assertThat(PairData.read(file, columns).rows()).isEqualTo(data.rows());
        Files.writeString(file, text.replace("[\"g\", \"h\"]", "\"g\""));
        assertThatThrownBy(() -> PairData.read(file))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("line 2, has the label '3 2 1' where 2 numbers are needed");
        Files.writeString(file, text.replaceAll(", .label.*", "}").replace("\"g\", ", ""));
        assertThatThrownBy(() -> PairData.read(file))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("line 2, has 1 negatives, but the first line has 2");
        Files.writeString(file, text.replace("\"[d]\"", "null"));
        assertThatThrownBy(() -> PairData.read(file))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("line 1, has a list as negative with something else");
        Files.writeString(
                file, "{\"sentence1\": \"a\", \"sentence2\": \"b\", \"negative\": \"[c]\"}\n");
        assertThat(PairData.read(file).rows().get(0).negatives()).containsExactly("[c]");
    }

    @Test
    void readsAndWritesWeights() throws IOException {
        PairData data =
                PairData.read(
                        write(
                                """
                                sentence1\tsentence2\tnegative\tweight
                                a\tb\tc\t0.5
                                d\te\tf\t2
                                """));
        PairColumns columns =
                PairColumns.of("sentence1", "sentence2")
                        .withNegatives("negative")
                        .withWeight("weight");

        assertThat(data.isWeighted()).isTrue();
        assertThat(data.rows())
                .extracting(row -> row.weight().getAsDouble())
                .containsExactly(0.5, 2.0);
        assertThat(PairData.read(data.source(), columns).rows()).isEqualTo(data.rows());
        data.write(folder.resolve("again.tsv"));
        assertThat(PairData.read(folder.resolve("again.tsv")).rows()).isEqualTo(data.rows());
        assertThat(PairData.of(data.rows()).sha256())
                .isNotEqualTo(
                        PairData.of(data.rows().stream().map(row -> row.withWeight(1)).toList())
                                .sha256());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            ignoreLeadingAndTrailingWhitespace = false,
            value = {
                "''|is empty: its first line must name the columns sentence1, sentence2",
                "'sentence1\tsentence2\n'|has a header but no examples",
                "'sentence1\na\n'|but it has: sentence1",
                "'sentence1\tsentence1\na\tb\n'|each once",
                "'sentence1\tsentence2\tlabel\tnegative\na\tb\t1 2 3\tc\n'|where 2 numbers",
                "'sentence1\tsentence2\tlabel\tnegative\na\tb\tx\tc\n'|the label 'x' where a",
                "'sentence1\tsentence2\tlabel\na\tb\t1 2\n'|line 2, has the label '1 2' where",
                "'sentence1\tsentence2\tnegative\tnegative\na\tb\tc\td\n'|each once",
                "'sentence1\tsentence2\na\t \n'|line 2, has an empty sentence2",
                "'sentence1\tsentence2\tlabel\na\tb\tsame\n'|line 2, has the label 'same' where",
                "'sentence1\tsentence2\tweight\na\tb\t0\n'|line 2, has the weight '0' where",
                "'sentence1\tsentence2\tweight\na\tb\t-1\n'|line 2, has the weight '-1' where",
                "'sentence1\tsentence2\tweight\na\tb\tNaN\n'|line 2, has the weight 'NaN' where",
                "'sentence1\tsentence2\na\n'|line 2, has 1 columns instead of 2",
            })
    void refusesWhatIsNotSuchATable(String text, String message) throws IOException {
        Path file = write(text);
        assertThatThrownBy(() -> PairData.read(file))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("pairs.tsv'")
                .hasMessageContaining(message);
    }

    @Test
    void takesRowsFromMemory() {
        PairData data =
                PairData.of(
                        List.of(PairData.Row.of("a", "b", "c"), PairData.Row.of("d", "e", "f")));

        assertThat(data.size()).isEqualTo(2);
        assertThat(data.rows()).extracting(PairData.Row::line).containsExactly(1L, 2L);
        assertThat(data.pick(List.of(1)).rows().get(0).texts()).containsExactly("d", "e", "f");
        assertThat(data.pick(List.of(1)).sha256()).isNotEqualTo(data.sha256());
        assertThat(data.sha256())
                .isNotEqualTo(PairData.of(List.of(PairData.Row.of("a", "b", "c"))).sha256());
    }

    @Test
    void refusesRowsThatDiffer() {
        PairData.Row pair = PairData.Row.of("a", "b");
        assertThatThrownBy(() -> PairData.of(List.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("have no rows; give some");
        for (PairData.Row other :
                List.of(
                        PairData.Row.scored("a", "b", 1),
                        PairData.Row.of("a", "b", "c"),
                        pair.withWeight(1))) {
            assertThatThrownBy(() -> PairData.of(List.of(pair, other)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("Pair 2 differs from the first one");
        }
        assertThatThrownBy(() -> PairData.Row.of("a", " "))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> PairData.Row.scored("a", "b", Double.NaN))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void picksPairsByChance() throws IOException {
        PairData data = PairData.read(write("sentence1\tsentence2\na\tb\nc\td\ne\tf\ng\th\n"));

        assertThat(data.sample(2, 7).size()).isEqualTo(2);
        assertThat(HeldOutSplit.of(data, 0.25, 1).heldOut().size()).isEqualTo(1);
    }

    private Path write(String text) throws IOException {
        return Files.writeString(folder.resolve("pairs.tsv"), text);
    }
}
