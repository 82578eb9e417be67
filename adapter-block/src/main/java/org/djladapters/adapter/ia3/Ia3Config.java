/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.ia3;

import java.util.List;
import org.djladapters.adapter.MethodConfig;
import org.djladapters.adapter.Targets;
import org.djladapters.adapter.WeightAdapter;
import org.djladapters.adapter.WeightSpec;
import org.djladapters.option.Option;

/**
 * The configuration of IA3: the outputs of the adapted modules are multiplied by trained factors, y
 * = l &#8857; (x W<sup>T</sup> + b), the inputs in modules that are called feed-forward, y = (x
 * &#8857; l) W<sup>T</sup> + b. An input of a convolution is a channel.
 *
 * <p>Source: Liu et al., "Few-Shot Parameter-Efficient Fine-Tuning is Better and Cheaper than
 * In-Context Learning", arXiv 2205.05638.
 */
public final class Ia3Config extends MethodConfig {

    static final Option<Targets> FEEDFORWARD =
            Option.of("feed-forward", Targets.none()).alwaysShown();

    private Ia3Config(Builder builder) {
        super("ia3", builder, Ia3Config::builder, FEEDFORWARD);
    }

    /** {@return a new builder} */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * {@return the adapted modules that get factors of their inputs, {@link Targets#none()} for
     * none}
     */
    public Targets feedforward() {
        return get(FEEDFORWARD);
    }

    @Override
    public WeightAdapter newAdapter(WeightSpec weight) {
        return new Ia3Adapter(feedforward().names(weight.path()), weight);
    }

    static Targets named(List<String> suffixes) {
        return suffixes.isEmpty()
                ? Targets.none()
                : Targets.builder().optSuffixes(suffixes).build();
    }

    /** Builds an {@link Ia3Config}. */
    public static final class Builder extends MethodConfig.Builder<Builder> {

        private Builder() {}

        /**
         * Says by suffixes of paths which of the adapted modules get factors of their inputs.
         * Default: none. A suffix begins with a whole name, while PEFT takes any end of a path:
         * there {@code proj} also means {@code q_proj}.
         *
         * @param suffixes such as {@code output.dense}
         */
        public Builder optFeedforward(String... suffixes) {
            return set(FEEDFORWARD, named(List.of(suffixes)));
        }

        /**
         * Says by a regular expression on the whole path which of the adapted modules get factors
         * of their inputs.
         *
         * @param regex the expression
         * @throws IllegalArgumentException if it is no regular expression
         */
        public Builder optFeedforwardRegex(String regex) {
            return set(FEEDFORWARD, Targets.builder().optRegex(regex).build());
        }

        @Override
        public Ia3Config build() {
            return new Ia3Config(this);
        }
    }
}
