/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */

/** BOFT: orthogonal blocks in butterfly order that rotate a layer's outputs. */
package org.djladapters.adapter.boft;
