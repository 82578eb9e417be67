/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */

/** What adapters are compared with: the task head alone, or all weights of the model. */
package org.djladapters.adapter.baseline;
