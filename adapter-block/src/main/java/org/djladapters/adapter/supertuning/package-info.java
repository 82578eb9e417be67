/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
/** SuperTuning: the largest or smallest entries of a weight train. */
package org.djladapters.adapter.supertuning;
