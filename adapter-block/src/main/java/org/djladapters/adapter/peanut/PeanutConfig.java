/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.peanut;

import java.util.Locale;
import org.djladapters.adapter.CommonOptions;
import org.djladapters.adapter.MethodConfig;
import org.djladapters.adapter.WeightAdapter;
import org.djladapters.adapter.WeightSpec;
import org.djladapters.io.PlainNumber;
import org.djladapters.option.Option;

/**
 * The configuration of PEANuT: W' = W + s B f(A W), a small network of the weight itself. With a
 * depth d there are d encoders E<sub>i</sub> and d decoders F<sub>i</sub> of shape (r, r) between,
 * each followed by f, and every decoder adds what the encoder opposite to it had.
 *
 * <p>Source: Zhong et al., "PEANuT: Parameter-Efficient Adaptation with Weight-aware Neural
 * Tweakers", arXiv 2410.01870.
 */
public final class PeanutConfig extends MethodConfig {

    /** The rank where none is chosen, as in PEFT. */
    public static final int DEFAULT_RANK = 32;

    /** The function f. */
    public enum Activation {
        /** max(x, 0). */
        RELU(0),
        /** x &Phi;(x). */
        GELU(1),
        /** x / (1 + e<sup>-x</sup>). */
        SILU(2),
        /** The hyperbolic tangent. */
        TANH(3),
        /** 1 / (1 + e<sup>-x</sup>). */
        SIGMOID(4);

        private final int number;

        Activation(int number) {
            this.number = number;
        }

        /** Returns what the kernel calls it. */
        int number() {
            return number;
        }

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    static final Option<Integer> DEPTH =
            Option.of("depth", 0).checked(PeanutConfig::requireDepth).shownAs("depth");

    static final Option<Activation> ACTIVATION = Option.of("activation", Activation.RELU).shown();

    static final Option<Double> SCALING =
            Option.positive("scaling", 1.0)
                    .shown(scaling -> "scaling " + PlainNumber.of(scaling))
                    .unlessDefault();

    private PeanutConfig(Builder builder) {
        super(
                "peanut",
                builder,
                PeanutConfig::builder,
                CommonOptions.RANK,
                DEPTH,
                ACTIVATION,
                SCALING);
    }

    /** {@return a new builder} */
    public static Builder builder() {
        return new Builder();
    }

    /** {@return the rank r} */
    public int rank() {
        return get(CommonOptions.RANK);
    }

    /** {@return the number of encoders, and of decoders} */
    public int depth() {
        return get(DEPTH);
    }

    /** {@return the function f} */
    public Activation activation() {
        return get(ACTIVATION);
    }

    /** {@return the factor of the update, s} */
    public double scaling() {
        return get(SCALING);
    }

    private static void requireDepth(int depth) {
        if (depth < 0) {
            throw new IllegalArgumentException("The depth must be at least 0, got " + depth);
        }
    }

    @Override
    public WeightAdapter newAdapter(WeightSpec weight) {
        return new PeanutAdapter(this, weight.requireLinear("PEANuT"));
    }

    /** Builds a {@link PeanutConfig}. */
    public static final class Builder extends MethodConfig.Builder<Builder> {

        private Builder() {
            set(CommonOptions.RANK, DEFAULT_RANK);
        }

        /** Sets the rank, a number &ge; 1. Default: {@value PeanutConfig#DEFAULT_RANK}. */
        public Builder optRank(int rank) {
            return set(CommonOptions.RANK, rank);
        }

        /** Sets the number of encoders, and of decoders, a number &ge; 0. Default: 0. */
        public Builder optDepth(int depth) {
            return set(DEPTH, depth);
        }

        /** Sets the function f. Default: {@link Activation#RELU}. */
        public Builder optActivation(Activation activation) {
            return set(ACTIVATION, activation);
        }

        /** Sets the factor of the update, a positive number. Default: 1. */
        public Builder optScaling(double scaling) {
            return set(SCALING, scaling);
        }

        @Override
        public PeanutConfig build() {
            return new PeanutConfig(this);
        }
    }
}
