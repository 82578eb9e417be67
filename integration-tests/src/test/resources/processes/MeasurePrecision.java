/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
import org.djladapters.matmul.PrecisionTrial;

/** Measures in which precision models compute faster, and prints what is chosen. */
public final class MeasurePrecision {

    private MeasurePrecision() {}

    public static void main(String[] args) {
        System.out.println(PrecisionTrial.choose(PrecisionTrial.speedup()));
    }
}
