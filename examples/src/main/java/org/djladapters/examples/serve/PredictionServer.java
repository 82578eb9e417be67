/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.serve;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.djladapters.serving.ServedAdapters;

/**
 * Answers requests for predictions over HTTP. Separate threads read requests and write answers, so
 * that the workers that predict never wait for a client.
 *
 * <p>Two system properties of the JDK's server limit how long a connection may take; this class
 * sets them if they are not set: {@code sun.net.httpserver.maxReqTime} (30 seconds to send a
 * request) and {@code sun.net.httpserver.maxRspTime} (300 seconds to receive its answer). The JDK
 * reads them when the first server of a process starts.
 */
public final class PredictionServer implements AutoCloseable {

    /** The threads that read and write; each may wait for a slow client. */
    private static final int CONNECTION_THREADS = 128;

    /** Connections that the system keeps until they are accepted. */
    private static final int BACKLOG = 1024;

    private final HttpServer server;
    private final ThreadPoolExecutor connections;
    private final Predictions predictions;
    private final OpenRequests open = new OpenRequests();

    private PredictionServer(
            HttpServer server,
            ServedAdapters<TextTasks> adapters,
            ServerOptions options,
            Consumer<Throwable> log) {
        this.server = server;
        connections =
                new ThreadPoolExecutor(
                        CONNECTION_THREADS,
                        CONNECTION_THREADS,
                        60,
                        TimeUnit.SECONDS,
                        new LinkedBlockingQueue<>());
        connections.allowCoreThreadTimeOut(true);
        predictions = new Predictions(adapters, options, log);
        server.setExecutor(connections);
        server.createContext(
                "/", new RequestHandler(adapters, predictions, options, open, connections, log));
    }

    /**
     * Starts a server, which answers requests at once.
     *
     * @param adapters the adapters, which are not closed with the server
     * @param log takes failures whose reasons clients do not get
     * @throws IOException if it can't listen at the address; the message says what to do
     */
    public static PredictionServer start(
            ServedAdapters<TextTasks> adapters, ServerOptions options, Consumer<Throwable> log)
            throws IOException {
        setDefault("maxReqTime", "30");
        setDefault("maxRspTime", "300");
        setDefault("nodelay", "true"); // head and body of an answer are two packets
        HttpServer server;
        try {
            InetAddress host = InetAddress.getByName(options.host());
            server = HttpServer.create(new InetSocketAddress(host, options.port()), BACKLOG);
        } catch (BindException | UnknownHostException e) {
            throw new IOException(
                    "Can't listen at %s, port %d (%s); choose another --port or --host"
                            .formatted(options.host(), options.port(), e.getMessage()),
                    e);
        }
        PredictionServer started = new PredictionServer(server, adapters, options, log);
        server.start();
        return started;
    }

    private static void setDefault(String name, String value) {
        String property = "sun.net.httpserver." + name;
        if (System.getProperty(property) == null) {
            System.setProperty(property, value);
        }
    }

    /** Returns the address with the port, without a path. */
    public URI address() {
        InetSocketAddress bound = server.getAddress();
        String host = bound.getAddress().getHostAddress();
        return URI.create(
                "http://%s:%d"
                        .formatted(host.contains(":") ? "[" + host + "]" : host, bound.getPort()));
    }

    /**
     * Answers the requests for predictions that have come, and refuses new ones.
     *
     * @param patience the longest time to wait
     * @return whether all were answered
     */
    public boolean drain(Duration patience) {
        try {
            return open.drain(patience);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Ends at once; call {@link #drain} before, so that open requests are answered. */
    @Override
    public void close() {
        server.stop(0);
        predictions.close();
        connections.shutdownNow();
    }
}
