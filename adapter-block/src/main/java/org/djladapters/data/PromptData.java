/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.data;

import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.djladapters.data.reading.Table;
import org.djladapters.data.reading.TextReader;
import org.djladapters.io.Sha256;

/**
 * Prompts with the responses that a language model learns to give, or conversations whose last turn
 * is the response, from a file or from memory.
 *
 * <p>A file is UTF-8 and has the columns {@code prompt} and {@code response}, in any order. It is
 * written as {@link TextData} describes: CSV, JSON Lines, or TSV, in which text holds neither tabs
 * nor line breaks. White space at the ends of a prompt or response belongs to it.
 *
 * <p>A JSON Lines file can have {@code messages} in the place of the two: a list of objects with
 * {@code role} and {@code content}, the last one of the role {@value ChatMessage#ASSISTANT}. Only
 * that turn is trained as the response, unless all are asked for ({@link TrainedTurns}).
 * Conversations need a model with a chat template.
 *
 * <p>A file whose name ends in {@code .txt} and whose first line has no tab is plain text: every
 * line that is not blank is a text of its own, which has no prompt. A language model is measured on
 * such texts, and is not trained on them.
 */
public final class PromptData extends RowData<PromptData.Row> {

    private static final String PROMPT = "prompt";
    private static final String RESPONSE = "response";
    private static final String MESSAGES = "messages";

    /** The columns of such a file. */
    public static final String COLUMNS = PROMPT + ", " + RESPONSE;

    private final boolean plainText;

    private PromptData(Origin origin, List<Row> rows) {
        this(origin, rows, false);
    }

    private PromptData(Origin origin, List<Row> rows, boolean plainText) {
        super(origin, rows, Row::line);
        this.plainText = plainText;
    }

    /**
     * An example.
     *
     * @param line its number in the file, the header being line 1; in memory its place, from 1
     * @param prompt the prompt; of a conversation the turn before the response; empty for a plain
     *     text
     * @param response the response; a plain text is all response
     * @param conversation the turns before the response; empty for a prompt without roles
     */
    public record Row(long line, String prompt, String response, List<ChatMessage> conversation) {

        /** Copies the turns. */
        public Row {
            conversation = List.copyOf(conversation);
        }

        /**
         * Creates a prompt with its response.
         *
         * @param line its number in the file; in memory its place, from 1
         * @param prompt the prompt
         * @param response the response
         */
        public Row(long line, String prompt, String response) {
            this(line, prompt, response, List.of());
        }

        /**
         * Creates a prompt with its response, to make data of.
         *
         * @param prompt the prompt
         * @param response the response
         * @return the row, without a place yet
         */
        public static Row of(String prompt, String response) {
            return new Row(0, prompt, response);
        }

        /**
         * Creates a conversation, to make data of.
         *
         * @param messages its turns, at least two, the last one of the role {@value
         *     ChatMessage#ASSISTANT}
         * @return the row, without a place yet
         * @throws IllegalArgumentException if they are fewer or end otherwise
         */
        public static Row of(List<ChatMessage> messages) {
            return of(0, messages);
        }

        private static Row of(long line, List<ChatMessage> messages) {
            int last = messages.size() - 1;
            if (last < 1 || !messages.get(last).role().equals(ChatMessage.ASSISTANT)) {
                throw new IllegalArgumentException(
                        "A conversation needs at least two messages, the last one of the role "
                                + ChatMessage.ASSISTANT);
            }
            return new Row(
                    line,
                    messages.get(last - 1).content(),
                    messages.get(last).content(),
                    messages.subList(0, last));
        }

        /**
         * Returns the turns before the response: those of the conversation, or the prompt as the
         * user's.
         */
        List<ChatMessage> turns() {
            return conversation.isEmpty() ? List.of(ChatMessage.user(prompt)) : conversation;
        }

        private List<String> cells() {
            return Stream.concat(ChatMessage.cells(conversation), Stream.of(prompt, response))
                    .toList();
        }
    }

    /**
     * Reads a TSV, CSV, JSON Lines or Parquet file.
     *
     * @param file the file
     * @return its rows in their order
     * @throws IOException if the file is missing, not UTF-8 or not such a table; the message names
     *     the line
     */
    public static PromptData read(Path file) throws IOException {
        return areMessagesIn(file) ? ofMessages(file) : of(Table.read(file, COLUMNS));
    }

    /** Tells by the name of a file and its first line whether it holds conversations. */
    static boolean areMessagesIn(Path file) throws IOException {
        return MessageLines.haveLists(file, MESSAGES);
    }

