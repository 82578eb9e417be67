/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.sweep;

import java.io.IOException;
import java.io.Serializable;
import java.util.ServiceLoader;
import java.util.concurrent.CompletableFuture;

/**
 * Machines that work is given to; close it after use. Safe for several threads.
 *
 * <p>This library brings none along. A {@link Connector} that is registered for {@link
 * ServiceLoader} does; the build's profile {@code spark} adds one for Apache Spark.
 */
public interface Cluster extends AutoCloseable {

    /**
     * A piece of work. It is sent to a machine, which must see the same files under the same paths.
     */
    @FunctionalInterface
    interface Work<R extends Serializable> extends Serializable {

        /**
         * Does the work.
         *
         * @return what is sent back
         * @throws Exception if it can't be done; it is not tried again
         */
        R run() throws Exception;
    }

    /** Makes the connection to a cluster. */
    @FunctionalInterface
    interface Connector {

        /**
         * Connects to a cluster.
         *
         * @param url where it is
         * @param name how it shall call this program
         * @throws IOException if there is none at the URL
         * @throws IllegalArgumentException if the URL is incomplete
         */
        Cluster connect(String url, String name) throws IOException;
    }

    /**
     * Connects to a Spark cluster.
     *
     * @param url its master: {@code spark://HOST:PORT}, or {@code local[2]} for two threads of this
     *     program
     * @param name how the cluster shall call this program
     * @throws IOException if there is none at the URL
     * @throws IllegalArgumentException if the URL is incomplete
     * @throws IllegalStateException if this program was built without Spark
     */
    static Cluster connect(String url, String name) throws IOException {
        return ServiceLoader.load(Connector.class)
                .findFirst()
                .orElseThrow(
                        () ->
                                new IllegalStateException(
                                        "This program was built without Spark; build it with 'mvn"
                                                + " --batch-mode -P spark -DskipTests package' and"
                                                + " run examples/target/spark/adapters.jar"))
                .connect(url, name);
    }

    /**
     * Gives the cluster a piece of work.
     *
     * @param name what it is, for people who look at the cluster
     * @param work the work; it is begun in the order in which it was submitted, as far as machines
     *     are free
     * @return what it gives, or the exception that it threw; an {@link IOException} if the machine
     *     was lost
     */
    <R extends Serializable> CompletableFuture<R> submit(String name, Work<R> work);

    /** Leaves the cluster; what is not done by then is given up. */
    @Override
    void close();
}
