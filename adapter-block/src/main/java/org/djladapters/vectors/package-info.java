/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */

/** Vectors of texts in memory and in files: {@link org.djladapters.vectors.VectorTable}. */
package org.djladapters.vectors;
