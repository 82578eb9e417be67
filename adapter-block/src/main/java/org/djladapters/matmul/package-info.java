/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */

/**
 * The products of linear layers: {@link org.djladapters.matmul.Matmul} says which library
 * multiplies, {@link org.djladapters.matmul.Precision} in which type a model computes; trials
 * measure which is the fastest here.
 *
 * <p>The native programs that multiply are TorchScript source in resources of this package, for
 * adapted models and, in forms that need nothing of this project, for merged ones.
 */
package org.djladapters.matmul;
