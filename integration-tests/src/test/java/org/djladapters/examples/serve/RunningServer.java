/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.serve;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
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

    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    final AdaptedModel model;
    final ServedAdapters<TextTasks> adapters;
    final AdapterFolder folder;
    final PredictionServer server;

    /** What the server said of its folder. */
    final List<String> said = Collections.synchronizedList(new ArrayList<>());

    /** What went wrong in it. */
    final List<Throwable> failures = Collections.synchronizedList(new ArrayList<>());

    RunningServer(Path folder) throws IOException {
        this(folder, new ServerOptions("127.0.0.1", 0, 2, 16, 1000, 4));
    }

    RunningServer(Path folder, ServerOptions options) throws IOException {
        model = AdaptedModel.open(Models.directory(MODEL));
        adapters = new ServedAdapters<>(model, TextTasks::open);
        this.folder = new AdapterFolder(folder, adapters, said::add, said::add);
        server = PredictionServer.start(adapters, options, failures::add);
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
        return server.address().resolve(path);
    }

    HttpRequest get(String path) {
        return HttpRequest.newBuilder(uri(path)).build();
    }

    HttpRequest post(String body) {
        return HttpRequest.newBuilder(uri("/predict"))
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
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
        model.close();
    }
}
