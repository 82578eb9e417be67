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
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.util.List;
import javax.sql.RowSetMetaData;
import javax.sql.rowset.CachedRowSet;
import javax.sql.rowset.RowSetMetaDataImpl;
import javax.sql.rowset.RowSetProvider;
import org.djladapters.data.TextData.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tables whose columns are named by the user, from files and from databases. */
class TextColumnsTest {

    private static final TextColumns MESSAGES = TextColumns.of("message").withLabel("topic");

    @TempDir Path folder;

    private Path write(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text);
    }

    @Test
    void aCsvFileMayHaveCommasQuotesAndLineBreaksInItsValues() throws IOException {
        Path file =
                write(
                        "a.csv",
                        """
                        \uFEFFid,message,topic\r
                        7,"Late, again", delay \r
                        8,"He said ""no""
                        and left",other\r
                        9,Thanks "you",other\r
                        """);
        TextData data = TextData.read(file, MESSAGES);
        assertThat(data.rows())
                .containsExactly(
                        new Row(2, "delay", "Late, again", null),
                        new Row(3, "other", "He said \"no\"\nand left", null),
                        new Row(5, "other", "Thanks \"you\"", null));
        assertThat(data.where(2)).isEqualTo("'%s', line 5".formatted(file));
    }

    @Test
    void jsonLinesGiveTextsNumbersAndBooleans() throws IOException {
        Path file =
                write(
                        "a.jsonl",
                        "{\"message\": \"Late \\u2014\\n"
                                + " again\", \"topic\": 1, \"tags\": [1, {}]}\n"
                                + "{\"topic\": 2.50, \"message\": \"é\", \"seen\": {\"a\": null}}\n"
                                + "{\"topic\": true, \"message\": \"x\"}\n");
        assertThat(TextData.read(file, MESSAGES).rows())
                .containsExactly(
                        new Row(1, "1", "Late —\n again", null),
                        new Row(2, "2.50", "é", null),
                        new Row(3, "true", "x", null));
    }

    @Test
    void pairsHaveTwoColumns() throws IOException {
        Path file = write("a.tsv", "answer\tgood\tquestion\nat ten\tyes\twhen?\n");
        TextColumns columns = TextColumns.of("question").withPair("answer").withLabel("good");
        TextData data = TextData.read(file, columns);
        assertThat(data.isPairs()).isTrue();
        assertThat(data.rows()).containsExactly(new Row(2, "yes", "when?", "at ten"));
    }

    @Test
    void theLabelIsInTheColumnLabelUnlessToldOtherwise() throws IOException {
        Path file = write("a.csv", "label,message\nx,y\n");
        assertThat(TextData.read(file, TextColumns.of("message")).label(0)).isEqualTo("x");
    }

    @Test
    void theUsualColumnsNeedNotBeNamedInAnyForm() throws IOException {
        Path csv = write("a.csv", "sentence1,label,sentence2\n\"a, b\",1,c\n");
        Path json = write("a.jsonl", "{\"label\": \"1\", \"sentence1\": \"a, b\"}\n");
        Path prompts = write("p.jsonl", "{\"prompt\": \"1 + 1 =\", \"response\": \"2\"}\n");
        assertThat(TextData.read(csv).rows()).containsExactly(new Row(2, "1", "a, b", "c"));
        assertThat(TextData.read(json).rows()).containsExactly(new Row(1, "1", "a, b", null));
        assertThat(LabelledData.read(prompts)).isInstanceOf(PromptData.class);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            ignoreLeadingAndTrailingWhitespace = false,
            value = {
                "a.csv|'message,text\nx,y\n'|has no column 'topic'; it has: message, text",
                "a.tsv|'message,topic\nx,y\n'|has no column 'topic'; it has: message,topic",
                "a.jsonl|'{\"text\": \"x\"}'|has no column 'topic'; it has: text",
                "a.csv|'topic,message,topic\n'|line 1, names the column 'topic' 2 times",
                "a.csv|'topic,message\nx\n'|line 2, has 1 columns instead of 2 (topic, message);"
                        + " columns are separated by commas",
                "a.csv|'topic,message\n\"a\nb\",c\nx,\n'|line 4, has an empty message",
                "a.csv|'topic,message\nx,y\nz,\"open\n'|line 3, is not CSV",
                "a.csv|'topic,message\nx,y\nz,\"a\"b\n'|line 3, is not CSV",
                "a.csv|'topic,message\nx,y\n\nz,a\n'|line 3, is blank",
                "a.csv|'topic,message\n'|has a header but no examples",
                "a.csv|''|is empty",
                "a.jsonl|'\n'|is blank",
                "a.jsonl|'{\"topic\": 1, \"message\": null}'|line 1, has an empty message",
                "a.jsonl|'{\"topic\": 1, \"message\": \"a\"}\n{\"topic\": 1}'|line 2, has an empty"
                        + " message",
                "a.jsonl|'{\"topic\": 1, \"message\": [\"a\"]}'|line 1, has a list or an object as"
                        + " ''message''",
                "a.jsonl|'{\"topic\": 1, \"topic\": 2}'|line 1, has the name ''topic'' twice",
                "a.jsonl|'{\"topic\": 1, \"message\": \"a\"}\n\n{}'|line 2, is blank",
                "a.jsonl|'{\"topic\": 1} x'|line 1, is not a JSON object",
                "a.jsonl|'[1]'|line 1, is not a JSON object (column 2)",
                "a.jsonl|'{\"topic\": x}'|line 1, is not a JSON object (column 11)",
                "a.jsonl|'{\"topic\": 1'|line 1, is not a JSON object",
                "a.jsonl|'{topic: 1}'|line 1, is not a JSON object",
                "a.jsonl|'null'|line 1, is not a JSON object"
            })
    void whatIsWrongIsNamedWithItsLine(String name, String text, String message)
            throws IOException {
        Path file = write(name, text.replace("''", "'"));
        assertThatThrownBy(() -> TextData.read(file, MESSAGES))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(name)
                .hasMessageContaining(message.replace("''", "'"));
    }

    @Test
    void withoutNamesEveryLineOfJsonHasTheSameOnes() throws IOException {
        Path more =
                write(
                        "more.jsonl",
                        """
                        {"label": 1, "sentence1": "a"}
                        {"label": 1, "sentence1": "a", "sentence2": "b"}
                        """);
        Path other = write("other.jsonl", "{\"label\": 1, \"text\": \"a\"}\n");
        assertThatThrownBy(() -> TextData.read(more))
                .hasMessageContaining(
                        "line 2, has the name 'sentence2', which the first line lacks");
        assertThatThrownBy(() -> TextData.read(other))
                .hasMessageEndingWith(
                        "line 1, must be an object with the columns label, sentence1[, sentence2]"
                            + " or prompt, response, each once and as a name of the object, but it"
                            + " has: label, text");
    }

    @Test
    void columnsNeedDifferentNames() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TextColumns.of("label"))
                .withMessage("The label and the texts need a column each, got label, label");
        assertThatIllegalArgumentException().isThrownBy(() -> TextColumns.of(" "));
        assertThatIllegalArgumentException().isThrownBy(() -> MESSAGES.withPair("topic"));
    }

    @Test
    void rowsComeFromADatabase() throws SQLException {
        try (ResultSet result = result("ID", "MESSAGE", "TOPIC")) {
            TextData data = TextData.of(result, MESSAGES);
            assertThat(data.rows())
                    .containsExactly(
                            new Row(1, "TOPIC 0", "MESSAGE 0", null),
                            new Row(2, "TOPIC 1", "MESSAGE 1", null));
        }
        try (ResultSet result = result("topic", "message", "reply")) {
            assertThat(TextData.of(result, MESSAGES.withPair("reply")).rows())
                    .contains(new Row(2, "topic 1", "message 1", "reply 1"));
        }
    }

    @Test
    void whatADatabaseLacksIsNamed() throws SQLException {
        try (ResultSet result = result("id", "message")) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> TextData.of(result, MESSAGES))
                    .withMessage(
                            "The result of the query has no column 'topic'; its columns are: id,"
                                    + " message");
        }
        try (ResultSet result = result("topic", "message", "TOPIC")) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> TextData.of(result, MESSAGES))
                    .withMessageContaining("more than one column 'topic'");
        }
        try (CachedRowSet result = result("topic", "message")) {
            result.absolute(2);
            result.updateNull(2);
            result.updateRow();
            result.beforeFirst();
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> TextData.of(result, MESSAGES))
                    .withMessageStartingWith(
                            "row 2 of the data in memory: the first sentence is missing");
        }
    }

    /** Two rows, whose values are the names of their columns with a number. */
    private static CachedRowSet result(String... columns) throws SQLException {
        RowSetMetaData meta = new RowSetMetaDataImpl();
        meta.setColumnCount(columns.length);
        for (int i = 1; i <= columns.length; i++) {
            meta.setColumnName(i, columns[i - 1]);
            meta.setColumnLabel(i, columns[i - 1]);
            meta.setColumnType(i, Types.VARCHAR);
        }
        CachedRowSet rows = RowSetProvider.newFactory().createCachedRowSet();
        rows.setMetaData(meta);
        for (int number = 1; number >= 0; number--) {
            rows.moveToInsertRow();
            for (String column : List.of(columns)) {
                rows.updateString(List.of(columns).indexOf(column) + 1, column + " " + number);
            }
            rows.insertRow();
            rows.moveToCurrentRow();
            rows.beforeFirst();
        }
        return rows;
    }
}
