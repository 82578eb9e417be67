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
import org.djladapters.data.TextData.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tables in the forms in which GLUE is published; all sentences are our own. */
class GlueTest {

    private static final String QQP = "id\tqid1\tqid2\tquestion1\tquestion2\tis_duplicate";
    private static final String MNLI =
            "index\tpromptID\tpairID\tgenre\tsentence1_binary_parse\tsentence2_binary_parse"
                    + "\tsentence1_parse\tsentence2_parse\tsentence1\tsentence2\tlabel1\t";
    private static final String PARSES = "( kettle )\t( tea )\t(ROOT kettle)\t(ROOT tea)\t";

    @TempDir Path folder;

    @Test
    void colaHasNoHeader() throws IOException {
        TextData data =
                read(
                        "ab12\t1\t\tThe kettle boiled over.",
                        "ab12\t0\t*\tKettle the over boiled.",
                        "cd34\t0\t?*\tWho did the kettle boiled?");

        assertThat(data.isPairs()).isFalse();
        assertThat(data.rows())
                .containsExactly(
                        new Row(1, "1", "The kettle boiled over.", null),
                        new Row(2, "0", "Kettle the over boiled.", null),
                        new Row(3, "0", "Who did the kettle boiled?", null));
    }

    @Test
    void sst2() throws IOException {
        TextData data = read("sentence\tlabel", "a film like warm milk \t0", "what a finale \t1");

        assertThat(data.isPairs()).isFalse();
        assertThat(data.rows())
                .containsExactly(
                        new Row(2, "0", "a film like warm milk ", null),
                        new Row(3, "1", "what a finale ", null));
    }

    @Test
    void mrpcBeginsWithAByteOrderMarkAndHasQuotes() throws IOException {
        TextData data =
                read(
                        "\uFEFFQuality\t#1 ID\t#2 ID\t#1 String\t#2 String",
                        "1\t11\t12\t\"We sail at noon, said the captain.\t"
                                + "The captain said: \"We sail at noon\".");

        assertThat(data.isPairs()).isTrue();
        assertThat(data.rows())
                .containsExactly(
                        new Row(
                                2,
                                "1",
                                "\"We sail at noon, said the captain.",
                                "The captain said: \"We sail at noon\"."));
    }

    @Test
    void stsBHasNumbers() throws IOException {
        TextData data =
                read(
                        "index\tgenre\tfilename\tyear\told_index\tsource1\tsource2\tsentence1"
                                + "\tsentence2\tscore",
                        "0\tnews\tx\t2026\t7\tnone\tnone\tA cat sleeps.\tA cat naps.\t4.800",
                        "1\tnews\tx\t2026\t8\tnone\tnone\tA cat sleeps.\tIt rains.\t0.000");

        assertThat(data.rows())
                .containsExactly(
                        new Row(2, "4.800", "A cat sleeps.", "A cat naps."),
                        new Row(3, "0.000", "A cat sleeps.", "It rains."));
        assertThat(LabelSpace.of(data).kind()).isEqualTo(TaskKind.REGRESSION);
    }

    @Test
    void qnli() throws IOException {
        TextData data =
                read(
                        "index\tquestion\tsentence\tlabel",
                        "0\tWhen do the gulls leave?\tThey leave in May.\tentailment");

        assertThat(data.rows())
                .containsExactly(
                        new Row(2, "entailment", "When do the gulls leave?", "They leave in May."));
    }

    @Test
    void rteAndWnli() throws IOException {
        TextData data =
                read(
                        "index\tsentence1\tsentence2\tlabel",
                        "0\tThe mug fell off the shelf.\tThe mug fell.\tentailment",
                        "1\tThe mug hit the cup and it broke.\tThe mug broke.\t0");

        assertThat(data.rows())
                .containsExactly(
                        new Row(2, "entailment", "The mug fell off the shelf.", "The mug fell."),
                        new Row(3, "0", "The mug hit the cup and it broke.", "The mug broke."));
    }

