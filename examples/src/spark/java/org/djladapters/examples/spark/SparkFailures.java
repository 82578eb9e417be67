/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.spark;

import java.io.IOException;
import java.util.concurrent.ExecutionException;
import org.apache.spark.SparkException;

/** Finds the reason in what Spark reports. */
final class SparkFailures {

    private SparkFailures() {}

    /**
     * Returns what made a job fail.
     *
     * @param failure what Spark threw
     * @return what the task threw, or an {@link IOException} with one sentence if Spark itself gave
     *     up
     */
    static Throwable reason(Throwable failure) {
        boolean wrapped =
                failure instanceof ExecutionException || failure instanceof SparkException;
        if (wrapped && failure.getCause() != null) {
            return reason(failure.getCause());
        }
        return wrapped
                ? new IOException(lost(String.valueOf(failure.getMessage())), failure)
                : failure;
    }

    /** {@code Job aborted …: Lost task … ExecutorLostFailure (…) Reason: Command exited …}. */
    private static String lost(String message) {
        String first = firstLine(message);
        int reason = first.lastIndexOf("Reason: ");
        return reason < 0
                ? "Spark gave up: " + first
                : "The process that did it was lost (%s); look into its log on the machine that ran it"
                        .formatted(first.substring(reason + "Reason: ".length()));
    }

    static String firstLine(String message) {
        return String.valueOf(message).lines().findFirst().orElse("");
    }
}
