/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.onnx;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.djladapters.io.MalformedFileException;

/**
 * A message of Protocol Buffers, read field by field where it lies.
 *
 * <p>A message is a run of fields, each a key (its number, and in the three lowest bits how its
 * value is written) and a value: a number of variable length, four or eight bytes, or a length and
 * so many bytes, which may be text, numbers, or a message again. A value that is not asked for is
 * passed over. No length is believed that leads out of the message.
 *
 * @see <a href="https://protobuf.dev/programming-guides/encoding/">The encoding</a>
 */
final class Message {

    private static final int VARINT = 0;
    private static final int EIGHT_BYTES = 1;
    static final int LENGTH_AND_BYTES = 2;
    private static final int FOUR_BYTES = 5;

    /** More than any name needs. */
    private static final int LONGEST_TEXT = 1 << 16;

    private final Path file;
    private final ByteBuffer bytes;
    private final int end;
    private int next;

    private int field;
    private int writtenAs;
    private long number;
    private int whole;
    private int start;
    private int length;

    private Message(Path file, ByteBuffer bytes, int start, int end) {
        this.file = file;
        this.bytes = bytes;
        this.end = end;
        next = start;
    }

    /** Returns the message that is a whole file. */
    static Message of(Path file, ByteBuffer bytes) {
        return new Message(
                file, bytes.duplicate().order(ByteOrder.LITTLE_ENDIAN), 0, bytes.limit());
    }

    /** Goes on to the next field; false if there is none. */
    boolean next() throws MalformedFileException {
        if (next == end) {
            return false;
        }
        whole = next;
        long key = varint();
        field = (int) (key >>> 3);
        writtenAs = (int) (key & 7);
        if (field == 0 || key >>> 32 != 0) {
            throw damaged("has a field without a number");
        }
        switch (writtenAs) {
            case VARINT -> number = varint();
            case EIGHT_BYTES -> pass(Long.BYTES);
            case LENGTH_AND_BYTES -> pass(varint());
            case FOUR_BYTES -> pass(Integer.BYTES);
            default -> throw damaged("has a field of unknown type");
        }
        return true;
    }

    /** Returns the number of the field. */
    int field() {
        return field;
    }

    /** Tells whether the field's value is a length and so many bytes. */
    boolean isBytes() {
        return writtenAs == LENGTH_AND_BYTES;
    }

    /** Returns the field's value, an integer. */
    long number() throws MalformedFileException {
        require(VARINT);
        return number;
    }

    /** Returns the field's value, a number of four bytes. */
    float real() throws MalformedFileException {
        require(FOUR_BYTES);
        return bytes.getFloat(start);
    }

    /** Returns the bytes of the field, with its number. */
    ByteBuffer whole() {
        return bytes.slice(whole, next - whole);
    }

    /** Returns where in the file the bytes of the field's value begin. */
    int start() throws MalformedFileException {
        require(LENGTH_AND_BYTES);
        return start;
    }

    /** Returns the number of these bytes. */
    int length() throws MalformedFileException {
        require(LENGTH_AND_BYTES);
        return length;
    }

    /** Returns the field's value, text. */
    String text() throws MalformedFileException {
        require(LENGTH_AND_BYTES);
        if (length > LONGEST_TEXT) {
            throw damaged("has a name of " + length + " bytes");
        }
        byte[] text = new byte[length];
        bytes.get(start, text);
        return new String(text, StandardCharsets.UTF_8);
    }

    /** Returns the field's value, a message. */
    Message message() throws MalformedFileException {
        require(LENGTH_AND_BYTES);
        return new Message(file, bytes, start, start + length);
    }

    /** Tells whether there is another integer, in a message that is integers without keys. */
    boolean hasInteger() {
        return next < end;
    }

    /** Returns the next integer of such a message. */
    long integer() throws MalformedFileException {
        return varint();
    }

    private void require(int type) throws MalformedFileException {
        if (writtenAs != type) {
            throw damaged("has a field " + field + " of the wrong type");
        }
    }

    /** Passes over bytes and remembers where they are. */
    private void pass(long count) throws MalformedFileException {
        if (count < 0 || count > end - next) {
            throw damaged("ends in the middle of a field");
        }
        start = next;
        length = (int) count;
        next += length;
    }

    /**
     * Reads seven bits a byte, the lowest first; the highest bit of a byte says that another
     * follows.
     */
    private long varint() throws MalformedFileException {
        long value = 0;
        for (int shift = 0; shift < Long.SIZE; shift += 7) {
            if (next == end) {
                throw damaged("ends in the middle of a number");
            }
            byte part = bytes.get(next++);
            value |= (long) (part & 0x7f) << shift;
            if (part >= 0) {
                return value;
            }
        }
        throw damaged("has a number of more than ten bytes");
    }

    private MalformedFileException damaged(String problem) {
        return new MalformedFileException(
                file, problem + "; it is damaged or not an ONNX file, get the file again");
    }
}
