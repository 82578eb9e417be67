/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.spark;

import java.io.File;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkException;
import org.apache.spark.api.java.JavaSparkContext;

/** Starts Spark as this program needs it. System properties that begin with {@code spark.} win. */
final class SparkContexts {

    private static final String STANDALONE = "spark://";
    private static final String FORMS =
            "give spark://HOST:PORT, local[THREADS] or local-cluster[PROCESSES,CORES,MEGABYTES]";
    private static final int PATIENCE_MILLIS = 5000;

    private SparkContexts() {}

    /**
     * Starts Spark.
     *
     * @param settings what differs from Spark's defaults, with the URL of the master
     * @return the context
     * @throws IOException if there is no master at the URL, or Spark refuses a setting
     * @throws IllegalArgumentException if the URL is incomplete, or Spark's home not known
     */
    static JavaSparkContext open(SparkConf settings) throws IOException {
        String url = settings.get("spark.master");
        if (url.startsWith(STANDALONE)) {
            requireMaster(url);
        }
        if (url.startsWith("local-cluster") && System.getenv("SPARK_HOME") == null) {
            throw new IllegalArgumentException(
                    "'%s' needs Spark's home; set SPARK_HOME in the environment, the folder of the program's jar will do"
                            .formatted(url));
        }
        settings.setIfMissing("spark.executor.extraClassPath", classPath());
        // Its scripts would set this, had they started the program.
        settings.setIfMissing("spark.executorEnv.SPARK_SCALA_VERSION", "2.13");
        settings.setIfMissing(
                "spark.executorEnv.OMP_NUM_THREADS", settings.get("spark.task.cpus", "1"));
        return start(settings, url);
    }

    private static JavaSparkContext start(SparkConf settings, String url) throws IOException {
        try {
            return new JavaSparkContext(settings);
        } catch (Exception e) { // SparkException is checked, but Scala does not declare it
            String form = e instanceof SparkException ? "; " + FORMS : "";
            throw new IOException(
                    "Spark does not start with '%s' (%s)%s"
                            .formatted(url, SparkFailures.firstLine(e.getMessage()), form),
                    e);
        }
    }

    /** Finds out soon what Spark would try for a minute. */
    private static void requireMaster(String url) throws IOException {
        IOException failure = null;
        for (String master : url.substring(STANDALONE.length()).split(",", -1)) {
            try (Socket socket = new Socket()) {
                socket.connect(address(STANDALONE + master), PATIENCE_MILLIS);
                return;
            } catch (UnknownHostException e) {
                failure = new IOException("unknown host " + e.getMessage(), e);
            } catch (IOException e) {
                failure = e;
            }
        }
        throw new IOException(
                "No Spark master answers at '%s' (%s); check that it runs and the URL is the one that its page shows"
                        .formatted(url, failure.getMessage()),
                failure);
    }

    private static InetSocketAddress address(String master) {
        URI uri = URI.create(master);
        if (uri.getHost() == null || uri.getPort() < 0) {
            throw new IllegalArgumentException("'" + master + "' has no host and port; " + FORMS);
        }
        return new InetSocketAddress(uri.getHost(), uri.getPort());
    }

    /** Executors find the program where it lies, in a folder that all machines see. */
    private static String classPath() {
        return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .map(entry -> Path.of(entry).toAbsolutePath().toString())
                .collect(Collectors.joining(File.pathSeparator));
    }
}
