/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
/** Adapters on disk: safetensors files, adapter directories, merged export. */
package org.djladapters.checkpoint;
