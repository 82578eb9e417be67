/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.within;

import ai.djl.modality.Classifications;
import ai.djl.util.StringPair;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.djladapters.model.AdaptedModel;
import org.djladapters.model.Models;
import org.djladapters.task.TaskModel;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a server answers to requests, and to those that it refuses. */
class RequestsTest {

    @TempDir private static Path folder;

    private static Path tickets;
    private static RunningServer server;

    @BeforeAll
    static void start() throws IOException {
        tickets = RunningServer.classifier(folder.resolve("tickets"), "billing", "delivery");
        server = new RunningServer(folder);
        server.lookTwice();
    }

    @AfterAll
    static void nothingWentWrongInside() {
        server.close();
        assertThat(server.failures).isEmpty();
    }

    @Test
    void textsGetWhatTheAdapterPredicts() throws Exception {
        List<String> texts = List.of("the bill is wrong", "where is it");

        JsonObject answer = server.predict("tickets", texts.toArray(String[]::new));

        assertThat(answer.get("adapter").getAsString()).isEqualTo("tickets");
        assertThat(answer.get("version").getAsInt()).isEqualTo(1);
        try (TaskModel<String, Classifications> task =
                TaskModel.open(
                        Models.directory(RunningServer.MODEL),
                        tickets,
                        String.class,
                        Classifications.class)) {
            requireEqual(answer.getAsJsonArray("predictions"), task.predict(texts));
        }
    }

    @Test
    void pairsGetWhatTheAdapterPredicts() throws Exception {
        HttpRequest request =
                server.post(
                        """
                        {"adapter": "tickets", "inputs": [{"text": "a b", "text_pair": "c"}]}
                        """);

        JsonObject answer = RunningServer.ok(server.send(request));

        try (TaskModel<StringPair, Classifications> task =
                TaskModel.open(
                        Models.directory(RunningServer.MODEL),
                        tickets,
                        StringPair.class,
                        Classifications.class)) {
            requireEqual(
                    answer.getAsJsonArray("predictions"),
                    task.predict(List.of(new StringPair("a b", "c"))));
        }
    }

    private static void requireEqual(JsonArray predictions, List<Classifications> expected) {
        assertThat(predictions).hasSize(expected.size());
        for (int i = 0; i < expected.size(); i++) {
            JsonObject prediction = predictions.get(i).getAsJsonObject();
            Classifications.Classification best = expected.get(i).best();
            assertThat(prediction.get("label").getAsString()).isEqualTo(best.getClassName());
            assertThat(prediction.get("probability").getAsDouble())
                    .isCloseTo(best.getProbability(), within(1e-5));
        }
    }

