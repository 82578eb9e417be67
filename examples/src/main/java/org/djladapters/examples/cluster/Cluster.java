/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.cluster;

import java.io.IOException;
import java.io.Serializable;
import java.util.ServiceLoader;
import java.util.concurrent.CompletableFuture;

/**
 * Machines that execute work; safe for several threads. A {@link Connector} that is registered for
 * {@link ServiceLoader} connects to them; the build's profile {@code spark} adds one for Apache
 * Spark.
 */
public interface Cluster extends AutoCloseable {

    /** A piece of work for a machine, which must see the same files under the same paths. */
    @FunctionalInterface
    interface Work<R extends Serializable> extends Serializable {

        /** Does the work and returns the result; a failure is not tried again. */
        R run() throws Exception;
    }

    /** Work that processes do at the same time, each with a number. */
    @FunctionalInterface
    interface JointWork extends Serializable {

        /**
         * Does the part of a process.
         *
         * @param rank its number, from 0
         * @param size the number of processes
         */
        void run(int rank, int size) throws Exception;
    }

    /** Connects to clusters. */
    @FunctionalInterface
    interface Connector {

        /**
         * Connects to a cluster.
         *
         * @param name the name of this program for people who look at the cluster
         * @throws IOException if there is no cluster at the URL
         * @throws IllegalArgumentException if the URL is incomplete
         */
        Cluster connect(String url, String name) throws IOException;
    }

    /**
     * Connects to a Spark cluster.
     *
     * @param url its master: {@code spark://HOST:PORT}, or {@code local[2]} for two threads of this
     *     program
     * @param name the name of this program for people who look at the cluster
     * @throws IOException if there is no cluster at the URL
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
     * Submits work, which begins in the order of submission when a machine is free.
     *
     * @param name a description for people who look at the cluster
     * @return the result or the exception of the work; an {@link IOException} if the machine was
     *     lost
     */
    <R extends Serializable> CompletableFuture<R> submit(String name, Work<R> work);

    /** Returns the address by which the machines of the cluster reach this one. */
    String host();

    /**
     * Waits until processes are there, other than this one, and returns how many.
     *
     * @param most how many are enough
     * @throws IOException if none comes
     * @throws IllegalArgumentException if this cluster has no others
     */
    int processes(int most) throws IOException;

    /**
     * Submits work that processes do at the same time, which begins when all of them are free. It
     * fails as a whole.
     *
     * @param name a description for people who look at the cluster
     * @param size the number of processes
     * @return the end of the work, with an {@link IOException} if a process was lost
     */
    CompletableFuture<Void> submitJoint(String name, int size, JointWork work);

    /** Disconnects; unfinished work is given up. */
    @Override
    void close();
}