    /** Takes prompts with responses that have a place already. */
    static PromptData of(Origin origin, List<Row> rows) {
        return new PromptData(origin, rows);
    }

    /** Reads conversations. */
    static PromptData ofMessages(Path file) throws IOException {
        MessageLines<Row> lines =
                MessageLines.read(file, line -> Row.of(line.number(), line.messages(MESSAGES)));
        return new PromptData(Origin.file(file, lines.sha256()), lines.rows());
    }

    /**
     * Takes examples from memory.
     *
     * @param rows at least one; their lines become their places
     * @return the examples in their order
     * @throws IllegalArgumentException if there are no rows, or one lacks the prompt or the
     *     response; the message says which
     */
    public static PromptData of(Iterable<Row> rows) {
        List<Row> placed = new ArrayList<>();
        for (Row row : rows) {
            long place = placed.size() + 1L;
            Origin.requireText(row.prompt(), "prompt", place);
            Origin.requireText(row.response(), "response", place);
            placed.add(new Row(place, row.prompt(), row.response(), row.conversation()));
        }
        return new PromptData(Origin.memory(placed, Row::cells), placed);
    }

    /** Tells by the name of a file and its first line whether it holds plain text. */
    static boolean isPlainText(Path file) throws IOException {
        String name = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
        if (!name.endsWith(".txt") || !Files.isRegularFile(file)) {
            return false;
        }
        try (BufferedReader text =
                new BufferedReader(new TextReader(file, Files.newInputStream(file)))) {
            String first = text.readLine();
            return first != null && first.indexOf('\t') < 0; // a table has two columns
        }
    }

    /**
     * Reads plain text.
     *
     * @param file a UTF-8 file with a text a line
     * @return its lines that are not blank, in their order
     * @throws IOException if the file is missing, not UTF-8 or blank
     */
    public static PromptData readTexts(Path file) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        List<Row> rows = new ArrayList<>();
        try (BufferedReader text =
                new BufferedReader(new TextReader(file, new ByteArrayInputStream(bytes)))) {
            long number = 1;
            for (String line = text.readLine(); line != null; line = text.readLine()) {
                if (!line.isBlank()) {
                    rows.add(new Row(number, "", line));
                }
                number++;
            }
        }
        if (rows.isEmpty()) {
            throw new IOException(
                    "'%s' has no text; give a file with a text a line".formatted(file));
        }
        return new PromptData(Origin.file(file, Sha256.of(bytes)), rows, true);
    }

    /**
     * Takes plain texts from memory.
     *
     * @param texts at least one
     * @return the texts in their order
     * @throws IllegalArgumentException if there are no texts, or one is blank; the message says
     *     which
     */
    public static PromptData ofTexts(List<String> texts) {
        List<Row> rows = new ArrayList<>();
        for (String text : texts) {
            long place = rows.size() + 1L;
            Origin.requireText(text, "text", place);
            rows.add(new Row(place, "", text));
        }
        return new PromptData(Origin.memory(rows, Row::cells), rows, true);
    }

    /** Tells whether a table is meant to hold prompts or responses. */
    static boolean isIn(Table table) {
        return table.header().contains(PROMPT) || table.header().contains(RESPONSE);
    }

    /** Takes prompts and responses out of a table. */
    static PromptData of(Table table) throws IOException {
        List<String> header = table.header();
        table.requireColumns(List.of(PROMPT, RESPONSE), COLUMNS);
        List<Row> rows =
                table.rows(
                        table.body(),
                        line -> {
                            table.requireCells(line, header, header);
                            return Optional.of(
                                    new Row(
                                            line.number(),
                                            line.cells().get(header.indexOf(PROMPT)),
                                            line.cells().get(header.indexOf(RESPONSE))));
                        });
        table.requireExamples(rows);
        return new PromptData(Origin.file(table.file(), table.sha256()), rows);
    }

    @Override
    public Optional<TaskKind> task() {
        return Optional.of(TaskKind.CAUSAL_LM);
    }

    /** Returns the response. */
    @Override
    public String label(int row) {
        return rows().get(row).response();
    }

    @Override
    public PromptData pick(List<Integer> picked) {
        return new PromptData(origin().part(picked), some(picked), plainText);
    }

    /**
     * Tells whether these are plain texts, on which a language model is measured only.
     *
     * @return true for texts without prompts
     */
    public boolean arePlainTexts() {
        return plainText;
    }
}
