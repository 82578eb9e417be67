/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.oft;

import java.util.ArrayList;
import java.util.List;
import org.djladapters.adapter.BlockedConfig;
import org.djladapters.adapter.WeightAdapter;
import org.djladapters.adapter.WeightSpec;
import org.djladapters.adapter.orthogonal.Division;
import org.djladapters.io.PlainNumber;
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

    private final boolean shared;
    private final OrthogonalMap map;
    private final NeumannSeries series;
    private final int terms;
    private final double bound;

    private OftConfig(Builder builder) {
        super(builder, DEFAULT_BLOCK_SIZE);
        shared = builder.shared;
        map = builder.map;
        series = builder.series;
        terms = builder.terms;
        bound = builder.bound;
    }

    /**
     * Creates a builder.
     *
     * @return a new builder
     */
    public static Builder builder() {
        return new Builder();
    }

    @Override
    public String method() {
        return "oft";
    }

    @Override
    protected Builder toBuilder() {
        return new Builder(this);
    }

    /**
     * Tells whether all blocks of a layer share one rotation.
     *
     * @return true if they do
     */
    public boolean shared() {
        return shared;
    }

    /**
     * How the rotations are made from their parameters.
     *
     * @return {@link OrthogonalMap#CAYLEY} or {@link OrthogonalMap#NEUMANN}
     */
    public OrthogonalMap map() {
        return map;
    }

    /**
     * Where the Neumann series ends.
     *
     * @return the series, of no effect with another map
     */
    public NeumannSeries series() {
        return series;
    }

    /**
     * The number of terms of the Neumann series.
     *
     * @return the number, of no effect with another map
     */
    public int terms() {
        return terms;
    }

    /**
     * Tells whether the rotations are kept near the identity.
     *
     * @return true if they are
     */
    public boolean constrained() {
        return bound > 0;
    }

    /**
     * The bound &epsilon; of constrained rotations.
     *
     * @return the bound, or 0 where there is none
     */
    public double bound() {
        return bound;
    }

    @Override
    public WeightAdapter newAdapter(WeightSpec weight) {
        return new OftAdapter(
                this, Division.exact(rotatedInputs(weight), blocks(), blockSize()), weight);
    }

    /**
     * Makes adapters for parameters that exist already: where {@link #newAdapter} refuses a size or
     * number of blocks that does not divide a layer's inputs, this takes the divisor nearest to it,
     * as PEFT did when it made the parameters.
     *
     * @param weights the weights they are for
     * @return the adapters in the same order
     */
    public List<WeightAdapter> adaptersForCheckpoint(List<WeightSpec> weights) {
        List<WeightAdapter> adapters = new ArrayList<>();
        for (WeightSpec weight : weights) {
            adapters.add(weight.named(() -> adapterForCheckpoint(weight)));
        }
        return adapters;
    }

    private OftAdapter adapterForCheckpoint(WeightSpec weight) {
        return new OftAdapter(
                this, Division.nearest(rotatedInputs(weight), blocks(), blockSize()), weight);
    }

    private static int rotatedInputs(WeightSpec weight) {
        return weight.rotatedInputs("OFT");
    }

    @Override
    protected String options() {
        StringBuilder text = new StringBuilder();
        text.append(blocksText());
        text.append(map == OrthogonalMap.NEUMANN ? ", neumann of " + terms + " terms" : "");
        text.append(shared ? ", shared" : "");
        text.append(constrained() ? ", constrained to " + bound : "");
        boolean once = map == OrthogonalMap.NEUMANN && series == NeumannSeries.LAST_ONCE;
        return text.append(once ? ", last term once" : "").toString();
    }

    /** Builds an {@link OftConfig}. */
    public static final class Builder extends BlockedConfig.Builder<Builder> {

        private boolean shared;
        private OrthogonalMap map = OrthogonalMap.CAYLEY;
        private NeumannSeries series = NeumannSeries.LAST_ONCE;
        private int terms = 5;
        private double bound;

        private Builder() {}

        private Builder(OftConfig config) {
            super(config);
            shared = config.shared;
            map = config.map;
            series = config.series;
            terms = config.terms;
            bound = config.bound;
        }

        @Override
        protected Builder self() {
            return this;
        }

        /**
         * Lets all blocks of a layer share one rotation.
         *
         * @param shared true to share
         * @return this builder
         */
        public Builder optShared(boolean shared) {
            this.shared = shared;
            return this;
        }

        /**
         * Sets how the rotations are made from their parameters. Default: Cayley.
         *
         * @param map {@link OrthogonalMap#CAYLEY} or {@link OrthogonalMap#NEUMANN}
         * @return this builder
         */
        public Builder optMap(OrthogonalMap map) {
            if (map != OrthogonalMap.CAYLEY && map != OrthogonalMap.NEUMANN) {
                throw new IllegalArgumentException(
                        "OFT has no map '" + map + "'; its maps are cayley and neumann");
            }
            this.map = map;
            return this;
        }

        /**
         * Sets where the Neumann series ends. Default: {@link NeumannSeries#LAST_ONCE}, as in PEFT
         * since 0.18; an adapter for an older PEFT needs {@link NeumannSeries#LAST_TWICE}.
         *
         * @param series the series, of no effect with another map
         * @return this builder
         */
        public Builder optSeries(NeumannSeries series) {
            this.series = series;
            return this;
        }

        /**
         * Sets the number of terms of the Neumann series. Default: 5.
         *
         * @param terms the number, at least 2, below which nothing rotates
         * @return this builder
         */
        public Builder optTerms(int terms) {
            if (terms < 2) {
                throw new IllegalArgumentException(
                        "The number of terms must be at least 2, got " + terms);
            }
            this.terms = positive("number of terms", terms, NeumannSeries.MAX_TERMS);
            return this;
        }

        /**
         * Keeps the rotations near the identity (constrained OFT, coft in PEFT): the skew matrix S
         * of every block is shortened to &#8741;S&#8741;<sub>F</sub> &le; &epsilon;/&radic;m where
         * it is longer, with m the number of rotations of the layer.
         *
         * @param bound &epsilon;, 6e-5 in PEFT where nothing else is set
         * @return this builder
         */
        public Builder optConstrained(double bound) {
            if (!(bound > 0 && bound <= Float.MAX_VALUE)) {
                throw new IllegalArgumentException(
                        "The bound of constrained rotations must be positive, got "
                                + PlainNumber.of(bound));
            }
            this.bound = bound;
            return this;
        }

        @Override
        public OftConfig build() {
            return new OftConfig(this);
        }
    }
}
