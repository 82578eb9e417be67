/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.zoo;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;

/** A web server that hands out the files of a folder, to this machine only. */
final class FolderServer implements AutoCloseable {

    private final HttpServer server;
    private final Path folder;
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private volatile UnaryOperator<byte[]> damage = bytes -> bytes;
    private volatile String damaged = "";
    private volatile boolean lengthKept;

    FolderServer(Path folder) throws IOException {
        this.folder = folder;
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.start();
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    List<String> requests() {
        return requests;
    }

    /** Hands out something else for a file from now on. */
    void damage(String file, UnaryOperator<byte[]> change) {
        damaged = file;
        damage = change;
        lengthKept = false;
    }

    /** Breaks off in the middle of a file from now on, after telling its whole length. */
    void breakOff(String file) {
        damaged = file;
        damage = bytes -> Arrays.copyOf(bytes, bytes.length / 2);
        lengthKept = true;
    }

    private void answer(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        requests.add(path);
        Path file = folder.resolve(path.substring(1)).normalize();
        try (exchange) {
            if (!file.startsWith(folder) || !Files.isRegularFile(file)) {
                exchange.sendResponseHeaders(404, -1);
                return;
            }
            byte[] bytes = Files.readAllBytes(file);
            byte[] sent = bytes;
            if (!damaged.isEmpty() && path.endsWith(damaged)) {
                sent = damage.apply(bytes);
            }
            exchange.sendResponseHeaders(200, lengthKept ? bytes.length : sent.length);
            exchange.getResponseBody().write(sent);
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
