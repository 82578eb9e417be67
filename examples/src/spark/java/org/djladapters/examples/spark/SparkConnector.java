/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.spark;

import java.io.IOException;
import org.apache.spark.SparkConf;
import org.djladapters.examples.cluster.Cluster;

/** Connects to Spark. */
public final class SparkConnector implements Cluster.Connector {

    @Override
    public Cluster connect(String url, String name) throws IOException {
        SparkConf settings = new SparkConf().setMaster(url).setAppName(name);
        // A machine of Java trains one model at a time, so each gets the cores of one task.
        settings.setIfMissing("spark.executor.cores", "1");
        settings.setIfMissing("spark.task.cpus", settings.get("spark.executor.cores"));
        // What a run throws it would throw again; a lost process is the user's to look into.
        settings.setIfMissing("spark.task.maxFailures", "1");
        // Else Spark looks for cores for ten minutes where work of several processes has too few.
        settings.setIfMissing("spark.scheduler.barrier.maxConcurrentTasksCheck.maxFailures", "3");
        return new SparkCluster(SparkContexts.open(settings));
    }
}
