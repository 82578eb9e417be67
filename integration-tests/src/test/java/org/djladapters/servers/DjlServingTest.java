/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.servers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.Gson;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.djladapters.adapter.HeadConfig;
import org.djladapters.checkpoint.AdapterDirectory;
import org.djladapters.checkpoint.head.LabelsFile;
import org.djladapters.io.AtomicFiles;
import org.djladapters.model.AdaptedModel;
import org.djladapters.model.Models;
import org.djladapters.task.TaskModel;
import org.djladapters.zoo.TrainedAdapters;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Adapters in DJL Serving itself. The property {@code djlserving} names a folder with its jars and
 * those that it needs; the program was built before.
 */
@EnabledIfSystemProperty(named = "djlserving", matches = ".+")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DjlServingTest {

    private static final String MODEL = "tiny-bert";
    private static final List<String> TEXTS = List.of("where is my parcel", "hi", "why");

    /** Float32, with other rows beside it, written as the shortest decimals. */
    private static final double ROUNDING = 2e-5;

    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private Path folder;

    private final HttpClient client = HttpClient.newHttpClient();
    private Path home;
    private Path adapters;
    private Path log;
    private Process server;
    private int port;

    /** Publishes a model with two adapters, damages one of three, and starts the server. */
    @BeforeAll
    void start(@TempDir Path temporary) throws Exception {
        folder = temporary;
        home = folder.resolve("home");
        adapters = home.resolve("models").resolve("tiny_bert").resolve("adapters");
        log = folder.resolve("server.log");
        Path sources = folder.resolve("adapters");
        TrainedAdapters.save(MODEL, null, Map.of(), sources.resolve("vectors"));
        save(sources.resolve("tickets"), "delivery", "billing");
        int published =
                run(
                                java(),
                                "-jar",
                                Path.of("../examples/target/adapters.jar")
                                        .toAbsolutePath()
                                        .toString(),
                                "publish",
                                "--model",
                                Models.directory(MODEL).toString(),
                                "--adapters",
                                sources.toString(),
                                "--serving",
                                home.toString())
                        .waitFor();
        assertThat(published).as(() -> read(log)).isZero();
        Files.createDirectories(adapters.resolve("damaged"));
        Files.writeString(adapters.resolve("damaged").resolve("adapter_config.json"), "{");
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        Path config = home.resolve("config.properties");
        Files.writeString(
                config,
                Files.readString(config).replace("8080", "" + port).replace("8081", "" + port));
        Path jars = Path.of(System.getProperty("djlserving")).toAbsolutePath();
        server =
                run(
                        java(),
                        "-cp",
                        jars + File.separator + "*",
                        "ai.djl.serving.ModelServer",
                        "-f",
                        "config.properties");
        awaitLog("API bind to");
    }

    @AfterAll
    void stop() throws Exception {
        server.destroy();
        assertThat(server.waitFor(1, TimeUnit.MINUTES)).isTrue();
    }

    private static String java() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }

    private Process run(String... command) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().put("MODEL_SERVER_HOME", ".");
        builder.environment().put("OMP_NUM_THREADS", "1");
        return builder.directory(Files.isDirectory(home) ? home.toFile() : folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void save(Path adapter, String first, String second) throws IOException {
        TrainedAdapters.save(
                MODEL,
                new HeadConfig(2, HeadConfig.Pooling.MEAN),
                Map.of(AdapterDirectory.LABELS, LabelsFile.text(List.of(first, second))),
                adapter);
    }

    /** Waits until the log says something; its end shows why it may not. */
    private void awaitLog(String text) throws Exception {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!Files.readString(log).contains(text)) {
            assertThat(server.isAlive() && System.nanoTime() < end)
                    .as("%s in%n%s", text, Files.readString(log))
                    .isTrue();
            Thread.sleep(100);
        }
    }

    private HttpRequest request(byte[] body) {
        return HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:%d/predictions/tiny_bert".formatted(port)))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                .timeout(PATIENCE)
                .build();
    }

    private HttpResponse<String> send(String body) throws Exception {
        return send(request(body.replace('\'', '"').getBytes(StandardCharsets.UTF_8)));
    }

    private HttpResponse<String> send(HttpRequest request) throws Exception {
        return client.send(request, HttpResponse.BodyHandlers.ofString());
    }

    private static JsonElement ok(HttpResponse<String> response) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return JsonParser.parseString(response.body());
    }

    private static String label(JsonElement classes) {
        return classes.getAsJsonArray().get(0).getAsJsonObject().get("className").getAsString();
    }

    @Test
    void everyRowOfManyClientsIsPredictedWithItsAdapter() throws Exception {
        List<String> named = List.of("vectors", "", "tickets");
        String body = new Gson().toJson(Map.of("inputs", TEXTS, "adapters", named));
        List<CompletableFuture<HttpResponse<String>>> answers =
                Stream.generate(
                                () ->
                                        client.sendAsync(
                                                request(body.getBytes(StandardCharsets.UTF_8)),
                                                HttpResponse.BodyHandlers.ofString()))
                        .limit(40)
                        .toList();
        try (AdaptedModel model = AdaptedModel.open(Models.directory(MODEL))) {
            AdapterDirectory.load(model, "vectors", folder.resolve("adapters").resolve("vectors"));
            float[] adapted = vector(model, "vectors", TEXTS.get(0));
            float[] base = vector(model, AdaptedModel.BASE, TEXTS.get(1));
            for (CompletableFuture<HttpResponse<String>> answer : answers) {
                JsonArray rows = ok(answer.get()).getAsJsonArray();
                assertVector(rows.get(0), adapted);
                assertVector(rows.get(1), base);
                assertThat(label(rows.get(2))).isIn("delivery", "billing");
            }
        }
    }

    private static float[] vector(AdaptedModel model, String adapter, String text)
            throws Exception {
        try (TaskModel<String, float[]> task =
                TaskModel.beside(model, String.class, float[].class, adapter)) {
            return task.predict(text);
        }
    }

    private static void assertVector(JsonElement actual, float[] expected) {
        JsonArray vector = actual.getAsJsonArray();
        assertThat(vector).hasSize(expected.length);
        for (int i = 0; i < expected.length; i++) {
            assertThat(vector.get(i).getAsDouble()).isCloseTo(expected[i], within(ROUNDING));
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    {'inputs':                                      | 400 | not JSON
                    {'inputs': 'hi', 'adapters': 'a\\nb'}          | 424 | no adapter
                    {'inputs': 'hi', 'adapters': ['ä', 'b']}        | 400 | 1 inputs and 2 adapters
                    {'inputs': 'hi', 'adapter': 'nobody'}           | 424 | no adapter
                    {'inputs': 'hi', 'adapter': 'damaged'}          | 424 | is not served
                    {'inputs': 'hi', 'parameters': {}}              | 400 | unknown field
                    {'inputs': [7]}                                 | 400 | not 7
                    {'inputs': {'text_pair': 'hi'}}                 | 400 | no text
                    """)
    void whatIsNotARequestGetsItsSentence(String body, int status, String sentence)
            throws Exception {
        HttpResponse<String> response = send(body);
        assertThat(response.statusCode()).isEqualTo(status);
        JsonObject error = JsonParser.parseString(response.body()).getAsJsonObject();
        assertThat(error.get("error").getAsString()).contains(sentence);
    }

    @Test
    void bytesThatAreNoTextAreRefused() throws Exception {
        HttpResponse<String> response = send(request(new byte[] {'"', (byte) 0xC3, '"'}));
        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(send(request(new byte[0])).body()).contains("The request is empty");
    }

    @Test
    void aDamagedAdapterIsRefusedAloneAndAdaptersComeChangeAndGo() throws Exception {
        assertThat(Files.readString(log)).contains("Refused the folder 'damaged'");
        String request = "{'inputs': 'hi', 'adapter': 'new'}";
        assertThat(send(request).statusCode()).isEqualTo(424);

        save(adapters.resolve("new"), "one", "two");
        awaitLog("Loaded adapter 'new', version 1");
        assertThat(label(ok(send(request)))).isIn("one", "two");

        AtomicFiles.deleteTree(adapters.resolve("new"));
        save(adapters.resolve("new"), "three", "four");
        awaitLog("Loaded adapter 'new', version 2");
        assertThat(label(ok(send(request)))).isIn("three", "four");

        AtomicFiles.deleteTree(adapters.resolve("new"));
        awaitLog("Unloaded adapter 'new'");
        assertThat(send(request).statusCode()).isEqualTo(424);
    }
}
