/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */

/** BEFT: the biases of layers train. */
package org.djladapters.adapter.beft;
