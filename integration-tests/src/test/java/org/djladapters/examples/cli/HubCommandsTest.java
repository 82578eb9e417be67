/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.djladapters.adapter.lora.LoraConfig;
import org.djladapters.checkpoint.AdapterDirectory;
import org.djladapters.io.Sha256;
import org.djladapters.model.AdaptedModel;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commands with models and adapters of a hub. */
class HubCommandsTest {

    private static final String COMMIT = "0123456789abcdef0123456789abcdef01234567";
    private static final String RESOLVE = "/resolve/" + COMMIT + "/";

    private final Map<String, String> variables =
            Map.of("HF_HUB_CACHE", "", "HF_TOKEN", "", "HF_HUB_OFFLINE", "");

    @TempDir private Path folder;
    private HttpServer server;
    private Path model;
    private Path adapter;

    @BeforeEach
    void startAHub() throws IOException, URISyntaxException {
        model = Path.of(getClass().getResource("/hub/tiny-bert").toURI());
        adapter = folder.resolve("adapter");
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.start();
        variables.forEach(System::setProperty);
        System.setProperty("HF_HOME", folder.resolve("home").toString());
        System.setProperty("HF_ENDPOINT", "http://127.0.0.1:" + server.getAddress().getPort());
    }

    @AfterEach
    void stopIt() {
        server.stop(0);
        variables.keySet().forEach(System::clearProperty);
        System.clearProperty("HF_HOME");
        System.clearProperty("HF_ENDPOINT");
    }

    private void answer(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        Path held = path.contains("acme/adapter") ? adapter : model;
        try (exchange) {
            if (path.startsWith("/api/models/acme/")) {
                send(exchange, listing(held).getBytes(StandardCharsets.UTF_8));
            } else if (path.contains(RESOLVE)) {
                Path file = held.resolve(path.substring(path.indexOf(RESOLVE) + RESOLVE.length()));
                exchange.getResponseHeaders().set("ETag", '"' + Sha256.of(file) + '"');
                send(exchange, Files.readAllBytes(file));
            } else {
                exchange.getResponseHeaders().set("X-Error-Code", "RepoNotFound");
                exchange.sendResponseHeaders(401, -1);
            }
        }
    }

    private static String listing(Path held) throws IOException {
        JsonArray siblings = new JsonArray();
        try (Stream<Path> files = Files.list(held)) {
            for (Path file : files.toList()) {
                JsonObject sibling = new JsonObject();
                sibling.addProperty("rfilename", file.getFileName().toString());
                siblings.add(sibling);
            }
        }
        JsonObject listing = new JsonObject();
        listing.addProperty("sha", COMMIT);
        listing.add("siblings", siblings);
        return listing.toString();
    }

    private static void send(HttpExchange exchange, byte[] content) throws IOException {
        exchange.getResponseHeaders().set("Content-Length", Integer.toString(content.length));
        if (exchange.getRequestMethod().equals("HEAD")) {
            exchange.sendResponseHeaders(200, -1);
        } else {
            exchange.sendResponseHeaders(200, content.length);
            exchange.getResponseBody().write(content);
        }
    }

    @Test
    void takeAModelByItsName() {
        Run run = Run.of("inspect", "--model", "hf://acme/tiny-bert");

        assertThat(run.err()).isEmpty();
        assertThat(run.status()).isZero();
        assertThat(run.out()).last().asString().contains("modules can be adapted");
        assertThat(folder.resolve("home/hub/models--acme--tiny-bert/snapshots").resolve(COMMIT))
                .isDirectoryContaining("glob:**/model.safetensors")
                .isDirectoryNotContaining("glob:**/expected.safetensors");
    }

    @Test
    void takeAnAdapterByItsName() throws IOException {
        try (AdaptedModel opened = AdaptedModel.open("hf://acme/tiny-bert")) {
            opened.add("tuned", LoraConfig.builder().optRank(2).build());
            AdapterDirectory.save(opened, "tuned", adapter);
        }
        Path output = folder.resolve("merged");

        Run run =
                Run.of(
                        "merge",
                        "--model",
                        "hf://acme/tiny-bert",
                        "--adapter",
                        "hf://acme/adapter",
                        "--output",
                        output);

        assertThat(run.status()).isZero();
        assertThat(output).isDirectoryContaining("glob:**.pt");
    }

    @Test
    void sayWhatIsWrongInALine() {
        assertFails("hf://elsewhere/tiny", "no such repository, or it is private", "HF_TOKEN");
        assertFails("acme/tiny-bert", "hf://acme/tiny-bert");
        System.setProperty("HF_HUB_OFFLINE", "1");
        assertFails("hf://acme/tiny-bert", "offline mode is on");
        System.setProperty("HF_HUB_OFFLINE", "");
        System.setProperty("HF_ENDPOINT", "elsewhere");
        assertFails("hf://acme/tiny-bert", "HF_ENDPOINT", "https://");
    }

    private static void assertFails(String location, String... words) {
        Run run = Run.of("inspect", "--model", location);

        assertThat(run.status()).isEqualTo(1);
        assertThat(run.err()).singleElement().asString().contains(words);
    }

    @Test
    void useWhatIsThereWithoutANetwork() {
        List<String> first = Run.of("inspect", "--model", "hf://acme/tiny-bert").out();
        server.stop(0);

        assertThat(Run.of("inspect", "--model", "hf://acme/tiny-bert").out()).isEqualTo(first);
    }
}
