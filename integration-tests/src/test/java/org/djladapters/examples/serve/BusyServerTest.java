/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.serve;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
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

    private final CountDownLatch go = new CountDownLatch(1);
    private RunningServer server;
    private CompletableFuture<Void> update;

    @BeforeEach
    void start() throws Exception {
        RunningServer.classifier(folder.resolve("x"), "a", "b");
        server = new RunningServer(folder, new ServerOptions("127.0.0.1", 0, 1, 1, 1000, 4));
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
        return CompletableFuture.supplyAsync(
                () -> {
                    try {
                        return server.send(server.post(RunningServer.request("x", "a")));
                    } catch (IOException e) {
                        throw new IllegalStateException(e);
                    }
                },
                task -> new Thread(task).start());
    }

    private void awaitMetric(String name) throws Exception {
        while (server.metric(name) != 1) {
            Thread.sleep(5);
        }
    }

    @Test
    void moreRequestsThanTheQueueHoldsAreRefused() throws Exception {
        CompletableFuture<HttpResponse<String>> running = ask();
        awaitMetric("adapters_requests_running");
        CompletableFuture<HttpResponse<String>> waiting = ask();
        awaitMetric("adapters_requests_waiting");

        HttpResponse<String> refused = ask().get();

        assertThat(refused.statusCode()).isEqualTo(503);
        assertThat(refused.headers().firstValue("Retry-After")).hasValue("1");
        assertThat(refused.body()).contains("Too many requests wait");
        assertThat(server.send(server.get("/health")).statusCode()).isEqualTo(200);
        go.countDown();
        assertThat(running.get().statusCode()).isEqualTo(200);
        assertThat(waiting.get().statusCode()).isEqualTo(200);
    }

    @Test
    void anEndAnswersWhatHasCome() throws Exception {
        CompletableFuture<HttpResponse<String>> running = ask();
        awaitMetric("adapters_requests_running");
        CompletableFuture<Boolean> drained =
                CompletableFuture.supplyAsync(() -> server.server.drain(Duration.ofMinutes(5)));
        while (server.send(server.get("/health")).statusCode() == 200) {
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
        awaitMetric("adapters_requests_running");
        assertThat(server.server.drain(Duration.ofMillis(1))).isFalse();
        go.countDown();
        assertThat(running.get().statusCode()).isEqualTo(200);
    }

    @Test
    void anAdapterIsKeptUntilItsLastRequestIsOver() throws Exception {
        CompletableFuture<HttpResponse<String>> running = ask();
        awaitMetric("adapters_requests_running");
        AtomicFiles.deleteTree(folder.resolve("x"));
        server.lookTwice();
        assertThat(ask().get().statusCode()).isEqualTo(404);
        go.countDown();
        assertThat(running.get().statusCode()).isEqualTo(200);
        server.folder.poll();
        assertThat(server.model.names()).isEmpty();
    }
}
