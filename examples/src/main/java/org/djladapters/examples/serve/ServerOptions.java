/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.serve;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.djladapters.model.AdaptedModel;

/** The options of a server; messages about wrong ones name the options of the command line. */
public final class ServerOptions {

    private final Builder builder;

    private ServerOptions(Builder builder) {
        this.builder = builder;
    }

    /** Returns a builder with the defaults of the command line. */
    public static Builder builder() {
        return new Builder();
    }

    String host() {
        return builder.host;
    }

    int port() {
        return builder.port;
    }

    int adminPort() {
        return builder.adminPort;
    }

    int workers() {
        return builder.workers;
    }

    int queue() {
        return builder.queue;
    }

    int maxBody() {
        return builder.maxBody;
    }

    int maxInputs() {
        return builder.maxInputs;
    }

    int maxBatch() {
        return builder.maxBatch;
    }

    Duration batchDelay() {
        return builder.batchDelay;
    }

    Duration timeout() {
        return builder.timeout;
    }

    int minAdapters() {
        return builder.minAdapters;
    }

    int maxNewTokens() {
        return builder.maxNewTokens;
    }

    int maxOpenPerAdapter() {
        return builder.maxOpenPerAdapter;
    }

    /** Returns the names by which clients of other APIs ask for models. */
    ModelNames names(AdaptedModel model) {
        String folder = model.directory().orElseThrow().path().getFileName().toString();
        return new ModelNames(Optional.ofNullable(builder.name).orElse(folder), builder.aliases);
    }

    Optional<String> key() {
        return Optional.ofNullable(builder.key);
    }

    Optional<Tls> tls() {
        return Optional.ofNullable(builder.tls);
    }

    Optional<Consumer<String>> accessLog() {
        return Optional.ofNullable(builder.accessLog);
    }

    /** A certificate with its private key, in a file of the form PKCS12 or JKS. */
    record Tls(Path keystore, String password) {}

    /** Collects options. */
    public static final class Builder {

        private String host = "127.0.0.1";
        private int port = 8080;
        private int adminPort = 8081;
        private int workers = Runtime.getRuntime().availableProcessors();
        private int queue = 256;
        private int maxBody = 1 << 20;
        private int maxInputs = 64;
        private int maxBatch = 32;
        private Duration batchDelay = Duration.ZERO;
        private Duration timeout = Duration.ofSeconds(30);
        private int minAdapters;
        private int maxNewTokens = 1024;
        private int maxOpenPerAdapter;
        private String name;
        private Map<String, String> aliases = Map.of();
        private String key;
        private Tls tls;
        private Consumer<String> accessLog;

        private Builder() {}

        /** Sets the name of the base model in other APIs, instead of that of its folder. */
        public Builder optName(String name) {
            this.name = name;
            return this;
        }

        /** Sets other names of models; each stands for the base model or NAME:ADAPTER. */
        public Builder optAliases(Map<String, String> aliases) {
            this.aliases = Map.copyOf(aliases);
            return this;
        }

        /** Sets the name or address to listen at. */
        public Builder optHost(String host) {
            this.host = host;
            return this;
        }

        /** Sets the port for predictions, 0 for any free one. */
        public Builder optPort(int port) {
            this.port = port(port, "--port");
            return this;
        }

        /** Sets the port for health, readiness and metrics, 0 for any free one. */
        public Builder optAdminPort(int port) {
            this.adminPort = port(port, "--admin-port");
            return this;
        }

        /** Sets the number of batches that are predicted at once. */
        public Builder optWorkers(int workers) {
            this.workers = atLeast(1, workers, "--workers");
            return this;
        }

        /** Sets the number of requests that may wait. */
        public Builder optQueue(int queue) {
            this.queue = atLeast(1, queue, "--queue");
            return this;
        }

        /** Sets the largest size of a request in bytes. */
        public Builder optMaxBody(int maxBody) {
            this.maxBody = atLeast(1, maxBody, "--max-body");
            return this;
        }

        /** Sets the largest number of inputs of a request. */
        public Builder optMaxInputs(int maxInputs) {
            this.maxInputs = atLeast(1, maxInputs, "--max-inputs");
            return this;
        }

        /** Sets the largest number of inputs that are predicted together. */
        public Builder optMaxBatch(int maxBatch) {
            this.maxBatch = atLeast(1, maxBatch, "--max-batch");
            return this;
        }

        /** Sets the time that a request waits for others to be predicted with. */
        public Builder optBatchDelay(Duration delay) {
            this.batchDelay = within(delay, 0, "--batch-delay");
            return this;
        }

        /**
         * Sets the time within which a request must have come, and after which a connection that
         * passes nothing is closed.
         */
        public Builder optTimeout(Duration timeout) {
            this.timeout = within(timeout, 1, "--timeout");
            return this;
        }

        /** Sets the number of adapters without which the server is not ready. */
        public Builder optMinAdapters(int minAdapters) {
            this.minAdapters = atLeast(0, minAdapters, "--min-adapters");
            return this;
        }

        /** Sets the largest number of tokens that are written for a prompt. */
        public Builder optMaxNewTokens(int tokens) {
            this.maxNewTokens = atLeast(1, tokens, "--max-new-tokens");
            return this;
        }

        /** Sets the number of requests for one adapter that may be open, 0 for any. */
        public Builder optMaxOpenPerAdapter(int requests) {
            this.maxOpenPerAdapter = atLeast(0, requests, "--max-requests-per-adapter");
            return this;
        }

        /** Sets the key that clients have to send. */
        public Builder optKey(String key) {
            if (key.isBlank()) {
                throw new IllegalArgumentException("The key of --key-env is empty; set it");
            }
            this.key = key;
            return this;
        }

        /** Sets the file with the certificate for TLS, and its password. */
        public Builder optTls(Path keystore, String password) {
            this.tls = new Tls(keystore, password);
            return this;
        }

        /** Sets what takes a line of JSON for every request. */
        public Builder optAccessLog(Consumer<String> lines) {
            this.accessLog = lines;
            return this;
        }

        /** Returns the options; this builder must not be used any more. */
        public ServerOptions build() {
            return new ServerOptions(this);
        }

        private static int port(int port, String option) {
            if (port < 0 || port > 0xFFFF) {
                throw new IllegalArgumentException(
                        "%s must be between 0 and 65535, got %d".formatted(option, port));
            }
            return port;
        }

        private static int atLeast(int least, int number, String option) {
            if (number < least) {
                throw new IllegalArgumentException(
                        "%s must be at least %d, got %d".formatted(option, least, number));
            }
            return number;
        }

        private static Duration within(Duration time, long leastMillis, String option) {
            if (time.toMillis() < leastMillis || time.toHours() >= 1) {
                throw new IllegalArgumentException(
                        "%s must be less than an hour and %s, got %s s"
                                .formatted(
                                        option,
                                        leastMillis == 0 ? "not negative" : "positive",
                                        time.toMillis() / 1000.0));
            }
            return time;
        }
    }
}
