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
import java.util.stream.Collectors;
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
    private final boolean centered;
    private final boolean offsets;
    private final boolean staggered;
    private final boolean scaling;
    private final CompoundBasis basis;
    private final int directions;
    private final ModulePatterns<List<Integer>> ordersPatterns;
    private final ModulePatterns<Integer> blockSizePatterns;
    private final boolean gains;
    private final boolean strided;
    private final RotatedSide side;

    private CompoundConfig(Builder builder) {
        super(builder, DEFAULT_BLOCK_SIZE);
        orders = builder.orders;
        map = builder.map;
        terms = builder.terms;
        rule = builder.rule;
        shared = builder.shared;
        chain = builder.chain;
        added = builder.added;
        centered = builder.centered;
        offsets = builder.offsets;
        staggered = builder.staggered;
        scaling = builder.scaling;
        basis = builder.basis;
        directions = builder.directions;
        ordersPatterns = builder.ordersPatterns;
        blockSizePatterns = builder.blockSizePatterns;
        gains = builder.gains;
        strided = builder.strided;
        side = builder.side;
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
     * Tells whether a chain of N added rotations starts at the identity, as (N - 1) I is taken away
     * from their sum.
     *
     * @return false where a checkpoint of the reference was read, or nothing is added
     */
    public boolean centered() {
        return centered;
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
     * Tells whether the blocks of a chain are shifted by parts of a block where the reference
     * shifts them by whole ones.
     *
     * @return false where a checkpoint of the reference was read, or nothing is shifted
     */
    public boolean staggered() {
        return staggered;
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
     * Tells whether every coordinate of Q gets a trained gain.
     *
     * @return true if it does
     */
    public boolean gains() {
        return gains;
    }

    /**
     * Tells whether blocks gather coordinates at equal distances instead of neighbours.
     *
     * @return true if they do
     */
    public boolean strided() {
        return strided;
    }

    /**
     * The side of a layer that is rotated.
     *
     * @return the side
     */
    public RotatedSide side() {
        return side;
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
     * @param features the number of output features; of inputs where these are rotated, of
     *     directions in the singular basis
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
     * @param features as for {@link #form(int)}
     * @return the form
     * @throws IllegalArgumentException if blocks and orders do not fit the features
     */
    public CompoundForm form(String path, int features) {
        return new CompoundForm(
                layout(path, features),
                map,
                terms,
                rule,
                shared,
                chain,
                added,
                offsets,
                staggered,
                gains,
                strided,
                centered);
    }

    private CompoundLayout layout(String path, int features) {
        List<Integer> own = orders(path);
        int size = blockSizePatterns.valueFor(path, blockSize());
        return size > 0
                ? CompoundLayout.ofBlockSize(features, Math.min(size, features), own)
                : CompoundLayout.ofBlocks(features, blocks(), own);
    }

    /** The form of the rotation of the outputs of a weight, or of its inputs. */
    CompoundForm form(WeightSpec weight, boolean inputs) {
        return form(weight.path(), coordinates(weight, inputs));
    }

    private CompoundAdapter.Forms forms(WeightSpec weight) {
        return new CompoundAdapter.Forms(
                side.hasOutput() ? form(weight, false) : null,
                side.hasInput() ? form(weight, true) : null);
    }

    /** The layouts of the sides of a weight that are rotated. */
    List<CompoundLayout> layouts(WeightSpec weight) {
        List<CompoundLayout> layouts = new ArrayList<>();
        if (side.hasOutput()) {
            layouts.add(layout(weight.path(), coordinates(weight, false)));
        }
        if (side.hasInput()) {
            layouts.add(layout(weight.path(), coordinates(weight, true)));
        }
        return layouts;
    }

    private int coordinates(WeightSpec weight, boolean inputs) {
        if (inputs) {
            return weight.rotatedInputs("Side " + side);
        }
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
        layouts(weight).forEach(CompoundLayout::requireFreedom);
        return adapterForCheckpoint(weight);
    }

    private CompoundAdapter adapterForCheckpoint(WeightSpec weight) {
        CompoundAdapter.Forms forms = forms(weight);
        return basis == CompoundBasis.SINGULAR
                ? new SingularCompoundAdapter(forms, scaling, weight)
                : new CompoundAdapter(forms, scaling, weight);
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
     * Checks that activations alone can be rotated.
     *
     * @throws IllegalArgumentException if the inputs of a layer are to be rotated
     */
    void requireOutputs() {
        if (side.hasInput()) {
            throw new IllegalArgumentException(
                    "A Block that rotates activations has no other side to rotate; leave out the"
                            + " side "
                            + side);
        }
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

    /** Blocks that their orders do not fill leave outputs alone; another size may fill them. */
    @Override
    public Optional<String> hint(List<WeightSpec> weights) {
        boolean plain = side == RotatedSide.OUTPUT && basis == CompoundBasis.STANDARD;
        boolean same = ordersPatterns.isEmpty() && blockSizePatterns.isEmpty();
        if (scaling || weights.isEmpty() || !plain || !same) {
            return Optional.empty();
        }
        long outputs = weights.stream().mapToLong(WeightSpec::features).sum();
        double now = (double) weights.stream().mapToLong(w -> form(w.features()).covered()).sum();
        double coverage = now / outputs;
        return weights.stream()
                .flatMap(weight -> layout(weight.path(), weight.features()).neighbours().stream())
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
        text.append(addedText(added, centered)).append(offsetsText(offsets, staggered));
        text.append(strided ? ", strided" : "").append(gains ? ", gains" : "");
        text.append(side == RotatedSide.OUTPUT ? "" : ", side " + side);
        text.append(scaling ? ", scaling" : "");
        text.append(basis == CompoundBasis.STANDARD ? "" : ", basis " + basis);
        text.append(directions > 0 ? ", directions " + directions : "");
        text.append(ordersPatterns.isEmpty() ? "" : ", orders patterns " + ordersPatterns);
        text.append(
                blockSizePatterns.isEmpty() ? "" : ", block size patterns " + blockSizePatterns);
        return text.toString();
    }

    private static String addedText(boolean added, boolean centered) {
        if (!added) {
            return "";
        }
        return centered ? " added" : " added as the reference does";
    }

    private static String offsetsText(boolean offsets, boolean staggered) {
        if (!offsets) {
            return "";
        }
        return staggered ? " with offsets" : " with offsets as the reference has them";
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
            text.append(addedText(form.added(), form.centered()));
            text.append(offsetsText(form.offsets(), form.staggered()));
        }
        text.append(form.strided() ? ", strided" : "").append(form.gains() ? ", gains" : "");
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
        private boolean centered;
        private boolean offsets;
        private boolean staggered;
        private boolean scaling;
        private CompoundBasis basis = CompoundBasis.STANDARD;
        private int directions;
        private ModulePatterns<List<Integer>> ordersPatterns = ModulePatterns.none();
        private ModulePatterns<Integer> blockSizePatterns = ModulePatterns.none();
        private boolean gains;
        private boolean strided;
        private RotatedSide side = RotatedSide.OUTPUT;

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
            centered = config.centered;
            offsets = config.offsets;
            staggered = config.staggered;
            scaling = config.scaling;
            basis = config.basis;
            directions = config.directions;
            ordersPatterns = config.ordersPatterns;
            blockSizePatterns = config.blockSizePatterns;
            gains = config.gains;
            strided = config.strided;
            side = config.side;
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
         * Adds the rotations of a chain instead of multiplying them: C = C<sub>1</sub> + ... +
         * C<sub>N</sub> - (N - 1) I, which starts at the identity and is not orthogonal.
         *
         * @param added true to add
         * @return this builder
         */
        public Builder optAdded(boolean added) {
            this.added = added;
            centered = added;
            return this;
        }

        /** Adds as the reference does, which takes nothing away from the sum. */
        Builder optReferenceAdded(boolean added) {
            this.added = added;
            centered = false;
            return this;
        }

        /**
         * Shifts the blocks of every rotation of a chain against those of the one before, in a
         * circle within the m coordinates that are rotated: link i of N by floor(i &middot; m / N),
         * as in the reference, or by floor(i &middot; b / N) of a block of size b where N divides
         * the number of blocks, since the links would turn the same blocks then.
         *
         * @param offsets true to shift
         * @return this builder
         */
        public Builder optOffsets(boolean offsets) {
            this.offsets = offsets;
            staggered = offsets;
            return this;
        }

        /**
         * Shifts as the reference does, link i of N by floor(i &middot; m / N) of m coordinates,
         * even where that is a number of whole blocks.
         */
        Builder optReferenceOffsets(boolean offsets) {
            this.offsets = offsets;
            staggered = false;
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
         * Gives every coordinate of Q a trained gain: A = Q diag(e<sup>d</sup>) takes the place of
         * Q, with n more parameters d a block, zeros at the start. The compound matrices keep their
         * structure, C<sub>k</sub>(A) = C<sub>k</sub>(Q) diag(&prod;<sub>i&isin;I</sub>
         * e<sup>d<sub>i</sub></sup>), but are no longer orthogonal. Default: false.
         *
         * @param gains true to do so
         * @return this builder
         */
        public Builder optGains(boolean gains) {
            this.gains = gains;
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
         * Lets block j of r gather the coordinates j, j + r, j + 2r, ... instead of neighbours,
         * such as one coordinate of each of 12 heads of 32 with a block size of 12. The coordinates
         * that no block holds are the last ones in any case. Default: false.
         *
         * @param strided true to do so
         * @return this builder
         */
        public Builder optStrided(boolean strided) {
            this.strided = strided;
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

        /**
         * Sets the side of a layer that is rotated. Blocks are laid out on the features of that
         * side. Default: the outputs.
         *
         * @param side the side
         * @return this builder
         */
        public Builder optSide(RotatedSide side) {
            this.side = side;
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
            if (basis == CompoundBasis.SINGULAR && side.hasInput()) {
                throw new IllegalArgumentException(
                        "The singular basis is one of the outputs; leave out the side " + side);
            }
            if (gains) {
                requireCompoundsOfOrthogonalMatrices();
            }
            return new CompoundConfig(this);
        }

        private void requireCompoundsOfOrthogonalMatrices() {
            if (map == OrthogonalMap.MATRIX) {
                throw new IllegalArgumentException(
                        "Gains scale orthogonal matrices, and full matrices that are not kept"
                                + " orthogonal can do that themselves; leave out the gains");
            }
            if (rule != EntryRule.DETERMINANT && orders.stream().anyMatch(order -> order > 1)) {
                throw new IllegalArgumentException(
                        ("Gains need entries that are determinants, but those of higher orders are"
                                        + " made by the rule '%s'; leave out the gains or the rule")
                                .formatted(rule));
            }
        }
    }
}
