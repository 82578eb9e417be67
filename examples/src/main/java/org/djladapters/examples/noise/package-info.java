/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */

/** The effect of a quantum computer's errors on a trained compound adapter. */
package org.djladapters.examples.noise;
