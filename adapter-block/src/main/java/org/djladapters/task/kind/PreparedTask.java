/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.task.kind;

import org.djladapters.adapter.HeadConfig;

/**
 * The task of a run, checked to fit its model, data and options.
 *
 * @param pooling how a new head would pool, for the record of the run
 */
public record PreparedTask(Task task, TaskHead head, HeadConfig.Pooling pooling) {

    /** Prepares a task with the model's own outputs. */
    public static PreparedTask withoutHead(Task task) {
        return new PreparedTask(task, TaskHead.NONE, HeadConfig.Pooling.NONE);
    }
}
