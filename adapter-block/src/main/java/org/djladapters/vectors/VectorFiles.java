/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.vectors;

import static org.djladapters.io.MalformedFileException.quote;

import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import com.google.gson.Gson;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonPrimitive;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.djladapters.io.JsonFiles;
import org.djladapters.io.MalformedFileException;
import org.djladapters.safetensors.SafetensorsFile;
import org.djladapters.safetensors.StoredTensor;
import org.djladapters.safetensors.TensorEntry;

/** Reads and writes vectors as safetensors. */
final class VectorFiles {

    private static final String VECTORS = "vectors";
    private static final String IDS = "ids";
    private static final String TEXTS = "texts";
    private static final String RANGES = "ranges";
    private static final String ENCODING = "encoding";
    private static final String DIMENSIONS = "dimensions";

    /** The types of quantized vectors. */
    private static final Map<VectorEncoding, DataType> TYPES =
            Map.of(VectorEncoding.INT8, DataType.INT8, VectorEncoding.BINARY, DataType.UINT8);

    private static final Gson GSON = new Gson();

    private VectorFiles() {}

    /**
     * Tells safetensors from text by the file's name or its first bytes, of which text has no 0.
     */
    static boolean isSafetensors(Path file) throws IOException {
        if (file.getFileName().toString().toLowerCase(Locale.ROOT).endsWith(".safetensors")) {
            return true;
        }
        try (InputStream in = Files.newInputStream(file)) {
            byte[] start = in.readNBytes(Long.BYTES);
            for (byte b : start) {
                if (b == 0) {
                    return true;
                }
            }
            return false;
        }
    }

    static VectorTable readSafetensors(Path path) throws IOException {
        try (SafetensorsFile file = SafetensorsFile.open(path)) {
            TensorEntry entry = vectors(path, file, DataType.FLOAT32);
            int count = (int) entry.shape().get(0);
            List<String> ids = ids(path, file, count);
            Optional<List<String>> texts = texts(path, file, count);
            float[] values = file.readFloats(VECTORS);
            Map<String, String> provenance = new LinkedHashMap<>(file.metadata());
            provenance.remove(IDS);
            try {
                return VectorTable.table(ids, texts, values, provenance);
            } catch (IllegalArgumentException e) {
                throw new MalformedFileException(path, e.getMessage(), e);
            }
        }
    }

    /** Finds the tensor of the vectors, of a type and a shape that fit. */
    private static TensorEntry vectors(Path path, SafetensorsFile file, DataType type)
            throws MalformedFileException {
        TensorEntry entry = file.tensors().get(VECTORS);
        if (entry == null) {
            throw malformed(path, "has no tensor 'vectors'; save the vectors under that name");
        }
        Shape shape = entry.shape();
        if (entry.dataType() != type) {
            throw malformed(
                    path,
                    "tensor 'vectors' is of type %s where %s is needed; save it as %s"
                            .formatted(entry.dataType(), type, type));
        }
        if (shape.dimension() != 2 || shape.size() == 0) {
            throw malformed(
                    path,
                    "tensor 'vectors' is of shape %s; save a row of numbers for each text"
                            .formatted(shape));
        }
        if (shape.size() > VectorRows.MOST_NUMBERS) {
            throw malformed(path, "has more vectors than the memory of Java; split the file");
        }
        return entry;
    }

    static QuantizedVectors readQuantized(Path path) throws IOException {
        try (SafetensorsFile file = SafetensorsFile.open(path)) {
            Map<String, String> metadata = file.metadata();
            VectorEncoding encoding = encoding(path, metadata.get(ENCODING));
            TensorEntry entry = vectors(path, file, TYPES.get(encoding));
            int width = dimensions(path, metadata.get(DIMENSIONS));
            if (encoding.bytes(width) != entry.shape().get(1)) {
                throw malformed(
                        path,
                        "tensor 'vectors' is of shape %s, which is not that of %s vectors with %d dimensions; save the file again"
                                .formatted(entry.shape(), encoding, width));
            }
            List<String> ids = ids(path, file, (int) entry.shape().get(0));
            boolean ranged = encoding == VectorEncoding.INT8;
            float[] ranges = ranged ? ranges(path, file, width) : new float[0];
            float[] lowest = Arrays.copyOf(ranges, ranges.length / 2);
            float[] highest = Arrays.copyOfRange(ranges, lowest.length, ranges.length);
            Map<String, String> provenance = new LinkedHashMap<>(metadata);
            provenance.keySet().removeAll(List.of(IDS, ENCODING, DIMENSIONS));
            try {
                VectorRows rows = new VectorRows();
                ids.forEach(rows::place);
                if (ranged) {
                    QuantizedVectors.requireRanges(width, lowest, highest);
                }
            } catch (IllegalArgumentException e) {
                throw new MalformedFileException(path, e.getMessage(), e);
            }
            return new QuantizedVectors(
                    encoding, ids, width, file.readBytes(VECTORS), lowest, highest, provenance);
        }
    }

    private static VectorEncoding encoding(Path path, String name) throws MalformedFileException {
        for (VectorEncoding encoding : TYPES.keySet()) {
            if (encoding.toString().equals(name)) {
                return encoding;
            }
        }
        throw malformed(
                path,
                name == null
                        ? "has no 'encoding' in its metadata; save quantized vectors with embed"
                        : "has the encoding %s, which is neither int8 nor binary; save it again"
                                .formatted(quote(name)));
    }

