/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.compound;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.djladapters.adapter.BlockedConfig;
import org.djladapters.adapter.WeightAdapter;
import org.djladapters.adapter.WeightSpec;
import org.djladapters.rotation.CompoundForm;
import org.djladapters.rotation.CompoundLayout;
import org.djladapters.rotation.EntryRule;
import org.djladapters.rotation.NeumannSeries;
import org.djladapters.rotation.OrthogonalMap;

/**
 * The configuration of compound adapters.
 *
 * <p>Either a number of blocks or a block size is set. With a block size, wide layers get more
 * blocks and the cost a token stays even; a layer narrower than the block size gets one block.
 */
public final class CompoundConfig extends BlockedConfig {

    /**
     * The block size where neither a size nor a number of blocks is chosen. Orders 1, 2 and 3 fill
     * such blocks: 8 + 28 + 56, with matrices of size 8.
     */
    public static final int DEFAULT_BLOCK_SIZE = 92;

    /** The longest chain of rotations. */
    static final int MAX_CHAIN = 1000;

    /** The share of the outputs that another block size must gain to be worth a hint. */
    private static final double WORTH_A_HINT = 0.05;

    private final List<Integer> orders;
    private final OrthogonalMap map;
    private final int terms;
    private final EntryRule rule;
    private final boolean shared;
    private final int chain;
    private final boolean added;
    private final boolean offsets;
    private final boolean scaling;

    private CompoundConfig(Builder builder) {
        super(builder, DEFAULT_BLOCK_SIZE);
        orders = builder.orders;
        map = builder.map;
        terms = builder.terms;
        rule = builder.rule;
        shared = builder.shared;
        chain = builder.chain;
        added = builder.added;
        offsets = builder.offsets;
        scaling = builder.scaling;
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
        return "compound";
    }

    @Override
    protected Builder toBuilder() {
        return new Builder(this);
    }

    /**
     * The orders in their sequence within a block.
     *
     * @return the orders
     */
    public List<Integer> orders() {
        return orders;
    }

    /**
     * How Q is made from its parameters.
     *
     * @return the map
     */
    public OrthogonalMap map() {
        return map;
    }

    /**
     * The number of terms of the Neumann series.
     *
     * @return the number, of no effect with other maps
     */
    public int terms() {
        return terms;
    }

    /**
     * What the entries of higher orders are.
     *
     * @return the rule
     */
    public EntryRule rule() {
        return rule;
    }

    /**
     * Tells whether all blocks of a layer share one Q.
     *
     * @return true if they do
     */
    public boolean shared() {
        return shared;
    }

    /**
     * The number of rotations that follow one another in a layer.
     *
     * @return the number
     */
    public int chain() {
        return chain;
    }

    /**
     * Tells whether the rotations of a chain are added instead of multiplied.
     *
     * @return true if they are added
     */
    public boolean added() {
        return added;
    }

    /**
     * Tells whether the blocks of every rotation of a chain are shifted against those before.
     *
     * @return true if they are
     */
    public boolean offsets() {
        return offsets;
    }

    /**
     * Tells whether every output feature gets a trained factor.
     *
     * @return true if it does
     */
    public boolean scaling() {
        return scaling;
    }

    /**
     * The form of the rotation of a layer.
     *
     * @param features the number of output features
     * @return the form
     * @throws IllegalArgumentException if blocks and orders do not fit the features
     */
    public CompoundForm form(int features) {
        return new CompoundForm(layout(features), map, terms, rule, shared, chain, added, offsets);
    }

    private CompoundLayout layout(int features) {
        return blocks() > 0
                ? CompoundLayout.ofBlocks(features, blocks(), orders)
                : CompoundLayout.ofBlockSize(features, Math.min(blockSize(), features), orders);
    }

    @Override
    public WeightAdapter newAdapter(WeightSpec weight) {
        return newCompoundAdapter(weight);
    }

    CompoundAdapter newCompoundAdapter(WeightSpec weight) {
        layout(weight.features()).requireFreedom();
        return new CompoundAdapter(form(weight.features()), scaling, weight);
    }

    /**
     * Makes adapters for parameters that exist already: where {@link #newAdapter} refuses an order
     * that has nothing to train, this takes it, since checkpoints may hold such.
     *
     * @param weights the weights they are for
     * @return the adapters in the same order
     */
    public List<WeightAdapter> adaptersForCheckpoint(List<WeightSpec> weights) {
        List<WeightAdapter> adapters = new ArrayList<>();
        for (WeightSpec weight : weights) {
            adapters.add(
                    weight.named(
                            () -> new CompoundAdapter(form(weight.features()), scaling, weight)));
        }
        return adapters;
    }

    /** Blocks that their orders do not fill leave outputs alone; another size may fill them. */
    @Override
    public Optional<String> hint(List<WeightSpec> weights) {
        if (scaling || weights.isEmpty()) {
            return Optional.empty();
        }
        long outputs = weights.stream().mapToLong(WeightSpec::features).sum();
        double now = (double) weights.stream().mapToLong(w -> form(w.features()).covered()).sum();
        double coverage = now / outputs;
        return weights.stream()
                .flatMap(weight -> layout(weight.features()).neighbours().stream())
                .distinct()
                .map(size -> Map.entry(size, CompoundBudget.coverage(weights, orders, size)))
                .max(Map.Entry.comparingByValue())
                .filter(better -> better.getValue() - coverage >= WORTH_A_HINT)
                .map(better -> hint(coverage, better.getKey(), better.getValue()));
    }

