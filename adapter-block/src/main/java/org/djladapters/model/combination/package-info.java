/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */

/**
 * New adapters made of those that a model has.
 *
 * <p>{@link org.djladapters.model.combination.AdapterAlgebra} combines adapters in the ways of
 * {@link org.djladapters.model.combination.Combination} and turns adapters of any method into LoRA.
 */
package org.djladapters.model.combination;
