/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.checkpoint;

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
import org.djladapters.io.MalformedFileException;

/** The small JSON files beside adapters and models. */
final class JsonFiles {

    /** Far more than any description needs; a stranger's file shall not fill the memory. */
    private static final long LARGEST = 1 << 24;

    private static final Gson READER =
            new GsonBuilder().setStrictness(Strictness.STRICT).disableHtmlEscaping().create();
    private static final Gson WRITER =
            new GsonBuilder().setPrettyPrinting().serializeNulls().disableHtmlEscaping().create();

    private JsonFiles() {}

    static JsonElement read(Path file) throws IOException {
        if (Files.size(file) > LARGEST) {
            throw new MalformedFileException(
                    file, "is too large for a description; check that it is the right file");
        }
        try {
            JsonElement json =
                    READER.fromJson(
                            Files.readString(file, StandardCharsets.UTF_8), JsonElement.class);
            if (json == null) {
                throw new MalformedFileException(file, "is empty; get or save the file again");
            }
            return json;
        } catch (JsonParseException | CharacterCodingException e) {
            String place =
                    String.valueOf(e.getMessage()).replaceAll("(?s).* at (line [^\n]*).*", "$1");
            throw new MalformedFileException(
                    file, "is not JSON (" + quote(place) + "); get or save the file again", e);
        }
    }

    static String text(JsonElement json) {
        return WRITER.toJson(json) + "\n";
    }
}
