/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */

/** MiSS: groups of inputs are summed and share a matrix. */
package org.djladapters.adapter.miss;
