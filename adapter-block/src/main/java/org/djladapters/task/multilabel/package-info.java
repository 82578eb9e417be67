/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */

/** Predicting any number of classes for a text or a pair of texts. */
package org.djladapters.task.multilabel;
