/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */

/** RoAd: pairs of outputs, turned and scaled. */
package org.djladapters.adapter.road;
