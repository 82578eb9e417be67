/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */

/** HRA: the inputs of a layer are reflected. */
package org.djladapters.adapter.hra;
