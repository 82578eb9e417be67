/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.report;

import java.util.List;
import org.apache.commons.math3.stat.StatUtils;

/** Values of one quantity, one for every seed. */
record Sample(List<Double> values) {

    Sample {
        values = List.copyOf(values);
    }

    int size() {
        return values.size();
    }

    /** The mean; NaN for no values. */
    double mean() {
        return StatUtils.mean(array());
    }

    /** The standard deviation as estimated from a sample; NaN for fewer than two values. */
    double deviation() {
        return values.size() < 2 ? Double.NaN : Math.sqrt(StatUtils.variance(array()));
    }

    private double[] array() {
        return values.stream().mapToDouble(value -> value).toArray();
    }
}
