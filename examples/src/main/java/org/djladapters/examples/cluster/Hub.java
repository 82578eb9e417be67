/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.cluster;

import java.io.IOException;
import java.io.Serializable;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.function.Consumer;
import org.djladapters.io.Failures;

/**
 * The place where processes that train one adapter meet. It adds up, always in the order of their
 * numbers, what its members send, and sends all the same sum; so what travels a step is, for each
 * member, its gradients and their sum. One thread serves all members.
 *
 * @see HubMember
 */
public final class Hub implements AutoCloseable {

    /** Members connect before they do anything else. */
    private static final int PATIENCE_MILLIS = 120_000;

    private static final int INTRODUCTION_MILLIS = 10_000;
    private static final int SECRET_LENGTH = 32;

    private final Address address;
    private final ServerSocket server;
    private final Link[] members;
    private volatile boolean closed;

    /**
     * Where members connect.
     *
     * @param secret what they prove with that they belong to the group
     */
    public record Address(String host, int port, String secret) implements Serializable {

        /** Leaves out the secret, so that no log has it. */
        @Override
        public String toString() {
            return host + ":" + port;
        }
    }

    /** A failure of members, with the reason in a sentence. */
    public static final class MemberException extends IOException {

        private static final long serialVersionUID = 1;

        MemberException(String sentence) {
            super(sentence);
        }
    }

    /**
     * Opens a hub at a free port.
     *
     * @param host the address of this machine by which members reach it
     * @param size the number of members
     * @throws IOException if there is no such address
     */
    public static Hub open(String host, int size) throws IOException {
        byte[] secret = new byte[SECRET_LENGTH];
        new SecureRandom().nextBytes(secret);
        ServerSocket server = listen(host, size);
        String text = HexFormat.of().formatHex(secret);
        return new Hub(new Address(host, server.getLocalPort(), text), server, size);
    }

    private static ServerSocket listen(String host, int size) throws IOException {
        try {
            return new ServerSocket(0, size, InetAddress.getByName(host));
        } catch (IOException e) {
            throw new IOException(
                    ("'%s' is no address of this machine (%s); name one that the other machines"
                                    + " reach, by -Dspark.driver.host")
                            .formatted(host, Failures.reason(e)),
                    e);
        }
    }

    private Hub(Address address, ServerSocket server, int size) {
        this.address = address;
        this.server = server;
        members = new Link[size];
    }

    /** Returns where members connect. */
    public Address address() {
        return address;
    }

    /**
     * Serves the members until all have ended.
     *
     * @param events gets the events of member 0
     * @return the result of member 0
     * @throws MemberException if a member fails or does not come
     * @throws IOException if a member is lost, or this hub is closed
     */
    public String serve(Consumer<String> events) throws IOException {
        awaitMembers();
        Link.Message[] messages = new Link.Message[members.length];
        while (true) {
            for (int rank = 0; rank < members.length; rank++) {
                messages[rank] = next(rank, events);
                if (messages[rank].kind() != messages[0].kind()) {
                    throw new MemberException(
                            "The processes do not train in step; give all machines the same files"
                                    + " and the same version of this program");
                }
            }
            switch (messages[0].kind()) {
                case SUM -> sendAll(0, new Link.Message(Link.Kind.SUM, sum(messages)));
                case BROADCAST -> sendAll(1, messages[0]);
                default -> {
                    return messages[0].text();
                }
            }
        }
    }

    private void awaitMembers() throws IOException {
        server.setSoTimeout(PATIENCE_MILLIS);
        int come = 0;
        while (come < members.length) {
            try {
                come += admit(server.accept()) ? 1 : 0;
            } catch (SocketTimeoutException e) {
                throw new MemberException(
                        ("Only %d of %d processes reached '%s' at port %d within %d seconds; check"
                                        + " that all machines can connect to this one")
                                .formatted(
                                        come,
                                        members.length,
                                        address.host(),
                                        address.port(),
                                        PATIENCE_MILLIS / 1000));
            }
        }
    }

    /** Takes a connection into the group if it is that of a member. */
    private boolean admit(Socket socket) throws IOException {
        try {
            Link link = new Link(socket);
            byte[] secret = link.readSecret(SECRET_LENGTH, INTRODUCTION_MILLIS);
            if (MessageDigest.isEqual(secret, HexFormat.of().parseHex(address.secret()))) {
                members[link.readRank()] = link;
                requireOpen();
                return true;
            }
        } catch (IOException e) {
            requireOpen();
            // somebody else, who says nothing or has gone
        }
        socket.close();
        return false;
    }

    private Link.Message next(int rank, Consumer<String> events) throws IOException {
        while (true) {
            Link.Message message = members[rank].read();
            if (message.kind() == Link.Kind.FAILURE) {
                throw new MemberException(message.text());
            }
            if (message.kind() != Link.Kind.EVENT) {
                return message;
            }
            events.accept(message.text());
        }
    }

    private static byte[] sum(Link.Message[] messages) throws MemberException {
        int length = messages[0].content().length;
        double[] sums = new double[length / Float.BYTES];
        for (Link.Message message : messages) {
            if (message.content().length != length) {
                throw new MemberException(
                        "The processes do not have the same number of parameters; give all machines"
                                + " the same files and the same version of this program");
            }
            FloatBuffer values = floats(message.content()).asFloatBuffer();
            for (int i = 0; i < sums.length; i++) {
                sums[i] += values.get(i);
            }
        }
        byte[] sum = new byte[length];
        FloatBuffer target = floats(sum).asFloatBuffer();
        for (double value : sums) {
            target.put((float) value);
        }
        return sum;
    }

    static ByteBuffer floats(byte[] content) {
        return ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN);
    }

    private void sendAll(int first, Link.Message message) throws IOException {
        for (int rank = first; rank < members.length; rank++) {
            members[rank].write(message.kind(), message.content());
        }
    }

    private void requireOpen() throws IOException {
        if (closed) {
            close();
            throw new IOException("The hub is closed");
        }
    }

    /** Ends the connections; calls of members fail, and so does {@link #serve}. */
    @Override
    public void close() throws IOException {
        closed = true;
        server.close();
        for (Link member : members) {
            if (member != null) {
                member.close();
            }
        }
    }
}
