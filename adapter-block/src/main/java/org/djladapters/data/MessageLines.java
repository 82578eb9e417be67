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
 * A JSON Lines file of conversations: {@code {"messages": [{"role": …, "content": …}, …]}} a line.
 */
record MessageLines(List<List<ChatMessage>> conversations, String sha256) {

    private static final String MESSAGES = "messages";

    /** Tells by the name of a file and its first line whether it holds conversations. */
    static boolean areIn(Path file) throws IOException {
        String name = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
        if (!name.endsWith(".jsonl") || !Files.isRegularFile(file)) {
            return false;
        }
        try (BufferedReader text = Files.newBufferedReader(file)) {
            String first = text.readLine();
            return first != null && object(file, 1, first).has(MESSAGES);
        } catch (IOException e) {
            return false; // reading it as a table says what is wrong
        }
    }

    static MessageLines read(Path file) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        List<List<ChatMessage>> conversations = new ArrayList<>();
        try (BufferedReader text =
                new BufferedReader(new TextReader(file, new ByteArrayInputStream(bytes)))) {
            for (String line = text.readLine(); line != null; line = text.readLine()) {
                conversations.add(messages(file, conversations.size() + 1L, line));
            }
        }
        return new MessageLines(conversations, Sha256.of(bytes));
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

    private static List<ChatMessage> messages(Path file, long line, String text)
            throws IOException {
        JsonObject object = object(file, line, text);
        JsonElement messages = object.get(MESSAGES);
        if (messages == null || !messages.isJsonArray()) {
            throw fault(file, line, "has no list named messages; give all lines one", null);
        }
        if (object.has("tools")) {
            throw fault(
                    file,
                    line,
                    "has tools, which are not supported; take out what calls or describes them",
                    null);
        }
        List<ChatMessage> turns = new ArrayList<>();
        for (JsonElement message : messages.getAsJsonArray()) {
            turns.add(message(file, line, message));
        }
        return turns;
    }

    private static ChatMessage message(Path file, long line, JsonElement message)
            throws IOException {
        if (message.isJsonObject()) {
            JsonObject turn = message.getAsJsonObject();
            for (String key : turn.keySet()) {
                if (!Set.of("role", "content").contains(key)) {
                    throw fault(
                            file,
                            line,
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
        throw fault(file, line, "has a message without the texts role and content", null);
    }

    private static boolean isFilled(JsonElement value) {
        return JsonFields.isText(value) && !value.getAsString().isBlank();
    }

    private static IOException fault(Path file, long line, String problem, Exception cause) {
        return new IOException("%s, %s".formatted(Table.where(file, line), problem), cause);
    }
}
