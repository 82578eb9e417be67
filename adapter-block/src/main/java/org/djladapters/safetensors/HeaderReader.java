/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.safetensors;

import static org.djladapters.io.MalformedFileException.isPlain;
import static org.djladapters.io.MalformedFileException.quote;

import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.djladapters.io.MalformedFileException;

/** Reads the header of a safetensors file token by token and believes nothing it says. */
final class HeaderReader {

    /** Names the entry that holds text about the file rather than a tensor. */
    static final String METADATA = "__metadata__";

    /** More than any model has; each costs far more memory than the bytes that claim it. */
    private static final int MOST_ENTRIES = 200_000;

    /** PyTorch's own limit. */
    private static final int MOST_DIMENSIONS = 64;

    private final Path file;
    private final JsonReader json;
    private final Map<String, TensorEntry> tensors = new LinkedHashMap<>();
    private Map<String, String> metadata;

    private HeaderReader(Path file, byte[] header) {
        this.file = file;
        // A decoder, unlike a charset, makes the reader refuse bytes that are not UTF-8.
        json =
                new JsonReader(
                        new InputStreamReader(
                                new ByteArrayInputStream(header),
                                StandardCharsets.UTF_8.newDecoder()));
        json.setStrictness(Strictness.STRICT);
    }

    /** Reads a header and checks it against the format and the number of bytes that follow it. */
    static SafetensorsHeader read(Path file, byte[] header, long dataLength)
            throws MalformedFileException {
        HeaderReader reader = new HeaderReader(file, header);
        try {
            reader.readEntries(dataLength);
        } catch (MalformedFileException e) {
            throw e;
        } catch (IOException e) {
            throw new MalformedFileException(
                    file,
                    "the header is not well-formed JSON in UTF-8; download or save the file again",
                    e);
        }
        reader.checkLayout(dataLength);
        return new SafetensorsHeader(
                reader.tensors, reader.metadata == null ? Map.of() : reader.metadata);
    }

    private void readEntries(long dataLength) throws IOException {
        expect(JsonToken.BEGIN_OBJECT, "the header");
        json.beginObject();
        while (json.hasNext()) {
            String name = json.nextName();
            if (name.equals(METADATA)) {
                readMetadata();
            } else {
                readTensor(name, dataLength);
            }
        }
        json.endObject();
        if (json.peek() != JsonToken.END_DOCUMENT) {
            throw malformed("the header goes on after its last brace");
        }
    }

    private void readMetadata() throws IOException {
        if (metadata != null) {
            throw malformed("the header has " + METADATA + " twice");
        }
        expect(JsonToken.BEGIN_OBJECT, METADATA);
        metadata = new LinkedHashMap<>();
        json.beginObject();
        while (json.hasNext()) {
            String key = json.nextName();
            expect(JsonToken.STRING, METADATA + " entry " + quote(key));
            if (metadata.put(key, json.nextString()) != null) {
                throw malformed(METADATA + " has the key " + quote(key) + " twice");
            }
            checkCount(metadata.size());
        }
        json.endObject();
    }

    private void readTensor(String name, long dataLength) throws IOException {
        String where = "tensor " + quote(name);
        if (name.isEmpty()) {
            throw malformed("a tensor has an empty name");
        }
        if (!isPlain(name)) {
            throw malformed(where + " has control characters in its name");
        }
        expect(JsonToken.BEGIN_OBJECT, where);
        DataType type = null;
        long[] shape = null;
        long[] offsets = null;
        Set<String> seen = new HashSet<>();
        json.beginObject();
        while (json.hasNext()) {
            String key = json.nextName();
            if (!seen.add(key)) {
                throw malformed(where + " has the key " + quote(key) + " twice");
            }
            switch (key) {
                case "dtype" -> type = readType(where);
                case "shape" -> shape = readNumbers(where + ", shape", MOST_DIMENSIONS);
                case "data_offsets" -> offsets = readNumbers(where + ", data_offsets", 2);
                default -> throw malformed(where + " has the unknown key " + quote(key));
            }
        }
        json.endObject();
        if (type == null || shape == null || offsets == null || offsets.length != 2) {
            throw malformed(where + " needs a dtype, a shape and two data_offsets");
        }
        checkExtent(where, type, shape, offsets, dataLength);
        TensorEntry entry = new TensorEntry(name, type, new Shape(shape), offsets[0], offsets[1]);
        if (tensors.put(name, entry) != null) {
            throw malformed("the header has " + where + " twice");
        }
        checkCount(tensors.size());
    }

