/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.hub.client;

import java.io.IOException;
import java.io.Serial;

/** Says that a server could not be asked: there is no network, or it is in trouble or too slow. */
final class UnreachableException extends IOException {

    @Serial private static final long serialVersionUID = 1L;

    /** Says why, with what was thrown, if anything was. */
    UnreachableException(String reason, Throwable cause) {
        super(reason, cause);
    }
}
