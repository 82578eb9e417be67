/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.vectors;

import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import com.google.gson.stream.JsonWriter;
import com.google.gson.stream.MalformedJsonException;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.EOFException;
import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.io.Writer;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.regex.Pattern;
import org.djladapters.data.reading.TextReader;
import org.djladapters.io.AtomicFiles;
import org.djladapters.io.MalformedFileException;

/** Reads vectors of JSON Lines, or of what LangChain4j writes of its store in memory. */
final class JsonVectors {

    /** Enough to see how a store of LangChain4j begins, whatever the spaces. */
    private static final int START = 256;

    private static final Pattern STORE = Pattern.compile("\\s*\\{\\s*\"entries\"\\s*:[\\s\\S]*");

    /** How Python and others write what JSON has no number for. */
    private static final Pattern NOT_FINITE = Pattern.compile("[\\[,]\\s*-?(NaN|Infinity)\\b");

    private static final Pattern PLACE = Pattern.compile("(?s).* (column \\d+) .*|.*");

    private final Path file;
    private final VectorRows rows = new VectorRows();
    private float[] buffer = new float[512];

    private JsonVectors(Path file) {
        this.file = file;
    }

    static VectorTable read(Path file) throws IOException {
        JsonVectors vectors = new JsonVectors(file);
        try (BufferedReader text =
                new BufferedReader(new TextReader(file, Files.newInputStream(file)))) {
            if (isStore(text)) {
                vectors.readStore(text);
            } else {
                vectors.readLines(text);
            }
        }
        if (vectors.rows.isEmpty()) {
            throw new MalformedFileException(
                    file, "holds no vectors; check that it is the right file");
        }
        return vectors.rows.table();
    }

    private static boolean isStore(BufferedReader text) throws IOException {
        text.mark(START);
        char[] start = new char[START];
        int length = 0;
        int count = 0;
        while (length < START && count >= 0) {
            length += count;
            count = text.read(start, length, START - length);
        }
        text.reset();
        return STORE.matcher(new String(start, 0, length)).matches();
    }

    private void readLines(BufferedReader text) throws IOException {
        long number = 0;
        for (String line = text.readLine(); line != null; line = text.readLine()) {
            number++;
            String where = "line " + number;
            if (line.isBlank()) {
                throw fault(where, "is blank; remove it", null);
            }
            try (JsonReader json = new JsonReader(new StringReader(line))) {
                json.setStrictness(Strictness.STRICT);
                readVector(json, where);
                if (json.peek() != JsonToken.END_DOCUMENT) {
                    throw fault(where, "has something after its object; remove it", null);
                }
            } catch (MalformedJsonException | EOFException e) {
                throw NOT_FINITE.matcher(line).find()
                        ? fault(where, VectorRows.NOT_FINITE, e)
                        : notJson(where, e);
            }
        }
    }

    /** Reads an object with the list {@code entries}; other names are passed over. */
    private void readStore(BufferedReader text) throws IOException {
        int number = 0;
        try (JsonReader json = new JsonReader(text)) {
            json.setStrictness(Strictness.STRICT);
            json.beginObject();
            while (json.hasNext()) {
                if (!json.nextName().equals("entries")) {
                    json.skipValue();
                    continue;
                }
                expect(json, JsonToken.BEGIN_ARRAY, "the field 'entries'", "a list");
                json.beginArray();
                while (json.hasNext()) {
                    number++;
                    readVector(json, "entry " + number);
                }
                json.endArray();
            }
            json.endObject();
            if (json.peek() != JsonToken.END_DOCUMENT) {
                throw fault("it", "has something after its object; remove it", null);
            }
        } catch (MalformedJsonException | EOFException e) {
            throw notJson("after entry " + number + " it", e);
        }
    }

