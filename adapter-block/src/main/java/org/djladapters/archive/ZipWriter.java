/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.archive;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32;

/**
 * Writes a zip file as PyTorch does: entries stored, their data aligned to 64 bytes, in the 64-bit
 * form of the format where sizes need it. {@link java.util.zip.ZipOutputStream} can neither align
 * entries nor store one whose checksum is not known beforehand.
 */
final class ZipWriter {

    private static final int ALIGNMENT = 64;
    private static final int LOCAL_HEADER = 30;
    private static final int CRC_OFFSET = 14;
    private static final long MAX_32 = 0xffffffffL;
    private static final int UTF_8_NAMES = 0x800;
    private static final int FIRST_OF_JANUARY_1980 = 0x21;
    private static final int ZIP64_FIELD = 1;
    private static final int PADDING_FIELD = 0x4246;

    private final FileChannel channel;
    private final CheckedOutput out;
    private final List<Entry> entries = new ArrayList<>();

    private record Entry(String name, long size, long crc, long offset) {}

    /** Writes from the beginning of an empty file, which is left open. */
    ZipWriter(FileChannel channel) {
        this.channel = channel;
        out =
                new CheckedOutput(
                        new BufferedOutputStream(Channels.newOutputStream(channel), 1 << 16));
    }

    /**
     * Adds an entry.
     *
     * @param name the full name
     * @param size the number of bytes
     * @param data the bytes
     * @throws IOException if the data has another size or can't be written
     */
    void add(String name, long size, TensorData data) throws IOException {
        byte[] nameBytes = name.getBytes(StandardCharsets.UTF_8);
        long offset = out.count;
        writeLocalHeader(nameBytes, size, offset);
        long start = out.count;
        out.beginEntry(size);
        data.writeTo(out);
        long crc = out.endEntry();
        if (out.count - start != size) {
            throw new IOException(
                    "The data for "
                            + name
                            + " has "
                            + (out.count - start)
                            + " bytes instead of "
                            + size);
        }
        out.flush();
        channel.write(littleEndian(4).putInt((int) crc).flip(), offset + CRC_OFFSET);
        entries.add(new Entry(name, size, crc, offset));
    }

    private void writeLocalHeader(byte[] name, long size, long offset) throws IOException {
        boolean large = size >= MAX_32;
        int zip64Bytes = large ? 20 : 0;
        long unpadded = offset + LOCAL_HEADER + name.length + zip64Bytes + 4;
        int padding = (int) ((ALIGNMENT - unpadded % ALIGNMENT) % ALIGNMENT);
        ByteBuffer header =
                littleEndian(LOCAL_HEADER + name.length + zip64Bytes + 4 + padding)
                        .putInt(0x04034b50);
        putCommon(header, size, 0);
        header.putShort((short) name.length).putShort((short) (zip64Bytes + 4 + padding)).put(name);
        if (large) {
            header.putShort((short) ZIP64_FIELD).putShort((short) 16).putLong(size).putLong(size);
        }
        header.putShort((short) PADDING_FIELD).putShort((short) padding);
        out.write(header);
    }

    /** Puts what both headers of an entry have in common. */
    private static void putCommon(ByteBuffer header, long size, long crc) {
        int size32 = (int) Math.min(size, MAX_32);
        header.putShort((short) (size >= MAX_32 ? 45 : 20))
                .putShort((short) UTF_8_NAMES)
                .putShort((short) 0)
                .putShort((short) 0)
                .putShort((short) FIRST_OF_JANUARY_1980)
                .putInt((int) crc)
                .putInt(size32)
                .putInt(size32);
    }

    private void writeCentralHeader(Entry entry) throws IOException {
        byte[] name = entry.name().getBytes(StandardCharsets.UTF_8);
        boolean large = entry.size() >= MAX_32;
        boolean far = entry.offset() >= MAX_32;
        int zip64Bytes = (large ? 16 : 0) + (far ? 8 : 0);
        int extraBytes = zip64Bytes == 0 ? 0 : zip64Bytes + 4;
        ByteBuffer header =
                littleEndian(46 + name.length + extraBytes).putInt(0x02014b50).putShort((short) 45);
        putCommon(header, entry.size(), entry.crc());
        header.putShort((short) name.length)
                .putShort((short) extraBytes)
                .putShort((short) 0)
                .putShort((short) 0)
                .putShort((short) 0)
                .putInt(0)
                .putInt((int) Math.min(entry.offset(), MAX_32))
                .put(name);
        if (extraBytes > 0) {
            header.putShort((short) ZIP64_FIELD).putShort((short) zip64Bytes);
        }
        if (large) {
            header.putLong(entry.size()).putLong(entry.size());
        }
        if (far) {
            header.putLong(entry.offset());
        }
        out.write(header);
    }

    /** Writes the central directory; without it the file is no zip file. */
    void finish() throws IOException {
        long start = out.count;
        for (Entry entry : entries) {
            writeCentralHeader(entry);
        }
        long end = out.count;
        int count = entries.size();
        if (count >= 0xffff || end >= MAX_32) {
            ByteBuffer record = littleEndian(76).putInt(0x06064b50).putLong(44);
            record.putShort((short) 45).putShort((short) 45).putInt(0).putInt(0);
            record.putLong(count).putLong(count).putLong(end - start).putLong(start);
            record.putInt(0x07064b50).putInt(0).putLong(end).putInt(1);
            out.write(record);
        }
        short count16 = (short) Math.min(count, 0xffff);
        ByteBuffer record = littleEndian(22).putInt(0x06054b50).putInt(0);
        record.putShort(count16).putShort(count16);
        record.putInt((int) Math.min(end - start, MAX_32)).putInt((int) Math.min(start, MAX_32));
        out.write(record);
        out.flush();
    }

    private static ByteBuffer littleEndian(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** Counts what is written and takes the checksum of an entry, which may not become too long. */
    private static final class CheckedOutput extends OutputStream {

        private final OutputStream target;
        private final CRC32 crc = new CRC32();
        private long count;
        private long limit = Long.MAX_VALUE;

        CheckedOutput(OutputStream target) {
            this.target = target;
        }

        void beginEntry(long size) {
            crc.reset();
            limit = count + size;
        }

        long endEntry() {
            limit = Long.MAX_VALUE;
            return crc.getValue();
        }

        @Override
        public void write(int value) throws IOException {
            write(new byte[] {(byte) value}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            if (length > limit - count) {
                throw new IOException("The data of a tensor has more bytes than the tensor");
            }
            crc.update(bytes, offset, length);
            target.write(bytes, offset, length);
            count += length;
        }

        /** Writes a header; what was not put into it is zero. */
        void write(ByteBuffer header) throws IOException {
            write(header.array(), header.arrayOffset(), header.capacity());
        }

        @Override
        public void flush() throws IOException {
            target.flush();
        }
    }
}