    @Test
    void qqpLeavesOutLinesWithoutAQuestion() throws IOException {
        // A line break inside a question makes two lines of one.
        TextData data =
                read(
                        QQP,
                        "7\t1\t2\tHow do I boil an egg?\tHow are eggs boiled?\t1",
                        "8\t3\t4\tIs the ",
                        "\tWhere is it?\t0",
                        "9\t5\t6\tHow do I peel an egg?\t\t0",
                        "10\t7\t8\tIs tea hot?\tIs ice hot?\t0");

        assertThat(data.rows())
                .containsExactly(
                        new Row(2, "1", "How do I boil an egg?", "How are eggs boiled?"),
                        new Row(6, "0", "Is tea hot?", "Is ice hot?"));
        assertThat(data.where(1)).endsWith("data.tsv', line 6");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "neutral\tneutral\tentailment\tneutral\t"})
    void mnliLeavesOutLinesWithoutAnAgreedLabel(String furtherLabels) throws IOException {
        String names = furtherLabels.isEmpty() ? "" : "label2\tlabel3\tlabel4\tlabel5\t";
        String begin =
                "0\t1\t1n\tfiction\t" + PARSES + "The kettle sings.\tThere is tea.\tneutral\t";

        TextData data =
                read(
                        MNLI + names + "gold_label",
                        begin + furtherLabels + "-",
                        begin + furtherLabels + "neutral");

        assertThat(data.rows())
                .containsExactly(new Row(3, "neutral", "The kettle sings.", "There is tea."));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            ignoreLeadingAndTrailingWhitespace = false,
            value = {
                "'index\tsentence\n0\ta'",
                "'index\t#1 ID\t#2 ID\t#1 String\t#2 String\n0\t1\t2\ta\tb'",
                "'id\tquestion1\tquestion2\n0\ta\tb'",
                "'index\tgenre\tfilename\tyear\told_index\tsource1\tsource2\tsentence1\tsentence2\n"
                        + "'",
                "'index\tquestion\tsentence\n0\ta\tb'",
                "'index\tsentence1\tsentence2\n0\ta\tb'"
            })
    void refusesTheTestTablesWhichHaveNoLabels(String text) {
        assertFails(text, "line 1, has no label column");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            ignoreLeadingAndTrailingWhitespace = false,
            value = {
                "'sentence1\tsentence2\na\tb'|; pairs without labels, such as questions with",
                "'sentence1\tsentence2\tnegative\na\tb\tc'|; pairs without labels, such as",
                "'query\tpassage\na\tb'|; if these are pairs, such as questions with their"
                        + " passages, name the columns sentence1 and sentence2"
            })
    void pairsWithoutLabelsAreForSearch(String text, String hint) {
        assertFails(text, hint);
        assertFails(text, "(--task embedding, PairData)");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            ignoreLeadingAndTrailingWhitespace = false,
            value = {
                "'ab\t1\t\ta\nab\t1\tb'|line 2, has 3 columns instead of 4 (source, label, mark",
                "'ab\t1\t\ta\nab\t\t\tb'|line 2, has an empty label",
                "'ab\t2\t\ta'|line 1, must be a header with the columns label",
                "'ab\t1\tx\ta'|line 1, must be a header with the columns label",
                "'sentence\tlabel\na\t1\t2'|line 2, has 3 columns instead of 2 (sentence, label)",
                "'index\tquestion\tsentence\tlabel\n0\ta\t\tx'|line 2, has an empty sentence",
                "'index\tsentence1\tsentence2\tlabel\n0\ta\tb'|line 2, has 3 columns instead of 4",
            })
    void isStrictWhereTheTablesAreSound(String text, String message) {
        assertFails(text, message);
    }

    @Test
    void isStrictAboutQuestionsWithTabs() {
        assertFails(
                QQP + "\n7\t1\t2\tIs\ttea hot?\tIs ice?\t1", "line 2, has 7 columns instead of 6");
    }

    @Test
    void refusesATableOfGapsOnly() {
        assertFails(QQP + "\n7\t1\t2\tIs tea hot?\t\t1", "has a header but no examples");
    }

    @Test
    void aFolderStandsForItsTables() throws IOException {
        Path train = Files.writeString(folder.resolve("train.tsv"), "sentence\tlabel\na\t1\n");
        Path matched =
                Files.writeString(folder.resolve("dev_matched.tsv"), "label\tsentence1\n1\tb\n");
        Files.createDirectories(folder.resolve("original/raw"));

        assertThat(LabelledData.readTrain(folder).source()).isEqualTo(train);
        assertThat(LabelledData.readDev(folder).source()).isEqualTo(matched);

        Path dev = Files.copy(matched, folder.resolve("dev.tsv"));
        assertThat(LabelledData.readDev(folder).source()).isEqualTo(dev);
        assertThat(LabelledData.readDev(train).source()).isEqualTo(train);
    }

    @Test
    void refusesAFolderWithoutTheTableThatIsWanted() throws IOException {
        Files.writeString(folder.resolve("train.tsv"), "sentence\tlabel\na\t1\n");

        assertThatThrownBy(() -> LabelledData.readDev(folder))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("has train.tsv but no dev.tsv or dev_matched.tsv");
    }

    @Test
    void aFolderOfImagesStaysOne() throws IOException {
        Files.writeString(folder.resolve("train.tsv"), "notes beside the images");
        TestData.image(folder.resolve("cat/a.png"), 2, 2, 0);

        assertThat(LabelledData.readTrain(folder)).isInstanceOf(ImageFolder.class);
        assertThat(LabelledData.readDev(folder)).isInstanceOf(ImageFolder.class);
    }

    private void assertFails(String text, String message) {
        assertThatThrownBy(() -> read(text))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("data.tsv'")
                .hasMessageContaining(message);
    }

    private TextData read(String... lines) throws IOException {
        return TextData.read(Files.write(folder.resolve("data.tsv"), List.of(lines)));
    }
}
