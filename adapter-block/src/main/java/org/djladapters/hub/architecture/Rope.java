/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.hub.architecture;

import java.io.IOException;
import java.util.List;
import java.util.stream.Collectors;

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
    private static final String LONGROPE = "longrope";
    private static final List<String> STRETCHED = List.of("linear", DYNAMIC, LLAMA3, YARN);

    private final ConfigReader config;
    private final ConfigReader scaling;
    private final ProgramSpec.Builder spec;

    /** The first features of a head, which are turned. */
    private final int rotated;

    private Rope(ConfigReader config, ConfigReader scaling, ProgramSpec.Builder spec, int rotated) {
        this.config = config;
        this.scaling = scaling;
        this.spec = spec;
        this.rotated = rotated;
    }

    /** Puts the entries of a configuration into a program that turns all features of a head. */
    static void put(ProgramSpec.Builder spec, ConfigReader config, int headSize)
            throws IOException {
        ConfigReader scaling = scaling(config);
        config.require(PARTIAL, 1, 1.0);
        scaling.require(PARTIAL, 1, 1.0);
        Rope rope = new Rope(config, scaling, spec, headSize);
        rope.put(rope.type(), headSize);
    }

    /**
     * Puts the entries of a configuration as Phi-3 has them: a part of a head's features may be
     * turned, and longer texts have LongRoPE (Ding et al., arXiv 2402.13753) or nothing.
     */
    static void putPhi(ProgramSpec.Builder spec, ConfigReader config, int headSize)
            throws IOException {
        ConfigReader scaling = scaling(config);
        double part = scaling.positive(PARTIAL, config.positive(PARTIAL, 1));
        int rotated = (int) (headSize * part);
        if (part > 1 || rotated < 2 || rotated % 2 != 0) {
            throw config.wrong(PARTIAL, "a share of %d features that is even".formatted(headSize));
        }
        scaling.require(TYPE, PLAIN, LONGROPE);
        scaling.require(OLD_TYPE, PLAIN, LONGROPE, "su", YARN); // the last are old names of it
        scaling.requireAbsent(ATTENTION_FACTOR, "the factor that follows from the lengths is");
        String type = scaling.string(TYPE, scaling.string(OLD_TYPE, PLAIN));
        Rope rope = new Rope(config, scaling, spec, rotated);
        rope.put(type.equals(PLAIN) ? PLAIN : LONGROPE, headSize);
    }

    private static ConfigReader scaling(ConfigReader config) throws IOException {
        return config.part(config.either(List.of("rope_parameters", "rope_scaling")));
    }

    private void put(String type, int headSize) throws IOException {
        double theta = scaling.positive(THETA, config.positive(THETA, 10000));
        boolean factors = type.equals(LONGROPE);
        spec.put("theta", theta)
                .put("rotated", rotated)
                .put("partial", rotated < headSize)
                .put("plain", type.equals(PLAIN))
                .put(LONGROPE, factors)
                .put("scaled", factors || type.equals(YARN));
        STRETCHED.forEach(other -> spec.put(other, type.equals(other)));
        if (STRETCHED.contains(type)) {
            spec.put("factor", scaling.positive(FACTOR));
        }
        switch (type) {
            case LONGROPE -> putLongRope();
            case DYNAMIC -> spec.put("positions", config.size(POSITIONS));
            case LLAMA3 ->
                    spec.put("low_factor", scaling.positive(LOW))
                            .put("high_factor", scaling.positive(HIGH))
                            .put("original_positions", scaling.size(ORIGINAL_POSITIONS));
            case YARN -> putYarn(theta);
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

    /** The wavelength of each pair has a factor of its own, and another one in long texts. */
    private void putLongRope() throws IOException {
        int original = scaling.size(ORIGINAL_POSITIONS, config.size(ORIGINAL_POSITIONS, 4096));
        double growth = config.size(POSITIONS, 4096) / (double) original;
        spec.put("short_factors", factors("short_factor"))
                .put("long_factors", factors("long_factor"))
                .put("original_positions", original)
                .put(
                        "attention_factor",
                        growth <= 1 ? 1.0 : Math.sqrt(1 + Math.log(growth) / Math.log(original)));
    }

    private String factors(String key) throws IOException {
        List<Double> factors = scaling.numbers(key);
        if (factors.size() != rotated / 2) {
            throw scaling.wrong(key, "a list of %d numbers".formatted(rotated / 2));
        }
        return factors.stream().map(Object::toString).collect(Collectors.joining(", "));
    }

    /**
     * YaRN (Peng et al., arXiv 2309.00071): features between two ranks go over from their own
     * wavelengths to stretched ones.
     */
    private void putYarn(double theta) throws IOException {
        int positions =
                scaling.has(ORIGINAL_POSITIONS)
                        ? scaling.size(ORIGINAL_POSITIONS)
                        : config.size(POSITIONS);
        double first = rank(scaling.positive("beta_fast", 32), positions, theta, rotated);
        double last = rank(scaling.positive("beta_slow", 1), positions, theta, rotated);
        if (scaling.bool("truncate", true)) {
            first = Math.floor(first);
            last = Math.ceil(last);
        }
        first = Math.max(first, 0);
        last = Math.min(last, rotated - 1);
        spec.put("first", first)
                .put("last", last == first ? last + 0.001 : last)
                .put("attention_factor", attentionFactor());
    }

    /** Which pair of features turns so many times over a text of so many positions. */
    private static double rank(double turns, int positions, double theta, int rotated) {
        return rotated * Math.log(positions / (turns * 2 * Math.PI)) / (2 * Math.log(theta));
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
