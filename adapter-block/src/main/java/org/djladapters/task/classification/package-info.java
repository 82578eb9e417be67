/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */

/** Predicting classes, or numbers, of texts, pairs of texts and images. */
@Internal
package org.djladapters.task.classification;

import org.djladapters.io.Internal;
