/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */

/**
 * What a run gave for every example of its data: kept in a small file beside its result, so that
 * two methods can be compared example by example and a metric be computed on any resample.
 */
package org.djladapters.examples.outputs;
