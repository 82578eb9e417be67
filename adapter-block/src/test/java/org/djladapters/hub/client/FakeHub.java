/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.hub.client;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * A web server that answers like the HuggingFace hub, to this machine only, and another that keeps
 * the large files, as the hub's own storage does.
 */
final class FakeHub implements AutoCloseable {

    private static final String API = "/api/models/";
    private static final String RESOLVE = "/resolve/";
    private static final String STORAGE = "/storage/";

    static {
        // else every answer waits for the acknowledgement of its head, 40 ms
        System.setProperty("sun.net.httpserver.nodelay", "true");
    }

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final HttpServer hub = server(this::answer);
    private final HttpServer storage = server(this::store);
    private final CountDownLatch end = new CountDownLatch(1);
    private final Map<String, Repository> repositories = new ConcurrentHashMap<>();
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private final List<String> tokens = new CopyOnWriteArrayList<>();
    private final List<String> storageTokens = new CopyOnWriteArrayList<>();
    private final Map<String, Trick> tricks = new ConcurrentHashMap<>();

    private volatile boolean ranges = true;

    /** Makes and starts both. */
    FakeHub() throws IOException {}

    /** Something that goes wrong with a file or an address; tells whether it has answered. */
    @FunctionalInterface
    interface Trick {
        boolean answers(HttpExchange exchange, byte[] content) throws IOException;
    }

    /** A repository with one commit, and more names for it. */
    static final class Repository {

        private final String commit;
        private final Map<String, byte[]> files = new TreeMap<>();
        private final Map<String, Boolean> large = new HashMap<>();
        private final List<String> listed = new ArrayList<>();
        private final List<String> revisions = new ArrayList<>(List.of("main"));

        private Repository(String id) {
            commit = hash("SHA-1", id.getBytes(StandardCharsets.UTF_8));
            revisions.add(commit);
        }

        String commit() {
            return commit;
        }

        Repository revision(String name) {
            revisions.add(name);
            return this;
        }

        Repository file(String name, String content) {
            files.put(name, content.getBytes(StandardCharsets.UTF_8));
            return this;
        }

        /** A file that is kept in the storage. */
        Repository large(String name, byte[] content) {
            files.put(name, content);
            large.put(name, true);
            return this;
        }

        /** A name that is only listed. */
        Repository listed(String name) {
            listed.add(name);
            return this;
        }

        String etag(String name) {
            byte[] content = files.get(name);
            return large.containsKey(name) ? hash("SHA-256", content) : gitHash(content);
        }
    }

    Repository repository(String id) {
        return repositories.computeIfAbsent(id, Repository::new);
    }

    /** A repository with a checkpoint of a few bytes. */
    Repository checkpoint(String id) {
        return repository(id)
                .file("config.json", "{\"model_type\": \"bert\"}")
                .file("tokenizer.json", "{\"version\": \"1.0\"}")
                .large("model.safetensors", bytes(100_000));
    }

