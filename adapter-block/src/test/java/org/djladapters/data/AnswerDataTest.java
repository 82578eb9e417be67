/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.djladapters.data.AnswerData.Reference;
import org.djladapters.data.AnswerData.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AnswerDataTest {

    private static final String CONTEXT = "Der Kahn 🚣 liegt am Steg.";

    @TempDir private Path folder;

    @Test
    void readsTheFirstVersion() throws IOException {
        AnswerData data =
                read(
                        """
                        {"data": [{"title": "Boats", "paragraphs": [
                          {"context": "Der Kahn 🚣 liegt am Steg.", "qas": [
                            {"id": "a", "question": "Was liegt?", "answers": [
                              {"answer_start": 0, "text": "Der Kahn"},
                              {"answer_start": 4, "text": "Kahn"}]},
                            {"answers": [{"text": "Steg", "answer_start": 20}],
                             "question": "Wo?", "id": "b"}]}]}],
                         "version": "1.1"}
                        """);

        assertThat(data.rows())
                .containsExactly(
                        new Row(
                                "a",
                                "Was liegt?",
                                CONTEXT,
                                List.of(new Reference("Der Kahn", 0), new Reference("Kahn", 4))),
                        // one more than in the file: the boat is two units of a Java string
                        new Row("b", "Wo?", CONTEXT, List.of(new Reference("Steg", 21))));
        assertThat(data.hasUnanswerable()).isFalse();
        assertThat(data.label(0)).isEqualTo("Der Kahn");
        assertThat(data.group(0)).isEqualTo(data.group(1));
        assertThat(data.task()).contains(TaskKind.QUESTION_ANSWERING);
        assertThat(data.where(1)).isEqualTo("'%s', question 'b'".formatted(data.source()));
        assertThat(data.pick(List.of(1)).rows()).containsExactly(data.rows().get(1));
        assertThat(data.pick(List.of(1)).sha256()).isNotEqualTo(data.sha256());
    }

    @Test
    void readsTheSecondVersionWithQuestionsThatHaveNoAnswer() throws IOException {
        AnswerData data =
                read(
                        """
                        {"version": "v2.0", "data": [{"title": "Boats", "paragraphs": [
                          {"qas": [
                            {"question": "Who rows?", "id": "a", "answers": [],
                             "plausible_answers": [{"text": "nobody", "answer_start": 1}],
                             "is_impossible": true},
                            {"question": "What is new?", "id": "b", "is_impossible": false,
                             "answers": [{"text": "the boat", "answer_start": 0}]}],
                           "context": "the boat is new"}]}]}
                        """);

        assertThat(data.rows().get(0).answers()).isEmpty();
        assertThat(data.rows().get(1).answers()).containsExactly(new Reference("the boat", 0));
        assertThat(data.hasUnanswerable()).isTrue();
        assertThat(data.label(0)).isEmpty();
        assertThat(data.pick(List.of(1)).hasUnanswerable()).isFalse();
    }

    @Test
    void takesQuestionsFromMemory() {
        Row row = new Row("1", "Wo?", CONTEXT, List.of(new Reference("Steg", 21)));
        AnswerData data = AnswerData.of(List.of(row));

        assertThat(data.rows()).containsExactly(row);
        assertThat(data.where(0)).isEqualTo("the data in memory, question '1'");
        assertThat(AnswerData.of(List.of(row)).sha256()).isEqualTo(data.sha256());
        assertThatThrownBy(() -> AnswerData.of(List.of(row, row)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("Two questions have the id '1'");
        assertThatThrownBy(() -> AnswerData.of(List.of()))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Row("1", "Wo?", CONTEXT, List.of(new Reference("Steg", 20))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'Steg' does not stand at 20");
        assertThatThrownBy(() -> new Row("1", " ", CONTEXT, List.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("The question of a question is blank");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "``|is not JSON in UTF-8",
                "question\tcontext|is not JSON in UTF-8 (line 1, column 1), but questions with"
                        + " answers come as a JSON file of SQuAD's form; give such a file, or get"
                        + " this one again",
                "no|is not JSON in UTF-8",
                "{\"data\": [}|is not JSON in UTF-8",
                "[]|it is not a JSON object",
                "{}|it has no 'data'",
                "{\"data\": 1}|'data' is not a JSON list",
                "{\"data\": []}|it has no questions",
                "{\"data\": [{\"paragraphs\": []}]} x|is not JSON in UTF-8",
                "{\"data\": [{\"paragraphs\": []}]} {}|is not JSON in UTF-8",
                "{\"data\": [7]}|article 1: the article is not a JSON object",
                "{\"data\": [{\"title\": \"t\"}]}|article 1: it has no 'paragraphs'",
                "{\"data\": [{\"paragraphs\": [[]]}]}"
                        + "|article 1, paragraph 1: the paragraph is not a JSON object",
                "{\"data\": [{\"paragraphs\": [{\"qas\": []}]}]}"
                        + "|article 1, paragraph 1: it has no text 'context', or an empty one",
                "{\"data\": [{\"paragraphs\": [{\"context\": \"c\"}]}]}"
                        + "|article 1, paragraph 1: it has no list 'qas'",
            })
    void refusesWhatIsNotOfThatForm(String text, String message) throws IOException {
        Path file = Files.writeString(folder.resolve("squad.json"), text == null ? "" : text);
        assertThatThrownBy(() -> AnswerData.read(file))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("squad.json: " + message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "7|paragraph 1: a question is not a JSON object",
                "{\"question\": \"q\", \"answers\": []}|paragraph 1: it has no text 'id'",
                "{\"id\": \"a\", \"question\": \"q\"}|question 'a': it has no list 'answers'",
                "{\"id\": \"a\", \"question\": \" \"}|question 'a': it has no text 'question'",
                "{\"id\": \"a\", \"question\": \"q\", \"answers\": []}"
                        + "|question 'a': it has no answers; give it one, or is_impossible true",
                "{\"id\": \"a\", \"question\": \"q\", \"answers\": [], \"is_impossible\": 1}"
                        + "|question 'a': its is_impossible is neither true nor false",
                "{\"id\": \"a\", \"question\": \"q\", \"answers\": [{\"text\": \"is\"}]}"
                        + "|question 'a': an answer has no whole number 'answer_start'",
                "{\"id\": \"a\", \"question\": \"q\", \"answers\": [{\"text\": \"is\","
                        + " \"answer_start\": -1}]}"
                        + "|question 'a': an answer has no whole number 'answer_start'",
                "{\"id\": \"a\", \"question\": \"q\", \"answers\": [{\"text\": \"is\","
                        + " \"answer_start\": 1e999999999}]}"
                        + "|question 'a': an answer has no whole number 'answer_start'",
                "{\"id\": \"a\", \"question\": \"q\", \"answers\": [{\"text\": \"is\","
                        + " \"answer_start\": 10}]}"
                        + "|question 'a': its answer 'is' is not at answer_start 10 of the context,"
                        + " where 's new' stands",
                "{\"id\": \"a\", \"question\": \"q\", \"answers\": [{\"text\": \"is\","
                        + " \"answer_start\": 2000000000}]}"
                        + "|answer_start 2000000000 of the context, where the context is over",
                "{\"id\": \"a\", \"question\": \"q\", \"is_impossible\": true},"
                        + " {\"id\": \"a\", \"question\": \"p\", \"is_impossible\": true}"
                        + "|question 'a': its id stands at another question, too",
            })
    void saysWhatIsWrongWithAQuestion(String qas, String message) throws IOException {
        Path file =
                Files.writeString(
                        folder.resolve("squad.json"),
                        ("{\"data\": [{\"paragraphs\": [{\"context\": \"the boat is new\","
                                        + " \"qas\": [%s]}]}]}")
                                .formatted(qas));
        assertThatThrownBy(() -> AnswerData.read(file))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("squad.json: article 1, paragraph 1")
                .hasMessageContaining(message);
    }

    @Test
    void refusesOtherEncodingsAndDeepNesting() throws IOException {
        Path latin = folder.resolve("latin.json");
        Files.write(latin, "{\"datä\": 1}".getBytes(StandardCharsets.ISO_8859_1));
        assertThatThrownBy(() -> AnswerData.read(latin))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("latin.json: is not JSON in UTF-8");
        Path deep = folder.resolve("deep.json");
        Files.writeString(deep, "{\"data\": [{\"paragraphs\": [" + "[".repeat(1_000_000));
        assertThatThrownBy(() -> AnswerData.read(deep))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("deep.json: is not JSON in UTF-8");
        assertThatThrownBy(() -> AnswerData.read(folder.resolve("none.json")))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("No data file");
    }

    private AnswerData read(String text) throws IOException {
        return AnswerData.read(Files.writeString(folder.resolve("squad.json"), text));
    }
}
