/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.checkpoint;

import ai.djl.engine.Engine;
import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonParseException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import org.djladapters.hub.ModelDirectory;
import org.djladapters.io.AtomicFiles;
import org.djladapters.io.Sha256;
import org.djladapters.kernel.PyTorch;

/**
 * How an adapter came to be: everything needed to train it again and to tell whether something
 * differs. It is written as JSON beside the adapter. Files are recorded by name, without folders.
 *
 * @param date when it was recorded, ISO 8601 in UTC
 * @param base the model that was adapted
 * @param data the data by role, {@code train} and {@code dev} for example
 * @param seed the random seed
 * @param options the other options of the run by name
 * @param versions versions of this library, DJL, its engine and Java
 * @param startMetrics the metrics before the first step, epoch 0; empty if it was not measured
 * @param metrics the metrics of the epoch that was kept
 * @param bestEpoch that epoch, counted from 1; 0 if none was better than the start
 * @param seconds the wall time of the run
 */
public record Provenance(
        String date,
        Base base,
        Map<String, Source> data,
        long seed,
        Map<String, String> options,
        Map<String, String> versions,
        Map<String, Double> startMetrics,
        Map<String, Double> metrics,
        int bestEpoch,
        double seconds) {

    private static final Gson GSON =
            new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().create();

    /** Makes the maps unmodifiable, in their order. */
    public Provenance {
        data = copy(data);
        options = copy(options);
        versions = copy(versions);
        startMetrics = copy(startMetrics);
        metrics = copy(metrics);
    }

    /**
     * The model that was adapted.
     *
     * @param name its name
     * @param sha256 the SHA-256 of its TorchScript archive
     */
    public record Base(String name, String sha256) {}

    /**
     * Data that was used.
     *
     * @param name the name of the file or folder
     * @param sha256 the fingerprint of the content
     * @param rows the number of examples
     */
    public record Source(String name, String sha256, int rows) {}

    /** Creates a builder. */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Reads a record.
     *
     * @param file the JSON file
     * @throws IOException if the file is missing or not such a record
     */
    public static Provenance read(Path file) throws IOException {
        try {
            return parse(file.toString(), Files.readString(file));
        } catch (CharacterCodingException e) {
            throw notARecord(file.toString(), e);
        }
    }

    /**
     * Reads a record from its text.
     *
     * @param source where the text is from, for messages
     * @param text the JSON text
     * @throws IOException if the text is no such record
     */
    public static Provenance parse(String source, String text) throws IOException {
        try {
            Provenance provenance = GSON.fromJson(text, Provenance.class);
            if (provenance == null) {
                throw new IOException("'%s' is empty".formatted(source));
            }
            return provenance;
        } catch (JsonParseException e) {
            throw notARecord(source, e);
        }
    }

    private static IOException notARecord(String source, Exception cause) {
        return new IOException(
                "'%s' is not the record of a training run: %s"
                        .formatted(source, cause.getMessage()),
                cause);
    }

    /**
     * Writes the record. A file that exists is replaced at once or, on failure, left as it was.
     *
     * @param file the JSON file
     * @throws IOException if it can't be written
     */
    public void write(Path file) throws IOException {
        AtomicFiles.writeString(file, toJson());
    }

    /**
     * Returns the record with a further option.
     *
     * @param name its name
     * @param value its value, recorded as a string
     */
    public Provenance withOption(String name, Object value) {
        Map<String, String> all = new LinkedHashMap<>(options);
        all.put(name, String.valueOf(value));
        return new Provenance(
                date, base, data, seed, all, versions, startMetrics, metrics, bestEpoch, seconds);
    }

    /**
     * Returns the record with what was reached, dated now.
     *
     * @param start the metrics before the first step; empty if they were not measured
     * @param reached the metrics of the epoch that was kept
     * @param epoch that epoch, counted from 1; 0 for the start
     * @param time the wall time of the run in seconds
     */
    public Provenance withResult(
            Map<String, Double> start, Map<String, Double> reached, int epoch, double time) {
        return new Provenance(
                now(), base, data, seed, options, versions, start, reached, epoch, time);
    }

    private static String now() {
        return Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
    }

    /**
     * Returns a fingerprint of what decides a run's course, not of when it ran and what it reached.
     *
     * @return a SHA-256 in hexadecimal digits
     */
    public String run() {
        Provenance planned =
                new Provenance(null, base, data, seed, options, versions, Map.of(), Map.of(), 0, 0);
        return Sha256.of(planned.toJson().getBytes(StandardCharsets.UTF_8));
    }

    /** Writes the record as the text of its file. */
    public String toJson() {
        return GSON.toJson(this) + "\n";
    }

    private static <V> Map<String, V> copy(Map<String, V> map) {
        return map == null ? Map.of() : Collections.unmodifiableMap(new LinkedHashMap<>(map));
    }

    private static Map<String, String> currentVersions() {
        Engine engine = PyTorch.engine();
        Map<String, String> versions = new LinkedHashMap<>();
        versions.put("djl-adapters", libraryVersion());
        versions.put("djl", Engine.getDjlVersion());
        versions.put(engine.getEngineName(), engine.getVersion());
        versions.put("java", System.getProperty("java.version"));
        return versions;
    }

    /** Reads the version from what Maven puts into the jar; classes outside a jar have none. */
    private static String libraryVersion() {
        String resource = "/META-INF/maven/org.djladapters/adapter-block/pom.properties";
        try (InputStream in = Provenance.class.getResourceAsStream(resource)) {
            Properties properties = new Properties();
            if (in != null) {
                properties.load(in);
            }
            return properties.getProperty("version", "unreleased");
        } catch (IOException e) {
            return "unreleased";
        }
    }

    /** Gathers the record of a run to come; versions are those of this process. */
    public static final class Builder {

        private final Map<String, Source> data = new LinkedHashMap<>();
        private final Map<String, String> options = new LinkedHashMap<>();
        private Base base;
        private long seed;

        private Builder() {}

        /**
         * Sets the model that was adapted and hashes its weights.
         *
         * @param model the model's directory
         * @return this builder
         * @throws IOException if the weights can't be read
         */
        public Builder setBase(ModelDirectory model) throws IOException {
            this.base = new Base(model.name(), Sha256.of(model.weightFiles()));
            return this;
        }

        /**
         * Adds data that was used.
         *
         * @param role what for, {@code train} for example
         * @param source its file or folder, of which the name is recorded
         * @param sha256 the fingerprint of its content
         * @param rows the number of examples
         * @return this builder
         */
        public Builder addData(String role, Path source, String sha256, int rows) {
            String name = source.toAbsolutePath().normalize().getFileName().toString();
            data.put(role, new Source(name, sha256, rows));
            return this;
        }

        /**
         * Sets the seed.
         *
         * @param seed the random seed
         * @return this builder
         */
        public Builder setSeed(long seed) {
            this.seed = seed;
            return this;
        }

        /**
         * Adds an option of the run.
         *
         * @param name its name
         * @param value its value, recorded as a string
         * @return this builder
         */
        public Builder addOption(String name, Object value) {
            options.put(name, String.valueOf(value));
            return this;
        }

        /** Builds the record. */
        public Provenance build() {
            return new Provenance(
                    now(),
                    Objects.requireNonNull(base, "setBase is missing"),
                    data,
                    seed,
                    options,
                    currentVersions(),
                    Map.of(),
                    Map.of(),
                    0,
                    0);
        }
    }
}
