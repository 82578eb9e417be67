/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.matmul;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The way in which the products of linear layers are computed on a CPU, see {@code product.py}.
 *
 * <p>The engine's own product goes to MKL, which reaches half the speed of oneDNN on processors of
 * AMD. Which one is faster depends on the processor and, for few rows, on their number. Results
 * differ by rounding only, but they differ, so whatever must be repeated bit by bit keeps its
 * choice. Products on other devices and of other types than float32 are the engine's own in any
 * case.
 *
 * <p>With 16 bits oneDNN's factors are rounded to bfloat16, which has 8 bits of mantissa; products
 * are added up in float32, and results are rounded to bfloat16. Parameters that train keep float32:
 * only what is multiplied is rounded.
 *
 * @param rows the number of rows of inputs from which on oneDNN is used: 1 for all products, more
 *     for those with weights of at least 128 rows and columns, {@link #NEVER} for the engine's own
 *     product
 * @param bits the bits of the factors where oneDNN is used: 32, or 16 for bfloat16; sums have 32
 */
public record Matmul(int rows, int bits) {

    /** More rows than there are. */
    public static final int NEVER = Integer.MAX_VALUE;

    /** The engine's own product. */
    public static final Matmul MKL = new Matmul(NEVER, Precision.FLOAT32.bits());

    /** oneDNN's product for any number of rows, and for any weight. */
    public static final Matmul ONEDNN = new Matmul(1, Precision.FLOAT32.bits());

    /** Weights with fewer rows or columns than these are no faster with oneDNN. */
    public static final int LEAST_SIDE = 128;

    private static final String ROUNDED = "+" + Precision.BFLOAT16;

    private static final Pattern TEXT =
            Pattern.compile("onednn(?::([1-9][0-9]*))?(" + Pattern.quote(ROUNDED) + ")?");

    /** Checks the values. */
    public Matmul {
        if (rows < 1) {
            throw new IllegalArgumentException(
                    "The number of rows from which oneDNN is used must be at least 1, got " + rows);
        }
        if (bits != Precision.FLOAT32.bits() && bits != Precision.BFLOAT16.bits()) {
            throw new IllegalArgumentException(
                    "The factors of a product must have 32 or 16 bits, got " + bits);
        }
        if (rows == NEVER && bits != Precision.FLOAT32.bits()) {
            throw new IllegalArgumentException(
                    "Only oneDNN multiplies in bfloat16, the engine's own product (mkl) does not;"
                            + " choose onednn or float32");
        }
    }

    /**
     * Returns the fastest way on this processor in float32: {@link #fastest(Precision)}.
     *
     * @return the choice, the same one for the whole process
     */
    public static Matmul fastest() {
        return fastest(Precision.FLOAT32);
    }

    /**
     * Returns the fastest way on this processor in a precision. In float32 the first call in a
     * process measures for a tenth of a second, so different processes can choose differently where
     * both ways are about as fast, and their results differ by rounding then; to have the same bits
     * in every process, choose the way yourself. In bfloat16 nothing is measured: only oneDNN
     * rounds, and what was asked for must not depend on a measurement.
     *
     * @param precision what factors are rounded to
     * @return in float32 oneDNN from that number of rows on from which it is faster, or {@link
     *     #MKL} where it never is, or this engine has no oneDNN; in bfloat16 oneDNN for all
     *     products; the same one for the whole process
     */
    public static Matmul fastest(Precision precision) {
        return precision == Precision.FLOAT32
                ? MatmulTrial.fastest()
                : ONEDNN.withPrecision(precision);
    }

    /**
     * Reads what {@link #toString} writes.
     *
     * @param text {@code mkl}, {@code onednn}, or {@code onednn:32} for oneDNN from 32 rows on; the
     *     latter ones with {@code +bfloat16} for factors of 16 bits
     * @throws IllegalArgumentException if the text is something else
     */
    public static Matmul parse(String text) {
        if (text.equals("mkl")) {
            return MKL;
        }
        Matcher matcher = TEXT.matcher(text);
        try {
            if (matcher.matches()) {
                int rows = matcher.group(1) == null ? 1 : Integer.parseInt(matcher.group(1));
                if (rows != NEVER) {
                    Matmul choice = new Matmul(rows, Precision.FLOAT32.bits());
                    return matcher.group(2) == null
                            ? choice
                            : choice.withPrecision(Precision.BFLOAT16);
                }
            }
        } catch (NumberFormatException e) {
            // more rows than fit into an int, which is no sensible number either
        }
        throw new IllegalArgumentException(
                ("There is no product '%s'; choose mkl, onednn, or for example onednn:32"
                                + " (oneDNN from 32 rows on)")
                        .formatted(text));
    }

    /**
     * Returns the precision that oneDNN rounds factors to.
     *
     * @return the precision, float32 for the engine's own product
     */
    public Precision precision() {
        return bits == Precision.BFLOAT16.bits() ? Precision.BFLOAT16 : Precision.FLOAT32;
    }

    /**
     * Returns the same choice with another precision.
     *
     * @param precision what oneDNN rounds factors to
     * @throws IllegalArgumentException for bfloat16 if this is the engine's own product, which does
     *     not round
     */
    public Matmul withPrecision(Precision precision) {
        return new Matmul(rows, precision.bits());
    }

    /**
     * Refuses what this processor does not have.
     *
     * @throws IllegalArgumentException if oneDNN is chosen and this engine lacks it, or can't
     *     multiply in the precision on this processor
     */
    public void requireAvailable() {
        if (rows != NEVER && !MatmulTrial.has(precision())) {
            throw new IllegalArgumentException(
                    precision() == Precision.FLOAT32
                            ? "This engine has no oneDNN for this processor; choose mkl"
                            : "This processor or engine can't multiply in %s; choose float32"
                                    .formatted(precision()));
        }
    }

    /**
     * Returns the integers that {@code product.py} takes as the way of a product.
     *
     * @return rows, bits, and how many rows and columns a weight must have; nothing for the
     *     engine's own product
     */
    public long[] way() {
        return rows == NEVER ? new long[0] : new long[] {rows, bits, rows == 1 ? 1 : LEAST_SIDE};
    }

    /** Returns the text that {@link #parse} reads. */
    @Override
    public String toString() {
        if (rows == NEVER) {
            return "mkl";
        }
        String from = rows == 1 ? "onednn" : "onednn:" + rows;
        return precision() == Precision.FLOAT32 ? from : from + ROUNDED;
    }
}
