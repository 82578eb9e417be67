/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.data;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.djladapters.data.encoding.TextEncoder;
import org.djladapters.io.Internal;

/**
 * Pairs as batches for a model that embeds one text of each; the other texts have their vectors.
 *
 * <p>The arrays of a batch are the model's inputs, int64 of shape (B, T). The labels are those of
 * {@link Candidates}: the vectors (M, d), the places of the rows' own ones (B), which are left out
 * (B, M), and the vectors of the rows' texts before training (B, d); before them, where the pairs
 * have weights, these, float32 of shape (B).
 */
@Internal
public final class OneSidedDataset extends TokenizedDataset {

    private final TokenizedRows tokens;
    private final Candidates candidates;
    private final float[] weights;

    private OneSidedDataset(Builder builder) throws IOException {
        super(builder, builder.data.size());
        TextEncoder encoder = builder.encoder(builder.data);
        this.tokens =
                TokenizedRows.of(
                        builder.data,
                        encoder,
                        row -> List.of(encoder.encode(builder.text.apply(row), null)),
                        TokenizedDataset::longest,
                        row -> builder.text.apply(row).length());
        this.candidates = builder.candidates;
        this.weights = PairDataset.weights(builder.data);
    }

    /** Creates a builder. */
    public static Builder builder() {
        return new Builder();
    }

    @Override
    List<TextEncoder.Tokens> sequences(int row) {
        return tokens.get(row);
    }

    @Override
    int length(int row) {
        return tokens.length(row);
    }

    @Override
    NDList targets(NDManager manager, int[] rows) {
        NDList targets = PairDataset.weights(manager, weights, rows);
        targets.addAll(candidates.arrays(manager, rows));
        return targets;
    }

    /** Tokenizes pairs. */
    public static final class Builder extends TokenizedDataset.BaseBuilder<PairData, Builder> {

        private Function<PairData.Row, String> text;
        private Candidates candidates;

        private Builder() {}

        @Override
        Builder self() {
            return this;
        }

        /** Sets which text of a row the model embeds, with its prompt. */
        public Builder setText(Function<PairData.Row, String> text) {
            this.text = text;
            return this;
        }

        /** Sets the vectors among which the texts are to find their own. */
        public Builder setCandidates(Candidates candidates) {
            this.candidates = candidates;
            return this;
        }

        /** Tokenizes the texts. */
        public OneSidedDataset build() throws IOException {
            requireSet();
            Objects.requireNonNull(text, "setText is missing");
            Objects.requireNonNull(candidates, "setCandidates is missing");
            return new OneSidedDataset(this);
        }
    }
}
