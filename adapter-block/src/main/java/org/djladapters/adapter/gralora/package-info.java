/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
/** GraLoRA: products of low rank for the blocks of a weight. */
package org.djladapters.adapter.gralora;
