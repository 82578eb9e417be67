/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.rotation;

import ai.djl.ndarray.types.Shape;
import java.util.BitSet;
import org.djladapters.io.Internal;

/**
 * Everything that says how a compound rotation is built from its parameters.
 *
 * <p>The parameters have shape (chain, distinct, n(n-1)/2), or (chain, distinct, n, n) where the
 * map is {@link OrthogonalMap#MATRIX}; distinct is 1 if all blocks share one Q and the number of
 * blocks otherwise.
 *
 * @param layout the division into blocks and orders
 * @param map how Q is made
 * @param terms the number of terms t of the Neumann series; ignored by the other maps
 * @param rule what an entry of an order-k matrix is
 * @param shared whether all blocks share one Q
 * @param chain the number N of rotations in the chain
 * @param added whether the rotations of the chain are added instead of multiplied; such a chain
 *     starts at N&middot;I, as in the reference
 * @param offsets whether link i of the chain acts on coordinates shifted by floor(i &middot;
 *     rotated / N) within the rotated ones, so that the blocks of the links overlap
 */
public record CompoundForm(
        CompoundLayout layout,
        OrthogonalMap map,
        int terms,
        EntryRule rule,
        boolean shared,
        int chain,
        boolean added,
        boolean offsets) {

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
                    "Order "
                            + layout.largestOrder()
                            + " does not exist for matrices of size n = "
                            + layout.size()
                            + "; use larger blocks");
        }
        requireComputable(layout);
        int distinct = shared ? 1 : layout.blocks();
        double parameters = (double) chain * distinct * layout.size() * layout.size();
        if (parameters > Integer.MAX_VALUE) {
            throw new IllegalArgumentException(
                    "A chain of "
                            + chain
                            + " rotations with "
                            + distinct
                            + " matrices of size n = "
                            + layout.size()
                            + " each has more parameters than an array can hold; use a shorter"
                            + " chain or smaller blocks");
        }
    }

    /** An order is made of those before it, the middle ones of which may not fit into memory. */
    private static void requireComputable(CompoundLayout layout) {
        long rows = layout.widest();
        if (rows > layout.blockSize() && rows * rows > LARGEST_ENTRIES) {
            throw new IllegalArgumentException(
                    "Order "
                            + layout.largestOrder()
                            + " of matrices of size n = "
                            + layout.size()
                            + " can't be computed, as the orders on the way to it have up to "
                            + rows
                            + " rows; use smaller orders");
        }
    }

    /**
     * The plain form: multiplied determinants of one Cayley transform a block.
     *
     * @param layout the division into blocks and orders
     * @return the form
     */
    public static CompoundForm of(CompoundLayout layout) {
        return new CompoundForm(
                layout, OrthogonalMap.CAYLEY, 5, EntryRule.DETERMINANT, false, 1, false, false);
    }

    /**
     * The shape of the parameters of one layer.
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
     * Returns how many coordinates the rotation changes: those that the compound matrices of a link
     * fill.
     *
     * @return the number, at most the {@linkplain CompoundLayout#rotated rotated} ones
     */
    public int covered() {
        if (!offsets || chain == 1 || layout.filled() == layout.blockSize()) {
            return layout.blocks() * layout.filled();
        }
        int rotated = layout.rotated();
        BitSet covered = new BitSet(rotated);
        for (int link = 0; link < chain; link++) {
            int shift = (int) ((long) link * rotated / chain);
            for (int c = 0; c < rotated; c++) {
                if ((c + shift) % rotated % layout.blockSize() < layout.filled()) {
                    covered.set(c);
                }
            }
        }
        return covered.cardinality();
    }

    /**
     * Tells whether the rotation is the identity before training.
     *
     * @return false for the rules {@code max} and {@code avg} and for added chains of more than one
     */
    public boolean startsAtIdentity() {
        boolean homomorphic = rule == EntryRule.DETERMINANT || rule == EntryRule.PERMANENT;
        return homomorphic && (chain == 1 || !added);
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
     * @return the operations
     */
    @Internal
    public FlopCount operations(long inputs, boolean customBackward) {
        long blocks = layout.blocks();
        long matrices = chain * parameterShape().get(1);
        FlopCount made = map.building(matrices, layout.size(), terms);
        if (customBackward) {
            long parts = 2 * blocks * layout.squares();
            long minors = matrices * layout.expansions();
            long turned = 2 * matrices * layout.size() * layout.size() * layout.size();
            return made.plus(new FlopCount(0, parts, minors + parts * inputs, turned));
        }
        made = made.plus(FlopCount.once(matrices * layout.expansions()));
        long size = layout.blockSize();
        boolean dense = added && offsets && chain > 1;
        if (dense) {
            return made.plus(FlopCount.rotating(1, 1, layout.rotated()));
        }
        if (hasShiftedSteps()) {
            return made.plus(FlopCount.rotating(chain, blocks, size));
        }
        long products = added ? 0 : 2L * (chain - 1) * blocks * size * size * size;
        return made.plus(FlopCount.once(products)).plus(FlopCount.rotating(1, blocks, size));
    }

    /**
     * Tells whether the steps of the chain stay separate because shifts lie between them.
     *
     * @return true if no single block diagonal matrix is the rotation
     */
    public boolean hasShiftedSteps() {
        return offsets && chain > 1 && !added;
    }
}
