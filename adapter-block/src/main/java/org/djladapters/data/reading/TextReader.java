/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.data.reading;

import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * Decodes UTF-8 and names the line of a fault. The byte order mark that spreadsheets put at the
 * beginning is left out.
 */
public final class TextReader extends Reader {

    private static final int BUFFER = 1 << 13;
    private static final char BYTE_ORDER_MARK = '\uFEFF';

    private final Path file;
    private final InputStream in;
    private final CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
    private final ByteBuffer bytes = ByteBuffer.allocate(BUFFER).flip();
    private final CharBuffer chars = CharBuffer.allocate(BUFFER).flip();
    private long line = 1;
    private boolean started;
    private boolean isAtEnd;

    /** Takes the bytes of a file, which are closed with this. */
    public TextReader(Path file, InputStream in) {
        this.file = file;
        this.in = in;
    }

    @Override
    public int read(char[] target, int offset, int length) throws IOException {
        while (!chars.hasRemaining()) {
            if (!decode()) {
                return -1;
            }
        }
        int count = Math.min(length, chars.remaining());
        chars.get(target, offset, count);
        return count;
    }

    /**
     * Decodes some characters, false at the end. Text before a fault is returned before the fault.
     */
    private boolean decode() throws IOException {
        chars.clear();
        CoderResult result = decoder.decode(bytes, chars, isAtEnd);
        chars.flip();
        if (chars.hasRemaining()) {
            check();
            return true;
        }
        if (result.isError()) {
            throw fault("is not UTF-8; save the file in that encoding");
        }
        return fill();
    }

    private boolean fill() throws IOException {
        if (isAtEnd) {
            return false;
        }
        bytes.compact();
        int count = in.read(bytes.array(), bytes.position(), bytes.remaining());
        isAtEnd = count < 0;
        bytes.position(bytes.position() + Math.max(0, count)).flip();
        return true;
    }

    private void check() throws IOException {
        for (int i = 0; i < chars.limit(); i++) {
            char c = chars.get(i);
            if (c == '\n') {
                line++;
            } else if (c == '\0') {
                throw fault("contains a NUL character: this is not a text file, or not UTF-8");
            }
        }
        if (!started && chars.get(0) == BYTE_ORDER_MARK) {
            chars.get();
        }
        started = true;
    }

    private IOException fault(String problem) {
        return new IOException("%s, %s".formatted(Table.where(file, line), problem));
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
