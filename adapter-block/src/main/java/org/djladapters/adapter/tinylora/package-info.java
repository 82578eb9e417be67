/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
/** TinyLoRA: a few numbers between singular vectors of the weight. */
package org.djladapters.adapter.tinylora;
