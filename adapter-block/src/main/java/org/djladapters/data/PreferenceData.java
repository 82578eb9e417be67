/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.data;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.djladapters.data.reading.Table;
import org.djladapters.io.JsonFields;

/**
 * Prompts with two responses each, of which one is preferred, from a file or from memory.
 *
 * <p>A file is UTF-8 and has the columns {@code prompt}, {@code chosen} and {@code rejected}, in
 * any order, written as {@link TextData} describes: CSV, JSON Lines or TSV.
 *
 * <p>In a JSON Lines file {@code chosen} and {@code rejected} can be lists of messages, objects
 * with {@code role} and {@code content}, the last one of the role {@value ChatMessage#ASSISTANT},
 * which is the response. The turns before it are those of {@code prompt}, a text or a list; they
 * may stand in both lists as well, or there alone, and are the same then. Such conversations need a
 * model with a chat template.
 */
public final class PreferenceData extends RowData<PreferenceData.Row> {

    private static final String PROMPT = "prompt";
    private static final String CHOSEN = "chosen";
    private static final String REJECTED = "rejected";

    /** The columns of such a file. */
    public static final String COLUMNS = PROMPT + ", " + CHOSEN + ", " + REJECTED;

    private PreferenceData(Origin origin, List<Row> rows) {
        super(origin, rows, Row::line);
    }

