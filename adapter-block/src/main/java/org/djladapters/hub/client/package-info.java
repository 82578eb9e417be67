/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */

/**
 * A client of the HuggingFace hub, on Java's own HTTP client.
 *
 * <p>{@link org.djladapters.hub.client.HubClient} brings a model or an adapter into the cache that
 * Python's huggingface_hub uses: {@link org.djladapters.hub.client.NeededFiles} says which files,
 * {@link org.djladapters.hub.client.HubCache} where they lie, {@link
 * org.djladapters.hub.client.FileDownload} how one of them comes, {@link
 * org.djladapters.hub.client.HubHttp} speaks with servers.
 */
@Internal
package org.djladapters.hub.client;

import org.djladapters.io.Internal;
