/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.vblora;

import java.util.List;
import org.djladapters.adapter.CommonOptions;
import org.djladapters.adapter.LowRankConfig;
import org.djladapters.adapter.WeightAdapter;
import org.djladapters.adapter.WeightSpec;
import org.djladapters.io.Internal;
import org.djladapters.option.Option;

/**
 * The configuration of VB-LoRA: W' = W + B A with A of shape (r, in) and B of shape (out, r), whose
 * rows and columns are cut into parts of length b. Every part is a mixture of k of the h vectors of
 * a bank that all layers share: those with the largest of the part's h logits, weighted by the
 * softmax of these k. The bank and the logits train.
 *
 * <p>A new adapter starts near the base model, not at it: the bank uniform within &plusmn;0.02, the
 * logits normal of deviation 0.1, as in PEFT. A file of PEFT may have only the k weights of every
 * part ({@code save_only_topk_weights}); such an adapter loads, and its vectors and weights train
 * on while the choice of vectors stays.
 *
 * <p>Source: Li, Han and Ji, "VB-LoRA: Extreme Parameter Efficient Fine-Tuning with Vector Banks",
 * arXiv 2405.15179.
 */
public final class VbLoraConfig extends LowRankConfig {

    /** The rank where none is chosen, as in PEFT. */
    public static final int DEFAULT_RANK = 4;

    static final Option<Integer> VECTORS =
            Option.positive("number of vectors", 256).alwaysShownAs("vectors");

    /** The length that stands for the largest that fits. */
    static final int FITTING = 0;

    /** Longer vectors are not chosen by themselves. */
    private static final int LARGEST_LENGTH = 256;

    static final Option<Integer> LENGTH =
            Option.positive("length of the vectors", FITTING)
                    .shown(length -> length == FITTING ? "fitting length" : "length " + length);

    static final Option<Integer> TOP = Option.positive("top", 2).shown();

    /** That of some adapters of PEFT. */
    static final Option<Boolean> CHOSEN = Option.of("chosen vectors", false).shown();

    private VbLoraConfig(Builder builder) {
        super(
                "vblora",
                builder,
                VbLoraConfig::builder,
                CommonOptions.RANK,
                VECTORS,
                LENGTH,
                TOP,
                CHOSEN,
                CommonOptions.DROPOUT);
        if (top() > vectors()) {
            throw new IllegalArgumentException(
                    "A part can't mix %d of %d vectors; choose a smaller top or more vectors"
                            .formatted(top(), vectors()));
        }
    }

    /** {@return a new builder} */
    public static Builder builder() {
        return new Builder();
    }

    /** {@return the number of vectors in the bank, h} */
    public int vectors() {
        return get(VECTORS);
    }

    /** {@return the length of the vectors, b, or 0 for the largest that fits} */
    public int length() {
        return get(LENGTH);
    }

    /** {@return how many vectors a part mixes, k} */
    public int top() {
        return get(TOP);
    }

    /** Tells whether the vectors of every part are chosen for good. */
    @Internal
    public boolean isChosen() {
        return get(CHOSEN);
    }

    /** Makes an adapter with a bank of its own. */
    @Override
    public WeightAdapter newAdapter(WeightSpec weight) {
        VectorBank bank = new VectorBank(this, List.of(requireFitting(weight)));
        return new VbLoraAdapter(this, bank, weight, true);
    }

    /** Makes adapters that share a bank. */
    @Override
    public List<WeightAdapter> newAdapters(List<WeightSpec> weights) {
        if (isChosen()) {
            throw new IllegalArgumentException(
                    "An adapter whose vectors are chosen for good can't be new; take one with"
                            + " logits");
        }
        return adaptersForCheckpoint(weights);
    }

    @Override
    public List<WeightAdapter> adaptersForCheckpoint(List<WeightSpec> weights) {
        WeightSpec.each(weights, this::requireFitting);
        VectorBank bank = new VectorBank(this, weights);
        return weights.stream()
                .<WeightAdapter>map(weight -> new VbLoraAdapter(this, bank, weight, false))
                .toList();
    }

    private WeightSpec requireFitting(WeightSpec weight) {
        weight.requireLinear("VB-LoRA");
        boolean fits =
                length() == FITTING
                        || (weight.inputs() % length() == 0 && weight.features() % length() == 0);
        if (!fits) {
            throw new IllegalArgumentException(
                    ("Vectors of length %d do not divide %d inputs and %d outputs; choose a length"
                                    + " that divides both")
                            .formatted(length(), weight.inputs(), weight.features()));
        }
        return weight;
    }

    /**
     * Returns the length of the vectors for weights: where none is set, the largest one up to
     * {@value #LARGEST_LENGTH} that divides all their inputs and outputs.
     */
    int length(List<WeightSpec> weights) {
        if (length() != FITTING) {
            return length();
        }
        int found = LARGEST_LENGTH;
        while (!divides(found, weights)) {
            found--;
        }
        return found;
    }

    private static boolean divides(int length, List<WeightSpec> weights) {
        return weights.stream()
                .allMatch(w -> w.inputs() % length == 0 && w.features() % length == 0);
    }

    /** Builds a {@link VbLoraConfig}. */
    public static final class Builder extends LowRankConfig.Builder<Builder> {

        private Builder() {
            super(DEFAULT_RANK);
        }

        /** Sets the number of vectors in the bank. Default: 256, as in PEFT. */
        public Builder optVectors(int vectors) {
            return set(VECTORS, vectors);
        }

        /**
         * Sets the length of the vectors. Default: the largest one up to 256, which it is in PEFT,
         * that divides the inputs and the outputs of all adapted layers.
         *
         * @param length a divisor of the inputs and the outputs of every adapted layer
         */
        public Builder optLength(int length) {
            return set(LENGTH, length);
        }

        /** Sets how many vectors a part mixes. Default: 2, as in PEFT. */
        public Builder optTop(int top) {
            return set(TOP, top);
        }

        @Override
        public VbLoraConfig build() {
            return new VbLoraConfig(this);
        }
    }
}
