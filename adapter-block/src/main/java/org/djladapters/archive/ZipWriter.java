/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.archive;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.time.LocalDateTime;
import java.util.zip.ZipEntry;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipArchiveOutputStream;

/**
 * Writes a zip file as PyTorch does: entries stored, their data aligned to 64 bytes, in the 64-bit
 * form of the format where sizes need it, all from the same date, so that equal entries make equal
 * files.
 */
final class ZipWriter {

    private static final int ALIGNMENT = 64;

    /** The earliest date that an entry can have. */
    private static final LocalDateTime DATE = LocalDateTime.of(1980, 1, 1, 0, 0);

    private final ZipArchiveOutputStream zip;

    /** Writes from the beginning of an empty file, which is left open. */
    ZipWriter(FileChannel channel) throws IOException {
        zip = new ZipArchiveOutputStream(channel);
    }

    /** Adds an entry, whose data must have the size that is given. */
    void add(String name, long size, TensorData data) throws IOException {
        ZipArchiveEntry entry = new ZipArchiveEntry(name);
        entry.setMethod(ZipEntry.STORED);
        entry.setSize(size);
        entry.setTimeLocal(DATE);
        entry.setAlignment(ALIGNMENT);
        zip.putArchiveEntry(entry);
        EntryOutput out = new EntryOutput(new BufferedOutputStream(zip, 1 << 16), size);
        data.writeTo(out);
        out.flush();
        if (out.left > 0) {
            throw new IOException(
                    "The data for %s has %d bytes instead of %d"
                            .formatted(name, size - out.left, size));
        }
        zip.closeArchiveEntry();
    }

    /** Writes the central directory; without it the file is no zip file. */
    void finish() throws IOException {
        zip.finish();
    }

    /** Takes the bytes of an entry, which may not become too long. */
    private static final class EntryOutput extends OutputStream {

        private final OutputStream target;
        private long left;

        EntryOutput(OutputStream target, long size) {
            this.target = target;
            left = size;
        }

        @Override
        public void write(int value) throws IOException {
            write(new byte[] {(byte) value}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            if (length > left) {
                throw new IOException("The data of a tensor has more bytes than the tensor");
            }
            target.write(bytes, offset, length);
            left -= length;
        }

        @Override
        public void flush() throws IOException {
            target.flush();
        }
    }
}