    private void readVector(JsonReader json, String where) throws IOException {
        String id = null;
        String text = null;
        float[] vector = null;
        expect(json, JsonToken.BEGIN_OBJECT, where, "a JSON object");
        json.beginObject();
        while (json.hasNext()) {
            String name = json.nextName();
            switch (name) {
                case "id" -> id = id(json, where);
                case "text", "embedded" -> text = text(json, where, name);
                case "embedding", "vector", "values" -> {
                    if (vector != null) {
                        throw fault(where, "has a second vector; leave one", null);
                    }
                    vector = vector(json, where, name);
                }
                default -> json.skipValue();
            }
        }
        json.endObject();
        if (id == null) {
            throw fault(where, "has no id; give it one, \"id\": \"…\"", null);
        }
        if (vector == null) {
            throw fault(
                    where, "has no vector; give it as a list of numbers, \"embedding\": […]", null);
        }
        try {
            rows.add(id, text, vector);
        } catch (IllegalArgumentException e) {
            throw fault(where, e.getMessage(), e);
        }
    }

    /** Reads an id, which some stores number. */
    private String id(JsonReader json, String where) throws IOException {
        if (json.peek() == JsonToken.NUMBER) {
            return json.nextString();
        }
        expect(json, JsonToken.STRING, where + ", 'id'", "a text or a number");
        return json.nextString();
    }

    /** Reads a text, JSON's null for none, or LangChain4j's segment of a text with metadata. */
    private String text(JsonReader json, String where, String name) throws IOException {
        if (json.peek() == JsonToken.NULL) {
            json.nextNull();
            return null;
        }
        if (json.peek() != JsonToken.BEGIN_OBJECT) {
            expect(json, JsonToken.STRING, where + ", '" + name + "'", "a text");
            return json.nextString();
        }
        String text = null;
        json.beginObject();
        while (json.hasNext()) {
            if (json.nextName().equals("text")) {
                text = text(json, where, name);
            } else {
                json.skipValue();
            }
        }
        json.endObject();
        return text;
    }

    /** Reads a list of numbers, or LangChain4j's object that has one as {@code vector}. */
    private float[] vector(JsonReader json, String where, String name) throws IOException {
        if (json.peek() == JsonToken.BEGIN_OBJECT) {
            float[] vector = null;
            json.beginObject();
            while (json.hasNext()) {
                if (json.nextName().equals("vector")) {
                    vector = numbers(json, where, name);
                } else {
                    json.skipValue();
                }
            }
            json.endObject();
            return vector;
        }
        return numbers(json, where, name);
    }

    private float[] numbers(JsonReader json, String where, String name) throws IOException {
        expect(json, JsonToken.BEGIN_ARRAY, where + ", '" + name + "'", "a list of numbers");
        int count = 0;
        json.beginArray();
        while (json.hasNext()) {
            expect(json, JsonToken.NUMBER, where + ", '" + name + "'", "a list of numbers alone");
            if (count == buffer.length) {
                buffer = Arrays.copyOf(buffer, 2 * count);
            }
            buffer[count] = Float.parseFloat(json.nextString());
            count++;
        }
        json.endArray();
        return Arrays.copyOf(buffer, count);
    }

    private void expect(JsonReader json, JsonToken token, String what, String expected)
            throws IOException {
        if (json.peek() != token) {
            throw new MalformedFileException(
                    file, "%s must be %s; correct or export it again".formatted(what, expected));
        }
    }

    private MalformedFileException notJson(String where, Exception cause) {
        String column = PLACE.matcher(String.valueOf(cause.getMessage())).replaceAll("$1");
        return fault(
                where,
                "is not JSON%s; export the file again"
                        .formatted(column.isEmpty() ? "" : " (%s)".formatted(column)),
                cause);
    }

    private MalformedFileException fault(String where, String problem, Exception cause) {
        return new MalformedFileException(file, where + " " + problem, cause);
    }

    static void write(Path file, VectorTable table) throws IOException {
        AtomicFiles.writeFile(
                file,
                channel -> {
                    Writer text =
                            new BufferedWriter(Channels.newWriter(channel, StandardCharsets.UTF_8));
                    for (int row = 0; row < table.size(); row++) {
                        text.write(line(table, row));
                    }
                    text.flush(); // the channel is not this method's to close
                });
    }

    private static String line(VectorTable table, int row) throws IOException {
        StringWriter line = new StringWriter();
        JsonWriter json = new JsonWriter(line);
        json.beginObject().name("id").value(table.ids().get(row));
        if (table.texts().isPresent()) {
            json.name("text").value(table.texts().get().get(row));
        }
        json.name("embedding").beginArray();
        for (float number : table.row(row)) {
            json.value(number);
        }
        json.endArray().endObject();
        return line.append('\n').toString();
    }
}
