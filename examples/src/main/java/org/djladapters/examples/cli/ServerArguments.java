/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.djladapters.examples.serve.ServerOptions;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The options of a server. */
@OptionGroup.In(OptionGroup.SERVER)
final class ServerArguments {

    private static final String STANDARD_ERROR = "-";

    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    @Option(
            names = "--name",
            paramLabel = "NAME",
            description =
                    "Name of the base model for clients of OpenAI's API, who ask for NAME or"
                            + " NAME:ADAPTER. Default: that of its folder.")
    private String name;

    @Option(
            names = "--alias",
            paramLabel = "ALIAS=MODEL",
            description = "Another name for a model of these; can be repeated. Default: none.")
    private Map<String, String> aliases = Map.of();

    @Option(
            names = "--host",
            paramLabel = "HOST",
            description =
                    "Name or address to listen at; 0.0.0.0 for all of this machine. Default:"
                            + " 127.0.0.1, which only this machine reaches.")
    private String host = "127.0.0.1";

    @Option(
            names = "--port",
            paramLabel = "N",
            description = "Port to listen at, 0 for any that is free. Default: 8080.")
    private int port = 8080;

    @Option(
            names = "--admin-port",
            paramLabel = "N",
            description =
                    "Port for GET /health, /ready and /metrics, 0 for any that is free. Default:"
                            + " 8081.")
    private int adminPort = 8081;

    @Option(
            names = "--workers",
            paramLabel = "N",
            description =
                    "Number of batches that are predicted at once. Default: the number of"
                            + " processors.")
    private int workers = Runtime.getRuntime().availableProcessors();

    @Option(
            names = "--queue",
            paramLabel = "N",
            description =
                    "Number of requests that may wait; more are refused with status 503. Default:"
                            + " 256.")
    private int queue = 256;

    @Option(
            names = "--max-batch",
            paramLabel = "N",
            description =
                    "Most inputs of requests that wait to be predicted together. Default: 32.")
    private int maxBatch = 32;

    @Option(
            names = "--batch-delay",
            paramLabel = "MILLISECONDS",
            description =
                    "Time that a request waits for others to be predicted with. Default: 0, so that"
                            + " only those are together that have to wait anyway.")
    private long batchDelay;

    @Option(
            names = "--max-body",
            paramLabel = "BYTES",
            description = "Largest request that is read. Default: 1048576, which is 1 MiB.")
    private int maxBody = 1 << 20;

    @Option(
            names = "--max-inputs",
            paramLabel = "N",
            description = "Most inputs of one request. Default: 64.")
    private int maxInputs = 64;

    @Option(
            names = "--max-new-tokens",
            paramLabel = "N",
            description =
                    "Most tokens that a language model writes for a prompt; a request for more is"
                            + " refused. Default: 1024.")
    private int maxNewTokens = 1024;

    @Option(
            names = "--max-requests-per-adapter",
            paramLabel = "N",
            description =
                    "Most requests for one adapter that may be open; more are refused with status"
                            + " 429. Default: 0, which is no limit.")
    private int maxOpenPerAdapter;

    @Option(
            names = "--timeout",
            paramLabel = "SECONDS",
            description =
                    "Time within which a request must have come, and after which a connection that"
                            + " passes nothing is closed. Default: 30.")
    private double timeout = 30;

    @Option(
            names = "--min-adapters",
            paramLabel = "N",
            description = "Number of adapters without which /ready gives status 503. Default: 0.")
    private int minAdapters;

    @Option(
            names = "--key-env",
            paramLabel = "NAME",
            description =
                    "Environment variable with a key that clients must send (Authorization: Bearer"
                            + " KEY). Default: none, and no key is needed.")
    private String keyVariable;

    @Option(
            names = "--tls-keystore",
            paramLabel = "FILE",
            description =
                    "File with a certificate and its key (PKCS12), to be reached over HTTPS."
                            + " Default: none, and plain HTTP.")
    private Path keystore;

    @Option(
            names = "--tls-password-env",
            paramLabel = "NAME",
            description =
                    "Environment variable with the password of that file. Default:"
                            + " ${DEFAULT-VALUE}.")
    private String passwordVariable = "TLS_KEYSTORE_PASSWORD";

    @Option(
            names = "--access-log",
            paramLabel = "FILE",
            description =
                    "File that gets a line of JSON for every request, without its texts; '-' for"
                            + " standard error. Default: none.")
    private String accessLog;

    int workers() {
        return workers;
    }

    /** Makes the options of a server, and opens its access log, to which lines are appended. */
    ServerOptions options() throws IOException {
        ServerOptions.Builder builder = Usage.checked(command, this::builder);
        if (accessLog != null) {
            PrintWriter log =
                    accessLog.equals(STANDARD_ERROR)
                            ? command.commandLine().getErr()
                            : appending(Path.of(accessLog));
            builder.optAccessLog(
                    line -> {
                        log.println(line);
                        log.flush();
                    });
        }
        return builder.build();
    }

    private ServerOptions.Builder builder() {
        ServerOptions.Builder builder =
                ServerOptions.builder()
                        .optName(name)
                        .optAliases(aliases)
                        .optHost(host)
                        .optPort(port)
                        .optAdminPort(adminPort)
                        .optWorkers(workers)
                        .optQueue(queue)
                        .optMaxBatch(maxBatch)
                        .optBatchDelay(Duration.ofMillis(batchDelay))
                        .optMaxBody(maxBody)
                        .optMaxInputs(maxInputs)
                        .optMaxNewTokens(maxNewTokens)
                        .optMaxOpenPerAdapter(maxOpenPerAdapter)
                        .optTimeout(Duration.ofMillis(Math.round(timeout * 1000)))
                        .optMinAdapters(minAdapters);
        if (keyVariable != null) {
            builder.optKey(variable(keyVariable, "--key-env"));
        }
        if (keystore != null) {
            builder.optTls(keystore, variable(passwordVariable, "--tls-password-env"));
        }
        return builder;
    }

    private static String variable(String name, String option) {
        return Optional.ofNullable(System.getenv(name))
                .filter(value -> !value.isBlank())
                .orElseThrow(
                        () ->
                                new IllegalArgumentException(
                                        "The environment variable %s of %s is not set; set it"
                                                .formatted(name, option)));
    }

    private static PrintWriter appending(Path file) throws IOException {
        return new PrintWriter(
                Files.newBufferedWriter(
                        file,
                        StandardCharsets.UTF_8,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.APPEND));
    }

    /** Returns what is open to everybody who reaches the server, if that is not this machine. */
    Optional<String> warning() throws IOException {
        if (InetAddress.getByName(host).isLoopbackAddress()
                || (keyVariable != null && keystore != null)) {
            return Optional.empty();
        }
        return Optional.of(
                "everybody who reaches this address can %s; give --key-env and --tls-keystore, or"
                                .formatted(
                                        keyVariable == null
                                                ? "use the server"
                                                : "read what is sent to it")
                        + " put a proxy in front of it");
    }
}
