/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */

/** What errors of a quantum computer do to a trained compound adapter. */
package org.djladapters.examples.noise;
