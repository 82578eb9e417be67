/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.tokens;

import java.util.HashSet;
import java.util.List;
import org.djladapters.adapter.MethodConfig;
import org.djladapters.adapter.Targets;
import org.djladapters.adapter.WeightAdapter;
import org.djladapters.adapter.WeightSpec;
import org.djladapters.option.Option;

/**
 * The configuration of trainable tokens: the vectors that an embedding has for some tokens train,
 * such as those of words that are new to a model. All others stay as they are.
 *
 * <p>An embedding whose weight is also that of the head, as in many language models, is refused.
 */
public final class TokensConfig extends MethodConfig {

    /** The embeddings of tokens in the models that are known. */
    static final Targets EMBEDDINGS =
            Targets.builder()
                    .optRegex("(.*\\.)?(word_embeddings|embed_tokens|tok_embeddings|wte)")
                    .build();

    static final Option<List<Integer>> TOKENS =
            Option.of("tokens", List.<Integer>of()).checked(TokensConfig::requireTokens).shown();

    private TokensConfig(Builder builder) {
        super("tokens", builder, TokensConfig::builder, TOKENS);
    }

    /** {@return a new builder} */
    public static Builder builder() {
        return new Builder();
    }

    /** {@return the tokens whose vectors train} */
    public List<Integer> tokens() {
        return get(TOKENS);
    }

    private static void requireTokens(List<Integer> tokens) {
        for (int token : tokens) {
            if (token < 0) {
                throw new IllegalArgumentException("A token must not be negative, got " + token);
            }
        }
        if (new HashSet<>(tokens).size() < tokens.size()) {
            throw new IllegalArgumentException("Of the tokens one stands twice; name each once");
        }
    }

    @Override
    public WeightAdapter newAdapter(WeightSpec weight) {
        if (weight.kind() != WeightSpec.Kind.EMBEDDING) {
            throw new IllegalArgumentException(
                    "Tokens have vectors in an embedding, which this is not; leave it out of the"
                            + " targets");
        }
        if (tokens().isEmpty()) {
            throw new IllegalArgumentException(
                    "No tokens are named whose vectors are to train; name some in Java"
                            + " (TokensConfig.optTokens)");
        }
        for (int token : tokens()) {
            if (token >= weight.inputs()) {
                throw new IllegalArgumentException(
                        "The embedding has %d tokens, among which there is no number %d"
                                .formatted(weight.inputs(), token));
            }
        }
        return new TokensAdapter(this, weight);
    }

    /** Builds a {@link TokensConfig}. */
    public static final class Builder extends MethodConfig.Builder<Builder> {

        private Builder() {
            optTargets(EMBEDDINGS);
        }

        /** Sets the tokens whose vectors train, by their numbers in the vocabulary. */
        public Builder optTokens(List<Integer> tokens) {
            return set(TOKENS, List.copyOf(tokens));
        }

        @Override
        public TokensConfig build() {
            return new TokensConfig(this);
        }
    }
}
