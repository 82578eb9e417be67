/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */

/**
 * Pictures as PNG: lines and points over linear and logarithmic axes with labels, and matrices as
 * colours; several side by side have one legend.
 */
package org.djladapters.examples.plot;
