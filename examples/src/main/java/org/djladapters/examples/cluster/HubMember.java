/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.cluster;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.djladapters.io.Failures;
import org.djladapters.tuning.ProcessGroup;

/** A process of a group whose members meet at a {@link Hub}. */
public final class HubMember implements ProcessGroup, AutoCloseable {

    /** Less than the hub waits, so that the reason is told. */
    private static final int PATIENCE_MILLIS = 60_000;

    private final Link link;
    private final int rank;
    private final int size;
    private int exchanges;
    private long exchangeNanos;
    private int bytes;

    private HubMember(Link link, int rank, int size) {
        this.link = link;
        this.rank = rank;
        this.size = size;
    }

    /**
     * Joins the group.
     *
     * @param rank the number of this process
     * @param size the number of all
     * @throws IOException if the hub can't be reached
     */
    public static HubMember join(Hub.Address hub, int rank, int size) throws IOException {
        Socket socket = new Socket();
        try {
            socket.connect(new InetSocketAddress(hub.host(), hub.port()), PATIENCE_MILLIS);
            Link link = new Link(socket);
            link.introduce(HexFormat.of().parseHex(hub.secret()), rank);
            return new HubMember(link, rank, size);
        } catch (IOException e) {
            socket.close();
            throw new IOException(
                    ("The training can't be reached at %s (%s); let all machines connect to the"
                                    + " one with the command, at any port")
                            .formatted(hub, Failures.reason(e)),
                    e);
        }
    }

    @Override
    public int rank() {
        return rank;
    }

    @Override
    public int size() {
        return size;
    }

    @Override
    public void allReduce(float[] values) throws IOException {
        long start = System.nanoTime();
        byte[] content = new byte[values.length * Float.BYTES];
        Hub.floats(content).asFloatBuffer().put(values);
        link.write(Link.Kind.SUM, content);
        Hub.floats(link.read().content()).asFloatBuffer().get(values);
        exchangeNanos += System.nanoTime() - start;
        exchanges++;
        bytes = content.length;
    }

    @Override
    public byte[] broadcast(byte[] value) throws IOException {
        link.write(Link.Kind.BROADCAST, rank == 0 ? value : new byte[0]);
        return rank == 0 ? value : link.read().content();
    }

    /** Returns the mean seconds of an exchange of gradients, in which others are waited for. */
    public double exchangeSeconds() {
        return exchanges == 0 ? 0 : exchangeNanos / 1e9 / exchanges;
    }

    /** Returns the bytes of gradients that this process sends in a step, and gets as many. */
    public int exchangeBytes() {
        return bytes;
    }

    /** Tells those who follow the work something. */
    public void tell(String event) throws IOException {
        link.write(Link.Kind.EVENT, event.getBytes(StandardCharsets.UTF_8));
    }

    /** Ends the part of this process; nothing else may follow. */
    public void end(String result) throws IOException {
        link.write(Link.Kind.END, result.getBytes(StandardCharsets.UTF_8));
    }

    /** Says in a sentence that this process failed; nothing else may follow. */
    public void fail(String sentence) throws IOException {
        link.write(Link.Kind.FAILURE, sentence.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public void close() throws IOException {
        link.close();
    }
}
