/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.archive;

/** An argument or an attribute, with its type as it is written, empty if none is. */
public record Variable(String name, String type) {}
