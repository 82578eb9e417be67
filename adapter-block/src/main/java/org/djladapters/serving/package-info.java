/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */

/**
 * Adapters in DJL Serving: {@link org.djladapters.serving.AdapterTranslatorFactory} answers
 * requests that name an adapter for every text, with one base model.
 */
package org.djladapters.serving;
