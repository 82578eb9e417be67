/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */

/** IA3: one factor for each feature of a layer. */
package org.djladapters.adapter.ia3;
