/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */

/** LoRA, rank-stabilized LoRA and DoRA: a sum of low rank beside the weight. */
package org.djladapters.adapter.lora;
