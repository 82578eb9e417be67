/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
/** PEANuT: a small network of the weight is added to it. */
package org.djladapters.adapter.peanut;
