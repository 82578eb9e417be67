/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.data.reading;

import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.RandomAccess;
import org.djladapters.io.TemporaryFolder;

/**
 * Lines of a table in a temporary file without a name, of which memory holds the places alone.
 * Reading one needs no search, so lines can be asked for in any order; what is asked for often
 * comes from the memory that the system has to spare.
 *
 * <p>The text is kept as Java has it, in one or two bytes a character, and thus comes back as it
 * was.
 */
final class StoredLines extends AbstractList<Table.Line> implements RandomAccess {

    /** The bytes that are read or written at once, many lines of a sentence each. */
    private static final int BLOCK = 1 << 14;

    private final FileChannel file;
    private long[] ends = new long[1 << 10];
    private int size;

    /** What is to be written, or what was read last. */
    private ByteBuffer block = ByteBuffer.allocate(BLOCK);

    /** The place of the block in the file. */
    private long start;

    private boolean written;

    StoredLines() throws IOException {
        file = TemporaryFolder.openNameless();
    }

    @Override
    public int size() {
        return size;
    }

    /** Writes a line behind the others. */
    void append(Table.Line line) throws IOException {
        int bytes = Long.BYTES;
        for (String cell : line.cells()) {
            bytes = Math.addExact(bytes, Byte.BYTES + Integer.BYTES);
            bytes =
                    Math.addExact(
                            bytes,
                            cell == null ? 0 : Math.multiplyExact(width(cell), cell.length()));
        }
        if (block.remaining() < bytes) {
            flush(bytes);
        }
        block.putLong(line.number());
        for (String cell : line.cells()) {
            put(cell);
        }
        if (size == ends.length) {
            ends = Arrays.copyOf(ends, Math.multiplyExact(2, size));
        }
        ends[size] = (size == 0 ? 0 : ends[size - 1]) + bytes;
        size++;
    }

    /** Returns the bytes that a character takes: one if all are of Latin-1. */
    private static int width(String cell) {
        for (int i = 0; i < cell.length(); i++) {
            if (cell.charAt(i) > 0xFF) {
                return 2;
            }
        }
        return 1;
    }

    private void put(String cell) {
        int width = cell == null ? 0 : width(cell);
        int length = cell == null ? 0 : cell.length();
        block.put((byte) width).putInt(length);
        if (width == 1) {
            block.put(cell.getBytes(StandardCharsets.ISO_8859_1));
        } else if (width == 2) {
            block.asCharBuffer().put(cell);
            block.position(block.position() + 2 * length);
        }
    }

    private void flush(int room) throws IOException {
        block.flip();
        while (block.hasRemaining()) {
            start += file.write(block, start);
        }
        block = room <= block.capacity() ? block.clear() : ByteBuffer.allocate(room);
    }

    /** Writes what is left; no line is added then. */
    StoredLines finish() throws IOException {
        flush(0);
        ends = Arrays.copyOf(ends, size);
        block = ByteBuffer.allocate(BLOCK).flip();
        written = true;
        return this;
    }

    @Override
    public synchronized Table.Line get(int index) {
        if (!written) {
            throw new IllegalStateException("The lines are not written yet");
        }
        long from = index == 0 ? 0 : ends[index - 1];
        long end = ends[index];
        try {
            if (from < start || end > start + block.limit()) {
                read(from, Math.toIntExact(end - from));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "The copy of the rows among the temporary files can't be read (%s); start again"
                            .formatted(e.getClass().getSimpleName()),
                    e);
        }
        return line(block.duplicate().position((int) (from - start)), (int) (end - start));
    }

    private void read(long from, int least) throws IOException {
        block = least <= block.capacity() ? block.clear() : ByteBuffer.allocate(least);
        while (block.position() < least) {
            if (file.read(block, from + block.position()) < 0) {
                throw new EOFException();
            }
        }
        block.flip();
        start = from;
    }

    private static Table.Line line(ByteBuffer bytes, int end) {
        long number = bytes.getLong();
        List<String> cells = new ArrayList<>();
        while (bytes.position() < end) {
            int width = bytes.get();
            int length = bytes.getInt();
            int at = bytes.position();
            cells.add(
                    switch (width) {
                        case 0 -> null;
                        case 1 -> {
                            byte[] text = new byte[length];
                            bytes.get(at, text);
                            yield new String(text, StandardCharsets.ISO_8859_1);
                        }
                        default -> bytes.asCharBuffer().limit(length).toString();
                    });
            bytes.position(at + width * length);
        }
        return new Table.Line(number, cells);
    }
}
