/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.cluster;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** A connection between the {@link Hub} and a member, with messages of a kind and a content. */
final class Link implements AutoCloseable {

    /** What a message is about. */
    enum Kind {
        /** Numbers (float32, little-endian) that are added up. */
        SUM('S'),
        /** Bytes that all get from member 0. */
        BROADCAST('B'),
        /** A text for who follows the work. */
        EVENT('V'),
        /** The end of a member's part, with its result. */
        END('E'),
        /** The failure of a member's part, as a sentence. */
        FAILURE('F');

        private final char code;

        Kind(char code) {
            this.code = code;
        }

        static Kind of(int code) throws IOException {
            for (Kind kind : values()) {
                if (kind.code == code) {
                    return kind;
                }
            }
            throw new IOException("There is no message of the kind " + code);
        }
    }

    /** A message. */
    static final class Message {

        private final Kind kind;
        private final byte[] content;

        Message(Kind kind, byte[] content) {
            this.kind = kind;
            this.content = content;
        }

        Kind kind() {
            return kind;
        }

        byte[] content() {
            return content;
        }

        String text() {
            return new String(content, StandardCharsets.UTF_8);
        }
    }

    private final Socket socket;
    private final DataInputStream in;
    private final DataOutputStream out;

    Link(Socket socket) throws IOException {
        this.socket = socket;
        socket.setTcpNoDelay(true); // a message is sent at once: others wait for it
        socket.setKeepAlive(true); // a message may take hours, and a machine may be gone
        in = new DataInputStream(new BufferedInputStream(socket.getInputStream(), 1 << 16));
        out = new DataOutputStream(new BufferedOutputStream(socket.getOutputStream(), 1 << 16));
    }

    /** Introduces a member by a secret, all of which have the same length, and its number. */
    void introduce(byte[] secret, int rank) throws IOException {
        out.write(secret);
        out.writeInt(rank);
        out.flush();
    }

    /** Reads the secret of an introduction. */
    byte[] readSecret(int length, int patienceMillis) throws IOException {
        socket.setSoTimeout(patienceMillis);
        return in.readNBytes(length);
    }

    /** Reads the number of a member that knows the secret; its later messages may take long. */
    int readRank() throws IOException {
        int rank = in.readInt();
        socket.setSoTimeout(0);
        return rank;
    }

    void write(Kind kind, byte[] content) throws IOException {
        out.writeByte(kind.code);
        out.writeInt(content.length);
        out.write(content);
        out.flush();
    }

    /** Waits for a message; an {@link java.io.EOFException} says that the other side is gone. */
    Message read() throws IOException {
        Kind kind = Kind.of(in.readUnsignedByte());
        byte[] content = new byte[in.readInt()];
        in.readFully(content);
        return new Message(kind, content);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
