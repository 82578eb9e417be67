/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.data.reading;

import static org.djladapters.io.MalformedFileException.quote;

import com.google.gson.Gson;
import com.google.gson.JsonParser;
import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import com.google.gson.stream.MalformedJsonException;
import java.io.BufferedReader;
import java.io.EOFException;
import java.io.IOException;
import java.io.Reader;
import java.io.StringReader;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Parses JSON Lines: an object a line. The first one names the columns.
 *
 * <p>A cell is the text of a string, or a number or boolean as it is written; it is {@code null}
 * where the object has JSON's null or lacks the name. Where lists are read, a cell is the list as
 * JSON.
 */
final class JsonRows implements TableForm.Lines {

    private final Path file;
    private final BufferedReader text;
    private final Optional<Set<String>> wanted;
    private final Set<String> lists;
    private Set<String> header;
    private Table.Line first;
    private long number;

    /**
     * Prepares to parse text: the names of the first line come first, then the values of all lines.
     *
     * @param wanted the columns whose values are read; without them all, and then each line may
     *     only have the names of the first one
     * @param lists the columns that may have lists
     */
    JsonRows(Path file, Reader text, Optional<Set<String>> wanted, Set<String> lists) {
        this.file = file;
        this.text = new BufferedReader(text);
        this.wanted = wanted;
        this.lists = lists;
    }

    @Override
    public Table.Line next() throws IOException {
        if (first != null) {
            Table.Line line = first;
            first = null;
            return line;
        }
        String object = text.readLine();
        if (object == null) {
            return null;
        }
        number++;
        Map<String, String> values = object(number, object);
        if (header == null) {
            header = values.keySet();
            first = new Table.Line(number, cells(values, number));
            return new Table.Line(number, List.copyOf(header));
        }
        return new Table.Line(number, cells(values, number));
    }

    private List<String> cells(Map<String, String> values, long line) throws IOException {
        for (String name : values.keySet()) {
            if (wanted.isEmpty() && !header.contains(name)) {
                throw fault(
                        line,
                        "has the name %s, which the first line lacks; give all lines the same names"
                                .formatted(quote(name)));
            }
        }
        return header.stream().map(values::get).toList();
    }

    private Map<String, String> object(long line, String text) throws IOException {
        if (text.isBlank()) {
            throw fault(line, "is blank; remove it");
        }
        Map<String, String> values = new LinkedHashMap<>();
        try (JsonReader reader = new JsonReader(new StringReader(text))) {
            reader.setStrictness(Strictness.STRICT);
            reader.beginObject();
            while (reader.hasNext()) {
                String name = reader.nextName();
                if (values.containsKey(name)) {
                    throw fault(line, "has the name %s twice; remove one".formatted(quote(name)));
                }
                values.put(name, value(reader, name, line));
            }
            reader.endObject();
            if (reader.peek() != JsonToken.END_DOCUMENT) {
                throw notAnObject(line, null);
            }
            return values;
        } catch (MalformedJsonException | EOFException | IllegalStateException e) {
            throw notAnObject(line, e);
        }
    }

    private String value(JsonReader reader, String name, long line) throws IOException {
        boolean read = wanted.isEmpty() || wanted.get().contains(name);
        switch (reader.peek()) {
            case STRING -> {
                String text = reader.nextString();
                boolean looksLikeAList = lists.contains(name) && text.startsWith("[");
                return looksLikeAList ? new Gson().toJson(List.of(text)) : text;
            }
            case NUMBER -> {
                return reader.nextString();
            }
            case BOOLEAN -> {
                return Boolean.toString(reader.nextBoolean());
            }
            case BEGIN_ARRAY, BEGIN_OBJECT -> {
                if (read && lists.contains(name) && reader.peek() == JsonToken.BEGIN_ARRAY) {
                    return JsonParser.parseReader(reader).toString();
                }
                if (read) {
                    throw fault(
                            line,
                            ("has a list or an object as %s where a text or number is needed;"
                                            + " give it one%s")
                                    .formatted(
                                            quote(name),
                                            name.startsWith("label")
                                                    ? ", or choose the task"
                                                            + " multi-label-classification"
                                                    : ""));
                }
                reader.skipValue();
                return null;
            }
            default -> {
                reader.skipValue();
                return null;
            }
        }
    }

    private IOException notAnObject(long line, Exception cause) {
        String place =
                String.valueOf(cause == null ? null : cause.getMessage())
                        .replaceAll("(?s).* (column \\d+) .*|.*", "$1");
        IOException fault =
                fault(
                        line,
                        "is not a JSON object%s; write one a line, {\"label\": …, \"sentence1\": …}"
                                .formatted(place.isEmpty() ? "" : " (%s)".formatted(place)));
        fault.initCause(cause);
        return fault;
    }

    private IOException fault(long line, String problem) {
        return new IOException("%s, %s".formatted(Table.where(file, line), problem));
    }

    @Override
    public void close() throws IOException {
        text.close();
    }
}
