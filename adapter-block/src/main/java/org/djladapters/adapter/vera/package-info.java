/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */

/** VeRA: frozen random projections with trained scales. */
package org.djladapters.adapter.vera;
