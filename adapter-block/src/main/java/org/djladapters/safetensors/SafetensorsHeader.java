/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.safetensors;

import com.google.gson.stream.JsonWriter;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The header of a safetensors file: its tensors by name, in its order, and text about the file by
 * key.
 */
record SafetensorsHeader(Map<String, TensorEntry> tensors, Map<String, String> metadata) {

    /** Header and data start on such a boundary. */
    private static final int ALIGNMENT = 8;

    SafetensorsHeader {
        tensors = Collections.unmodifiableMap(new LinkedHashMap<>(tensors));
        metadata = Collections.unmodifiableMap(new LinkedHashMap<>(metadata));
    }

    /** Returns the JSON text, padded with spaces to a multiple of eight bytes. */
    byte[] encode() throws IOException {
        StringWriter text = new StringWriter();
        try (JsonWriter json = new JsonWriter(text)) {
            json.beginObject();
            if (!metadata.isEmpty()) {
                json.name(HeaderReader.METADATA).beginObject();
                for (Map.Entry<String, String> entry : metadata.entrySet()) {
                    json.name(entry.getKey()).value(entry.getValue());
                }
                json.endObject();
            }
            for (TensorEntry tensor : tensors.values()) {
                encode(json, tensor);
            }
            json.endObject();
        }
        byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
        int padded = (bytes.length + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
        byte[] header = Arrays.copyOf(bytes, padded);
        Arrays.fill(header, bytes.length, padded, (byte) ' ');
        return header;
    }

    private static void encode(JsonWriter json, TensorEntry tensor) throws IOException {
        json.name(tensor.name()).beginObject();
        json.name("dtype").value(ElementType.of(tensor.dataType()).orElseThrow().name());
        json.name("shape").beginArray();
        for (long dimension : tensor.shape().getShape()) {
            json.value(dimension);
        }
        json.endArray();
        json.name("data_offsets").beginArray();
        json.value(tensor.begin()).value(tensor.end());
        json.endArray().endObject();
    }
}
