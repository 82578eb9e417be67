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
import org.djladapters.adapter.CommonOptions;
import org.djladapters.adapter.ModulePatterns;
import org.djladapters.adapter.WeightAdapter;
import org.djladapters.adapter.WeightSpec;
import org.djladapters.io.Internal;
import org.djladapters.option.Option;
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
 *
 * <p>The file is long since each of twenty options has an accessor and a method of the builder.
 */
public final class CompoundConfig extends BlockedConfig {

    /**
     * The block size where neither a size nor a number of blocks is chosen. Orders 1, 2 and 3 fill
     * such blocks: 8 + 28 + 56, with matrices of size 8.
     */
    public static final int DEFAULT_BLOCK_SIZE = 92;

    private static final List<Option<?>> ROTATIONS =
            List.of(
                    CompoundOptions.ORDERS,
                    CommonOptions.BLOCKS,
                    CommonOptions.BLOCK_SIZE,
                    CompoundOptions.MAP,
                    CompoundOptions.RULE,
                    CompoundOptions.SHARED,
                    CompoundOptions.CHAIN);

    private static final List<Option<?>> OTHERS =
            List.of(
                    CompoundOptions.STRIDED,
                    CompoundOptions.GAINS,
                    CompoundOptions.SIDE,
                    CompoundOptions.SCALING,
                    CompoundOptions.BASIS,
                    CompoundOptions.DIRECTIONS,
                    CompoundOptions.ORDERS_PATTERN,
                    CompoundOptions.BLOCK_SIZE_PATTERN);

    private CompoundConfig(Builder builder) {
        super("compound", builder, CompoundConfig::builder, DEFAULT_BLOCK_SIZE);
        if (directions() > 0 && basis() != CompoundBasis.SINGULAR) {
            throw new IllegalArgumentException(
                    "Directions are those of the singular basis; set the basis to singular, or"
                            + " leave out the number of directions");
        }
        if (basis() == CompoundBasis.SINGULAR && side().hasInput()) {
            throw new IllegalArgumentException(
                    "The singular basis is one of the outputs; leave out the side " + side());
        }
        if (gains()) {
            requireCompoundsOfOrthogonalMatrices();
        }
    }

    private void requireCompoundsOfOrthogonalMatrices() {
        if (map() == OrthogonalMap.MATRIX) {
            throw new IllegalArgumentException(
                    "Gains scale orthogonal matrices, and full matrices that are not kept"
                            + " orthogonal can do that themselves; leave out the gains");
        }
        if (rule() != EntryRule.DETERMINANT && orders().stream().anyMatch(order -> order > 1)) {
            throw new IllegalArgumentException(
                    ("Gains need entries that are determinants, but those of higher orders are"
                                    + " made by the rule '%s'; leave out the gains or the rule")
                            .formatted(rule()));
        }
    }

    /** {@return a new builder} */
    public static Builder builder() {
        return new Builder();
    }

    /** {@return the orders in their sequence within a block, for modules without a pattern} */
    public List<Integer> orders() {
        return get(CompoundOptions.ORDERS);
    }

    /**
     * Returns the orders in a module's blocks.
     *
     * @param path the module path
     * @return the orders in their sequence
     */
    public List<Integer> orders(String path) {
        return ordersPatterns().valueFor(path, orders());
    }

    /** {@return how Q is made from its parameters} */
    public OrthogonalMap map() {
        return get(CompoundOptions.MAP);
    }

    /** {@return the number of terms of the Neumann series, of no effect with other maps} */
    public int terms() {
        return get(CompoundOptions.TERMS);
    }

    /** {@return how the entries of higher orders are computed} */
    public EntryRule rule() {
        return get(CompoundOptions.RULE);
    }

    /** {@return true if all blocks of a layer share one Q} */
    public boolean shared() {
        return get(CompoundOptions.SHARED);
    }

    /** {@return the number of rotations that follow one another in a layer} */
    public int chain() {
        return get(CompoundOptions.CHAIN);
    }

    /** {@return true if the rotations of a chain are added instead of multiplied} */
    public boolean added() {
        return get(CompoundOptions.ADDED);
    }

    /**
     * {@return true if a chain of N added rotations starts at the identity, as (N - 1) I is taken
     * away from their sum; false where a checkpoint of the reference was read, or nothing is added}
     */
    public boolean centered() {
        return added() && !get(CompoundOptions.REFERENCE_SUM);
    }

    /**
     * {@return true if the blocks of every rotation of a chain are shifted against those before}
     */
    public boolean offsets() {
        return get(CompoundOptions.OFFSETS);
    }

    /**
     * {@return true if the blocks of a chain are shifted by parts of a block where the reference
     * shifts them by whole ones; false where a checkpoint of the reference was read, or nothing is
     * shifted}
     */
    public boolean staggered() {
        return offsets() && !get(CompoundOptions.REFERENCE_OFFSETS);
    }

    /** {@return true if every output feature gets a trained factor} */
    public boolean scaling() {
        return get(CompoundOptions.SCALING);
    }

