/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */

/** Answering questions with a part of a text. */
package org.djladapters.task.answers;
