/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.params;

import com.google.gson.Gson;
import java.math.BigDecimal;
import java.util.List;

/**
 * A number of trained parameters that a paper prints. Where the paper does not say which layers it
 * adapts, they are those with which its number comes out.
 *
 * @param shape the name of the {@link PublishedShape}
 * @param task what the model was fine-tuned to
 * @param method the method, as the paper calls it
 * @param printed the number, such as {@code 0.03M}
 * @param source where it is printed; of a method that this library lacks, the paper of the method
 * @param options the same layers and layout as options of {@code finetune}; empty if this library
 *     lacks the method or nothing fits
 * @param counted options with which this library has as many parameters as the paper counts,
 *     without the head; empty if none are known
 * @param head the parameters of a task head that are in the printed number
 * @param reason why it differs from what is trained here, or how it comes about
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

    /**
     * All figures.
     *
     * @return the figures, those of a shape one after the other
     */
    public static List<PublishedFigure> all() {
        PublishedFigure[] figures =
                new Gson().fromJson(Resources.json(RESOURCE), PublishedFigure[].class);
        return List.of(figures);
    }

    /**
     * Returns whether a number, rounded, is the printed one.
     *
     * @return true if it differs by at most half a unit of the last printed digit
     */
    public boolean fits(long parameters) {
        BigDecimal unit = new BigDecimal(printed.endsWith("M") ? 1_000_000 : 1_000);
        BigDecimal digits = new BigDecimal(printed.substring(0, printed.length() - 1));
        BigDecimal half = digits.ulp().multiply(unit).divide(BigDecimal.valueOf(2));
        BigDecimal difference = digits.multiply(unit).subtract(BigDecimal.valueOf(parameters));
        return difference.abs().compareTo(half) <= 0;
    }
}
