/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */

/** FourierFT: a matrix beside the weight of which few Fourier coefficients train. */
package org.djladapters.adapter.fourierft;