    /** {@return true if every coordinate of Q gets a trained gain} */
    public boolean gains() {
        return get(CompoundOptions.GAINS);
    }

    /** {@return true if blocks gather coordinates at equal distances instead of neighbours} */
    public boolean strided() {
        return get(CompoundOptions.STRIDED);
    }

    /** {@return the side of a layer that is rotated} */
    public RotatedSide side() {
        return get(CompoundOptions.SIDE);
    }

    /** {@return the coordinates that the rotation acts on} */
    public CompoundBasis basis() {
        return get(CompoundOptions.BASIS);
    }

    /**
     * {@return the number of singular directions that are divided into blocks, those of the largest
     * singular values, or 0 for all}
     */
    public int directions() {
        return get(CompoundOptions.DIRECTIONS);
    }

    /** Returns other orders for some modules. */
    @Internal
    public ModulePatterns<List<Integer>> ordersPatterns() {
        return get(CompoundOptions.ORDERS_PATTERN);
    }

    /** Returns other block sizes for some modules. */
    @Internal
    public ModulePatterns<Integer> blockSizePatterns() {
        return get(CompoundOptions.BLOCK_SIZE_PATTERN);
    }

    /**
     * The form of the rotation of a layer that no pattern is for.
     *
     * @param features the number of output features; of inputs where these are rotated, of
     *     directions in the singular basis
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
     * @throws IllegalArgumentException if blocks and orders do not fit the features
     */
    public CompoundForm form(String path, int features) {
        return new CompoundForm(
                layout(path, features),
                map(),
                terms(),
                rule(),
                shared(),
                chain(),
                added(),
                offsets(),
                staggered(),
                gains(),
                strided(),
                centered());
    }

