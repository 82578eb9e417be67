/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */

/**
 * The outputs of a run for every example of its data, in a small file beside its result. With them
 * two methods are compared example by example, and metrics are computed on any resample.
 */
package org.djladapters.examples.outputs;
