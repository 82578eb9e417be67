/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */

/**
 * ONNX files: where their weights lie, and copies with other weights at the same places.
 *
 * <p>An ONNX file is one message of Protocol Buffers. Nothing of it is parsed into objects but what
 * tells the weights: {@link org.djladapters.onnx.OnnxFile} finds the bytes of every initializer in
 * the file, and a copy of the file gets others there.
 *
 * <p>Nothing here knows of adapters.
 */
@Internal
package org.djladapters.onnx;

import org.djladapters.io.Internal;