    private String hint(double coverage, int size, double better) {
        String numbers = orders.stream().map(String::valueOf).collect(Collectors.joining(", "));
        return ("The blocks leave %.0f %% of the outputs unrotated; blocks of %d, which orders %s"
                        + " fill, leave %.0f %%")
                .formatted(100 * (1 - coverage), size, numbers, 100 * (1 - better));
    }

    @Override
    protected String options() {
        StringBuilder text = new StringBuilder("orders " + orders);
        text.append(", ").append(blocksText());
        text.append(map == OrthogonalMap.CAYLEY ? "" : ", " + map);
        text.append(map == OrthogonalMap.NEUMANN ? " of " + terms + " terms" : "");
        text.append(rule == EntryRule.DETERMINANT ? "" : ", " + rule);
        text.append(shared ? ", shared" : "");
        text.append(chain > 1 ? ", chain of " + chain : "");
        text.append(added ? " added" : "").append(offsets ? " with offsets" : "");
        return text.append(scaling ? ", scaling" : "").toString();
    }

    static String describe(CompoundForm form) {
        CompoundLayout layout = form.layout();
        StringBuilder text = new StringBuilder();
        text.append("orders ")
                .append(
                        layout.orders().stream()
                                .map(String::valueOf)
                                .collect(Collectors.joining("+")))
                .append(", ")
                .append(layout.blocks())
                .append(layout.blocks() == 1 ? " block of " : " blocks of ")
                .append(layout.blockSize())
                .append(", n = ")
                .append(layout.size())
                .append(", ")
                .append(form.map());
        if (form.rule() != EntryRule.DETERMINANT) {
            text.append(", ").append(form.rule());
        }
        if (form.shared()) {
            text.append(", shared");
        }
        if (form.chain() > 1) {
            text.append(", chain of ").append(form.chain());
            text.append(form.added() ? " added" : "").append(form.offsets() ? " with offsets" : "");
        }
        return text.toString();
    }

    /** Builds a {@link CompoundConfig}. */
    public static final class Builder extends BlockedConfig.Builder<Builder> {

        private List<Integer> orders = List.of();
        private OrthogonalMap map = OrthogonalMap.CAYLEY;
        private int terms = 5;
        private EntryRule rule = EntryRule.DETERMINANT;
        private boolean shared;
        private int chain = 1;
        private boolean added;
        private boolean offsets;
        private boolean scaling;

        private Builder() {}

        private Builder(CompoundConfig config) {
            super(config);
            orders = config.orders;
            map = config.map;
            terms = config.terms;
            rule = config.rule;
            shared = config.shared;
            chain = config.chain;
            added = config.added;
            offsets = config.offsets;
            scaling = config.scaling;
        }

        @Override
        protected Builder self() {
            return this;
        }

        /**
         * Sets the orders k of the compound matrices C<sub>k</sub>(Q) in a block, in their
         * sequence.
         *
         * @param orders numbers &ge; 1, all different
         * @return this builder
         */
        public Builder setOrders(int... orders) {
            this.orders = Arrays.stream(orders).boxed().toList();
            return this;
        }

        /**
         * Sets how Q is made from its parameters. Default: Cayley. The Neumann series is the one in
         * which the last term counts twice, {@link NeumannSeries#LAST_TWICE}.
         *
         * @param map the map
         * @return this builder
         */
        public Builder optMap(OrthogonalMap map) {
            this.map = map;
            return this;
        }

        /**
         * Sets the number of terms of the Neumann series. Default: 5.
         *
         * @param terms the number, at most {@value NeumannSeries#MAX_TERMS}
         * @return this builder
         */
        public Builder optTerms(int terms) {
            this.terms = positive("number of terms", terms, NeumannSeries.MAX_TERMS);
            return this;
        }

        /**
         * Sets what the entries of higher orders are. Default: determinants.
         *
         * @param rule the rule
         * @return this builder
         */
        public Builder optRule(EntryRule rule) {
            this.rule = rule;
            return this;
        }

        /**
         * Lets all blocks of a layer share one Q.
         *
         * @param shared true to share
         * @return this builder
         */
        public Builder optShared(boolean shared) {
            this.shared = shared;
            return this;
        }

        /**
         * Sets the number of rotations that follow one another in a layer. Default: 1.
         *
         * @param chain the number, at most {@value #MAX_CHAIN}
         * @return this builder
         */
        public Builder optChain(int chain) {
            this.chain = positive("length of the chain", chain, MAX_CHAIN);
            return this;
        }

        /**
         * Adds the rotations of a chain instead of multiplying them. Such a chain of N does not
         * start at the identity but at N&middot;I.
         *
         * @param added true to add
         * @return this builder
         */
        public Builder optAdded(boolean added) {
            this.added = added;
            return this;
        }

        /**
         * Shifts the blocks of every rotation of a chain against those of the one before.
         *
         * @param offsets true to shift
         * @return this builder
         */
        public Builder optOffsets(boolean offsets) {
            this.offsets = offsets;
            return this;
        }

        /**
         * Gives every output feature a trained factor.
         *
         * @param scaling true to do so
         * @return this builder
         */
        public Builder optScaling(boolean scaling) {
            this.scaling = scaling;
            return this;
        }

        @Override
        public CompoundConfig build() {
            if (orders.isEmpty()) {
                throw new IllegalArgumentException(
                        "Set the orders of the compound adapter, such as 1, 2");
            }
            CompoundLayout.checkOrders(orders);
            return new CompoundConfig(this);
        }
    }
}
