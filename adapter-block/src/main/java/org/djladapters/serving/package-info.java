/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */

/**
 * Adapters that answer requests: {@link org.djladapters.serving.AdapterFolder} follows a folder of
 * them while a server runs, and {@link org.djladapters.serving.AdapterTranslatorFactory} answers
 * the requests of DJL Serving, each input with its adapter, with one base model.
 */
package org.djladapters.serving;
