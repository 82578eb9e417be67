/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.rotation;

import ai.djl.ndarray.types.Shape;
import java.util.BitSet;
import java.util.List;
import org.djladapters.io.Internal;

/**
 * The description by which a compound rotation is built from its parameters.
 *
 * <p>The parameters have shape (chain, distinct, n(n-1)/2), or (chain, distinct, n, n) where the
 * map is {@link OrthogonalMap#MATRIX}; distinct is 1 if all blocks share one Q and the number of
 * blocks otherwise. Gains have shape (chain, distinct, n).
 *
 * @param layout the division into blocks and orders
 * @param map how Q is made
 * @param terms the number of terms t of the Neumann series; ignored by the other maps
 * @param rule what an entry of an order-k matrix is
 * @param shared whether all blocks share one Q
 * @param chain the number N of rotations in the chain
 * @param added whether the rotations of the chain are added instead of multiplied: C<sub>1</sub> +
 *     ... + C<sub>N</sub> - (N - 1) I, or as in the reference C<sub>1</sub> + ... + C<sub>N</sub>
 * @param offsets whether link i of the chain acts on coordinates shifted by floor(i &middot;
 *     rotated / N) within the rotated ones, so that the blocks of the links overlap; where N
 *     divides the number of blocks they do not, since these are shifts by whole blocks
 * @param staggered whether there the shifts are floor(i &middot; b / N) for blocks of size b, parts
 *     of a block
 * @param gains whether Q is replaced by A = Q diag(e<sup>d</sup>) with trained gains d, so that
 *     C<sub>k</sub>(A) = C<sub>k</sub>(Q) diag(&prod;<sub>i&isin;I</sub> e<sup>d<sub>i</sub></sup>)
 * @param strided whether block j of r holds the rotated coordinates j, j + r, j + 2r, ... instead
 *     of neighbours; the coordinates that are shifted by offsets are those in this sequence
 * @param centered whether (N - 1) I is taken away from added rotations, so that they start at the
 *     identity
 */
