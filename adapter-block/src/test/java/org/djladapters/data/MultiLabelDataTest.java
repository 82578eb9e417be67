/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.djladapters.data.MultiLabelData.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MultiLabelDataTest {

    @TempDir private Path folder;

    private Path file(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text);
    }

    private static List<List<String>> labels(MultiLabelData data) {
        return IntStream.range(0, data.size()).mapToObj(data::labels).toList();
    }

    @Test
    void labelsAreListsOrSeparated() throws IOException {
        List<List<String>> expected = List.of(List.of("b", "a"), List.of(), List.of("a"));
        String lines =
                """
                {"label": ["b", "a"], "sentence1": "one"}
                {"label": [], "sentence1": "two"}
                {"label": "a", "sentence1": "three"}
                """;
        Path json = file("d.jsonl", lines);
        Path tsv = file("d.tsv", "label\tsentence1\nb| a\tone\n\ttwo\na|\tthree\n");
        Path csv =
                file("d.csv", "sentence1,labels\none,\"[\"\"b\"\", \"\"a\"\"]\"\ntwo,\nthree,a\n");
        for (Path path : List.of(json, tsv, csv)) {
            MultiLabelData data = MultiLabelData.read(path);
            assertThat(labels(data)).as(path.toString()).isEqualTo(expected);
            assertThat(data.label(0)).isEqualTo("b|a");
            assertThat(data.rows().get(2).first()).isEqualTo("three");
            assertThat(data.task()).contains(TaskKind.MULTI_LABEL_CLASSIFICATION);
            assertThat(LabelledData.read(path, TaskKind.of("multi-label-classification")).size())
                    .isEqualTo(3);
        }
        Path named = file("n.csv", "id,tags,message,more\n1,10;9,hello,there\n");
        TextColumns columns = TextColumns.of("message").withLabel("tags");
        MultiLabelData data = MultiLabelData.read(named, columns.withPair("more"), ";");
        assertThat(labels(data)).containsExactly(List.of("10", "9"));
        assertThat(data.isPairs()).isTrue();
        LabelSpace space = LabelSpace.of(data, TaskKind.MULTI_LABEL_CLASSIFICATION);
        assertThat(space.labels()).containsExactly("9", "10");
        assertThat(space.encodeSeveral(data).get(0)).containsExactly(1, 0);
    }

    @Test
    void rowsAreTakenFromMemory() {
        MultiLabelData data =
                MultiLabelData.of(
                        List.of(
                                Row.of(List.of(" a ", "b"), "one"),
                                Row.of(List.of(), "two"),
                                Row.of(List.of("b"), "three")));
        assertThat(labels(data.pick(List.of(2, 0))))
                .containsExactly(List.of("b"), List.of("a", "b"));
        assertThat(data.sha256())
                .isNotEqualTo(MultiLabelData.of(List.of(Row.of(List.of(), "two"))).sha256());
        assertThat(data.sample(2, 1).size()).isEqualTo(2);
        for (Row wrong :
                List.of(
                        Row.of(List.of(" "), "x"),
                        Row.of(List.of("a", "a"), "x"),
                        Row.of(List.of("a"), " "))) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> MultiLabelData.of(List.of(wrong)))
                    .withMessageMatching("(?s)(Row|row) 1.*");
        }
    }

    /** Each class keeps about its share, and none is left without an example to learn from. */
    @Test
    void aPartIsHeldOutWithTheShareOfEveryClass() {
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < 400; i++) {
            List<String> labels = new ArrayList<>();
            for (int k = 2; k <= 40; k *= 2) {
                if (i % k == 0) {
                    labels.add("every " + k);
                }
            }
            if (i % 100 == 7) {
                labels.add("rare " + i);
            }
            rows.add(Row.of(labels, "text " + i));
        }
        MultiLabelData data = MultiLabelData.of(rows);
        HeldOutSplit split = HeldOutSplit.of(data, 0.25, 3);
        LabelSpace all = LabelSpace.of(data, TaskKind.MULTI_LABEL_CLASSIFICATION);
        assertThat(LabelSpace.of(split.train(), TaskKind.MULTI_LABEL_CLASSIFICATION))
                .isEqualTo(all);
        long[] held = all.counts(split.heldOut());
        long[] counts = all.counts(data);
        for (int k = 0; k < counts.length; k++) {
            if (counts[k] >= 12) {
                assertThat((double) held[k] / counts[k]).isBetween(0.2, 0.3);
            }
        }
        assertThat(HeldOutSplit.of(data, 0.25, 3).heldOut().sha256())
                .isEqualTo(split.heldOut().sha256());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '~',
            textBlock =
                    """
                    x.jsonl; {"label": null, "sentence1": "t"}; has no labels
                    x.jsonl; {"label": [1, [2]], "sentence1": "t"}; no list of texts
                    x.jsonl; {"label": [""], "sentence1": "t"}; no list of texts
                    x.jsonl; {"label": {"a": 1}, "sentence1": "t"}; has a list or an object
                    x.jsonl; {"label": ["a"], "sentence1": ["t"]}; has a list or an object
                    x.jsonl; {"label": [0.0, 1.0, 0.0], "sentence1": "t"}; the label '0.0' twice
                    x.jsonl; {"label": [], "sentence1": " "}; has an empty sentence1
                    x.tsv; label%sentence1/[a|b%t; no list of texts
                    x.tsv; label%sentence1/a|a%t; the label 'a' twice
                    x.tsv; text%label/t%a; must be a header with the columns
                    """)
    void whatIsNoListOfLabelsIsRefused(String name, String text, String reason) throws IOException {
        Path file = file(name, text.replace('%', '\t').replace('/', '\n') + "\n");
        assertThatThrownBy(() -> MultiLabelData.read(file))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(reason)
                .hasMessageContaining("line ");
    }

    @Test
    void oneLabelAndSeveralAreNotConfused() throws IOException {
        Path lists = file("l.jsonl", "{\"label\": [\"a\"], \"sentence1\": \"t\"}\n");
        assertThatThrownBy(() -> TextData.read(lists)).hasMessageContaining("has a list");
        MultiLabelData several = MultiLabelData.read(lists);
        LabelSpace one = new LabelSpace(TaskKind.CLASSIFICATION, List.of("a", "b"));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> one.encode(several))
                .withMessageContaining("any number of labels a row");
        TextData single = TextData.of(List.of(TextData.Row.of("a", "t")));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> LabelSpace.of(single, TaskKind.MULTI_LABEL_CLASSIFICATION))
                .withMessageContaining("has one label a row");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> LabelSpace.of(several, TaskKind.MULTI_LABEL_CLASSIFICATION))
                .withMessageContaining("at least two different labels, got [a]");
        LabelSpace space = new LabelSpace(TaskKind.MULTI_LABEL_CLASSIFICATION, List.of("b", "c"));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> space.encodeSeveral(several))
                .withMessageContaining("line 1: label 'a' is not among those of the training data");
    }
}
