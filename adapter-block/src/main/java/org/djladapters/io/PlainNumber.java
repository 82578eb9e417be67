/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.io;

import java.math.BigDecimal;

/** Numbers in messages, as people write them: 0 instead of -0.0, 0.0001 instead of 1.0E-4. */
public final class PlainNumber {

    private static final double SMALLEST_PLAIN = 1e-6;
    private static final double LARGEST_PLAIN = 1e15;

    private PlainNumber() {}

    /**
     * Returns the shortest digits that are exact in double precision; with an exponent, such as
     * {@code 1.2e-38}, where there would be many zeros.
     */
    public static String of(double number) {
        return written(number, Double.toString(number));
    }

    /** Returns the shortest digits that are exact in single precision. */
    public static String of(float number) {
        return written(number, Float.toString(number));
    }

    private static String written(double number, String digits) {
        if (number == 0) {
            return "0";
        }
        double size = Math.abs(number);
        if (size >= SMALLEST_PLAIN && size < LARGEST_PLAIN) {
            return new BigDecimal(digits).stripTrailingZeros().toPlainString();
        }
        return digits.replace(".0E", "E").replace('E', 'e').replace("Infinity", "infinity");
    }
}
