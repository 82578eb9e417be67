/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.djladapters.io.AtomicFiles;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A server with a key, an access log, an impatient clock and a number of adapters it needs. */
class ClosedServerTest {

    @TempDir private static Path temporary;

    private static final List<String> LINES = Collections.synchronizedList(new ArrayList<>());

    private static Path adapter;
    private static Path folder;
    private static RunningServer server;

    @BeforeAll
    static void start() throws IOException {
        adapter = RunningServer.classifier(temporary.resolve("adapter"), "a", "b");
        folder = Files.createDirectory(temporary.resolve("adapters"));
        RunningServer.copy(adapter, folder.resolve("x"));
        server =
                new RunningServer(
                        folder,
                        RunningServer.options()
                                .optKey("secret")
                                .optTimeout(Duration.ofMillis(300))
                                .optMinAdapters(2)
                                .optAccessLog(LINES::add)
                                .build());
        server.lookTwice();
    }

    @AfterAll
    static void nothingWentWrongInside() {
        server.close();
        assertThat(server.failures).isEmpty();
    }

    private static HttpRequest.Builder predict(String body) {
        return HttpRequest.newBuilder(server.uri("/predict"))
                .POST(HttpRequest.BodyPublishers.ofString(body));
    }

    private static HttpResponse<String> send(String authorization, String body) throws IOException {
        return server.send(predict(body).header("Authorization", authorization).build());
    }

    private static HttpResponse<String> ready() throws IOException {
        return server.send(server.get("/ready"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"Bearer other", "bearer", "Basic secret", "Bearer secret2", "secret"})
    void onlyWhoHasTheKeyIsServed(String wrong) throws Exception {
        String body = RunningServer.request("x", "a");
        HttpResponse<String> refused = send(wrong, body);

        assertThat(refused.statusCode()).isEqualTo(401);
        assertThat(refused.headers().firstValue("WWW-Authenticate")).hasValue("Bearer");
        assertThat(refused.body()).contains("Authorization: Bearer KEY").doesNotContain("secret");
        assertThat(server.send(server.get("/adapters")).statusCode()).isEqualTo(401);
        assertThat(send("Bearer secret", body).statusCode()).isEqualTo(200);
        assertThat(server.send(server.get("/health")).statusCode()).isEqualTo(200);
    }

    @Test
    void theLogHasALineForEveryRequestAndNoTexts() throws Exception {
        HttpRequest request =
                predict(RunningServer.request("x", "private words", "b"))
                        .header("Authorization", "Bearer secret")
                        .header("X-Request-Id", "id-1")
                        .build();
        assertThat(server.send(request).statusCode()).isEqualTo(200);

        String line = awaitLine("id-1");
        JsonObject json = JsonParser.parseString(line).getAsJsonObject();
        assertThat(Instant.parse(json.get("time").getAsString())).isBeforeOrEqualTo(Instant.now());
        assertThat(json.get("path").getAsString()).isEqualTo("/predict");
        assertThat(json.get("adapter").getAsString()).isEqualTo("x");
        assertThat(json.get("status").getAsInt()).isEqualTo(200);
        assertThat(json.get("inputs").getAsInt()).isEqualTo(2);
        assertThat(json.get("ms").getAsDouble()).isPositive();
        assertThat(line).doesNotContain("private", "secret", "\n");
    }

    private static String awaitLine(String id) throws Exception {
        while (true) {
            Optional<String> line =
                    List.copyOf(LINES).stream().filter(l -> l.contains(id)).findFirst();
            if (line.isPresent()) {
                return line.get();
            }
            Thread.sleep(5);
        }
    }

    @Test
    void theServerIsReadyWithItsAdaptersAndWhileItsFolderIsThere() throws Exception {
        assertThat(ready().statusCode()).isEqualTo(503);
        assertThat(ready().body()).contains("1 adapters are served, but at least 2 must be");

        RunningServer.copy(adapter, folder.resolve("y"));
        server.lookTwice();
        assertThat(ready().statusCode()).isEqualTo(200);

        Path away = temporary.resolve("away");
        Files.move(folder, away);
        server.lookTwice();
        assertThat(ready().statusCode()).isEqualTo(503);
        assertThat(ready().body()).contains("folder of adapters is lost");
        assertThat(send("Bearer secret", RunningServer.request("x", "a")).statusCode())
                .as("what was loaded stays")
                .isEqualTo(200);
        assertThat(server.send(server.get("/health")).statusCode()).isEqualTo(200);

        Files.move(away, folder);
        server.lookTwice();
        assertThat(ready().statusCode()).isEqualTo(200);
        AtomicFiles.deleteTree(folder.resolve("y"));
        server.lookTwice();
        assertThat(ready().statusCode()).isEqualTo(503);
    }

    @Test
    void aRequestThatDoesNotComeToItsEndIsGivenUp() throws Exception {
        String half =
                "POST /predict HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer secret\r\n"
                        + "Content-Length: 100\r\n\r\n{";
        URI address = server.server.address();
        try (Socket silent = new Socket(address.getHost(), address.getPort());
                Socket slow = new Socket(address.getHost(), address.getPort());
                Socket mute = new Socket(address.getHost(), address.getPort())) {
            silent.getOutputStream().write(half.getBytes(StandardCharsets.US_ASCII));
            slow.getOutputStream().write(half.getBytes(StandardCharsets.US_ASCII));
            for (int i = 0; i < 2; i++) {
                Thread.sleep(100);
                slow.getOutputStream().write(' '); // so that the connection is never silent
            }
            assertThat(text(slow)).startsWith("HTTP/1.1 408 ").contains("did not come within 0.3");
            assertThat(text(silent)).startsWith("HTTP/1.1 408 ");
            assertThat(text(mute)).isEmpty();
        }
    }

    @Test
    void aCertificateMakesItHttps() throws Exception {
        Path keystore = temporary.resolve("server.p12");
        Process keytool =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "keytool")
                                        .toString(),
                                "-genkeypair",
                                "-keyalg",
                                "EC",
                                "-dname",
                                "CN=localhost",
                                "-ext",
                                "san=ip:127.0.0.1",
                                "-storepass",
                                "secret",
                                "-keystore",
                                keystore.toString())
                        .start();
        assertThat(keytool.waitFor()).isZero();
        assertThatIOException()
                .isThrownBy(() -> start(keystore, "wrong").close())
                .withMessageContaining("check --tls-keystore and its password");
        try (PredictionServer secure = start(keystore, "secret")) {
            assertThat(secure.address().getScheme()).isEqualTo("https");
            assertThat(secure.adminAddress().getScheme()).isEqualTo("http");
            HttpResponse<String> answer =
                    HttpClient.newBuilder()
                            .sslContext(trusting(keystore))
                            .build()
                            .send(
                                    HttpRequest.newBuilder(secure.address().resolve("/adapters"))
                                            .build(),
                                    HttpResponse.BodyHandlers.ofString());
            assertThat(answer.statusCode()).isEqualTo(200);
        }
    }

    private static PredictionServer start(Path keystore, String password) throws IOException {
        return PredictionServer.start(
                server.adapters,
                Optional::empty,
                RunningServer.options().optTls(keystore, password).build(),
                server.failures::add);
    }

    private static SSLContext trusting(Path keystore) throws Exception {
        KeyStore trusted = KeyStore.getInstance(keystore.toFile(), "secret".toCharArray());
        TrustManagerFactory managers =
                TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        managers.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, managers.getTrustManagers(), null);
        return context;
    }

    private static String text(Socket socket) throws IOException {
        return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
}