    private static int dimensions(Path path, String text) throws MalformedFileException {
        if (text == null || !text.matches("[1-9][0-9]{0,8}")) {
            throw malformed(
                    path,
                    "has %s as 'dimensions' in its metadata where a number is needed; save it again"
                            .formatted(text == null ? "nothing" : quote(text)));
        }
        return Integer.parseInt(text);
    }

    private static float[] ranges(Path path, SafetensorsFile file, int width) throws IOException {
        TensorEntry entry = file.tensors().get(RANGES);
        Shape wanted = new Shape(2, width);
        if (entry == null
                || entry.dataType() != DataType.FLOAT32
                || !entry.shape().equals(wanted)) {
            throw malformed(
                    path,
                    "has no tensor 'ranges' of type float32 and shape %s, which int8 needs; save it again"
                            .formatted(wanted));
        }
        return file.readFloats(RANGES);
    }

    static void writeQuantized(Path file, QuantizedVectors vectors) throws IOException {
        Map<String, StoredTensor> tensors = new LinkedHashMap<>();
        tensors.put(
                VECTORS,
                new StoredTensor(
                        TYPES.get(vectors.encoding()),
                        new Shape(vectors.size(), vectors.bytes()),
                        channel -> StoredTensor.writeFully(vectors.rows(), channel)));
        if (vectors.encoding() == VectorEncoding.INT8) {
            FloatBuffer ranges = FloatBuffer.allocate(2 * vectors.width());
            ranges.put(vectors.lowest()).put(vectors.highest()).flip();
            tensors.put(RANGES, StoredTensor.ofFloats(ranges, new Shape(2, vectors.width())));
        }
        Map<String, String> metadata = new LinkedHashMap<>(vectors.provenance());
        metadata.put(IDS, GSON.toJson(vectors.ids()));
        metadata.put(ENCODING, vectors.encoding().toString());
        metadata.put(DIMENSIONS, Integer.toString(vectors.width()));
        SafetensorsFile.writeStored(file, tensors, metadata);
    }

    private static List<String> ids(Path path, SafetensorsFile file, int count)
            throws MalformedFileException {
        String json = file.metadata().get(IDS);
        if (json == null) {
            throw malformed(
                    path,
                    "has no ids in its metadata; save a JSON list of strings there, called 'ids'");
        }
        return strings(path, "the metadata 'ids'", json, count);
    }

    private static Optional<List<String>> texts(Path path, SafetensorsFile file, int count)
            throws IOException {
        TensorEntry entry = file.tensors().get(TEXTS);
        if (entry == null) {
            return Optional.empty();
        }
        if (entry.dataType() != DataType.UINT8 || entry.shape().dimension() != 1) {
            throw malformed(
                    path,
                    ("tensor 'texts' is of type %s and shape %s; save the bytes of a JSON list"
                                    + " there as U8, or leave it out")
                            .formatted(entry.dataType(), entry.shape()));
        }
        try {
            String json =
                    StandardCharsets.UTF_8
                            .newDecoder()
                            .decode(ByteBuffer.wrap(file.readBytes(TEXTS)))
                            .toString();
            return Optional.of(strings(path, "the tensor 'texts'", json, count));
        } catch (CharacterCodingException e) {
            throw new MalformedFileException(
                    path, "the tensor 'texts' is not UTF-8; save the file again", e);
        }
    }

    /** Reads a JSON list of as many strings as there are vectors. */
    private static List<String> strings(Path path, String what, String json, int count)
            throws MalformedFileException {
        if (!(JsonFiles.parse(path + ": " + what, json) instanceof JsonArray array)) {
            throw malformed(path, what + " is not a JSON list; save a list of strings");
        }
        if (array.size() != count) {
            throw malformed(
                    path,
                    "%s has %d entries for %d vectors; save one for each"
                            .formatted(what, array.size(), count));
        }
        List<String> strings = new ArrayList<>(count);
        for (JsonElement element : array) {
            if (!(element instanceof JsonPrimitive value && value.isString())) {
                throw malformed(
                        path,
                        "%s has the entry %s, which is no string; save strings"
                                .formatted(what, quote(element.toString())));
            }
            strings.add(element.getAsString());
        }
        return strings;
    }

    static void writeSafetensors(Path file, VectorTable table) throws IOException {
        Map<String, StoredTensor> tensors = new LinkedHashMap<>();
        tensors.put(
                VECTORS,
                StoredTensor.ofFloats(table.rows(), new Shape(table.size(), table.width())));
        table.texts().ifPresent(texts -> tensors.put(TEXTS, stored(texts)));
        Map<String, String> metadata = new LinkedHashMap<>(table.provenance());
        metadata.put(IDS, GSON.toJson(table.ids()));
        SafetensorsFile.writeStored(file, tensors, metadata);
    }

    private static StoredTensor stored(List<String> texts) {
        byte[] json = GSON.toJson(texts).getBytes(StandardCharsets.UTF_8);
        return new StoredTensor(
                DataType.UINT8,
                new Shape(json.length),
                channel -> StoredTensor.writeFully(ByteBuffer.wrap(json), channel));
    }

    private static MalformedFileException malformed(Path file, String problem) {
        return new MalformedFileException(file, problem);
    }
}
