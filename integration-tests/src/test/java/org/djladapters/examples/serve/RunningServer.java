/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.djladapters.adapter.HeadConfig;
import org.djladapters.checkpoint.AdapterDirectory;
import org.djladapters.checkpoint.head.LabelsFile;
import org.djladapters.model.AdaptedModel;
import org.djladapters.model.Models;
import org.djladapters.serving.AdapterFolder;
import org.djladapters.serving.ServedAdapters;
import org.djladapters.zoo.TrainedAdapters;

/** A server of a tiny model on this machine, whose folder is looked at when a test says so. */
final class RunningServer implements AutoCloseable {

    static final String MODEL = "tiny-bert";

    private static final Set<String> ADMIN = Set.of("/health", "/ready", "/metrics");

    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    final AdaptedModel model;
    final SharedGenerator generator;
    final ServedAdapters<TextTasks> adapters;
    final AdapterFolder folder;
    final PredictionServer server;

    /** What the server said of its folder. */
    final List<String> said = Collections.synchronizedList(new ArrayList<>());

    /** What went wrong in it. */
    final List<Throwable> failures = Collections.synchronizedList(new ArrayList<>());

    RunningServer(Path folder) throws IOException {
        this(folder, options().build());
    }

    RunningServer(Path folder, ServerOptions options) throws IOException {
        this(Models.directory(MODEL), folder, options);
    }

    RunningServer(Path base, Path folder, ServerOptions options) throws IOException {
        model = AdaptedModel.open(base);
        generator = new SharedGenerator(model);
        adapters = new ServedAdapters<>(model, TextTasks.opener(generator));
        this.folder = new AdapterFolder(folder, adapters, said::add, said::add);
        server = PredictionServer.start(adapters, this.folder::failure, options, failures::add);
    }

    /** Returns options for a small server at ports that are free. */
    static ServerOptions.Builder options() {
        return ServerOptions.builder()
                .optPort(0)
                .optAdminPort(0)
                .optWorkers(2)
                .optQueue(16)
                .optMaxBody(1000)
                .optMaxInputs(4);
    }

    /** Saves an adapter that tells two classes. */
    static Path classifier(Path directory, String first, String second) throws IOException {
        return TrainedAdapters.save(
                MODEL,
                new HeadConfig(2, HeadConfig.Pooling.MEAN),
                Map.of(AdapterDirectory.LABELS, LabelsFile.text(List.of(first, second))),
                directory);
    }

    /** Copies a folder file by file over another. */
    static void copy(Path from, Path to) throws IOException {
        Files.createDirectories(to);
        try (Stream<Path> files = Files.list(from)) {
            for (Path file : files.toList()) {
                Files.copy(
                        file, to.resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
            }
        }
    }

    /** Looks as often as it takes for a change to count. */
    void lookTwice() throws IOException {
        folder.poll();
        folder.poll();
    }

    URI uri(String path) {
        boolean admin = ADMIN.contains(path);
        return (admin ? server.adminAddress() : server.address()).resolve(path);
    }

    HttpRequest get(String path) {
        return HttpRequest.newBuilder(uri(path)).build();
    }

    HttpRequest post(String body) {
        return post("/predict", body);
    }

    HttpRequest post(String path, String body) {
        return HttpRequest.newBuilder(uri(path))
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
    }

    /** Posts a body with apostrophes in the place of quotation marks. */
    HttpResponse<String> send(String path, String body) throws IOException {
        return send(post(path, body.replace('\'', '"')));
    }

    HttpResponse<String> send(HttpRequest request) throws IOException {
        try {
            return CLIENT.send(request, HttpResponse.BodyHandlers.ofString());
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    /** Predicts, which must succeed. */
    JsonObject predict(String adapter, String... texts) throws IOException {
        return ok(send(post(request(adapter, texts))));
    }

    static String request(String adapter, String... texts) {
        JsonObject request = new JsonObject();
        request.addProperty("adapter", adapter);
        JsonArray inputs = new JsonArray();
        List.of(texts).forEach(inputs::add);
        request.add("inputs", inputs);
        return request.toString();
    }

    static JsonObject ok(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return json(answer);
    }

    static JsonObject json(HttpResponse<String> answer) {
        return JsonParser.parseString(answer.body()).getAsJsonObject();
    }

    /** Requires the same JSON, with numbers that differ as far as rounding makes them. */
    static void requireClose(JsonElement actual, JsonElement expected) {
        if (expected instanceof JsonObject object) {
            assertThat(actual.getAsJsonObject().keySet()).isEqualTo(object.keySet());
            object.keySet()
                    .forEach(
                            name ->
                                    requireClose(
                                            actual.getAsJsonObject().get(name), object.get(name)));
        } else if (expected instanceof JsonArray array) {
            assertThat(actual.getAsJsonArray()).hasSize(array.size());
            for (int i = 0; i < array.size(); i++) {
                requireClose(actual.getAsJsonArray().get(i), array.get(i));
            }
        } else if (expected instanceof JsonPrimitive primitive && primitive.isNumber()) {
            assertThat(actual.getAsDouble()).isCloseTo(expected.getAsDouble(), within(1e-5));
        } else {
            assertThat(actual).isEqualTo(expected);
        }
    }

    /** Reads a number of the metrics; -1 if there is none of this name. */
    double metric(String name) throws IOException {
        return send(get("/metrics"))
                .body()
                .lines()
                .filter(line -> line.startsWith(name + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(name.length() + 1)))
                .findFirst()
                .orElse(-1);
    }

    @Override
    public void close() {
        server.close();
        adapters.close();
        generator.close();
        model.close();
    }
}
