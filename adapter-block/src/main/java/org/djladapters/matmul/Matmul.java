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
 * @param rows the number of rows of inputs from which on oneDNN is used; {@link #NEVER} for the
 *     engine's own product
 * @param turnedRows the same for weights that do not lie in memory as oneDNN takes them, which it
 *     copies every time: those of backward passes; at least {@code rows}
 * @param leastSide the number of rows and columns that a weight must have for oneDNN
 */
public record Matmul(int rows, int turnedRows, int leastSide) {

    /** More rows than there are. */
    public static final int NEVER = Integer.MAX_VALUE;

    /** The engine's own product. */
    public static final Matmul MKL = new Matmul(NEVER);

    /** oneDNN's product for any number of rows, and for any weight. */
    public static final Matmul ONEDNN = new Matmul(1, 1, 1);

    /** Weights with fewer rows or columns than these are no faster with oneDNN. */
    public static final int LEAST_SIDE = 128;

    private static final String ROWS = "([1-9][0-9]*)";

    private static final Pattern TEXT =
            Pattern.compile("onednn:%1$s(?::(?:%1$s|(never)))?".formatted(ROWS));

    /** Checks the numbers. */
    public Matmul {
        if (rows < 1) {
            throw new IllegalArgumentException(
                    "The number of rows from which oneDNN is used must be at least 1, got " + rows);
        }
        if (turnedRows < rows) {
            throw new IllegalArgumentException(
                    "oneDNN can't be used from fewer rows on in backward passes than in others, got"
                            + " %d and %d".formatted(turnedRows, rows));
        }
    }

    /** Uses oneDNN for weights that it is worthwhile for: 128 rows and columns, or more. */
    public Matmul(int rows, int turnedRows) {
        this(rows, turnedRows, LEAST_SIDE);
    }

    /** Uses oneDNN from the same number of rows on however such a weight lies. */
    public Matmul(int rows) {
        this(rows, rows);
    }

    /**
     * Returns the fastest way on this processor. The first call in a process measures for less than
     * a second, so different processes can choose differently where both ways are about as fast,
     * and their results differ by rounding then; to have the same bits in every process, choose the
     * way yourself.
     *
     * @return oneDNN from that number of rows on from which it is faster, or {@link #MKL} where it
     *     never is, or this engine has no oneDNN; the same one for the whole process
     */
    public static Matmul fastest() {
        return MatmulTrial.fastest();
    }

    /**
     * Reads what {@link #toString} writes.
     *
     * @param text {@code mkl}, {@code onednn} for all products, {@code onednn:32} for oneDNN from
     *     32 rows on, or {@code onednn:32:512}, in backward passes from 512, or {@code
     *     onednn:32:never}, not there
     * @throws IllegalArgumentException if the text is something else
     */
    public static Matmul parse(String text) {
        if (text.equals("mkl")) {
            return MKL;
        }
        if (text.equals("onednn")) {
            return ONEDNN;
        }
        Matcher matcher = TEXT.matcher(text);
        try {
            if (matcher.matches()) {
                int rows = Integer.parseInt(matcher.group(1));
                int turned = matcher.group(2) == null ? rows : Integer.parseInt(matcher.group(2));
                if (Math.max(rows, turned) != NEVER && rows <= turned) {
                    return new Matmul(rows, matcher.group(3) == null ? turned : NEVER);
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
     * Refuses what this processor does not have.
     *
     * @throws IllegalArgumentException if oneDNN is chosen and this engine lacks it
     */
    public void requireAvailable() {
        if (rows != NEVER && !MatmulTrial.hasOneDnn()) {
            throw new IllegalArgumentException(
                    "This engine has no oneDNN for this processor; choose mkl");
        }
    }

    /**
     * Returns the integers that {@code product.py} takes as the way of a product.
     *
     * @return both numbers of rows, and how many rows and columns a weight must have; nothing for
     *     the engine's own product
     */
    public long[] way() {
        return rows == NEVER ? new long[0] : new long[] {rows, turnedRows, leastSide};
    }

    /** Returns the text that {@link #parse} reads. */
    @Override
    public String toString() {
        if (rows == NEVER) {
            return "mkl";
        }
        if (equals(ONEDNN)) {
            return "onednn";
        }
        if (rows == turnedRows) {
            return "onednn:" + rows;
        }
        return "onednn:%d:%s".formatted(rows, turnedRows == NEVER ? "never" : turnedRows);
    }
}
