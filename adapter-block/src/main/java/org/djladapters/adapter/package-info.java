/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */

/**
 * Adapters as Blocks, and their configurations.
 *
 * <p>A configuration, such as {@link org.djladapters.adapter.compound.CompoundConfig} or {@link
 * org.djladapters.adapter.lora.LoraConfig}, says which weights are adapted ({@link
 * org.djladapters.adapter.Targets}) and how. For each it makes a {@link
 * org.djladapters.adapter.WeightAdapter}, a Block that turns its few parameters into a {@link
 * org.djladapters.rotation.WeightTransform}.
 *
 * <p>{@link org.djladapters.adapter.compound.CompoundRotation} and {@link
 * org.djladapters.adapter.compound.CompoundLinear} are Blocks for networks that are composed by
 * hand.
 */
package org.djladapters.adapter;
