/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.spark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What Spark needs to start processes. */
final class SparkHome {

    /** Two processes with a core each and 1024 MB. */
    static final String TWO_PROCESSES = "local-cluster[2,1,1024]";

    private SparkHome() {}

    /** Makes Spark's home; its libraries are on the class path of the tests already. */
    static void make() throws IOException {
        Files.createDirectories(Path.of(System.getenv("SPARK_HOME"), "jars"));
    }
}
