/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */

/** Uni-LoRA: one trained vector whose entries are those of the low-rank updates of all layers. */
package org.djladapters.adapter.unilora;
