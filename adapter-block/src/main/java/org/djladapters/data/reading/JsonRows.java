/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.data.reading;

import static org.djladapters.io.MalformedFileException.quote;

import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import com.google.gson.stream.MalformedJsonException;
import java.io.EOFException;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Parses JSON Lines: an object a line. The first one names the columns.
 *
 * <p>A cell is the text of a string, or a number or boolean as it is written; it is {@code null}
 * where the object has JSON's null or lacks the name.
 */
final class JsonRows {

    private final Path file;
    private final Optional<Set<String>> wanted;

    private JsonRows(Path file, Optional<Set<String>> wanted) {
        this.file = file;
        this.wanted = wanted;
    }

    /**
     * Parses text.
     *
     * @param wanted the columns whose values are read; without them all, and then each line may
     *     only have the names of the first one
     * @return the names of the first line, then the values of all lines
     * @throws IOException if a line is not such an object; the message names it
     */
    static List<Table.Line> parse(Path file, String text, Optional<Set<String>> wanted)
            throws IOException {
        return new JsonRows(file, wanted).parse(text.lines().toList());
    }

    private List<Table.Line> parse(List<String> texts) throws IOException {
        List<Table.Line> lines = new ArrayList<>();
        Set<String> header = Set.of();
        for (int i = 0; i < texts.size(); i++) {
            long line = i + 1L;
            Map<String, String> values = object(line, texts.get(i));
            if (i == 0) {
                header = values.keySet();
                lines.add(new Table.Line(1, List.copyOf(header)));
            }
            lines.add(new Table.Line(line, cells(header, values, line)));
        }
        return lines;
    }

    private List<String> cells(Set<String> header, Map<String, String> values, long line)
            throws IOException {
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
            case STRING, NUMBER -> {
                return reader.nextString();
            }
            case BOOLEAN -> {
                return Boolean.toString(reader.nextBoolean());
            }
            case BEGIN_ARRAY, BEGIN_OBJECT -> {
                if (read) {
                    throw fault(
                            line,
                            "has a list or an object as %s where a text or number is needed; give it one"
                                    .formatted(quote(name)));
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
}
