/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
/** LN tuning: the layers that normalize train. */
package org.djladapters.adapter.lntuning;
