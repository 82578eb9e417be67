/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.data;

import static org.djladapters.io.MalformedFileException.quote;

import com.google.gson.Gson;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.Strictness;
import com.google.gson.TypeAdapter;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import com.google.gson.stream.MalformedJsonException;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.djladapters.data.AnswerData.Reference;
import org.djladapters.data.AnswerData.Row;
import org.djladapters.io.JsonFields;
import org.djladapters.io.MalformedFileException;

/**
 * Reads a file of SQuAD's form. One paragraph at a time is kept as JSON, so a file may be large;
 * the JSON reader limits how deep it nests.
 */
final class SquadFile {

    private static final TypeAdapter<JsonElement> ELEMENTS =
            new Gson().getAdapter(JsonElement.class);
    private static final int SHOWN = 40;

    /** The place in a message of the JSON reader. */
    private static final Pattern PLACE = Pattern.compile("line (\\d+) column (\\d+)");

    private final Path file;
    private final JsonReader json;
    private final List<Row> rows = new ArrayList<>();
    private final Set<String> ids = new HashSet<>();

    private int article;
    private int paragraph;

    /** The id of the question that is read; empty between questions. */
    private String question = "";

    private SquadFile(Path file, JsonReader json) {
        this.file = file;
        this.json = json;
        json.setStrictness(Strictness.STRICT);
    }

    /**
     * Reads all questions of a file.
     *
     * @throws IOException if the file is missing or malformed; the message names the place
     */
    static List<Row> read(Path file) throws IOException {
        if (!Files.isRegularFile(file)) {
            throw new IOException(
                    "No data file '%s'; give a JSON file of the form of SQuAD".formatted(file));
        }
        // A decoder, unlike a charset, makes the reader refuse bytes that are not UTF-8.
        try (JsonReader json =
                new JsonReader(
                        new InputStreamReader(
                                Files.newInputStream(file), StandardCharsets.UTF_8.newDecoder()))) {
            SquadFile squad = new SquadFile(file, json);
            squad.readAll();
            return squad.rows;
        } catch (MalformedJsonException
                | EOFException
                | CharacterCodingException
                | JsonParseException e) {
            throw notJson(file, e);
        }
    }

    private static MalformedFileException notJson(Path file, Exception cause) {
        Matcher place = PLACE.matcher(String.valueOf(cause.getMessage()));
        return new MalformedFileException(
                file,
                "is not JSON in UTF-8%s, but questions with answers come as a JSON file of SQuAD's"
                                .formatted(
                                        place.find()
                                                ? " (line %s, column %s)"
                                                        .formatted(place.group(1), place.group(2))
                                                : "")
                        + " form; give such a file, or get this one again",
                cause);
    }

    private void readAll() throws IOException {
        boolean found = readObject("it", "data", this::readArticles);
        if (json.peek() != JsonToken.END_DOCUMENT) {
            throw malformed("something follows its end");
        }
        article = 0;
        if (!found) {
            throw malformed("it has no 'data', the list of articles");
        }
        if (rows.isEmpty()) {
            throw malformed("it has no questions");
        }
    }

    /** Reads one field of an object, and tells whether it is there. */
    private boolean readObject(String what, String name, FieldReader reader) throws IOException {
        boolean found = false;
        expect(JsonToken.BEGIN_OBJECT, what);
        json.beginObject();
        while (json.hasNext()) {
            if (json.nextName().equals(name)) {
                found = true;
                reader.read();
            } else {
                json.skipValue();
            }
        }
        json.endObject();
        return found;
    }

    private interface FieldReader {
        void read() throws IOException;
    }

    private void readArticles() throws IOException {
        expect(JsonToken.BEGIN_ARRAY, "'data'");
        json.beginArray();
        while (json.hasNext()) {
            article++;
            paragraph = 0;
            if (!readObject("the article", "paragraphs", this::readParagraphs)) {
                throw malformed("it has no 'paragraphs'");
            }
        }
        json.endArray();
    }

