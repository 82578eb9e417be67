/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */

/** LoHa: the product, entry by entry, of two matrices of low rank beside the weight. */
package org.djladapters.adapter.loha;
