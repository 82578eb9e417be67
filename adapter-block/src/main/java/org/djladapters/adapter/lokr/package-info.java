/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */

/** LoKr: the Kronecker product of two small matrices beside the weight. */
package org.djladapters.adapter.lokr;
