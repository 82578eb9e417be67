/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
/** DeLoRA: a product of low rank whose norm has a bound. */
package org.djladapters.adapter.delora;
