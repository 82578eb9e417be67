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

    private static final String REASON = "Reason: ";

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

    /**
     * {@code Job aborted …: Lost task … ExecutorLostFailure (…) Reason: Command exited …}, in joint
     * work on the second line.
     */
    private static String lost(String message) {
        int reason = message.indexOf(REASON);
        return reason < 0
                ? "Spark gave up: " + firstLine(message)
                : "The process that did it was lost (%s); look into its log on the machine that ran it"
                        .formatted(firstLine(message.substring(reason + REASON.length())));
    }

    static String firstLine(String message) {
        return String.valueOf(message).lines().findFirst().orElse("");
    }
}
