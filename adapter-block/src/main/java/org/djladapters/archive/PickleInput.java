/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.archive;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** The bytes of a pickle, read value by value and never beyond their end. */
final class PickleInput {

    private final String file;
    private final ByteBuffer in;

    PickleInput(String file, byte[] bytes) {
        this.file = file;
        this.in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    int position() {
        return in.position();
    }

    int unsignedByte() throws ArchiveException {
        need(1);
        return in.get() & 0xff;
    }

    int int32() throws ArchiveException {
        need(4);
        return in.getInt();
    }

    long longInteger() throws ArchiveException {
        int length = unsignedByte();
        if (length > Long.BYTES) {
            throw damaged(file, "an integer has more than 64 bits");
        }
        need(length);
        long value = 0;
        for (int i = 0; i < length; i++) {
            value |= (in.get() & 0xffL) << (8 * i);
        }
        int unused = 64 - 8 * length;
        return length == 0 ? 0 : value << unused >> unused;
    }

    double bigEndianDouble() throws ArchiveException {
        need(Double.BYTES);
        return Double.longBitsToDouble(Long.reverseBytes(in.getLong()));
    }

    String text(int length) throws ArchiveException {
        need(length);
        ByteBuffer bytes = in.slice(in.position(), length);
        in.position(in.position() + length);
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
        } catch (CharacterCodingException e) {
            throw damaged(file, "a string is not UTF-8");
        }
    }

    String line() throws ArchiveException {
        int start = in.position();
        while (unsignedByte() != '\n') {
            // the line ends at the first line feed
        }
        int length = in.position() - start - 1;
        in.position(start);
        String line = text(length);
        in.position(start + length + 1);
        return line;
    }

    private void need(int bytes) throws ArchiveException {
        if (bytes < 0 || bytes > in.remaining()) {
            throw damaged(file, "it ends in the middle of a value");
        }
    }

    static ArchiveException damaged(String file, String reason) {
        return new ArchiveException(
                "%s can't be read: %s; export the model again".formatted(file, reason));
    }
}
