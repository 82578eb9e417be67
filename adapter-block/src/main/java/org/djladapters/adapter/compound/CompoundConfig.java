/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.compound;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.djladapters.adapter.BlockedConfig;
import org.djladapters.adapter.ModulePatterns;
import org.djladapters.adapter.WeightAdapter;
import org.djladapters.adapter.WeightSpec;
import org.djladapters.io.Internal;
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

    /** The block size where neither a size nor a number of blocks is chosen. */
    public static final int DEFAULT_BLOCK_SIZE = 128;

    /** The longest chain of rotations. */
    static final int MAX_CHAIN = 1000;

    private final List<Integer> orders;
    private final OrthogonalMap map;
    private final int terms;
    private final EntryRule rule;
    private final boolean shared;
    private final int chain;
    private final boolean added;
    private final boolean offsets;
    private final boolean scaling;
    private final CompoundBasis basis;
    private final int directions;
    private final ModulePatterns<List<Integer>> ordersPatterns;
    private final ModulePatterns<Integer> blockSizePatterns;

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
        basis = builder.basis;
        directions = builder.directions;
        ordersPatterns = builder.ordersPatterns;
        blockSizePatterns = builder.blockSizePatterns;
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
     * The orders in their sequence within a block, where no pattern says otherwise.
     *
     * @return the orders
     */
    public List<Integer> orders() {
        return orders;
    }

    /**
     * The orders in a module's blocks.
     *
     * @param path the module path
     * @return the orders in their sequence
     */
    public List<Integer> orders(String path) {
        return ordersPatterns.valueFor(path, orders);
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
     * The coordinates that the rotation acts on.
     *
     * @return the basis
     */
    public CompoundBasis basis() {
        return basis;
    }

    /**
     * The number of singular directions that are divided into blocks, those of the largest singular
     * values.
     *
     * @return the number, or 0 for all
     */
    public int directions() {
        return directions;
    }

    /**
     * Other orders for some modules.
     *
     * @return orders by pattern
     */
    @Internal
    public ModulePatterns<List<Integer>> ordersPatterns() {
        return ordersPatterns;
    }

    /**
     * Other block sizes for some modules.
     *
     * @return block sizes by pattern
     */
    @Internal
    public ModulePatterns<Integer> blockSizePatterns() {
        return blockSizePatterns;
    }

    /**
     * The form of the rotation of a layer that no pattern is for.
     *
     * @param features the number of output features; in the singular basis, of directions
     * @return the form
     * @throws IllegalArgumentException if blocks and orders do not fit the features
     */
    public CompoundForm form(int features) {
        return form("", features);
    }

    /**
     * The form of the rotation of a module.
     *
     * @param path the module path
     * @param features the number of its output features; in the singular basis, of directions
     * @return the form
     * @throws IllegalArgumentException if blocks and orders do not fit the features
     */
    public CompoundForm form(String path, int features) {
        CompoundLayout layout = layout(path, features);
        return new CompoundForm(layout, map, terms, rule, shared, chain, added, offsets);
    }

    private CompoundLayout layout(String path, int features) {
        List<Integer> own = orders(path);
        int size = blockSizePatterns.valueFor(path, blockSize());
        return size > 0
                ? CompoundLayout.ofBlockSize(features, Math.min(size, features), own)
                : CompoundLayout.ofBlocks(features, blocks(), own);
    }

    private CompoundLayout layout(WeightSpec weight) {
        return layout(weight.path(), coordinates(weight));
    }

    CompoundForm form(WeightSpec weight) {
        return form(weight.path(), coordinates(weight));
    }

    private int coordinates(WeightSpec weight) {
        if (basis == CompoundBasis.STANDARD) {
            return weight.features();
        }
        int all = Math.min(weight.features(), weight.inputs());
        if (directions > all) {
            throw new IllegalArgumentException(
                    ("A weight of %d inputs and %d outputs has %d singular directions, fewer than"
                                    + " %d; choose at most as many, or leave the module out of the"
                                    + " targets")
                            .formatted(weight.inputs(), weight.features(), all, directions));
        }
        return directions > 0 ? directions : all;
    }

    @Override
    public List<String> warnings(List<String> paths) {
        return Stream.of(
                        ordersPatterns.warning("orders pattern", paths),
                        blockSizePatterns.warning("block size pattern", paths))
                .flatMap(Optional::stream)
                .toList();
    }

    @Override
    public WeightAdapter newAdapter(WeightSpec weight) {
        layout(weight).requireFreedom();
        return adapterForCheckpoint(weight);
    }

    private CompoundAdapter adapterForCheckpoint(WeightSpec weight) {
        CompoundForm form = form(weight);
        return basis == CompoundBasis.SINGULAR
                ? new SingularCompoundAdapter(form, scaling, weight)
                : new CompoundAdapter(form, scaling, weight);
    }

    /** Makes an adapter of activations, which have no weight. */
    CompoundAdapter newCompoundAdapter(WeightSpec weight) {
        if (basis != CompoundBasis.STANDARD) {
            throw new IllegalArgumentException(
                    "A Block that rotates activations has no weight with singular vectors; leave"
                            + " the basis out of its configuration");
        }
        return (CompoundAdapter) newAdapter(weight);
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
            adapters.add(weight.named(() -> adapterForCheckpoint(weight)));
        }
        return adapters;
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
        text.append(scaling ? ", scaling" : "");
        text.append(basis == CompoundBasis.STANDARD ? "" : ", basis " + basis);
        text.append(directions > 0 ? ", directions " + directions : "");
        text.append(ordersPatterns.isEmpty() ? "" : ", orders patterns " + ordersPatterns);
        text.append(
                blockSizePatterns.isEmpty() ? "" : ", block size patterns " + blockSizePatterns);
        return text.toString();
    }

    static String describe(CompoundForm form) {
        CompoundLayout layout = form.layout();
        StringBuilder text = new StringBuilder();
        text.append("orders ")
                .append(Orders.word(layout.orders()))
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
        private CompoundBasis basis = CompoundBasis.STANDARD;
        private int directions;
        private ModulePatterns<List<Integer>> ordersPatterns = ModulePatterns.none();
        private ModulePatterns<Integer> blockSizePatterns = ModulePatterns.none();

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
            basis = config.basis;
            directions = config.directions;
            ordersPatterns = config.ordersPatterns;
            blockSizePatterns = config.blockSizePatterns;
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

        /**
         * Sets the coordinates that the rotation acts on. Default: the outputs of the layer.
         *
         * @param basis the basis
         * @return this builder
         */
        public Builder optBasis(CompoundBasis basis) {
            this.basis = basis;
            return this;
        }

        /**
         * Sets the number of singular directions that are divided into blocks, those of the largest
         * singular values. Default: all, as many as the smaller side of a weight. For the {@link
         * CompoundBasis#SINGULAR singular basis} only.
         *
         * @param directions the number
         * @return this builder
         */
        public Builder optDirections(int directions) {
            this.directions = positive("number of directions", directions);
            return this;
        }

        /**
         * Sets other orders for some modules, such as {@code query} or {@code layer\\.0\\..*}. Of
         * several patterns for a module that with {@code ^} wins, then the longest.
         *
         * @param orders orders by the end of a module path, a regular expression
         * @return this builder
         */
        public Builder optOrdersPattern(Map<String, List<Integer>> orders) {
            orders.values().forEach(CompoundLayout::checkOrders);
            Map<String, List<Integer>> copies = new LinkedHashMap<>();
            orders.forEach((pattern, own) -> copies.put(pattern, List.copyOf(own)));
            ordersPatterns = ModulePatterns.of(copies);
            return this;
        }

        /**
         * Sets other block sizes for some modules, also where a number of blocks is set for all
         * others.
         *
         * @param sizes block sizes by patterns as in {@link #optOrdersPattern}
         * @return this builder
         */
        public Builder optBlockSizePattern(Map<String, Integer> sizes) {
            sizes.forEach((pattern, s) -> positive("block size of the pattern " + pattern, s));
            blockSizePatterns = ModulePatterns.of(sizes);
            return this;
        }

        @Override
        public CompoundConfig build() {
            if (orders.isEmpty()) {
                throw new IllegalArgumentException(
                        "Set the orders of the compound adapter, such as 1, 2");
            }
            CompoundLayout.checkOrders(orders);
            if (directions > 0 && basis != CompoundBasis.SINGULAR) {
                throw new IllegalArgumentException(
                        "Directions are those of the singular basis; set the basis to singular, or"
                                + " leave out the number of directions");
            }
            return new CompoundConfig(this);
        }
    }
}