    private DataType readType(String where) throws IOException {
        expect(JsonToken.STRING, where + ", dtype");
        String name = json.nextString();
        return ElementType.named(name)
                .map(ElementType::dataType)
                .orElseThrow(
                        () ->
                                new MalformedFileException(
                                        file,
                                        "%s has the dtype %s, which is not read; save it as F32"
                                                .formatted(where, quote(name))));
    }

    private long[] readNumbers(String where, int most) throws IOException {
        expect(JsonToken.BEGIN_ARRAY, where);
        List<Long> numbers = new ArrayList<>();
        json.beginArray();
        while (json.hasNext()) {
            if (numbers.size() == most) {
                throw malformed(where + " has more than " + most + " numbers");
            }
            expect(JsonToken.NUMBER, where);
            numbers.add(parseCount(json.nextString(), where));
        }
        json.endArray();
        return numbers.stream().mapToLong(Long::longValue).toArray();
    }

    /** Takes plain decimal digits only: neither -1 nor 1.0 nor 1e3 counts anything. */
    private long parseCount(String literal, String where) throws MalformedFileException {
        if (literal.chars().allMatch(c -> c >= '0' && c <= '9')) {
            try {
                return Long.parseLong(literal);
            } catch (NumberFormatException e) {
                throw malformed(where + " has the number " + quote(literal) + ", too large");
            }
        }
        throw malformed(
                where + " has " + quote(literal) + " where a whole number from 0 up is needed");
    }

    private void checkExtent(
            String where, DataType type, long[] shape, long[] offsets, long dataLength)
            throws MalformedFileException {
        if (offsets[0] > offsets[1]) {
            throw malformed(where + " ends before it begins");
        }
        if (offsets[1] > dataLength) {
            throw malformed(
                    where + " ends at byte " + offsets[1] + " of only " + dataLength + " of data");
        }
        // A zero must not hide other dimensions that no engine could hold.
        long extent = type.getNumOfBytes();
        boolean empty = false;
        for (long dimension : shape) {
            empty |= dimension == 0;
            try {
                extent = Math.multiplyExact(extent, Math.max(dimension, 1));
            } catch (ArithmeticException e) {
                throw malformed(where + " has a shape too large to count");
            }
        }
        long length = offsets[1] - offsets[0];
        long expected = empty ? 0 : extent;
        if (length != expected) {
            throw malformed(
                    where + " takes " + length + " bytes where its shape needs " + expected);
        }
    }

    /** Checks that every byte of the data belongs to one tensor and to one only. */
    private void checkLayout(long dataLength) throws MalformedFileException {
        List<TensorEntry> inOrder = new ArrayList<>(tensors.values());
        inOrder.sort(
                Comparator.comparingLong(TensorEntry::begin).thenComparingLong(TensorEntry::end));
        long end = 0;
        for (TensorEntry entry : inOrder) {
            String where = "tensor " + quote(entry.name());
            if (entry.begin() < end) {
                throw malformed(where + " overlaps the tensor before it");
            }
            if (entry.begin() > end) {
                throw malformed("there is a hole in the data before " + where);
            }
            end = entry.end();
        }
        if (end != dataLength) {
            throw malformed(
                    (dataLength - end) + " bytes after the last tensor belong to no tensor");
        }
    }

    private void expect(JsonToken token, String where) throws IOException {
        JsonToken found = json.peek();
        if (found != token) {
            throw malformed(where + " has " + describe(found) + " instead of " + describe(token));
        }
    }

    private static String describe(JsonToken token) {
        return switch (token) {
            case BEGIN_OBJECT -> "an object";
            case BEGIN_ARRAY -> "a list";
            case STRING -> "a string";
            case NUMBER -> "a number";
            case BOOLEAN -> "a truth value";
            case NULL -> "null";
            default -> "nothing";
        };
    }

    private void checkCount(int entries) throws MalformedFileException {
        if (entries > MOST_ENTRIES) {
            throw malformed("the header has more than " + MOST_ENTRIES + " entries");
        }
    }

    private MalformedFileException malformed(String problem) {
        return new MalformedFileException(file, problem + "; download or save the file again");
    }
}
