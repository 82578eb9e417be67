/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */

/**
 * Adapters on disk.
 *
 * <p>{@link org.djladapters.checkpoint.AdapterDirectory} saves and loads adapters in the layout of
 * Python's PEFT, and {@link org.djladapters.checkpoint.StoredRotations} reads the rotations of a
 * compound adapter without a model.
 *
 * <p>Files are written whole or not at all. Files from strangers are checked before anything is
 * changed; what is wrong is said in one sentence.
 */
package org.djladapters.checkpoint;
