/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
/** HiRA: the weight times a product of low rank, entry by entry. */
package org.djladapters.adapter.hira;
