/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */

/** Trains methods with several seeds on the same data and compares their quality and cost. */
package org.djladapters.examples.compare;
