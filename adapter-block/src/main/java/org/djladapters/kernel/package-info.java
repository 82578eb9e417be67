/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */

/**
 * The engine, which {@link org.djladapters.kernel.PyTorch} starts, and native programs from source:
 * {@link org.djladapters.kernel.NativeKernel} makes an archive of a program alone and loads it into
 * the engine, so that native code can be written as text, and {@link
 * org.djladapters.kernel.NativeCall} calls its methods.
 */
@Internal
package org.djladapters.kernel;

import org.djladapters.io.Internal;
