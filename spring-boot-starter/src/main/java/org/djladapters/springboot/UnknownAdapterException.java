/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.springboot;

/** Says that an adapter is not served: there is no such folder, or it was refused. */
public final class UnknownAdapterException extends IllegalArgumentException {

    private static final long serialVersionUID = 1L;

    UnknownAdapterException(String message) {
        super(message);
    }
}
