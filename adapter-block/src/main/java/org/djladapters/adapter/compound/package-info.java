/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */

/**
 * The compound adapter: a rotation made of compound matrices of small orthogonal matrices.
 *
 * <p>{@link org.djladapters.adapter.compound.CompoundConfig} adapts a model's layers; {@link
 * org.djladapters.adapter.compound.CompoundRotation} and {@link
 * org.djladapters.adapter.compound.CompoundLinear} are Blocks for networks composed by hand.
 */
package org.djladapters.adapter.compound;