    /**
     * An example.
     *
     * @param line its number in the file, the header being line 1; in memory its place, from 1
     * @param prompt the prompt; of a conversation the turn before the responses
     * @param chosen the response that is preferred
     * @param rejected the other one
     * @param conversation the turns before the responses; empty for a prompt without roles
     */
    public record Row(
            long line,
            String prompt,
            String chosen,
            String rejected,
            List<ChatMessage> conversation) {

        /** Copies the turns, and refuses responses between which there is nothing to choose. */
        public Row {
            conversation = List.copyOf(conversation);
            if (chosen != null && chosen.equals(rejected)) {
                throw new IllegalArgumentException(
                        "chosen and rejected are the same, so none is preferred; leave the row"
                                + " out");
            }
        }

        /**
         * Creates a prompt with its responses, to make data of.
         *
         * @param prompt the prompt
         * @param chosen the response that is preferred
         * @param rejected the other one
         * @return the row, without a place yet
         * @throws IllegalArgumentException if both responses are the same
         */
        public static Row of(String prompt, String chosen, String rejected) {
            return new Row(0, prompt, chosen, rejected, List.of());
        }

        /**
         * Creates a conversation with two responses, to make data of.
         *
         * @param turns the turns before the responses, at least one
         * @param chosen the response that is preferred
         * @param rejected the other one
         * @return the row, without a place yet
         * @throws IllegalArgumentException if there are no turns, or both responses are the same
         */
        public static Row of(List<ChatMessage> turns, String chosen, String rejected) {
            return of(0, turns, chosen, rejected);
        }

        private static Row of(long line, List<ChatMessage> turns, String chosen, String rejected) {
            if (turns.isEmpty()) {
                throw new IllegalArgumentException(
                        "there is no message before the response; give the prompt as one");
            }
            return new Row(line, turns.get(turns.size() - 1).content(), chosen, rejected, turns);
        }

        private Row at(long place) {
            return new Row(place, prompt, chosen, rejected, conversation);
        }

        /** Returns the prompt with one of its responses. */
        private PromptData.Row with(String response) {
            return new PromptData.Row(line, prompt, response, conversation);
        }

        private List<String> cells() {
            return Stream.concat(
                            ChatMessage.cells(conversation), Stream.of(prompt, chosen, rejected))
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
    public static PreferenceData read(Path file) throws IOException {
        return MessageLines.haveLists(file, CHOSEN)
                ? ofMessages(file)
                : of(Table.read(file, COLUMNS));
    }

    /** Tells by the name of a file and its first line whether it holds conversations. */
    static boolean areMessagesIn(Path file) throws IOException {
        return MessageLines.haveLists(file, CHOSEN);
    }

    /** Tells whether a table is meant to hold preferences. */
    static boolean isIn(Table table) {
        return table.header().contains(CHOSEN) || table.header().contains(REJECTED);
    }

    /** Takes preferences out of a table. */
    static PreferenceData of(Table table) throws IOException {
        List<String> header = table.header();
        table.requireColumns(List.of(PROMPT, CHOSEN, REJECTED), COLUMNS);
        List<Row> rows = new ArrayList<>();
        for (Table.Line line : table.body()) {
            table.requireCells(line, header, header);
            List<String> cells = line.cells();
            try {
                rows.add(
                        new Row(
                                line.number(),
                                cells.get(header.indexOf(PROMPT)),
                                cells.get(header.indexOf(CHOSEN)),
                                cells.get(header.indexOf(REJECTED)),
                                List.of()));
            } catch (IllegalArgumentException e) {
                throw new IOException(
                        "%s, %s".formatted(table.where(line.number()), e.getMessage()), e);
            }
        }
        table.requireExamples(rows);
        return new PreferenceData(Origin.file(table.file(), table.sha256()), rows);
    }

    /** Reads conversations. */
    static PreferenceData ofMessages(Path file) throws IOException {
        MessageLines<Row> lines = MessageLines.read(file, PreferenceData::row);
        return new PreferenceData(Origin.file(file, lines.sha256()), lines.rows());
    }

    private static Row row(MessageLines.Line line) throws IOException {
        List<ChatMessage> chosen = line.messages(CHOSEN);
        List<ChatMessage> rejected = line.messages(REJECTED);
        List<ChatMessage> before = before(chosen);
        if (!before.equals(before(rejected))) {
            throw new IllegalArgumentException(
                    "chosen and rejected differ before their last message; they must be responses"
                            + " to the same prompt");
        }
        if (line.object().has(PROMPT)) {
            List<ChatMessage> prompt =
                    JsonFields.isText(line.object().get(PROMPT))
                            ? List.of(ChatMessage.user(line.object().get(PROMPT).getAsString()))
                            : line.messages(PROMPT);
            if (!before.isEmpty() && !before.equals(prompt)) {
                throw new IllegalArgumentException(
                        "the messages of chosen before the last one are not those of prompt; leave"
                                + " out one of the two");
            }
            before = prompt;
        }
        return Row.of(line.number(), before, last(chosen), last(rejected));
    }

    private static List<ChatMessage> before(List<ChatMessage> messages) {
        return messages.subList(0, Math.max(0, messages.size() - 1));
    }

    private static String last(List<ChatMessage> messages) {
        ChatMessage last = messages.isEmpty() ? null : messages.get(messages.size() - 1);
        if (last == null || !last.role().equals(ChatMessage.ASSISTANT)) {
            throw new IllegalArgumentException(
                    "chosen and rejected must end with a message of the role "
                            + ChatMessage.ASSISTANT);
        }
        return last.content();
    }

    /**
     * Takes examples from memory.
     *
     * @param rows at least one; their lines become their places
     * @return the examples in their order
     * @throws IllegalArgumentException if there are no rows, or one lacks a text; the message says
     *     which
     */
    public static PreferenceData of(Iterable<Row> rows) {
        List<Row> placed = new ArrayList<>();
        for (Row row : rows) {
            long place = placed.size() + 1L;
            Origin.requireText(row.prompt(), PROMPT, place);
            Origin.requireText(row.chosen(), CHOSEN, place);
            Origin.requireText(row.rejected(), REJECTED, place);
            placed.add(row.at(place));
        }
        return new PreferenceData(Origin.memory(placed, Row::cells), placed);
    }

    /** Returns every prompt twice: with the response that is preferred, then with the other one. */
    PromptData responses() {
        return PromptData.of(
                origin(),
                rows().stream()
                        .flatMap(row -> Stream.of(row.with(row.chosen()), row.with(row.rejected())))
                        .toList());
    }

    @Override
    public Optional<TaskKind> task() {
        return Optional.of(TaskKind.PREFERENCE);
    }

    /** Returns the response that is preferred. */
    @Override
    public String label(int row) {
        return rows().get(row).chosen();
    }

    /** Returns the prompt: what the responses to it are preferred by stays together. */
    @Override
    public Optional<String> group(int row) {
        Row asked = rows().get(row);
        return Optional.of(
                Stream.concat(ChatMessage.cells(asked.conversation()), Stream.of(asked.prompt()))
                        .collect(Collectors.joining("\n")));
    }

    @Override
    public PreferenceData pick(List<Integer> picked) {
        return new PreferenceData(origin().part(picked), some(picked));
    }
}
