/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.zoo;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Adapter directories that are good enough to be published, and the files of folders. */
final class Adapters {

    static final String CONFIG = "adapter_config.json";
    static final String TENSORS = "adapter_model.safetensors";

    private Adapters() {}

    /** An adapter of one number, of classes of texts. */
    static Path write(Path folder, float value) throws IOException {
        Files.createDirectories(folder);
        Files.writeString(
                folder.resolve(CONFIG),
                """
                {"peft_type": "LORA", "base_model_name_or_path": "tiny-bert", "r": 1}
                """);
        byte[] header =
                """
                {"base_model.model.a.lora_A.weight":\
                {"dtype":"F32","shape":[1,1],"data_offsets":[0,4]}}\
                """
                        .getBytes(StandardCharsets.UTF_8);
        ByteBuffer bytes =
                ByteBuffer.allocate(Long.BYTES + header.length + Float.BYTES)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putLong(header.length)
                        .put(header)
                        .putFloat(value);
        Files.write(folder.resolve(TENSORS), bytes.array());
        Files.writeString(folder.resolve("labels.json"), "[\"no\", \"yes\"]\n");
        return folder;
    }

    /** The contents of all files below a folder by their paths, but of locks. */
    static Map<String, String> contents(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return Map.of();
        }
        Map<String, String> contents = new TreeMap<>();
        try (Stream<Path> files = Files.walk(folder)) {
            files.filter(Files::isRegularFile)
                    .filter(file -> !file.endsWith(".lock"))
                    .forEach(
                            file ->
                                    contents.put(
                                            folder.relativize(file).toString().replace('\\', '/'),
                                            text(file)));
        }
        return contents;
    }

    private static String text(Path file) {
        try {
            return Files.readString(file, StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
