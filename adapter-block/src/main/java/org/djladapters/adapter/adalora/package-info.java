/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */

/** AdaLoRA: LoRA with a factor for every rank. */
package org.djladapters.adapter.adalora;