    static byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) (i * 31 + i / 251);
        }
        return bytes;
    }

    /** Lets something go wrong where a path ends so. */
    void trick(String pathEnd, Trick trick) {
        tricks.put(pathEnd, trick);
    }

    /** Answers with a status where a path ends so. */
    void refuse(String pathEnd, int status, String code) {
        trick(
                pathEnd,
                (exchange, content) -> {
                    exchange.getResponseHeaders().set("X-Error-Code", code);
                    exchange.sendResponseHeaders(status, -1);
                    return true;
                });
    }

    /** Sends whole files only from now on. */
    void forgetRanges() {
        ranges = false;
    }

    /** Does not answer until the end. */
    boolean beSilent() {
        try {
            end.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return true;
    }

    String url() {
        return url(hub);
    }

    /** What was asked for: method, path, and the range if there was one. */
    List<String> requests() {
        return requests;
    }

    /** How often a file's content was asked for, of a large one from the storage. */
    long downloads(String name) {
        List<String> gets =
                requests.stream()
                        .filter(r -> r.startsWith("GET ") && r.contains("/" + name))
                        .toList();
        long stored = gets.stream().filter(r -> r.startsWith("GET " + STORAGE)).count();
        return stored > 0 ? stored : gets.size();
    }

    /** The names of files whose content was asked for. */
    List<String> fetched() {
        return requests.stream()
                .filter(r -> r.startsWith("GET ") && r.contains(RESOLVE))
                .map(r -> r.replaceFirst(".*" + RESOLVE + "[^/]*/", ""))
                .toList();
    }

    List<String> tokens() {
        return tokens;
    }

    List<String> storageTokens() {
        return storageTokens;
    }

    private HttpServer server(HttpHandler handler) throws IOException {
        HttpServer server =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", handler);
        server.setExecutor(threads);
        server.start();
        return server;
    }

    private static String url(HttpServer server) {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    private void answer(HttpExchange exchange) throws IOException {
        note(exchange, tokens);
        String path = exchange.getRequestURI().getPath();
        try (exchange) {
            if (path.startsWith(API)) {
                describe(exchange, path.substring(API.length()));
            } else if (path.contains(RESOLVE)) {
                resolve(exchange, path);
            } else {
                exchange.sendResponseHeaders(404, -1);
            }
        }
    }

    private void note(HttpExchange exchange, List<String> seenTokens) {
        String range = exchange.getRequestHeaders().getFirst("Range");
        requests.add(
                exchange.getRequestMethod()
                        + " "
                        + exchange.getRequestURI().getPath()
                        + (range == null ? "" : " " + range));
        String token = exchange.getRequestHeaders().getFirst("Authorization");
        seenTokens.add(String.valueOf(token));
    }

    private boolean tricked(HttpExchange exchange, byte[] content) throws IOException {
        String path = exchange.getRequestURI().getPath();
        for (Map.Entry<String, Trick> trick : tricks.entrySet()) {
            if (path.endsWith(trick.getKey()) && trick.getValue().answers(exchange, content)) {
                return true;
            }
        }
        return false;
    }

    private void describe(HttpExchange exchange, String path) throws IOException {
        if (tricked(exchange, null)) {
            return;
        }
        String[] parts = path.split("/revision/", 2);
        Repository repository = repositories.get(parts[0]);
        if (repository == null) {
            exchange.getResponseHeaders().set("X-Error-Code", "RepoNotFound");
            boolean known = exchange.getRequestHeaders().containsKey("Authorization");
            exchange.sendResponseHeaders(known ? 404 : 401, -1);
            return;
        }
        if (!repository.revisions.contains(parts[1])) {
            exchange.getResponseHeaders().set("X-Error-Code", "RevisionNotFound");
            exchange.sendResponseHeaders(404, -1);
            return;
        }
        JsonArray siblings = new JsonArray();
        List<String> names = new ArrayList<>(repository.files.keySet());
        names.addAll(repository.listed);
        for (String name : names) {
            JsonObject sibling = new JsonObject();
            sibling.addProperty("rfilename", name);
            siblings.add(sibling);
        }
        JsonObject model = new JsonObject();
        model.addProperty("id", parts[0]);
        model.addProperty("sha", repository.commit);
        model.add("siblings", siblings);
        send(exchange, model.toString().getBytes(StandardCharsets.UTF_8));
    }

    private void resolve(HttpExchange exchange, String path) throws IOException {
        int at = path.indexOf(RESOLVE);
        Repository repository = repositories.get(path.substring(1, at));
        String[] rest = path.substring(at + RESOLVE.length()).split("/", 2);
        byte[] content = repository == null ? null : repository.files.get(rest[1]);
        if (content != null) {
            String etag = '"' + repository.etag(rest[1]) + '"';
            exchange.getResponseHeaders().set("X-Repo-Commit", repository.commit);
            if (repository.large.containsKey(rest[1])) {
                exchange.getResponseHeaders().set("X-Linked-Etag", etag);
                exchange.getResponseHeaders().set("X-Linked-Size", "" + content.length);
                exchange.getResponseHeaders()
                        .set("Location", url(storage) + STORAGE + path.substring(1));
            } else {
                exchange.getResponseHeaders().set("ETag", etag);
            }
        }
        if (tricked(exchange, content)) {
            return;
        }
        if (content == null) {
            exchange.getResponseHeaders().set("X-Error-Code", "EntryNotFound");
            exchange.sendResponseHeaders(404, -1);
        } else if (repository.large.containsKey(rest[1])) {
            exchange.sendResponseHeaders(302, -1);
        } else {
            send(exchange, content);
        }
    }

    private void store(HttpExchange exchange) throws IOException {
        note(exchange, storageTokens);
        String path = exchange.getRequestURI().getPath().substring(STORAGE.length() - 1);
        String[] parts = path.substring(1).split("/resolve/[^/]*/", 2);
        byte[] content = repositories.get(parts[0]).files.get(parts[1]);
        try (exchange) {
            if (!tricked(exchange, content)) {
                send(exchange, content);
            }
        }
    }

    /** Sends content, or the range of it that was asked for. */
    void send(HttpExchange exchange, byte[] content) throws IOException {
        if (exchange.getRequestMethod().equals("HEAD")) {
            exchange.getResponseHeaders().set("Content-Length", "" + content.length);
            exchange.sendResponseHeaders(200, -1);
            return;
        }
        String range = ranges ? exchange.getRequestHeaders().getFirst("Range") : null;
        int from = range == null ? 0 : Integer.parseInt(range.replaceAll("^bytes=(\\d+)-$", "$1"));
        if (range != null) {
            exchange.getResponseHeaders()
                    .set(
                            "Content-Range",
                            "bytes %d-%d/%d".formatted(from, content.length - 1, content.length));
        }
        byte[] part = Arrays.copyOfRange(content, from, content.length);
        exchange.sendResponseHeaders(range == null ? 200 : 206, part.length);
        exchange.getResponseBody().write(part);
    }

    /** Tells the length of content and breaks off in the middle of it. */
    static boolean breakOff(HttpExchange exchange, byte[] content) throws IOException {
        exchange.sendResponseHeaders(200, content.length);
        exchange.getResponseBody().write(content, 0, content.length / 2);
        exchange.getResponseBody().flush();
        return true;
    }

    static String gitHash(byte[] content) {
        byte[] head = ("blob " + content.length + "\0").getBytes(StandardCharsets.US_ASCII);
        byte[] all = Arrays.copyOf(head, head.length + content.length);
        System.arraycopy(content, 0, all, head.length, content.length);
        return hash("SHA-1", all);
    }

    private static String hash(String algorithm, byte[] content) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance(algorithm).digest(content));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Ends what is silent, and both servers. */
    @Override
    public void close() {
        end.countDown();
        hub.stop(0);
        storage.stop(0);
        threads.shutdownNow();
    }
}
