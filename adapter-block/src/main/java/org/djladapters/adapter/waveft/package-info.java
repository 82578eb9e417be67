/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
/** WaveFT: a matrix of which few wavelet coefficients train beside the weight. */
package org.djladapters.adapter.waveft;
