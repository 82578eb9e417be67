/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.oft;

import java.util.List;
import org.djladapters.adapter.BlockedConfig;
import org.djladapters.adapter.CommonOptions;
import org.djladapters.adapter.WeightAdapter;
import org.djladapters.adapter.WeightSpec;
import org.djladapters.adapter.orthogonal.Division;
import org.djladapters.adapter.orthogonal.RotationOptions;
import org.djladapters.option.Option;
import org.djladapters.rotation.NeumannSeries;
import org.djladapters.rotation.OrthogonalMap;

/**
 * The configuration of OFT, orthogonal fine-tuning: the inputs of a layer are rotated block by
 * block, W' = W D<sup>T</sup>, or y = x D W<sup>T</sup> + b, with D block diagonal of rotations.
 *
 * <p>The inputs of a convolution are the entries of a filter, in the order channel, row, column:
 * every patch of the padded image is rotated. That is what PEFT computes when it merges. For
 * filters of more than one pixel its forward pass before merging gives something else, which is not
 * even the identity at the start; such outputs are not reproduced. GPT-2's Conv1D, which PEFT's OFT
 * refuses, is a linear layer here.
 *
 * <p>Either a block size or a number of blocks is set; it must divide the inputs of every adapted
 * layer. PEFT silently takes the nearest number that divides, which is done here only for adapters
 * that are loaded from its files.
 *
 * <p>The default map is the exact Cayley transform, which keeps the rotations orthogonal. PEFT's
 * default is the Neumann series of 5 terms, which saves the linear solves but drifts from
 * orthogonality as training goes on.
 *
 * <p>PEFT changed that series in its version 0.18, see {@link NeumannSeries}. A new configuration
 * has the series of today, so that what is trained here works in every PEFT since; one that was
 * loaded has the series that its adapter was trained with, and keeps it. For PEFT up to 0.17, which
 * has the older series only, choose it with {@link Builder#optSeries}.
 *
 * <p>Source: Qiu et al., "Controlling Text-to-Image Diffusion by Orthogonal Finetuning", arXiv
 * 2306.07280; the rotation of the inputs and the series: Qiu et al., "Orthogonal Finetuning Made
 * Scalable", arXiv 2506.19847.
 */
public final class OftConfig extends BlockedConfig {

    /** The block size where neither a size nor a number of blocks is chosen. */
    public static final int DEFAULT_BLOCK_SIZE = 32;

    static final Option<Boolean> SHARED = Option.of("shared", false).shown();

    static final Option<OrthogonalMap> MAP =
            Option.of("map", OrthogonalMap.CAYLEY).checked(OftConfig::requireMap);

    /** The number of terms and the last one are shown for a series only. */
    static final Option<Integer> TERMS = RotationOptions.seriesTerms(MAP);

    static final Option<NeumannSeries> SERIES =
            Option.of("series", NeumannSeries.LAST_ONCE)
                    .shown(
                            (series, others) ->
                                    others.get(MAP) == OrthogonalMap.NEUMANN
                                                    && series == NeumannSeries.LAST_ONCE
                                            ? "last term once"
                                            : "");

    static final Option<Double> BOUND = RotationOptions.BOUND.shownAs("constrained to");

    private OftConfig(Builder builder) {
        super(
                "oft",
                builder,
                OftConfig::builder,
                DEFAULT_BLOCK_SIZE,
                CommonOptions.BLOCKS,
                CommonOptions.BLOCK_SIZE,
                TERMS,
                SHARED,
                BOUND,
                SERIES);
    }

    /** {@return a new builder} */
    public static Builder builder() {
        return new Builder();
    }

    /** {@return true if all blocks of a layer share one rotation} */
    public boolean shared() {
        return get(SHARED);
    }

    /**
     * {@return how the rotations are made from their parameters, {@link OrthogonalMap#CAYLEY} or
     * {@link OrthogonalMap#NEUMANN}}
     */
    public OrthogonalMap map() {
        return get(MAP);
    }

    /** {@return the end of the Neumann series, of no effect with another map} */
    public NeumannSeries series() {
        return get(SERIES);
    }

    /** {@return the number of terms of the Neumann series, of no effect with another map} */
    public int terms() {
        return get(TERMS);
    }

    /** {@return true if the rotations are kept near the identity} */
    public boolean constrained() {
        return bound() > 0;
    }

    /** {@return the bound &epsilon; of constrained rotations, or 0 for none} */
    public double bound() {
        return get(BOUND);
    }

    @Override
    public WeightAdapter newAdapter(WeightSpec weight) {
        return new OftAdapter(
                this, Division.exact(weight.rotatedInputs("OFT"), blocks(), blockSize()), weight);
    }

    /**
     * Makes adapters for parameters that exist already. If the size or number of blocks does not
     * divide a layer's inputs, which {@link #newAdapter} refuses, the nearest divisor is taken, as
     * PEFT did when it made the parameters.
     */
    @Override
    public List<WeightAdapter> adaptersForCheckpoint(List<WeightSpec> weights) {
        return WeightSpec.each(weights, this::adapterForCheckpoint);
    }

    private OftAdapter adapterForCheckpoint(WeightSpec weight) {
        return new OftAdapter(
                this, Division.nearest(weight.rotatedInputs("OFT"), blocks(), blockSize()), weight);
    }

    private static void requireMap(OrthogonalMap map) {
        if (map != OrthogonalMap.CAYLEY && map != OrthogonalMap.NEUMANN) {
            throw new IllegalArgumentException(
                    "OFT has no map '" + map + "'; its maps are cayley and neumann");
        }
    }

    /** Builds an {@link OftConfig}. */
    public static final class Builder extends BlockedConfig.Builder<Builder> {

        private Builder() {}

        /** Lets all blocks of a layer share one rotation. */
        public Builder optShared(boolean shared) {
            return set(SHARED, shared);
        }

        /**
         * Sets how the rotations are made from their parameters. Default: Cayley.
         *
         * @param map {@link OrthogonalMap#CAYLEY} or {@link OrthogonalMap#NEUMANN}
         */
        public Builder optMap(OrthogonalMap map) {
            return set(MAP, map);
        }

        /**
         * Sets where the Neumann series ends. Default: {@link NeumannSeries#LAST_ONCE}, as in PEFT
         * since 0.18; an adapter for an older PEFT needs {@link NeumannSeries#LAST_TWICE}.
         *
         * @param series the series, of no effect with another map
         */
        public Builder optSeries(NeumannSeries series) {
            return set(SERIES, series);
        }

        /**
         * Sets the number of terms of the Neumann series. Default: 5.
         *
         * @param terms a number from 2, below which nothing rotates, to {@value
         *     NeumannSeries#MAX_TERMS}
         */
        public Builder optTerms(int terms) {
            return set(TERMS, terms);
        }

        /**
         * Keeps the rotations near the identity (constrained OFT, coft in PEFT): the skew matrix S
         * of every block is shortened to &#8741;S&#8741;<sub>F</sub> &le; &epsilon;/&radic;m where
         * it is longer, with m the number of rotations of the layer.
         *
         * @param bound &epsilon;, 6e-5 in PEFT where nothing else is set
         */
        public Builder optConstrained(double bound) {
            return set(BOUND, bound);
        }

        @Override
        public OftConfig build() {
            return new OftConfig(this);
        }
    }
}
