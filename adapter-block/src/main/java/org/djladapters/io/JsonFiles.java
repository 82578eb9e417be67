/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.io;

import static org.djladapters.io.MalformedFileException.quote;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonElement;
import com.google.gson.JsonParseException;
import com.google.gson.Strictness;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** The small JSON files beside adapters and models. */
public final class JsonFiles {

    /** Far more bytes than any description needs; a stranger's file shall not fill the memory. */
    public static final int LARGEST = 1 << 24;

    static final Gson READER =
            new GsonBuilder().setStrictness(Strictness.STRICT).disableHtmlEscaping().create();
    private static final Gson WRITER =
            new GsonBuilder().setPrettyPrinting().serializeNulls().disableHtmlEscaping().create();

    private JsonFiles() {}

    /** Reads a file in UTF-8 of at most {@value #LARGEST} bytes; its content may be JSON's null. */
    public static JsonElement read(Path file) throws IOException {
        if (Files.size(file) > LARGEST) {
            throw new MalformedFileException(
                    file, "is too large for a description; check that it is the right file");
        }
        try {
            return parse(file.toString(), Files.readString(file, StandardCharsets.UTF_8));
        } catch (CharacterCodingException e) {
            throw notJson(file.toString(), e);
        }
    }

    /** Reads text, which comes from a source that messages name; its content may be JSON's null. */
    public static JsonElement parse(String source, String text) throws MalformedFileException {
        try {
            JsonElement json = READER.fromJson(text, JsonElement.class);
            if (json == null) {
                throw new MalformedFileException(source, "is empty; get or save the file again");
            }
            return json;
        } catch (JsonParseException e) {
            throw notJson(source, e);
        }
    }

    private static MalformedFileException notJson(String source, Exception cause) {
        String place =
                String.valueOf(cause.getMessage()).replaceAll("(?s).* at (line [^\n]*).*", "$1");
        return new MalformedFileException(
                source, "is not JSON (" + quote(place) + "); get or save the file again", cause);
    }

    /** Writes JSON, indented, with a line break at its end. */
    public static String text(JsonElement json) {
        return WRITER.toJson(json) + "\n";
    }
}
