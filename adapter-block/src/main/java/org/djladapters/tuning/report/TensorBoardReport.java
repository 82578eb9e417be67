/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.tuning.report;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Consumer;
import java.util.zip.CRC32C;

/**
 * Writes an event file of TensorBoard: records of TensorFlow's {@code TFRecord} form, each an
 * {@code Event} in the wire format of protocol buffers.
 *
 * <p>A record is its length as uint64, a checksum of these eight bytes, the bytes, and their
 * checksum; all little-endian. A run that resumes begins a file of its own with the start of a
 * session, at which TensorBoard drops what other files of the folder say of this step and later
 * ones.
 *
 * @see <a
 *     href="https://github.com/tensorflow/tensorflow/blob/master/tensorflow/core/util/event.proto">
 *     event.proto</a>
 */
final class TensorBoardReport implements RunReport {

    private static final String NAME = "events.out.tfevents.";

    /** Fields of {@code Event}: numbers with their wire types, in the lowest three bits. */
    private static final int WALL_TIME = (1 << 3) | 1;

    private static final int STEP = 2 << 3;
    private static final int FILE_VERSION = (3 << 3) | 2;
    private static final int SUMMARY = (5 << 3) | 2;
    private static final int SESSION_LOG = (7 << 3) | 2;

    /** Fields of {@code Summary}, {@code Summary.Value} and {@code SessionLog}. */
    private static final int VALUE = (1 << 3) | 2;

    private static final int TAG = (1 << 3) | 2;
    private static final int SIMPLE_VALUE = (2 << 3) | 5;
    private static final int STATUS = 1 << 3;
    private static final int START = 1;

    /** Added to checksums, so that those of data with checksums in them are no fixed points. */
    private static final int MASK = 0xa282ead8;

    private final OutputStream file;

    TensorBoardReport(Path folder, int steps) throws IOException {
        if (steps == 0) {
            deleteEarlier(folder);
        }
        file = Files.newOutputStream(newFile(folder));
        write(new Message().bytes(FILE_VERSION, utf8("brain.Event:2")), 0);
        if (steps > 0) {
            Message start = new Message().number(STATUS, START);
            write(new Message().bytes(SESSION_LOG, start.toBytes()), steps + 1);
        }
    }

    /** TensorBoard would show the runs of all files in a folder as one. */
    private static void deleteEarlier(Path folder) throws IOException {
        try (DirectoryStream<Path> earlier = Files.newDirectoryStream(folder, NAME + "*")) {
            for (Path file : earlier) {
                Files.delete(file);
            }
        }
    }

    /** TensorBoard reads the files of a folder in the order of their names. */
    private static Path newFile(Path folder) {
        long seconds = System.currentTimeMillis() / 1000;
        int number = 0;
        Path file = folder.resolve("%s%010d.%d".formatted(NAME, seconds, number));
        while (Files.exists(file)) {
            number++;
            file = folder.resolve("%s%010d.%d".formatted(NAME, seconds, number));
        }
        return file;
    }

    @Override
    public void step(StepReport step) throws IOException {
        write("train/", step.values(), step.step());
        write("train/", Map.of("epoch", step.epoch()), step.step());
    }

    @Override
    public void evaluation(int step, double epoch, Map<String, Double> metrics) throws IOException {
        write("eval/", metrics, step);
    }

    @Override
    public void close() throws IOException {
        file.close();
    }

    private void write(String group, Map<String, ? extends Number> values, int step)
            throws IOException {
        Message summary = new Message();
        values.forEach(
                (name, value) ->
                        summary.bytes(
                                VALUE,
                                new Message()
                                        .bytes(TAG, utf8(group + name))
                                        .real(SIMPLE_VALUE, value.floatValue())
                                        .toBytes()));
        write(new Message().bytes(SUMMARY, summary.toBytes()), step);
    }

    private void write(Message content, int step) throws IOException {
        byte[] event =
                new Message()
                        .real(WALL_TIME, System.currentTimeMillis() / 1e3)
                        .number(STEP, step)
                        .append(content)
                        .toBytes();
        byte[] length = little(Long.BYTES, buffer -> buffer.putLong(event.length));
        file.write(length);
        file.write(little(Integer.BYTES, buffer -> buffer.putInt(checksum(length))));
        file.write(event);
        file.write(little(Integer.BYTES, buffer -> buffer.putInt(checksum(event))));
    }

    private static int checksum(byte[] bytes) {
        CRC32C sum = new CRC32C();
        sum.update(bytes);
        return Integer.rotateRight((int) sum.getValue(), 15) + MASK;
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** Returns bytes with something put into them, the lowest byte of numbers first. */
    private static byte[] little(int count, Consumer<ByteBuffer> put) {
        byte[] bytes = new byte[count];
        put.accept(ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN));
        return bytes;
    }

    /** Gathers fields in the wire format of protocol buffers. */
    private static final class Message {

        private final ByteArrayOutputStream out = new ByteArrayOutputStream();

        Message number(int field, long value) {
            varint(field);
            varint(value);
            return this;
        }

        Message real(int field, double value) {
            varint(field);
            out.writeBytes(little(Double.BYTES, buffer -> buffer.putDouble(value)));
            return this;
        }

        Message real(int field, float value) {
            varint(field);
            out.writeBytes(little(Float.BYTES, buffer -> buffer.putFloat(value)));
            return this;
        }

        Message bytes(int field, byte[] value) {
            varint(field);
            varint(value.length);
            out.writeBytes(value);
            return this;
        }

        Message append(Message other) {
            out.writeBytes(other.toBytes());
            return this;
        }

        byte[] toBytes() {
            return out.toByteArray();
        }

        private void varint(long value) {
            long rest = value;
            while ((rest & ~0x7fL) != 0) {
                out.write((int) ((rest & 0x7f) | 0x80));
                rest >>>= 7;
            }
            out.write((int) rest);
        }
    }
}
