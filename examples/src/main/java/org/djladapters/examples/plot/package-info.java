/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */

/**
 * Charts as PNG: lines and points over linear and logarithmic axes, labels that cover nothing,
 * matrices as colours, one legend for several charts.
 */
package org.djladapters.examples.plot;