    private void readParagraphs() throws IOException {
        expect(JsonToken.BEGIN_ARRAY, "'paragraphs'");
        json.beginArray();
        while (json.hasNext()) {
            paragraph++;
            question = "";
            JsonObject object = object(ELEMENTS.read(json), "the paragraph");
            String context = text(object, "context");
            for (JsonElement qa : list(object, "qas")) {
                question = "";
                readQuestion(object(qa, "a question"), context);
            }
        }
        question = "";
        paragraph = 0;
        json.endArray();
    }

    private void readQuestion(JsonObject qa, String context) throws IOException {
        String id = text(qa, "id");
        question = id;
        if (!ids.add(id)) {
            throw malformed("its id stands at another question, too");
        }
        String asked = text(qa, "question");
        boolean impossible = isImpossible(qa);
        List<Reference> answers = new ArrayList<>();
        if (!impossible) {
            for (JsonElement answer : list(qa, "answers")) {
                answers.add(answer(object(answer, "an answer"), context));
            }
            if (answers.isEmpty()) {
                throw malformed(
                        "it has no answers; give it one, or is_impossible true if the context has"
                                + " none");
            }
        }
        rows.add(new Row(id, asked, context, answers));
    }

    private boolean isImpossible(JsonObject qa) throws IOException {
        JsonElement value = qa.get("is_impossible");
        if (value == null) {
            return false;
        }
        if (!value.isJsonPrimitive() || !value.getAsJsonPrimitive().isBoolean()) {
            throw malformed("its is_impossible is neither true nor false");
        }
        return value.getAsBoolean();
    }

    private Reference answer(JsonObject answer, String context) throws IOException {
        String text = text(answer, "text");
        int points = start(answer);
        int length = context.codePointCount(0, context.length());
        int start = context.offsetByCodePoints(0, Math.min(points, length));
        if (!context.startsWith(text, start)) {
            String there = context.substring(start, Math.min(context.length(), start + SHOWN));
            throw malformed(
                    ("its answer %s is not at answer_start %d of the context, where %s; count"
                                    + " characters from 0")
                            .formatted(
                                    quote(text),
                                    points,
                                    there.isEmpty()
                                            ? "the context is over"
                                            : quote(there) + " stands"));
        }
        return new Reference(text, start);
    }

    private int start(JsonObject answer) throws IOException {
        JsonElement value = answer.get("answer_start");
        try {
            if (value != null
                    && value.isJsonPrimitive()
                    && value.getAsJsonPrimitive().isNumber()
                    && value.getAsBigDecimal().intValueExact() >= 0) {
                return value.getAsInt();
            }
        } catch (ArithmeticException | NumberFormatException e) {
            throw noStart(e);
        }
        throw noStart(null);
    }

    private MalformedFileException noStart(Exception cause) {
        return new MalformedFileException(
                file, place() + "an answer has no whole number 'answer_start' from 0 on", cause);
    }

    private String text(JsonObject object, String key) throws IOException {
        JsonElement value = object.get(key);
        if (!JsonFields.isText(value) || value.getAsString().isBlank()) {
            throw malformed("it has no text '%s', or an empty one".formatted(key));
        }
        return value.getAsString();
    }

    private JsonArray list(JsonObject object, String key) throws IOException {
        JsonElement value = object.get(key);
        if (value == null || !value.isJsonArray()) {
            throw malformed("it has no list '%s'".formatted(key));
        }
        return value.getAsJsonArray();
    }

    private JsonObject object(JsonElement value, String what) throws IOException {
        if (!value.isJsonObject()) {
            throw malformed(what + " is not a JSON object");
        }
        return value.getAsJsonObject();
    }

    private void expect(JsonToken token, String what) throws IOException {
        if (json.peek() != token) {
            throw malformed(
                    "%s is not a JSON %s"
                            .formatted(what, token == JsonToken.BEGIN_ARRAY ? "list" : "object"));
        }
    }

    private MalformedFileException malformed(String problem) {
        return new MalformedFileException(file, place() + problem);
    }

    private String place() {
        return article == 0
                ? ""
                : "article %d%s%s: "
                        .formatted(
                                article,
                                paragraph > 0 ? ", paragraph " + paragraph : "",
                                question.isEmpty() ? "" : ", question " + quote(question));
    }
}
