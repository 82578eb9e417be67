/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.archive;

/**
 * A name with a type: an argument of a method or an attribute of a class.
 *
 * @param type the type as it is written, such as {@code Optional[Tensor]}; empty where none is
 *     written
 */
public record Variable(String name, String type) {}
