/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.langchain4j;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** all-MiniLM-L6-v2 as LangChain4j brings it along. */
public final class MiniLmOnnx {

    private MiniLmOnnx() {}

    /** The model in a folder, where it is copied once. */
    public static Path model(Path folder) throws IOException {
        return copy("all-minilm-l6-v2.onnx", folder);
    }

    /** Its tokenizer in a folder, where it is copied once. */
    public static Path tokenizer(Path folder) throws IOException {
        return copy("all-minilm-l6-v2-tokenizer.json", folder);
    }

    private static Path copy(String name, Path folder) throws IOException {
        Path file = folder.resolve(name);
        if (!Files.exists(file)) {
            try (InputStream content = MiniLmOnnx.class.getResourceAsStream("/" + name)) {
                Files.copy(content, file);
            }
        }
        return file;
    }
}
