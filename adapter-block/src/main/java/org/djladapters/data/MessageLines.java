/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.data;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.djladapters.data.reading.Table;
import org.djladapters.data.reading.TextReader;
import org.djladapters.io.JsonFields;
import org.djladapters.io.JsonFiles;
import org.djladapters.io.MalformedFileException;
import org.djladapters.io.Sha256;

/**
 * A JSON Lines file of conversations: an object a line with lists of messages, {@code {"role": …,
 * "content": …}}.
 *
 * @param rows what was made of the lines
 */
record MessageLines<R>(List<R> rows, String sha256) {

    /** A line of the file. */
    record Line(Path file, long number, JsonObject object) {

        /** Returns the messages of a list. */
        List<ChatMessage> messages(String name) throws IOException {
            JsonElement messages = object.get(name);
            if (messages == null || !messages.isJsonArray()) {
                throw fault("has no list named %s; give all lines one".formatted(name), null);
            }
            List<ChatMessage> turns = new ArrayList<>();
            for (JsonElement message : messages.getAsJsonArray()) {
                turns.add(message(message));
            }
            return turns;
        }

        private ChatMessage message(JsonElement message) throws IOException {
            if (message.isJsonObject()) {
                JsonObject turn = message.getAsJsonObject();
                for (String key : turn.keySet()) {
                    if (!Set.of("role", "content").contains(key)) {
                        throw fault(
                                "has a message with %s, but only role and content are known"
                                        .formatted(MalformedFileException.quote(key)),
                                null);
                    }
                }
                if (isFilled(turn.get("role")) && isFilled(turn.get("content"))) {
                    return new ChatMessage(
                            turn.get("role").getAsString(), turn.get("content").getAsString());
                }
            }
            throw fault("has a message without the texts role and content", null);
        }

        private static boolean isFilled(JsonElement value) {
            return JsonFields.isText(value) && !value.getAsString().isBlank();
        }

        private IOException fault(String problem, Exception cause) {
            return MessageLines.fault(file, number, problem, cause);
        }
    }

    /** Makes an example of a line. */
    @FunctionalInterface
    interface Maker<R> {

        /**
         * Makes an example.
         *
         * @throws IllegalArgumentException if the messages are no example; the message says why
         */
        R make(Line line) throws IOException;
    }

    /** Tells by the name of a file and its first line whether it has lists of this name. */
    static boolean haveLists(Path file, String list) throws IOException {
        String name = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
        if (!name.endsWith(".jsonl") || !Files.isRegularFile(file)) {
            return false;
        }
        try (BufferedReader text = Files.newBufferedReader(file)) {
            String first = text.readLine();
            JsonElement value = first == null ? null : object(file, 1, first).get(list);
            return value != null && value.isJsonArray();
        } catch (IOException e) {
            return false; // reading it as a table says what is wrong
        }
    }

    static <R> MessageLines<R> read(Path file, Maker<R> maker) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        List<R> rows = new ArrayList<>();
        try (BufferedReader text =
                new BufferedReader(new TextReader(file, new ByteArrayInputStream(bytes)))) {
            for (String line = text.readLine(); line != null; line = text.readLine()) {
                long number = rows.size() + 1L;
                JsonObject object = object(file, number, line);
                if (object.has("tools")) {
                    throw fault(
                            file,
                            number,
                            "has tools, which are not supported; take out what calls or describes"
                                    + " them",
                            null);
                }
                try {
                    rows.add(maker.make(new Line(file, number, object)));
                } catch (IllegalArgumentException e) {
                    throw new IOException(
                            "%s: %s".formatted(Table.where(file, number), e.getMessage()), e);
                }
            }
        }
        return new MessageLines<>(rows, Sha256.of(bytes));
    }

    private static JsonObject object(Path file, long line, String text) throws IOException {
        JsonElement json;
        try {
            json = JsonFiles.parse(Table.where(file, line), text);
        } catch (MalformedFileException e) {
            throw fault(file, line, "is not a JSON object; write one a line", e);
        }
        if (!json.isJsonObject()) {
            throw fault(file, line, "is not a JSON object; write one a line", null);
        }
        return json.getAsJsonObject();
    }

    private static IOException fault(Path file, long line, String problem, Exception cause) {
        return new IOException("%s, %s".formatted(Table.where(file, line), problem), cause);
    }
}
