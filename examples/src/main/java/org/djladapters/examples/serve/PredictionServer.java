/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.serve;

import java.io.IOException;
import java.net.InetAddress;
import java.net.SocketException;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.djladapters.serving.ServedAdapters;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.server.handler.GracefulHandler;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/**
 * Answers requests for predictions over HTTP, and tells at a port of its own, with threads of its
 * own, how the server is. Connections cost no threads, and workers that predict never wait for a
 * client.
 */
public final class PredictionServer implements AutoCloseable {

    private static final int THREADS = 32;
    private static final int ADMIN_THREADS = 8;

    private static final int MAX_CONNECTIONS = 4096;

    /** The time that connections may pass nothing when there are as many as there may be. */
    private static final long CROWDED_MILLIS = 2000;

    /** The time by which a request that has not come is refused before its connection is closed. */
    private static final Duration TO_ANSWER = Duration.ofSeconds(1);

    /** Connections that the system keeps until they are accepted. */
    private static final int BACKLOG = 1024;

    private final ServerOptions options;
    private final ServerMetrics metrics = new ServerMetrics();
    private final Predictions predictions;
    private final GracefulHandler graceful;
    private final Server main;
    private final Server admin;

    private PredictionServer(
            ServedAdapters<TextTasks> adapters,
            Supplier<Optional<String>> folderFailure,
            ServerOptions options,
            Consumer<Throwable> log)
            throws IOException {
        this.options = options;
        Apis apis = new Apis(adapters, options);
        ErrorAnswers errors = new ErrorAnswers(metrics, log);
        main = server("http", THREADS, options.port(), options.tls().isPresent());
        admin = server("admin", ADMIN_THREADS, options.adminPort(), false);
        predictions = new Predictions(adapters, options, log);
        metrics.bind(predictions, adapters);
        graceful =
                new Ending(new PredictHandler(adapters, apis, predictions, options, metrics, log));
        Readiness readiness =
                new Readiness(
                        folderFailure,
                        graceful::isShutdown,
                        adapters::count,
                        options.minAdapters());
        main.setHandler(graceful);
        main.setErrorHandler(errors);
        options.accessLog().ifPresent(lines -> main.setRequestLog(new AccessLog(lines)));
        admin.setHandler(new AdminHandler(adapters, readiness, metrics));
        admin.setErrorHandler(errors);
    }

    /** Answers open requests when the server ends, and refuses others with a sentence. */
    private final class Ending extends GracefulHandler {

        Ending(Handler handler) {
            super(handler);
        }

        @Override
        protected void handleShutdownRejection(
                Request request, Response response, Callback callback) {
            Refusal refusal = Refusal.closing();
            metrics.count(refusal.status());
            Exchange.of(request).refuse(response, callback, refusal);
        }
    }

    /**
     * Starts a server, which answers requests at once.
     *
     * @param adapters the adapters, which are not closed with the server
     * @param folderFailure tells why the folder of adapters can't be read, if so
     * @param log takes failures whose reasons clients do not get
     * @throws IOException if it can't listen at an address, or can't use the certificate; the
     *     message says what to do
     */
    public static PredictionServer start(
            ServedAdapters<TextTasks> adapters,
            Supplier<Optional<String>> folderFailure,
            ServerOptions options,
            Consumer<Throwable> log)
            throws IOException {
        PredictionServer server = new PredictionServer(adapters, folderFailure, options, log);
        try {
            server.listen(server.admin, options.adminPort(), "--admin-port");
            server.listen(server.main, options.port(), "--port");
            return server;
        } catch (IOException e) {
            server.close();
            throw e;
        }
    }

    private Server server(String name, int threads, int port, boolean secure) throws IOException {
        QueuedThreadPool pool = new QueuedThreadPool(threads, Math.min(threads, 4));
        pool.setName(name);
        pool.setDaemon(true);
        Server server = new Server(pool);
        HttpConfiguration http = new HttpConfiguration();
        http.setSendServerVersion(false);
        HttpConnectionFactory plain = new HttpConnectionFactory(http);
        ServerConnector connector =
                secure
                        ? new ServerConnector(
                                server,
                                1,
                                1,
                                new SslConnectionFactory(certificate(), plain.getProtocol()),
                                plain)
                        : new ServerConnector(server, 1, 1, plain);
        connector.setHost(host());
        connector.setPort(port);
        connector.setIdleTimeout(options.timeout().plus(TO_ANSWER).toMillis());
        connector.setAcceptQueueSize(BACKLOG);
        server.addConnector(connector);
        NetworkConnectionLimit limit = new NetworkConnectionLimit(MAX_CONNECTIONS, server);
        limit.setEndPointIdleTimeout(Math.min(CROWDED_MILLIS, connector.getIdleTimeout()));
        server.addBean(limit);
        return server;
    }

    private String host() throws IOException {
        try {
            return InetAddress.getByName(options.host()).getHostAddress();
        } catch (UnknownHostException e) {
            throw new IOException(
                    "There is no host '%s'; choose another --host".formatted(options.host()), e);
        }
    }

    private SslContextFactory.Server certificate() {
        ServerOptions.Tls tls = options.tls().orElseThrow();
        SslContextFactory.Server certificate = new SslContextFactory.Server();
        certificate.setKeyStorePath(tls.keystore().toUri().toString());
        certificate.setKeyStorePassword(tls.password());
        return certificate;
    }

    private void listen(Server server, int port, String option) throws IOException {
        try {
            server.start();
        } catch (Exception e) {
            Throwable cause = e;
            while (cause.getCause() != null) {
                cause = cause.getCause();
            }
            throw new IOException(
                    cause instanceof SocketException
                            ? "Can't listen at %s, port %d (%s); choose another %s or --host"
                                    .formatted(options.host(), port, cause.getMessage(), option)
                            : "The server can't start (%s); check --tls-keystore and its password"
                                    .formatted(cause.getMessage()),
                    e);
        }
    }

    /** Returns the address for predictions with the port, without a path. */
    public URI address() {
        return address(main, options.tls().isPresent() ? "https" : "http");
    }

    /** Returns the address for health, readiness and metrics, likewise. */
    public URI adminAddress() {
        return address(admin, "http");
    }

    private static URI address(Server server, String scheme) {
        ServerConnector connector = (ServerConnector) server.getConnectors()[0];
        String host = connector.getHost();
        return URI.create(
                "%s://%s:%d"
                        .formatted(
                                scheme,
                                host.contains(":") ? "[" + host + "]" : host,
                                connector.getLocalPort()));
    }

    /**
     * Answers the requests that have come, and refuses new ones.
     *
     * @param patience the longest time to wait
     * @return whether all were answered
     */
    public boolean drain(Duration patience) {
        try {
            graceful.shutdown().get(patience.toNanos(), TimeUnit.NANOSECONDS);
            return true;
        } catch (TimeoutException | ExecutionException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Ends at once; call {@link #drain} before, so that open requests are answered. */
    @Override
    public void close() {
        predictions.close(); // who still waits is told
        stop(main);
        stop(admin);
        metrics.close();
    }

    private static void stop(Server server) {
        try {
            server.stop();
        } catch (Exception e) {
            // it ends with the process
        }
    }
}
