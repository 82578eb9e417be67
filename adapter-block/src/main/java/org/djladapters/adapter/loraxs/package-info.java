/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */

/** LoRA-XS: a small matrix between the singular vectors of the weight. */
package org.djladapters.adapter.loraxs;
