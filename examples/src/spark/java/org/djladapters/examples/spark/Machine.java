/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.spark;

import org.apache.spark.SparkEnv;

/** The machine that a task runs on. */
final class Machine {

    private Machine() {}

    /** Returns its name as Spark has it. */
    static String name() {
        return SparkEnv.get().blockManager().blockManagerId().host();
    }
}
