/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */

/** LoRA adapters in the file format of llama.cpp and Ollama. */
package org.djladapters.checkpoint.gguf;