    @Test
    void withoutAnAdapterTheBaseModelAnswers() throws Exception {
        JsonObject answer = server.predict(null, "a text");

        assertThat(answer.get("adapter").isJsonNull()).isTrue();
        assertThat(answer.get("version").getAsInt()).isZero();
        JsonArray vector =
                answer.getAsJsonArray("predictions")
                        .get(0)
                        .getAsJsonObject()
                        .getAsJsonArray("vector");
        try (TaskModel<String, float[]> task =
                TaskModel.open(
                        Models.directory(RunningServer.MODEL), String.class, float[].class)) {
            float[] expected = task.predict("a text");
            assertThat(vector).hasSize(expected.length);
            for (int i = 0; i < expected.length; i++) {
                assertThat(vector.get(i).getAsDouble()).isCloseTo(expected[i], within(1e-5));
            }
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{                                   | 400 | is not JSON (at line 1",
                "{\"inputs\": [\"a\"]} {}            | 400 | is not JSON",
                "{'inputs': ['a']}                   | 400 | is not JSON",
                "[\"a\"]                             | 400 | no JSON object",
                "null                                | 400 | no JSON object",
                "{\"adapter\": \"tickets\"}          | 400 | no list 'inputs'",
                "{\"inputs\": \"a\"}                 | 400 | no list 'inputs'",
                "{\"inputs\": []}                    | 400 | 'inputs' is empty",
                "{\"inputs\": [\"a\", 1]}            | 400 | Input 2 is neither",
                "{\"inputs\": [null]}                | 400 | Input 1 is neither",
                "{\"inputs\": [{\"text_pair\": \"a\"}]} | 400 | Input 1 has no text 'text'",
                "{\"inputs\": [{\"text\": \"a\", \"text_pair\": 1}]} | 400 | 'text_pair' that is",
                "{\"inputs\": [{\"text\": \"a\", \"pair\": \"b\"}]} | 400 | unknown field 'pair'",
                "{\"inputs\": [\"a\"], \"adaptor\": \"b\"} | 400 | unknown field 'adaptor'",
                "{\"inputs\": [\"a\"], \"adapter\": 1} | 400 | 'adapter' is no text",
                "{\"inputs\": [\"a\", \"b\", \"c\", \"d\", \"e\"]} | 400 | at most 4",
                "{\"inputs\": [\"a\", {\"text\": \"a\", \"text_pair\": \"b\"}]} | 400 | two"
                        + " requests",
                "{\"inputs\": [{\"text\": \"a\", \"text_pair\": \"b\"}]} | 400 | model takes texts",
                "{\"inputs\": [\"a\"], \"adapter\": \"other\"} | 404 | no adapter 'other'",
                "{\"inputs\": [\"a\"], \"adapter\": \"tickets.v1\"} | 404 | no adapter",
                "{\"inputs\": [\"a\"], \"adapter\": \"__base__\"} | 404 | no adapter",
            })
    void whatIsNotARequestIsRefusedWithASentence(String body, int status, String sentence)
            throws Exception {
        String counted = "adapters_requests_total{status=\"%d\"}".formatted(status);
        double before = Math.max(0, server.metric(counted));

        HttpResponse<String> answer = server.send(server.post(body));

        assertThat(answer.statusCode()).isEqualTo(status);
        assertThat(error(answer)).contains(sentence).doesNotContain("Exception");
        assertThat(server.metric(counted)).isEqualTo(before + 1);
    }

    private static String error(HttpResponse<String> answer) {
        assertThat(answer.headers().firstValue("Content-Type").orElseThrow())
                .startsWith("application/json");
        return RunningServer.json(answer).get("error").getAsString();
    }

    @Test
    void deepNestingAndBrokenTextAreRefused() throws Exception {
        assertThat(server.send(server.post("[".repeat(900))).statusCode()).isEqualTo(400);
        HttpRequest broken =
                HttpRequest.newBuilder(server.uri("/predict"))
                        .POST(HttpRequest.BodyPublishers.ofByteArray(new byte[] {'"', -1, '"'}))
                        .build();
        assertThat(error(server.send(broken))).contains("is not UTF-8");
    }

    @ParameterizedTest
    @CsvSource({
        "GET, /predict, 405, POST",
        "DELETE, /adapters, 405, 'GET, HEAD'",
        "POST, /health, 405, 'GET, HEAD'",
        "POST, /ready, 405, 'GET, HEAD'",
        "PUT, /metrics, 405, 'GET, HEAD'",
        "GET, /, 404,",
        "GET, /predict/, 404,",
        "GET, /adapters/tickets, 404,",
    })
    void otherPathsAndMethodsAreRefused(String method, String path, int status, String allowed)
            throws Exception {
        HttpResponse<String> answer =
                server.send(
                        HttpRequest.newBuilder(server.uri(path))
                                .method(method, HttpRequest.BodyPublishers.noBody())
                                .build());

        assertThat(answer.statusCode()).isEqualTo(status);
        assertThat(error(answer)).isNotEmpty();
        assertThat(answer.headers().firstValue("Allow").orElse(null)).isEqualTo(allowed);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/health", "/ready", "/metrics", "/adapters"})
    void aHeadIsAGetWithoutItsText(String path) throws Exception {
        HttpResponse<String> head =
                server.send(
                        HttpRequest.newBuilder(server.uri(path))
                                .method("HEAD", HttpRequest.BodyPublishers.noBody())
                                .build());

        assertThat(head.statusCode()).isEqualTo(200);
        assertThat(head.body()).isEmpty();
        assertThat(head.headers().firstValueAsLong("Content-Length").orElseThrow()).isPositive();
    }

    @Test
    void statusHasAPortOfItsOwn() throws Exception {
        URI main = server.server.address();
        for (String path : List.of("/health", "/metrics")) {
            HttpRequest request = HttpRequest.newBuilder(main.resolve(path)).build();
            assertThat(server.send(request).statusCode()).isEqualTo(404);
        }
    }

    @Test
    void slowClientsKeepNobodyWaiting() throws Exception {
        List<Socket> slow = new ArrayList<>();
        try {
            for (int i = 0; i < 300; i++) {
                Socket socket = connect();
                slow.add(socket);
                socket.getOutputStream()
                        .write(
                                "POST /predict HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\n{"
                                        .getBytes(StandardCharsets.US_ASCII));
            }
            assertThat(server.send(server.get("/health")).statusCode()).isEqualTo(200);
            assertThat(server.predict("tickets", "a").get("version").getAsInt()).isEqualTo(1);
        } finally {
            for (Socket socket : slow) {
                socket.close();
            }
        }
    }

    @Test
    void everyAnswerHasTheIdOfItsRequest() throws Exception {
        assertThat(id("shop-17.a_B")).isEqualTo("shop-17.a_B");
        for (String other : List.of("two words", "x".repeat(65), "{}")) {
            assertThat(id(other)).matches("[0-9a-f]{16}");
        }
        HttpResponse<String> refused = server.send(server.post("{"));
        assertThat(refused.headers().firstValue("X-Request-Id")).isPresent();
    }

    private static String id(String sent) throws IOException {
        HttpRequest request =
                HttpRequest.newBuilder(server.uri("/adapters"))
                        .header("X-Request-Id", sent)
                        .build();
        return server.send(request).headers().firstValue("X-Request-Id").orElseThrow();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\0\1\2\r\n\r\n",
                "GET\r\n\r\n",
                "GET /adapters HTTP/9.9\r\nHost: a\r\n\r\n",
                "GET /adapters HTTP/1.1\r\n\r\n",
                "GET /%zz HTTP/1.1\r\nHost: a\r\n\r\n",
                "GET /a/..%2f..%2fb HTTP/1.1\r\nHost: a\r\n\r\n",
                "GET /\\ud800 HTTP/1.1\r\nHost: a\r\n\r\n",
                "POST /predict HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n",
                "POST /predict HTTP/1.1\r\nHost: a\r\nContent-Length: x\r\n\r\n",
                "POST /predict HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nTransfer-Encoding:"
                        + " chunked\r\n\r\n{}",
                "POST /predict HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
                "POST /predict HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\n",
                "POST /predict HTTP/1.1\r\nHost: a\r\nExpect: what\r\nContent-Length: 2\r\n\r\n{}",
                "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
                "TRACE /predict HTTP/1.1\r\nHost: a\r\n\r\n",
                "CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\n",
            })
    void whatIsNoHttpIsTheClientsFault(String sent) throws Exception {
        String answer = raw(sent);
        assertThat(answer)
                .matches("(?s)HTTP/1.1 (4\\d\\d|505) .*")
                .doesNotContain("\tat ", "Exception");
        assertThat(server.predict("tickets", "a").get("version").getAsInt()).isEqualTo(1);
    }

    @Test
    void headersHaveALimit() throws Exception {
        String answer =
                raw("GET /adapters HTTP/1.1\r\nHost: a\r\nX: " + "a".repeat(20_000) + "\r\n\r\n");
        assertThat(answer).startsWith("HTTP/1.1 431 ");
    }

    @Test
    void aLargeBodyIsRefusedBeforeItIsSent() throws Exception {
        String answer = raw("POST /predict HTTP/1.1\r\nHost: a\r\nContent-Length: 1001\r\n\r\n");

        assertThat(answer).startsWith("HTTP/1.1 413 ").contains("larger than 1000 bytes");
    }

    @Test
    void aLargeBodyOfUnknownLengthIsNotReadToItsEnd() throws Exception {
        String chunk = "3e8\r\n" + "a".repeat(1000) + "\r\n";
        String answer =
                raw(
                        "POST /predict HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
                                + chunk
                                + chunk);

        assertThat(answer).startsWith("HTTP/1.1 413 ").contains("larger than 1000 bytes");
    }

    @Test
    void theLargestBodyIsTaken() throws Exception {
        String body = RunningServer.request("tickets", "a");
        assertThat(server.send(server.post(body + " ".repeat(1000 - body.length()))).statusCode())
                .isEqualTo(200);
        assertThat(server.send(server.post(body + " ".repeat(1001 - body.length()))).statusCode())
                .isEqualTo(413);
    }

    private static Socket connect() throws IOException {
        URI address = server.server.address();
        return new Socket(address.getHost(), address.getPort());
    }

    /** Sends a part of a request and reads the first packet that comes back. */
    private String raw(String sent) throws IOException {
        try (Socket socket = connect()) {
            OutputStream out = socket.getOutputStream();
            out.write(sent.getBytes(StandardCharsets.US_ASCII));
            out.flush();
            StringBuilder answer = new StringBuilder();
            while (answer.indexOf("}\n") < 0) {
                int c = socket.getInputStream().read();
                if (c < 0) {
                    break;
                }
                answer.append((char) c);
            }
            return answer.toString();
        }
    }

    @Test
    void clientsThatLeaveDisturbNobody() throws Exception {
        for (int i = 0; i < 20; i++) {
            try (Socket socket = connect()) {
                socket.setSoLinger(true, 0); // a reset
                String body = RunningServer.request("tickets", "a");
                String head = "POST /predict HTTP/1.1\r\nHost: a\r\nContent-Length: ";
                socket.getOutputStream()
                        .write(
                                (head + (body.length() + i % 2) + "\r\n\r\n" + body)
                                        .getBytes(StandardCharsets.US_ASCII));
            }
        }
        assertThat(server.predict("tickets", "a").get("version").getAsInt()).isEqualTo(1);
    }

    @Test
    void aFailureInsideIsOneSentenceForTheClientAndTheRestIsForTheLog() throws Exception {
        AdaptedModel.Scope disabled = server.model.disable();
        HttpResponse<String> answer =
                server.send(server.post(RunningServer.request("tickets", "a")));
        disabled.close();

        assertThat(answer.statusCode()).isEqualTo(500);
        assertThat(error(answer)).isEqualTo("The prediction failed; the log says why");
        assertThat(server.failures).singleElement().isInstanceOf(IllegalStateException.class);
        server.failures.clear();
        assertThat(server.predict("tickets", "a").get("version").getAsInt()).isEqualTo(1);
    }

    @Test
    void adaptersHealthAndMetricsTellWhatIsServed() throws Exception {
        double before = server.metric("adapters_predict_seconds_count");
        server.predict("tickets", "a");
        JsonObject listed = RunningServer.ok(server.send(server.get("/adapters")));
        JsonObject adapter = listed.getAsJsonArray("adapters").get(0).getAsJsonObject();
        assertThat(adapter.get("name").getAsString()).isEqualTo("tickets");
        assertThat(adapter.get("version").getAsInt()).isEqualTo(1);
        assertThat(adapter.get("task").getAsString()).isEqualTo("classification");
        assertThat(adapter.get("inputs")).hasToString("[\"text\",\"pair\"]");
        assertThat(Instant.parse(adapter.get("loaded").getAsString()))
                .isBeforeOrEqualTo(Instant.now());
        assertThat(listed.getAsJsonArray("refused")).isEmpty();
        assertThat(listed.getAsJsonObject("base").get("task").getAsString()).isEqualTo("embedding");

        JsonObject health = RunningServer.ok(server.send(server.get("/health")));
        assertThat(health.get("adapters").getAsInt()).isEqualTo(1);

        assertThat(server.metric("adapters_requests_total{status=\"200\"}")).isPositive();
        assertThat(server.metric("adapters_predict_seconds_count")).isEqualTo(before + 1);
        assertThat(server.metric("adapters_predict_seconds_bucket{le=\"+Inf\"}"))
                .isEqualTo(before + 1);
        assertThat(server.metric("adapters_predict_seconds_sum")).isPositive();
        assertThat(server.metric("adapters_requests_waiting")).isZero();
        assertThat(server.metric("adapters_loaded")).isEqualTo(1);
        assertThat(server.metric("adapters_loads_total")).isEqualTo(1);
        assertThat(server.metric("adapters_failed_loads_total")).isZero();
    }

    @Test
    void anAddressThatIsTakenIsNamed() {
        int port = server.server.address().getPort();
        ServerOptions same = RunningServer.options().optPort(port).build();
        ServerOptions admin = RunningServer.options().optAdminPort(port).build();
        assertThatIOException()
                .isThrownBy(() -> start(same))
                .withMessageContaining("port " + port)
                .withMessageContaining("another --port");
        assertThatIOException()
                .isThrownBy(() -> start(admin))
                .withMessageContaining("another --admin-port");
        assertThatIOException()
                .isThrownBy(() -> start(RunningServer.options().optHost("no host").build()))
                .withMessageContaining("There is no host 'no host'");
    }

    private static void start(ServerOptions options) throws IOException {
        PredictionServer.start(server.adapters, Optional::empty, options, e -> {}).close();
    }

    @Test
    void metricsTellWhatEachAdapterDoesAndHowTheJavaMachineIs() throws Exception {
        server.predict("tickets", "a");
        server.predict(null, "a");
        server.send(server.post(RunningServer.request("made-up", "a")));

        String text = server.send(server.get("/metrics")).body();

        assertThat(text)
                .contains(
                        "adapters_adapter_predict_seconds_count{adapter=\"tickets\",status=\"200\"}",
                        "adapters_adapter_predict_seconds_count{adapter=\"(base)\",status=\"200\"}",
                        "adapters_adapter_predict_seconds_count{adapter=\"(none)\",status=\"404\"}",
                        "jvm_memory_used_bytes",
                        "process_uptime_seconds")
                .doesNotContain("made-up");
    }

    @Test
    void aLoadTestAsksForAllAdapters() throws Exception {
        double before = server.metric("adapters_predict_seconds_count");
        LoadTest test = LoadTest.of(server.server.address());
        LoadResult result = test.run(3, 0.2);

        assertThat(test.targetCount()).isEqualTo(1);
        assertThat(result.failures()).isEmpty();
        assertThat(result.requests()).isPositive();
        assertThat(server.metric("adapters_predict_seconds_count"))
                .isEqualTo(before + result.requests() + 1); // the first is not counted
    }
}
