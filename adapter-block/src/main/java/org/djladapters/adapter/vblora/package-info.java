/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */

/** VB-LoRA: low-rank updates made of the vectors of a bank. */
package org.djladapters.adapter.vblora;
