/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.data;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.List;
import java.util.function.Function;
import org.djladapters.data.reading.Table;
import org.djladapters.io.Sha256;

/**
 * The place that rows of data come from: a file, or memory.
 *
 * @param source the file; for data in memory a name that no file has
 */
record Origin(Path source, String sha256, boolean inMemory) {

    private static final Path MEMORY = Path.of("data in memory");

    /** Returns the origin of the lines of a file. */
    static Origin file(Path file, String sha256) {
        return new Origin(file, sha256, false);
    }

    /**
     * Returns the origin of rows in memory, which are numbered from 1.
     *
     * @param cells returns the values of a row, in the same order for all; {@code null} for a
     *     missing one
     * @throws IllegalArgumentException if there are no rows
     */
    static <T> Origin memory(List<T> rows, Function<T, List<String>> cells) {
        if (rows.isEmpty()) {
            throw new IllegalArgumentException("The %s have no rows; give some".formatted(MEMORY));
        }
        MessageDigest digest = Sha256.digest();
        for (T row : rows) {
            for (String cell : cells.apply(row)) {
                // The length before each cell keeps neighbouring cells apart.
                byte[] bytes = cell == null ? new byte[0] : cell.getBytes(StandardCharsets.UTF_8);
                update(digest, cell == null ? -1 : bytes.length);
                digest.update(bytes);
            }
        }
        return new Origin(MEMORY, Sha256.hex(digest.digest()), true);
    }

    private static void update(MessageDigest digest, int number) {
        digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(number).flip());
    }

    /** Returns the origin of some of the rows. */
    Origin part(List<Integer> picked) {
        return new Origin(source, Sha256.ofPart(sha256, picked), inMemory);
    }

    /**
     * Says where a row stands, for messages.
     *
     * @param line its line in the file, or its number in memory
     */
    String where(long line) {
        return inMemory ? whereInMemory(line) : Table.where(source, line);
    }

    static String whereInMemory(long number) {
        return "row %d of the %s".formatted(number, MEMORY);
    }

    /** Refuses a row in memory that lacks a text. */
    static void requireText(String text, String what, long number) {
        if (text == null || text.isBlank()) {
            throw new IllegalArgumentException(
                    "%s: the %s is missing or blank; fill it, or leave the row out"
                            .formatted(whereInMemory(number), what));
        }
    }
}
