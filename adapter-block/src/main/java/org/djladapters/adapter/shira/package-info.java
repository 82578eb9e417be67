/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */

/** SHiRA: few entries of the weight, chosen at random, train. */
package org.djladapters.adapter.shira;
