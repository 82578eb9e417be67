/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.report;

import com.google.gson.FieldNamingPolicy;
import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.annotations.SerializedName;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.djladapters.io.MalformedFileException;

/**
 * What others published, and what is claimed.
 *
 * @param studies published figures
 * @param claims what is to be tested
 */
record Published(List<Study> studies, List<Claim> claims) {

    private static final String BUILT_IN = "published.json";
    private static final Gson GSON =
            new GsonBuilder()
                    .setFieldNamingPolicy(FieldNamingPolicy.LOWER_CASE_WITH_UNDERSCORES)
                    .create();

    Published {
        studies = List.copyOf(studies);
        claims = List.copyOf(claims);
    }

    /**
     * Figures that were published together.
     *
     * @param suite the suite beside which they are shown
     * @param name a name for the study
     * @param setting model and tasks
     * @param source where they stand
     * @param figures the figures
     */
    record Study(String suite, String name, String setting, String source, List<Figure> figures) {

        Study {
            Objects.requireNonNull(suite);
            figures = List.copyOf(figures);
        }
    }

    /**
     * A published figure.
     *
     * @param method the method
     * @param family its family, for the colour
     * @param parameters its number of adapter parameters
     * @param value what it reached
     */
    record Figure(String method, String family, long parameters, double value) {

        Figure {
            Objects.requireNonNull(method);
            Objects.requireNonNull(family);
        }
    }

    /** How a claim is tested. */
    enum Kind {
        /** A compound method reaches a percentage of others' average with so much less. */
        @SerializedName("percent")
        PERCENT,
        /** Compound methods are on or above the curves of all other families. */
        @SerializedName("equal")
        EQUAL,
        /** A method differs from another one on a task by so many points. */
        @SerializedName("difference")
        DIFFERENCE
    }

    /**
     * A claim.
     *
     * @param kind how it is tested
     * @param origin who claims it
     * @param text the claim in words
     * @param suite the suite whose results decide
     * @param against families, or {@code reference}, or for a difference one method
     * @param percent the least percentage of the quality of each of these
     * @param fewer the least ratio of their parameters to those of the compound method; may be null
     * @param baseShare the most parameters in percent of the base model's; may be null
     * @param task the task of a difference
     * @param method the method that differs
     * @param atLeast the least difference in points; may be null
     * @param atMost the largest difference in points; may be null
     */
    record Claim(
            Kind kind,
            String origin,
            String text,
            String suite,
            List<String> against,
            Double percent,
            Double fewer,
            Double baseShare,
            String task,
            String method,
            Double atLeast,
            Double atMost) {

        Claim {
            against = against == null ? List.of() : List.copyOf(against);
        }

        private boolean isComplete() {
            if (kind == null || origin == null || text == null || suite == null) {
                return false;
            }
            return switch (kind) {
                case PERCENT -> percent != null && !against.isEmpty();
                case EQUAL -> true;
                case DIFFERENCE -> task != null && method != null && against.size() == 1;
            };
        }
    }

    /** Reads what this program brings along. */
    static Published builtIn() throws IOException {
        try (InputStream in = Published.class.getResourceAsStream(BUILT_IN)) {
            String json = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            return parse(Path.of(BUILT_IN), json);
        }
    }

    /**
     * Reads a file.
     *
     * @throws IOException if the file can't be read or holds something else
     */
    static Published read(Path file) throws IOException {
        return parse(file, Files.readString(file));
    }

    private static Published parse(Path file, String json) throws MalformedFileException {
        Published published;
        try {
            published = GSON.fromJson(json, Published.class);
        } catch (RuntimeException e) {
            // not only JsonParseException: Gson also passes on what constructors throw
            throw foreign(file, e);
        }
        if (published == null) {
            throw foreign(file, null);
        }
        for (int i = 0; i < published.claims().size(); i++) {
            if (!published.claims().get(i).isComplete()) {
                throw new MalformedFileException(
                        file,
                        "claim %d lacks fields that its kind needs; see the built-in %s"
                                .formatted(i + 1, BUILT_IN));
            }
        }
        return published;
    }

    private static MalformedFileException foreign(Path file, Exception cause) {
        return new MalformedFileException(
                file, "it does not contain published figures and claims", cause);
    }
}
