/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.serve;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Sends a server requests from several clients. Each client sends one request after another, for an
 * adapter that is drawn at random and a short random text.
 */
public final class LoadTest {

    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private final HttpClient client = HttpClient.newHttpClient();
    private final URI url;
    private final List<Target> targets;

    /** An adapter's name (null in JSON for the base model), and whether it takes pairs. */
    private record Target(JsonElement adapter, boolean pair) {

        String request(SplittableRandom random) {
            JsonArray inputs = new JsonArray();
            if (pair) {
                JsonObject texts = new JsonObject();
                texts.addProperty("text", RandomTexts.draw(random));
                texts.addProperty("text_pair", RandomTexts.draw(random));
                inputs.add(texts);
            } else {
                inputs.add(RandomTexts.draw(random));
            }
            JsonObject request = new JsonObject();
            request.add("adapter", adapter);
            request.add("inputs", inputs);
            return request.toString();
        }
    }

    /** The result of one client. */
    private record Answers(List<Long> nanoseconds, Map<String, Long> failures) {}

    private LoadTest(URI url) throws IOException {
        this.url = url;
        targets = targets();
    }

    /**
     * Asks a server which adapters it has, and sends one request for each.
     *
     * @param url the address of the server, without a path
     * @throws IOException if it does not answer as the command {@code serve} does
     */
    public static LoadTest of(URI url) throws IOException {
        LoadTest test = new LoadTest(url);
        SplittableRandom random = new SplittableRandom(0);
        for (Target target : test.targets) {
            test.send(test.predict(target.request(random)));
        }
        return test;
    }

    /** Returns the number of adapters that requests are drawn for; 1 for the base model alone. */
    public int targetCount() {
        return targets.size();
    }

    /** Lets clients send requests for some seconds and waits for the last answers. */
    public LoadResult run(int clients, double seconds) {
        ExecutorService threads = Executors.newFixedThreadPool(clients);
        long start = System.nanoTime();
        long end = start + (long) (seconds * 1e9);
        List<Future<Answers>> futures = new ArrayList<>();
        for (int i = 0; i < clients; i++) {
            SplittableRandom random = new SplittableRandom(i + 1L);
            futures.add(threads.submit(() -> ask(random, end)));
        }
        List<Answers> answers = new ArrayList<>();
        try {
            for (Future<Answers> future : futures) {
                answers.add(future.get());
            }
        } catch (ExecutionException e) {
            throw new IllegalStateException("A client failed: " + e.getCause(), e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            threads.shutdownNow();
        }
        double took = (System.nanoTime() - start) / 1e9;
        Map<String, Long> failures = new HashMap<>();
        answers.forEach(a -> a.failures().forEach((k, v) -> failures.merge(k, v, Long::sum)));
        return new LoadResult(
                clients,
                took,
                answers.stream().flatMap(a -> a.nanoseconds().stream()).toList(),
                failures);
    }

    private Answers ask(SplittableRandom random, long end) {
        Answers answers = new Answers(new ArrayList<>(), new HashMap<>());
        while (System.nanoTime() < end) {
            Target target = targets.get(random.nextInt(targets.size()));
            HttpRequest request = predict(target.request(random));
            long start = System.nanoTime();
            try {
                int status = send(request).statusCode();
                if (status == 200) {
                    answers.nanoseconds().add(System.nanoTime() - start);
                } else {
                    answers.failures().merge(String.valueOf(status), 1L, Long::sum);
                }
            } catch (IOException e) {
                answers.failures().merge("connection", 1L, Long::sum);
            }
        }
        return answers;
    }

    private List<Target> targets() throws IOException {
        List<Target> found = new ArrayList<>();
        HttpResponse<String> answer;
        try {
            answer = send(request("/adapters").build());
        } catch (IOException e) {
            throw new IOException(
                    "%s does not answer; start a server with the command serve".formatted(url), e);
        }
        try {
            JsonObject json = JsonParser.parseString(answer.body()).getAsJsonObject();
            List<JsonElement> named = json.getAsJsonArray("adapters").asList();
            List<JsonElement> all = named.isEmpty() ? List.of(json.get("base")) : named;
            all.stream()
                    .map(JsonElement::getAsJsonObject)
                    .filter(LoadTest::predicts)
                    .forEach(adapter -> found.add(target(adapter)));
        } catch (JsonParseException
                | IllegalStateException
                | ClassCastException
                | NullPointerException e) {
            throw new IOException(
                    "%s does not answer as the command serve does; give its address".formatted(url),
                    e);
        }
        if (found.isEmpty()) {
            throw new IOException(url + " serves no adapters and no base model that predicts");
        }
        return found;
    }

    /** Tells whether it is served and has predictions, not texts, for answers. */
    private static boolean predicts(JsonObject adapter) {
        return adapter.has("inputs")
                && !adapter.getAsJsonArray("inputs").contains(new JsonPrimitive("prompt"));
    }

    private static Target target(JsonObject adapter) {
        JsonElement name = adapter.get("name");
        boolean pair = adapter.getAsJsonArray("inputs").get(0).getAsString().equals("pair");
        return new Target(name == null ? JsonNull.INSTANCE : name, pair);
    }

    private HttpRequest predict(String body) {
        return request("/predict")
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(url.resolve(path)).timeout(PATIENCE);
    }

    private HttpResponse<String> send(HttpRequest request) throws IOException {
        try {
            return client.send(request, HttpResponse.BodyHandlers.ofString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }
}
