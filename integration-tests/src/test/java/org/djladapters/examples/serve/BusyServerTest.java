/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.serve;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.djladapters.io.AtomicFiles;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server whose single worker is kept busy. */
class BusyServerTest {

    @TempDir private Path folder;

    private static final String RUNNING = "adapters_requests_running";
    private static final String WAITING = "adapters_requests_waiting";

    private final CountDownLatch go = new CountDownLatch(1);
    private RunningServer server;
    private CompletableFuture<Void> update;

    @BeforeEach
    void start() throws Exception {
        RunningServer.classifier(folder.resolve("x"), "a", "b");
        RunningServer.classifier(folder.resolve("y"), "c", "d");
        server =
                new RunningServer(
                        folder,
                        RunningServer.options()
                                .optWorkers(1)
                                .optQueue(4)
                                .optMaxOpenPerAdapter(3)
                                .optTimeout(Duration.ofMillis(500))
                                .build());
        server.lookTwice();
        CountDownLatch updating = new CountDownLatch(1);
        update =
                CompletableFuture.runAsync(
                        () ->
                                server.model.update( // no prediction runs meanwhile
                                        () -> {
                                            updating.countDown();
                                            await(go);
                                        }));
        await(updating);
    }

    @AfterEach
    void stop() {
        go.countDown();
        update.join();
        server.close();
        assertThat(server.failures).isEmpty();
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private CompletableFuture<HttpResponse<String>> ask() {
        return ask("x", "a");
    }

    private CompletableFuture<HttpResponse<String>> ask(String adapter, String... texts) {
        return CompletableFuture.supplyAsync(
                () -> {
                    try {
                        return server.send(server.post(RunningServer.request(adapter, texts)));
                    } catch (IOException e) {
                        throw new IllegalStateException(e);
                    }
                },
                task -> new Thread(task).start());
    }

    private void awaitMetric(String name, int number) throws Exception {
        while (server.metric(name) != number) {
            Thread.sleep(5);
        }
    }

    /** Sends a request that the worker takes, and lets others wait behind it. */
    private List<CompletableFuture<HttpResponse<String>>> askInTurn(String... adapters)
            throws Exception {
        List<CompletableFuture<HttpResponse<String>>> asked = new ArrayList<>();
        for (String adapter : adapters) {
            asked.add(ask(adapter, "the text of " + adapter + asked.size()));
            awaitMetric(RUNNING, 1);
            awaitMetric(WAITING, asked.size() - 1);
        }
        return asked;
    }

    @Test
    void moreRequestsThanTheQueueHoldsAreRefused() throws Exception {
        List<CompletableFuture<HttpResponse<String>>> asked = askInTurn("x", "x", "y", "y", null);

        HttpResponse<String> refused = ask(null, "a").get();

        assertThat(refused.statusCode()).isEqualTo(503);
        assertThat(refused.headers().firstValue("Retry-After")).hasValue("1");
        assertThat(refused.body()).contains("Too many requests wait");
        assertThat(server.send(server.get("/ready")).statusCode()).isEqualTo(200);
        go.countDown();
        for (CompletableFuture<HttpResponse<String>> request : asked) {
            assertThat(request.get().statusCode()).isEqualTo(200);
        }
    }

    @Test
    void moreRequestsOfOneAdapterThanItMayHaveAreRefused() throws Exception {
        List<CompletableFuture<HttpResponse<String>>> asked = askInTurn("x", "x", "x");

        HttpResponse<String> refused = ask().get();
        CompletableFuture<HttpResponse<String>> other = ask("y", "a");

        assertThat(refused.statusCode()).isEqualTo(429);
        assertThat(refused.headers().firstValue("Retry-After")).hasValue("1");
        go.countDown();
        assertThat(asked.get(2).get().statusCode()).isEqualTo(200);
        assertThat(other.get().statusCode()).isEqualTo(200);
        assertThat(ask().get().statusCode()).isEqualTo(200);
    }

    @Test
    void requestsThatWaitArePredictedTogetherAndAsIfAlone() throws Exception {
        double before = server.metric("adapters_batches_total");
        List<CompletableFuture<HttpResponse<String>>> asked = askInTurn("x", "y", "x", null, "y");
        go.countDown();

        List<JsonObject> together = new ArrayList<>();
        for (CompletableFuture<HttpResponse<String>> request : asked) {
            together.add(RunningServer.ok(request.get()));
        }
        assertThat(server.metric("adapters_batches_total")).isEqualTo(before + 2);
        for (int i = 0; i < together.size(); i++) {
            RunningServer.requireClose(
                    together.get(i), server.predict(named(i), "the text of " + named(i) + i));
        }
    }

    private static String named(int place) {
        return new String[] {"x", "y", "x", null, "y"}[place];
    }

    @Test
    void aRequestThatFailsFailsAlone() throws Exception {
        List<CompletableFuture<HttpResponse<String>>> asked = askInTurn("x", "y", "x", "y");
        CompletableFuture<Void> deleted =
                CompletableFuture.runAsync(() -> server.model.delete("y.v1"));
        go.countDown();

        assertThat(asked.get(2).get().statusCode()).isEqualTo(200);
        deleted.join();
        assertThat(asked.get(3).get().statusCode()).isIn(200, 500);
        assertThat(ask("y", "a").get().statusCode()).isEqualTo(500);
        server.failures.clear();
    }

    @Test
    void aRequestThatWaitsLongerThanClientsMayIsAnswered() throws Exception {
        List<CompletableFuture<HttpResponse<String>>> asked = askInTurn("x", "x");
        Thread.sleep(1200); // of two timeouts at least
        go.countDown();
        assertThat(asked.get(0).get().statusCode()).isEqualTo(200);
        assertThat(asked.get(1).get().statusCode()).isEqualTo(200);
    }

    @Test
    void anEndAnswersWhatHasCome() throws Exception {
        CompletableFuture<HttpResponse<String>> running = ask();
        awaitMetric(RUNNING, 1);
        CompletableFuture<Boolean> drained =
                CompletableFuture.supplyAsync(() -> server.server.drain(Duration.ofMinutes(5)));
        while (server.send(server.get("/ready")).statusCode() == 200) {
            Thread.sleep(5);
        }

        HttpResponse<String> late = ask().get();

        assertThat(late.statusCode()).isEqualTo(503);
        assertThat(late.body()).contains("shutting down");
        assertThat(drained).isNotDone();
        go.countDown();
        assertThat(running.get().statusCode()).isEqualTo(200);
        assertThat(drained.get()).isTrue();
    }

    @Test
    void anEndDoesNotWaitForEver() throws Exception {
        CompletableFuture<HttpResponse<String>> running = ask();
        awaitMetric(RUNNING, 1);
        assertThat(server.server.drain(Duration.ofMillis(1))).isFalse();
        go.countDown();
        assertThat(running.get().statusCode()).isEqualTo(200);
    }

    @Test
    void anAdapterIsKeptUntilItsLastRequestIsOver() throws Exception {
        CompletableFuture<HttpResponse<String>> running = ask();
        awaitMetric(RUNNING, 1);
        AtomicFiles.deleteTree(folder.resolve("x"));
        server.lookTwice();
        assertThat(ask().get().statusCode()).isEqualTo(404);
        go.countDown();
        assertThat(running.get().statusCode()).isEqualTo(200);
        server.folder.poll();
        assertThat(server.model.names()).containsExactly("y.v1");
    }
}
