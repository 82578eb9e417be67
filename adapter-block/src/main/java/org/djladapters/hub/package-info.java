/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */

/**
 * A model from anywhere: {@link org.djladapters.hub.ModelLocation} finds its folder, also on the
 * HuggingFace hub; {@link org.djladapters.hub.ModelDirectory} describes a folder with a TorchScript
 * archive, its configuration and its tokenizer; {@link org.djladapters.hub.OpenOptions} says how it
 * is opened.
 */
package org.djladapters.hub;
