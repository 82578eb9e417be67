/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */

/**
 * Models with adapters in them.
 *
 * <p>{@link org.djladapters.model.AdaptedModel} is where to begin: it opens an exported model, or
 * takes any network of DJL Blocks, and adds, trains, switches, merges and removes adapters. The
 * places where adapters go are its {@link org.djladapters.adapter.TargetModule}s. {@link
 * org.djladapters.model.ModelSpec} tells what there is to adapt and what an adapter would train,
 * without the weights; {@link org.djladapters.model.combination.AdapterAlgebra} combines adapters
 * and turns them into others.
 */
package org.djladapters.model;
