/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.archive;

/** A tensor that a module holds under a name; a parameter if its class lists it as one. */
public record TensorAttribute(String name, TensorRecord tensor, boolean isParameter) {}
