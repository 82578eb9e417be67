/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.io;

import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Set;

/**
 * Reads what clients send: nothing is guessed, and a refusal is one line that is safe to return.
 */
public final class StrictJson {

    private StrictJson() {}

    /**
     * Decodes a text.
     *
     * @throws IllegalArgumentException if the bytes are not UTF-8
     */
    public static String text(byte[] utf8) {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(utf8)).toString();
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException("The request is not UTF-8", e);
        }
    }

    /**
     * Reads one JSON value.
     *
     * @throws IllegalArgumentException if the bytes are not UTF-8 or not JSON
     */
    public static JsonElement parse(byte[] utf8) {
        try {
            JsonElement json = JsonFiles.READER.fromJson(text(utf8), JsonElement.class);
            return json == null ? JsonNull.INSTANCE : json;
        } catch (JsonParseException e) {
            throw new IllegalArgumentException("The request is not JSON" + place(e), e);
        }
    }

    /** Returns the place of the fault, in the words of Gson. */
    private static String place(JsonParseException malformed) {
        String message = String.valueOf(malformed.getMessage());
        int at = message.indexOf("at line ");
        int end = message.indexOf('\n');
        return at < 0 ? "" : " (" + message.substring(at, end < at ? message.length() : end) + ")";
    }

    /**
     * Refuses unknown fields: a misspelled one would be ignored.
     *
     * @param what the object in messages, such as {@code The request}
     * @throws IllegalArgumentException if the object has others
     */
    public static void requireFields(JsonObject object, Set<String> known, String what) {
        for (String field : object.keySet()) {
            if (!known.contains(field)) {
                throw new IllegalArgumentException(
                        "%s has the unknown field '%s'; the fields are %s"
                                .formatted(what, field, known.stream().sorted().toList()));
            }
        }
    }
}
