/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.params;

import com.google.gson.Gson;
import java.math.BigDecimal;
import java.util.List;

/**
 * A number of trained parameters that a paper prints. If the paper does not name the adapted
 * layers, they are those that give its number.
 *
 * @param shape the name of the {@link PublishedShape}
 * @param task the task of the fine-tuning
 * @param method the method, as the paper calls it
 * @param printed the number, such as {@code 0.03M}
 * @param source the paper that prints it; for a method that this library lacks, the method's paper
 * @param options the same layers and layout as options of {@code finetune}; empty if this library
 *     lacks the method or nothing fits
 * @param counted options that give the number of the paper here, without the head; empty if none
 *     are known
 * @param head the number of a task head's parameters in the printed number
 * @param reason an explanation of the number, or of its difference from that of this library
 */
public record PublishedFigure(
        String shape,
        String task,
        String method,
        String printed,
        String source,
        String options,
        String counted,
        int head,
        String reason) {

    private static final String RESOURCE = "published.json";

    /** Returns all figures, grouped by shape. */
    public static List<PublishedFigure> all() {
        PublishedFigure[] figures =
                new Gson().fromJson(Resources.json(RESOURCE), PublishedFigure[].class);
        return List.of(figures);
    }

    /** Tells whether a number differs by at most half a unit of the last printed digit. */
    public boolean fits(long parameters) {
        BigDecimal unit = new BigDecimal(printed.endsWith("M") ? 1_000_000 : 1_000);
        BigDecimal digits = new BigDecimal(printed.substring(0, printed.length() - 1));
        BigDecimal half = digits.ulp().multiply(unit).divide(BigDecimal.valueOf(2));
        BigDecimal difference = digits.multiply(unit).subtract(BigDecimal.valueOf(parameters));
        return difference.abs().compareTo(half) <= 0;
    }
}
