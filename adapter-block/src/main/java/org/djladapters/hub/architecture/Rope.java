/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.hub.architecture;

import java.io.IOException;
import java.util.List;

/**
 * Rotary positions (Su et al., arXiv 2104.09864) and how they are stretched to longer texts: {@code
 * rope_theta} and {@code rope_scaling}, or {@code rope_parameters} with both in it. The program has
 * the formulas; here are the numbers in them.
 */
final class Rope {

    private static final String TYPE = "rope_type";
    private static final String OLD_TYPE = "type";
    private static final String THETA = "rope_theta";
    private static final String POSITIONS = "max_position_embeddings";
    private static final String ORIGINAL_POSITIONS = "original_max_position_embeddings";
    private static final String PARTIAL = "partial_rotary_factor";
    private static final String FACTOR = "factor";
    private static final String LOW = "low_freq_factor";
    private static final String HIGH = "high_freq_factor";
    private static final String ATTENTION_FACTOR = "attention_factor";

    private static final String PLAIN = "default";
    private static final String DYNAMIC = "dynamic";
    private static final String LLAMA3 = "llama3";
    private static final String YARN = "yarn";
    private static final List<String> STRETCHED = List.of("linear", DYNAMIC, LLAMA3, YARN);

    private final ConfigReader config;
    private final ConfigReader scaling;
    private final ProgramSpec.Builder spec;

    private Rope(ConfigReader config, ConfigReader scaling, ProgramSpec.Builder spec) {
        this.config = config;
        this.scaling = scaling;
        this.spec = spec;
    }

    /**
     * Puts the entries of a configuration into a program; so many features of a head are turned.
     */
    static void put(ProgramSpec.Builder spec, ConfigReader config, int headSize)
            throws IOException {
        ConfigReader scaling =
                config.part(config.either(List.of("rope_parameters", "rope_scaling")));
        config.require(PARTIAL, 1, 1.0);
        scaling.require(PARTIAL, 1, 1.0);
        new Rope(config, scaling, spec).put(headSize);
    }

    private void put(int headSize) throws IOException {
        String type = type();
        double theta = scaling.positive(THETA, config.positive(THETA, 10000));
        spec.put("theta", theta).put("plain", type.equals(PLAIN)).put("scaled", type.equals(YARN));
        STRETCHED.forEach(other -> spec.put(other, type.equals(other)));
        if (!type.equals(PLAIN)) {
            spec.put("factor", scaling.positive(FACTOR));
        }
        switch (type) {
            case DYNAMIC -> spec.put("positions", config.size(POSITIONS));
            case LLAMA3 ->
                    spec.put("low_factor", scaling.positive(LOW))
                            .put("high_factor", scaling.positive(HIGH))
                            .put("original_positions", scaling.size(ORIGINAL_POSITIONS));
            case YARN -> putYarn(theta, headSize);
            default -> {} // nothing else to put
        }
    }

    private String type() throws IOException {
        String type = scaling.string(TYPE, scaling.string(OLD_TYPE, PLAIN));
        if (!scaling.string(OLD_TYPE, type).equals(type)) {
            throw scaling.refused(TYPE, "the same as type");
        }
        if (!type.equals(PLAIN) && !STRETCHED.contains(type)) {
            throw scaling.refused(
                    scaling.has(TYPE) ? TYPE : OLD_TYPE,
                    "default or " + String.join(", ", STRETCHED));
        }
        return type;
    }

    /**
     * YaRN (Peng et al., arXiv 2309.00071): features between two ranks go over from their own
     * wavelengths to stretched ones.
     */
    private void putYarn(double theta, int headSize) throws IOException {
        int positions =
                scaling.has(ORIGINAL_POSITIONS)
                        ? scaling.size(ORIGINAL_POSITIONS)
                        : config.size(POSITIONS);
        double first = rank(scaling.positive("beta_fast", 32), positions, theta, headSize);
        double last = rank(scaling.positive("beta_slow", 1), positions, theta, headSize);
        if (scaling.bool("truncate", true)) {
            first = Math.floor(first);
            last = Math.ceil(last);
        }
        first = Math.max(first, 0);
        last = Math.min(last, headSize - 1);
        spec.put("first", first)
                .put("last", last == first ? last + 0.001 : last)
                .put("attention_factor", attentionFactor());
    }

    /** Which pair of features turns so many times over a text of so many positions. */
    private static double rank(double turns, int positions, double theta, int headSize) {
        return headSize * Math.log(positions / (turns * 2 * Math.PI)) / (2 * Math.log(theta));
    }

    private double attentionFactor() throws IOException {
        double factor = scaling.positive(FACTOR);
        double own = scaling.number("mscale", 0);
        double all = scaling.number("mscale_all_dim", 0);
        double absent =
                own != 0 && all != 0
                        ? growth(factor, own) / growth(factor, all)
                        : growth(factor, 1);
        return scaling.number(ATTENTION_FACTOR, absent);
    }

    private static double growth(double factor, double scale) {
        return factor <= 1 ? 1 : 0.1 * scale * Math.log(factor) + 1;
    }
}
