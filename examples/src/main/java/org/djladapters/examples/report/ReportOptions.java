/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.report;

import java.util.Optional;

/** The options of a report; the names of reference and head may be null for the usual methods. */
record ReportOptions(String reference, String head, boolean allTasks) {

    static final String USUAL_REFERENCE = "LoRA, rank 8";

    private static final String HEAD = "head";

    /** Finds the reference of a suite. */
    Optional<Method> reference(Suite suite) {
        return suite.find(reference == null ? USUAL_REFERENCE : reference);
    }

    /** Writes which tasks are averaged. */
    String averaged() {
        return allTasks
                ? "The mean is over all tasks, also those on which the reference gains little."
                : "The mean is over the tasks on which the reference gains at least five standard"
                        + " errors over the head alone.";
    }

    /** Finds the method of a suite that trains the head alone. */
    Optional<Method> head(Suite suite) {
        return head == null
                ? suite.methods().stream().filter(m -> m.family().equals(HEAD)).findFirst()
                : suite.find(head);
    }
}
