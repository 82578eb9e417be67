/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
/** RandLoRA: weighted sums of products of random matrices beside the weight. */
package org.djladapters.adapter.randlora;
