/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */

/**
 * A model on disk: {@link org.djladapters.hub.ModelDirectory} describes a folder with a TorchScript
 * archive, its configuration and its tokenizer; {@link org.djladapters.hub.OpenOptions} says how it
 * is opened.
 */
package org.djladapters.hub;
