/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.djladapters.model.Models;
import org.djladapters.zoo.TrainedAdapters;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code serve} in a process of its own, and the load test of {@code bench}. */
class ServeCommandTest {

    @TempDir private Path folder;

    @Test
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "a Java program can't send it a signal")
    void servesUntilItIsAskedToStop() throws Exception {
        TrainedAdapters.save("tiny-bert", null, Map.of(), folder.resolve("vectors"));
        Process process = start();
        try (BufferedReader out = process.inputReader()) {
            URI url = URI.create(out.readLine());
            assertThat(url.getHost()).isEqualTo("127.0.0.1");
            JsonObject answer =
                    JsonParser.parseString(
                                    post(url, "{\"adapter\": \"vectors\", \"inputs\": [\"a\"]}"))
                            .getAsJsonObject();
            assertThat(answer.get("version").getAsInt()).isEqualTo(1);

            Run bench = Run.of("bench", "--url", url, "--clients", "1,2", "--seconds", 0.2);
            assertThat(bench.status()).as(String.join("\n", bench.err())).isZero();
            assertThat(bench.out().get(0)).contains("requests per second", "p99, ms", "failures");
            JsonObject line =
                    JsonParser.parseString(bench.out().get(bench.out().size() - 1))
                            .getAsJsonObject();
            assertThat(line.get("adapters").getAsInt()).isEqualTo(1);
            JsonObject second = line.getAsJsonArray("runs").get(1).getAsJsonObject();
            assertThat(second.get("clients").getAsInt()).isEqualTo(2);
            for (String name : List.of("requests", "requests_per_second", "p50_ms", "max_ms")) {
                assertThat(second.get(name).getAsDouble()).as(name).isPositive();
            }

            slowClientsAreLeft(url);

            process.toHandle().destroy();
            assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
            assertThat(process.exitValue()).as("status of SIGTERM").isEqualTo(143);
            assertThat(out.readLine()).isNull();
            assertThat(folder.resolve("err"))
                    .content()
                    .contains("Loaded adapter 'vectors', version 1 (embedding)", "Shutting down");
            assertThat(folder.resolve("access.jsonl"))
                    .content()
                    .contains("\"adapter\":\"vectors\",\"status\":200,\"inputs\":1");
        } finally {
            process.destroyForcibly();
        }
    }

    private Process start() throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        "org.djladapters.examples.cli.Adapters",
                        "serve",
                        "--model",
                        Models.directory("tiny-bert").toString(),
                        "--adapters",
                        folder.toString(),
                        "--port",
                        "0",
                        "--admin-port",
                        "0",
                        "--timeout",
                        "1",
                        "--access-log",
                        folder.resolve("access.jsonl").toString(),
                        "--poll",
                        "0.05")
                .redirectError(folder.resolve("err").toFile())
                .start();
    }

    private static String post(URI url, String body) throws Exception {
        HttpRequest request =
                HttpRequest.newBuilder(url.resolve("/predict"))
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build();
        return HttpClient.newHttpClient()
                .send(request, HttpResponse.BodyHandlers.ofString())
                .body();
    }

    /** The server ends a connection whose request does not come to its end. */
    private static void slowClientsAreLeft(URI url) throws IOException {
        try (Socket socket = new Socket(url.getHost(), url.getPort())) {
            socket.getOutputStream()
                    .write(
                            "POST /predict HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\n{"
                                    .getBytes(StandardCharsets.US_ASCII));
            InputStream in = socket.getInputStream();
            assertThat(new String(in.readAllBytes(), StandardCharsets.UTF_8))
                    .startsWith("HTTP/1.1 408 ");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "serve --model m | 2 | --adapters",
                "serve --model m --adapters a --port 65536 | 2 | --port must be between",
                "serve --model m --adapters a --workers 0 | 2 | --workers must be at least 1, got"
                        + " 0",
                "serve --model m --adapters a --admin-port -1 | 2 | --admin-port must be between",
                "serve --model m --adapters a --max-batch 0 | 2 | --max-batch must be at least 1",
                "serve --model m --adapters a --batch-delay -1 | 2 | --batch-delay must be less",
                "serve --model m --adapters a --timeout 0 | 2 | --timeout must be less than an",
                "serve --model m --adapters a --min-adapters -1 | 2 | --min-adapters must be at",
                "serve --model m --adapters a --max-requests-per-adapter -1 | 2 | least 0, got -1",
                "serve --model m --adapters a --key-env NOT_SET | 2 | NOT_SET of --key-env is not",
                "serve --model m --adapters a --tls-keystore f --tls-password-env NOT_SET | 2 |"
                        + " NOT_SET of --tls-password-env is not set",
                "serve --model m --adapters a --queue 0 | 2 | --queue must be at least 1",
                "serve --model m --adapters a --max-body 0 | 2 | --max-body must be at least 1",
                "serve --model m --adapters a --max-inputs 0 | 2 | --max-inputs must be at least",
                "serve --model m --adapters a --poll 0 | 2 | --poll must be between 0.01 and",
                "serve --model m --adapters no-folder | 1 | no-folder is not a folder",
                "bench --clients 3 --shape minilm | 2 | --clients and --seconds go with --url",
                "bench --url http://localhost:1 --batch 3 | 2 | leave out --batch",
                "bench --url localhost:1 | 2 | takes an address such as http://127.0.0.1:8080",
                "bench --url http://localhost:1 --clients 0 | 2 | between 1 and 10000, got [0]",
                "bench --url http://localhost:1 --seconds 0 | 2 | must be positive, got 0",
                "bench --growth g --url http://localhost:1 | 2 | leave out --url",
                "bench --url http://localhost:1 | 1 | http://localhost:1",
            })
    void whatMakesNoSenseIsRefused(String line, int status, String expected) {
        Run run = Run.of((Object[]) line.split(" "));
        assertThat(run.status()).isEqualTo(status);
        assertThat(run.out()).isEmpty();
        assertThat(run.err()).singleElement().asString().contains(expected);
    }

    @Test
    void aFileIsNoFolderOfAdapters() throws Exception {
        Path file = Files.createFile(folder.resolve("file"));
        Run run = Run.of("serve", "--model", Models.directory("tiny-bert"), "--adapters", file);
        assertThat(run.status()).isEqualTo(1);
        assertThat(run.err()).singleElement().asString().contains("file is not a folder");
    }
}
