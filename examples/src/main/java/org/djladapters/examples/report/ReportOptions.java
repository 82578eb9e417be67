/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.report;

import java.util.Optional;

/**
 * What a report compares with.
 *
 * @param reference the method whose score and gain are 100 percent; null for the usual one
 * @param head the method that trains the head alone; null for the one that does
 * @param allTasks whether tasks are averaged on which the reference gains little, too
 */
record ReportOptions(String reference, String head, boolean allTasks) {

    static final String USUAL_REFERENCE = "LoRA, rank 8";

    private static final String HEAD = "head";

    /** The reference of a suite. */
    Optional<Method> reference(Suite suite) {
        return suite.find(reference == null ? USUAL_REFERENCE : reference);
    }

    /** Says which tasks count. */
    String averaged() {
        return allTasks
                ? "The mean is over all tasks, also those on which the reference gains little."
                : "The mean is over the tasks on which the reference gains at least five standard"
                        + " errors over the head alone.";
    }

    /** The head alone of a suite. */
    Optional<Method> head(Suite suite) {
        return head == null
                ? suite.methods().stream().filter(m -> m.family().equals(HEAD)).findFirst()
                : suite.find(head);
    }
}