    private CompoundLayout layout(String path, int features) {
        List<Integer> own = orders(path);
        int size = blockSizePatterns().valueFor(path, blockSize());
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
                side().hasOutput() ? form(weight, false) : null,
                side().hasInput() ? form(weight, true) : null);
    }

    /** The layouts of the sides of a weight that are rotated. */
    List<CompoundLayout> layouts(WeightSpec weight) {
        List<CompoundLayout> layouts = new ArrayList<>();
        if (side().hasOutput()) {
            layouts.add(layout(weight.path(), coordinates(weight, false)));
        }
        if (side().hasInput()) {
            layouts.add(layout(weight.path(), coordinates(weight, true)));
        }
        return layouts;
    }

    private int coordinates(WeightSpec weight, boolean inputs) {
        if (inputs) {
            return weight.rotatedInputs("Side " + side());
        }
        if (basis() == CompoundBasis.STANDARD) {
            return weight.features();
        }
        int all = Math.min(weight.features(), weight.inputs());
        if (directions() > all) {
            throw new IllegalArgumentException(
                    ("A weight of %d inputs and %d outputs has %d singular directions, fewer than"
                                    + " %d; choose at most as many, or leave the module out of the"
                                    + " targets")
                            .formatted(weight.inputs(), weight.features(), all, directions()));
        }
        return directions() > 0 ? directions() : all;
    }

    @Override
    public boolean usesSingularVectors() {
        return basis() == CompoundBasis.SINGULAR;
    }

    @Override
    public List<String> warnings(List<String> paths) {
        return Stream.of(
                        ordersPatterns().warning("orders pattern", paths),
                        blockSizePatterns().warning("block size pattern", paths))
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
        return basis() == CompoundBasis.SINGULAR
                ? new SingularCompoundAdapter(forms, scaling(), weight)
                : new CompoundAdapter(forms, scaling(), weight);
    }

    /** Makes an adapter of activations, which have no weight. */
    CompoundAdapter newCompoundAdapter(WeightSpec weight) {
        if (basis() != CompoundBasis.STANDARD) {
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
        if (side().hasInput()) {
            throw new IllegalArgumentException(
                    "A Block that rotates activations has no other side to rotate; leave out the"
                            + " side "
                            + side());
        }
    }

    /**
     * Makes adapters for parameters that exist already: where {@link #newAdapter} refuses an order
     * that has nothing to train, this takes it, since checkpoints may hold such.
     */
    @Override
    public List<WeightAdapter> adaptersForCheckpoint(List<WeightSpec> weights) {
        return WeightSpec.each(weights, this::adapterForCheckpoint);
    }

    /** Returns a size of blocks that rotates more of the outputs. */
    @Override
    public Optional<String> hint(List<WeightSpec> weights) {
        return CompoundBudget.hint(this, weights);
    }

    @Override
    protected String options() {
        String others = text(OTHERS);
        return text(ROTATIONS)
                + CompoundOptions.addedText(added(), centered())
                + CompoundOptions.offsetsText(offsets(), staggered())
                + (others.isEmpty() ? "" : ", " + others);
    }

    /** Builds a {@link CompoundConfig}. */
    public static final class Builder extends BlockedConfig.Builder<Builder> {

        private Builder() {}

        /**
         * Sets the orders k of the compound matrices C<sub>k</sub>(Q) in a block, in their
         * sequence. Default: 1, 2, 3.
         *
         * @param orders numbers &ge; 1, all different
         */
        public Builder optOrders(int... orders) {
            return set(CompoundOptions.ORDERS, Arrays.stream(orders).boxed().toList());
        }

        /**
         * Sets how Q is made from its parameters. Default: Cayley. The Neumann series is the one in
         * which the last term counts twice, {@link NeumannSeries#LAST_TWICE}.
         */
        public Builder optMap(OrthogonalMap map) {
            return set(CompoundOptions.MAP, map);
        }

        /**
         * Sets the number of terms of the Neumann series. Default: 5.
         *
         * @param terms the number, at most {@value NeumannSeries#MAX_TERMS}
         */
        public Builder optTerms(int terms) {
            return set(CompoundOptions.TERMS, terms);
        }

        /** Sets what the entries of higher orders are. Default: determinants. */
        public Builder optRule(EntryRule rule) {
            return set(CompoundOptions.RULE, rule);
        }

        /** Lets all blocks of a layer share one Q. */
        public Builder optShared(boolean shared) {
            return set(CompoundOptions.SHARED, shared);
        }

        /**
         * Sets the number of rotations that follow one another in a layer. Default: 1.
         *
         * @param chain the number, at most 1,000
         */
        public Builder optChain(int chain) {
            return set(CompoundOptions.CHAIN, chain);
        }

        /**
         * Adds the rotations of a chain instead of multiplying them: C = C<sub>1</sub> + ... +
         * C<sub>N</sub> - (N - 1) I, which starts at the identity and is not orthogonal.
         *
         * @param added true to add
         */
        public Builder optAdded(boolean added) {
            return set(CompoundOptions.ADDED, added);
        }

        /**
         * Shifts the blocks of every rotation of a chain against those of the one before, in a
         * circle within the m coordinates that are rotated: link i of N by floor(i &middot; m / N),
         * as in the reference, or by floor(i &middot; b / N) of a block of size b where N divides
         * the number of blocks, since the links would turn the same blocks then.
         *
         * @param offsets true to shift
         */
        public Builder optOffsets(boolean offsets) {
            return set(CompoundOptions.OFFSETS, offsets);
        }

        /** Gives every output feature a trained factor. */
        public Builder optScaling(boolean scaling) {
            return set(CompoundOptions.SCALING, scaling);
        }

        /** Sets the coordinates that the rotation acts on. Default: the outputs of the layer. */
        public Builder optBasis(CompoundBasis basis) {
            return set(CompoundOptions.BASIS, basis);
        }

        /**
         * Gives every coordinate of Q a trained gain: A = Q diag(e<sup>d</sup>) takes the place of
         * Q, with n more parameters d a block, zeros at the start. The compound matrices keep their
         * structure, C<sub>k</sub>(A) = C<sub>k</sub>(Q) diag(&prod;<sub>i&isin;I</sub>
         * e<sup>d<sub>i</sub></sup>), but are no longer orthogonal. Default: false.
         */
        public Builder optGains(boolean gains) {
            return set(CompoundOptions.GAINS, gains);
        }

        /**
         * Sets the number of singular directions that are divided into blocks, those of the largest
         * singular values. Default: all, as many as the smaller side of a weight. For the {@link
         * CompoundBasis#SINGULAR singular basis} only.
         */
        public Builder optDirections(int directions) {
            return set(CompoundOptions.DIRECTIONS, directions);
        }

        /**
         * Lets block j of r gather the coordinates j, j + r, j + 2r, ... instead of neighbours,
         * such as one coordinate of each of 12 heads of 32 with a block size of 12. The coordinates
         * that no block holds are the last ones in any case. Default: false.
         */
        public Builder optStrided(boolean strided) {
            return set(CompoundOptions.STRIDED, strided);
        }

        /**
         * Sets other orders for some modules, such as {@code query} or {@code layer\\.0\\..*}. Of
         * several patterns for a module that with {@code ^} wins, then the longest.
         *
         * @param orders orders by the end of a module path, a regular expression
         */
        public Builder optOrdersPattern(Map<String, List<Integer>> orders) {
            Map<String, List<Integer>> copies = new LinkedHashMap<>();
            orders.forEach((pattern, own) -> copies.put(pattern, List.copyOf(own)));
            return set(CompoundOptions.ORDERS_PATTERN, ModulePatterns.of(copies));
        }

        /**
         * Sets other block sizes for some modules, also where a number of blocks is set for all
         * others.
         *
         * @param sizes block sizes by patterns as in {@link #optOrdersPattern}
         */
        public Builder optBlockSizePattern(Map<String, Integer> sizes) {
            return set(CompoundOptions.BLOCK_SIZE_PATTERN, ModulePatterns.of(sizes));
        }

        /**
         * Sets the side of a layer that is rotated. Blocks are laid out on the features of that
         * side. Default: the outputs.
         */
        public Builder optSide(RotatedSide side) {
            return set(CompoundOptions.SIDE, side);
        }

        @Override
        public CompoundConfig build() {
            return new CompoundConfig(this);
        }
    }
}
