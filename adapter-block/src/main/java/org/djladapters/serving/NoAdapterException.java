/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.serving;

/** Says that an adapter is not served. */
final class NoAdapterException extends Exception {

    private static final long serialVersionUID = 1L;

    NoAdapterException(String message) {
        super(message);
    }
}
