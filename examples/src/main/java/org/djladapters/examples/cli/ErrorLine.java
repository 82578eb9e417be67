/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.cli;

import ai.djl.engine.EngineException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.djladapters.io.Failures;
import org.djladapters.io.NativeFailures;

/** Puts a failure into one line. */
public final class ErrorLine {

    private ErrorLine() {}

    /** Describes a failure in one line. */
    public static String of(Throwable failure) {
        Throwable cause = unwrapped(failure);
        Optional<String> cache = DjlCache.explain(failure);
        if (cache.isPresent()) {
            return oneLine(cache.get());
        }
        if (cause instanceof FileSystemException file) {
            return oneLine(describe(file));
        }
        Optional<String> library = NativeFailures.explain(failure);
        if (library.isPresent()) {
            return oneLine(library.get());
        }
        if (cause instanceof OutOfMemoryError
                && String.valueOf(cause.getMessage()).contains("native thread")) {
            return "The system allows this process no further thread; raise its limit of threads"
                    + " (ulimit -u, or that of the container) or of address space (ulimit -v)";
        }
        if (cause instanceof OutOfMemoryError) {
            return "The Java machine ran out of memory; run java with a larger -Xmx";
        }
        if (cause instanceof EngineException) {
            return oneLine("The engine failed: " + Failures.reason(cause));
        }
        if (cause.getMessage() != null && isForUsers(cause)) {
            return oneLine(cause.getMessage());
        }
        return oneLine(
                "Unexpected failure ("
                        + cause
                        + "); run again with --verbose to see where, and report it");
    }

    /** Joins the lines of a text to plain text, without a full stop or white space at its end. */
    static String oneLine(String text) {
        return PlainText.line(text.strip().replaceAll("\\s*\\R\\s*", " ").replaceAll("\\.$", ""));
    }

    /** Tells whether the message of a failure was written for users. */
    private static boolean isForUsers(Throwable failure) {
        return failure instanceof IOException
                || failure instanceof IllegalArgumentException
                || failure instanceof IllegalStateException
                || failure instanceof ArithmeticException;
    }

    private static Throwable unwrapped(Throwable failure) {
        boolean wrapper =
                failure instanceof UncheckedIOException
                        || failure instanceof ExecutionException
                        || failure instanceof CompletionException
                        || failure instanceof ExceptionInInitializerError;
        return wrapper && failure.getCause() != null ? unwrapped(failure.getCause()) : failure;
    }

    private static String describe(FileSystemException failure) {
        if (failure.getReason() != null) {
            return failure.getMessage();
        }
        if (failure instanceof NoSuchFileException) {
            return failure.getFile() + " does not exist; check the path";
        }
        if (failure instanceof AccessDeniedException) {
            return failure.getFile() + ": permission denied; change the rights or the path";
        }
        if (failure instanceof NotDirectoryException) {
            return failure.getFile() + " is not a folder; give the path of a folder";
        }
        return failure.getFile() + " can't be used; check the path";
    }
}
