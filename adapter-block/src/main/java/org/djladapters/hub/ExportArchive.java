/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.hub;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Finds the TorchScript archive of an export. */
final class ExportArchive {

    private static final String PICKLED =
            "Model directory '%s' holds its weights as pytorch_model.bin alone, a pickle file,"
                    + " which can run any code when it is read; save the model with"
                    + " save_pretrained(..., safe_serialization=True), or get a version of it with"
                    + " model.safetensors";

    private ExportArchive() {}

    /** Returns the archive that {@code option.modelName} names, else the only one. */
    static Path find(Path path, String modelName) throws IOException {
        if (modelName != null && isPlainName(modelName)) {
            Path named = path.resolve(modelName + ".pt");
            if (Files.isRegularFile(named)) {
                return named;
            }
        }
        List<Path> archives;
        try (Stream<Path> files = Files.list(path)) {
            archives =
                    files.filter(Files::isRegularFile)
                            .filter(file -> file.getFileName().toString().endsWith(".pt"))
                            .sorted()
                            .toList();
        }
        if (archives.isEmpty()) {
            throw new IOException(
                    Files.exists(path.resolve("pytorch_model.bin"))
                                    || Files.exists(path.resolve("pytorch_model.bin.index.json"))
                            ? PICKLED.formatted(path)
                            : ("Model directory '%s' holds neither a .pt file nor"
                                            + " model.safetensors; give a TorchScript export or a"
                                            + " HuggingFace checkpoint")
                                    .formatted(path));
        }
        if (archives.size() > 1) {
            throw new IOException(
                    ("Model directory '%s' holds several .pt files (%s); name one of them, without"
                                    + " its extension, as option.modelName in serving.properties")
                            .formatted(
                                    path,
                                    archives.stream()
                                            .map(file -> file.getFileName().toString())
                                            .collect(Collectors.joining(", "))));
        }
        return archives.get(0);
    }

    /** Tells a bare file name from a path that would lead out of the directory. */
    private static boolean isPlainName(String name) {
        return !name.isEmpty() && !name.contains("/") && !name.contains("\\");
    }
}
