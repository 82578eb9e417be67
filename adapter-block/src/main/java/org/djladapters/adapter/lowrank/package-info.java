/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */

/** What the methods share that add matrices of low rank to weights. */
@Internal
package org.djladapters.adapter.lowrank;

import org.djladapters.io.Internal;
