/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.engine.EngineException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ErrorLineTest {

    @Test
    void keepsTheSentenceOfALibrary() {
        assertThat(ErrorLine.of(new IllegalArgumentException("The block is too small.")))
                .isEqualTo("The block is too small");
    }

    @Test
    void joinsLines() {
        assertThat(ErrorLine.of(new IOException("one\n  two\r\nthree"))).isEqualTo("one two three");
    }

    @Test
    void looksIntoWrappers() {
        Exception wrapped = new UncheckedIOException(new IOException("x.tsv is empty"));
        assertThat(ErrorLine.of(wrapped)).isEqualTo("x.tsv is empty");
    }

    @Test
    void saysInWordsWhatFileSystemsSayByType() {
        assertThat(ErrorLine.of(new NoSuchFileException("a.tsv")))
                .isEqualTo("a.tsv does not exist; check the path");
        assertThat(ErrorLine.of(new AccessDeniedException("a.tsv")))
                .startsWith("a.tsv: permission denied");
        assertThat(ErrorLine.of(new NoSuchFileException("no\0path")))
                .startsWith("no?path does not");
        assertThat(ErrorLine.of(new NoSuchFileException("a", null, "is missing; look elsewhere")))
                .isEqualTo("a: is missing; look elsewhere");
    }

    @Test
    void namesTheVariableOfACacheThatCannotBeWritten(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "no folder");
        EngineException failure = new EngineException("Failed to extract PyTorch native library");
        Exception inCache = new FileSystemException(file.resolve("cache/x").toString());
        System.setProperty("DJL_CACHE_DIR", file.toString());
        try {
            for (Exception each : List.of(failure, new IOException(failure), inCache)) {
                assertThat(ErrorLine.of(each))
                        .isEqualTo(
                                file
                                        + " can't be written to, but DJL keeps its native"
                                        + " libraries and models there; name another cache"
                                        + " folder in the environment"
                                        + " variable DJL_CACHE_DIR");
            }
            assertThat(ErrorLine.of(new NoSuchFileException("a.tsv"))).startsWith("a.tsv does not");
            System.setProperty("DJL_CACHE_DIR", folder.toString());
            assertThat(ErrorLine.of(failure)).as("another reason").startsWith("The engine failed");
        } finally {
            System.clearProperty("DJL_CACHE_DIR");
        }
    }

    @Test
    void condensesTheEnginesTraceback() {
        String message =
                """
                The following operation failed in the TorchScript interpreter.
                Traceback of TorchScript, serialized code (most recent call last):
                  File "code/__torch__.py", line 7, in forward
                    return torch.linear(x, weight)
                           ~~~~~~~~~~~~ <--- HERE
                RuntimeError: mat1 and mat2 shapes cannot be multiplied (2x3 and 4x5)
                Exception raised from meta at Blas.cpp:200 (most recent call first):
                frame #0: c10::Error::Error(c10::SourceLocation) + 0x6c (0x7f in libc10.so)
                """;
        assertThat(ErrorLine.of(new EngineException(message)))
                .isEqualTo(
                        "The engine failed: RuntimeError: mat1 and mat2 shapes cannot be multiplied"
                                + " (2x3 and 4x5)");
    }

    @Test
    void aSystemWithoutThreadsIsNotAFullHeap() {
        assertThat(ErrorLine.of(new OutOfMemoryError("unable to create native thread: possibly")))
                .contains("no further thread", "ulimit -u");
        assertThat(ErrorLine.of(new OutOfMemoryError("Java heap space"))).endsWith("larger -Xmx");
    }

    @Test
    void admitsWhatNobodyForesaw() {
        assertThat(ErrorLine.of(new NullPointerException("name")))
                .contains("NullPointerException", "name", "--verbose");
    }
}