public record CompoundForm(
        CompoundLayout layout,
        OrthogonalMap map,
        int terms,
        EntryRule rule,
        boolean shared,
        int chain,
        boolean added,
        boolean offsets,
        boolean staggered,
        boolean gains,
        boolean strided,
        boolean centered) {

    /** Entries of the largest matrix on the way to an order; a quarter of what fits into an int. */
    private static final long LARGEST_ENTRIES = 1 << 29;

    /** Checks the values. */
    public CompoundForm {
        if (chain < 1) {
            throw new IllegalArgumentException("A chain needs at least one rotation, got " + chain);
        }
        if (terms < 1) {
            throw new IllegalArgumentException(
                    "A Neumann series needs at least one term, got " + terms);
        }
        if (layout.largestOrder() > layout.size()) {
            throw new IllegalArgumentException(
                    "Order %s does not exist for matrices of size n = %s; use larger blocks"
                            .formatted(layout.largestOrder(), layout.size()));
        }
        requireComputable(layout);
        int distinct = shared ? 1 : layout.blocks();
        double parameters = (double) chain * distinct * layout.size() * layout.size();
        if (parameters > Integer.MAX_VALUE) {
            throw new IllegalArgumentException(
                    ("A chain of %s rotations with %s matrices of size n = %s each has more"
                         + " parameters than an array can hold; use a shorter chain or smaller"
                         + " blocks")
                            .formatted(chain, distinct, layout.size()));
        }
    }

    /**
     * Creates a form of the reference: without gains, with blocks of neighbours, its shifts and
     * sums.
     */
    public CompoundForm(
            CompoundLayout layout,
            OrthogonalMap map,
            int terms,
            EntryRule rule,
            boolean shared,
            int chain,
            boolean added,
            boolean offsets) {
        this(layout, map, terms, rule, shared, chain, added, offsets, false, false, false, false);
    }

    /** An order is made of those before it, the middle ones of which may not fit into memory. */
    private static void requireComputable(CompoundLayout layout) {
        long rows = layout.widest();
        if (rows > layout.blockSize() && rows * rows > LARGEST_ENTRIES) {
            throw new IllegalArgumentException(
                    ("Order %s of matrices of size n = %s can't be computed, as the orders on"
                                    + " the way to it have up to %s rows; use smaller orders")
                            .formatted(layout.largestOrder(), layout.size(), rows));
        }
    }

    /** Returns the plain form: multiplied determinants of one Cayley transform a block. */
    public static CompoundForm of(CompoundLayout layout) {
        return new CompoundForm(
                layout, OrthogonalMap.CAYLEY, 5, EntryRule.DETERMINANT, false, 1, false, false);
    }

    /**
     * Returns the shape of the parameters of one layer.
     *
     * @return (chain, distinct, n(n-1)/2) or (chain, distinct, n, n)
     */
    public Shape parameterShape() {
        int distinct = shared ? 1 : layout.blocks();
        return map.isSkew()
                ? new Shape(chain, distinct, layout.triangle())
                : new Shape(chain, distinct, layout.size(), layout.size());
    }

    /**
     * Returns the sizes of the squares on the diagonal of every block outside of which C is the
     * identity, one after the other. Empty for chains that are added, whose sum is another multiple
     * of the identity there, or have offsets, whose blocks overlap.
     */
    public List<Integer> parts() {
        return chain > 1 && (added || offsets) ? List.of() : layout.parts();
    }

    /**
     * Returns how many coordinates the rotation changes, those that the compound matrices of a link
     * fill: at most the {@linkplain CompoundLayout#rotated rotated} ones.
     */
    public int covered() {
        if (!offsets || chain == 1 || layout.filled() == layout.blockSize()) {
            return layout.blocks() * layout.filled();
        }
        int rotated = layout.rotated();
        BitSet covered = new BitSet(rotated);
        for (int link = 0; link < chain; link++) {
            int shift = shift(link);
            for (int c = 0; c < rotated; c++) {
                if ((c + shift) % rotated % layout.blockSize() < layout.filled()) {
                    covered.set(c);
                }
            }
        }
        return covered.cardinality();
    }

    /**
     * Returns the shape of the gains of one layer.
     *
     * @return (chain, distinct, n)
     */
    public Shape gainShape() {
        return new Shape(chain, shared ? 1 : layout.blocks(), layout.size());
    }

    /**
     * Returns the number of coordinates by which a link of a chain is shifted.
     *
     * @param link its place in the chain, from 0
     * @return 0 without offsets
     */
    public int shift(int link) {
        long range = isStaggered() ? layout.blockSize() : layout.rotated();
        return offsets ? (int) (link * range / chain) : 0;
    }

    /**
     * Tells whether the links of a chain are shifted by parts of a block, where the reference
     * shifts them by whole blocks, so that the rotation is not that of the reference with the same
     * parameters.
     */
    @Internal
    public boolean isStaggered() {
        return offsets && staggered && chain > 1 && layout.blocks() % chain == 0;
    }

    /**
     * Tells whether the rotation is the identity before training.
     *
     * @return false for the rules {@code max} and {@code avg} and for the reference's added chains
     *     of more than one
     */
    public boolean startsAtIdentity() {
        boolean homomorphic = rule == EntryRule.DETERMINANT || rule == EntryRule.PERMANENT;
        return homomorphic && (chain == 1 || !added || centered);
    }

    /**
     * Returns what rotating the outputs of a linear layer adds to a training step.
     *
     * <p>With a custom backward pass and s<sub>k</sub> = binomial(n, k) for the orders k of a
     * block: once a step Q and its compound matrices, W' with 2 &Sigma; s<sub>k</sub><sup>2</sup>
     * in operations a block, and the gradient of Q; for every token 2 &Sigma;
     * s<sub>k</sub><sup>2</sup> a block for the products y<sup>T</sup> G. Otherwise the activations
     * are rotated, whole blocks at a time.
     *
     * @param inputs in, the number of inputs of the layer
     * @param customBackward whether it has a custom backward pass
     */
    @Internal
    public FlopCount operations(long inputs, boolean customBackward) {
        long blocks = layout.blocks();
        long matrices = chain * parameterShape().get(1);
        if (customBackward) {
            FlopCount made = map.building(matrices, layout.size(), terms);
            long parts = 2 * blocks * layout.squares();
            long minors = matrices * layout.expansions();
            long turned = 2 * matrices * layout.size() * layout.size() * layout.size();
            return made.plus(new FlopCount(0, parts, minors + parts * inputs, turned));
        }
        FlopCount made = building();
        long size = layout.blockSize();
        boolean dense = added && offsets && chain > 1;
        if (dense) {
            return made.plus(FlopCount.rotating(1, 1, layout.rotated()));
        }
        return made.plus(FlopCount.rotating(hasShiftedSteps() ? chain : 1, blocks, size));
    }

    /** Returns the operations of a step that build the blocks of one layer with their gradients. */
    @Internal
    public FlopCount building() {
        long matrices = chain * parameterShape().get(1);
        FlopCount made =
                map.building(matrices, layout.size(), terms)
                        .plus(FlopCount.once(matrices * layout.expansions()));
        if (added || hasShiftedSteps()) {
            return made;
        }
        long size = layout.blockSize();
        return made.plus(FlopCount.once(2L * (chain - 1) * layout.blocks() * size * size * size));
    }

    /**
     * Tells whether the steps of the chain stay separate because shifts lie between them, so that
     * no single block diagonal matrix is the rotation.
     */
    public boolean hasShiftedSteps() {
        return offsets && chain > 1 && !added;
    }

    /**
     * Returns the coordinates of a rotation in the sequence in which its blocks hold them.
     *
     * @return a permutation of 0, ..., rotated - 1, the identity unless blocks are strided
     */
    public int[] coordinates() {
        int blocks = layout.blocks();
        int size = layout.blockSize();
        int[] coordinates = new int[layout.rotated()];
        for (int at = 0; at < coordinates.length; at++) {
            coordinates[at] = strided ? at % size * blocks + at / size : at;
        }
        return coordinates;
    }
}
