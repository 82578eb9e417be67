/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.io;

import com.google.gson.FieldNamingPolicy;
import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * A file of records, each a line of JSON, that grows as work is done. Fields are named with
 * underscores ({@code best_epoch}).
 *
 * <p>A line counts when its line break is there: what a program that was killed has left unfinished
 * is not read, and cut off before the next line is written. Several processes may append to one
 * file, and several threads of each; every line is written under a lock of the file.
 *
 * @param <T> the type of the records
 */
public final class JsonLines<T> {

    private static final Gson GSON =
            new GsonBuilder()
                    .setFieldNamingPolicy(FieldNamingPolicy.LOWER_CASE_WITH_UNDERSCORES)
                    .disableHtmlEscaping()
                    .create();

    /**
     * Held while a file is open: a lock of a file keeps out other processes only, and is lost when
     * this process closes any of its channels of the file.
     */
    private static final Object OPEN = new Object();

    private final Path file;
    private final Class<T> type;
    private final String what;
    private final Predicate<T> complete;

    /**
     * Describes a file, which need not exist yet. Messages say what a line should be, such as
     * {@code a run of a comparison}; a test tells records that are complete from those of other
     * files.
     */
    public JsonLines(Path file, Class<T> type, String what, Predicate<T> complete) {
        this.file = file;
        this.type = type;
        this.what = what;
        this.complete = complete;
    }

    /**
     * Returns the records in their order, none if there is no file. The message of a failure names
     * the line.
     */
    public List<T> read() throws IOException {
        if (!Files.exists(file)) {
            return List.of();
        }
        List<String> lines = wholeLines().lines().toList();
        List<T> records = new ArrayList<>();
        for (int i = 0; i < lines.size(); i++) {
            records.add(parse(i + 1, lines.get(i)));
        }
        return records;
    }

    /** Tells whether something stands behind the last line break, which is not read. */
    public boolean endsUnfinished() throws IOException {
        if (!Files.exists(file)) {
            return false;
        }
        synchronized (OPEN) {
            try (RandomAccessFile access = new RandomAccessFile(file.toFile(), "r")) {
                return wholeLines(access) < access.length();
            }
        }
    }

    /** Decodes what is up to the last line break; a character may be cut off after it. */
    private String wholeLines() throws IOException {
        if (Files.isDirectory(file)) {
            throw new MalformedFileException(file, "it is a folder; give the path of a file");
        }
        byte[] bytes;
        synchronized (OPEN) {
            bytes = Files.readAllBytes(file);
        }
        int length = bytes.length;
        while (length > 0 && bytes[length - 1] != '\n') {
            length--;
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes, 0, length))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new MalformedFileException(
                    file, "it is not text; each of its lines should be " + what, e);
        }
    }

    private T parse(int line, String json) throws IOException {
        try {
            T record = GSON.fromJson(json, type);
            if (record != null && complete.test(record)) {
                return record;
            }
        } catch (RuntimeException e) {
            // not only JsonParseException: Gson also passes on what constructors throw
            throw foreign(line, e);
        }
        throw foreign(line, null);
    }

    private IOException foreign(int line, Exception cause) {
        return new MalformedFileException(file, "line %d is not %s".formatted(line, what), cause);
    }

    /** Adds records at the end, all of them or, if that fails, none that counts. */
    public void append(List<T> records) throws IOException {
        StringBuilder lines = new StringBuilder();
        records.forEach(record -> lines.append(GSON.toJson(record)).append('\n'));
        synchronized (OPEN) {
            try (RandomAccessFile access = new RandomAccessFile(file.toFile(), "rw")) {
                access.getChannel().lock(); // until the file is closed
                access.setLength(wholeLines(access));
                access.seek(access.length());
                access.write(lines.toString().getBytes(StandardCharsets.UTF_8));
            }
        }
    }

    /** Returns the length up to the last line break. */
    private static long wholeLines(RandomAccessFile access) throws IOException {
        long length = access.length();
        while (length > 0) {
            access.seek(length - 1);
            if (access.read() == '\n') {
                return length;
            }
            length--;
        }
        return 0;
    }
}
