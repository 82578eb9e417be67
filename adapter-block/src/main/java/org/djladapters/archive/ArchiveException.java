/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.archive;

import static org.djladapters.io.MalformedFileException.printable;

import java.io.IOException;
import java.io.Serial;

/**
 * Thrown when a file is not a TorchScript archive that can be worked with. The message is one
 * sentence that names the file, says what is wrong and, where something can be done, what.
 */
public final class ArchiveException extends IOException {

    @Serial private static final long serialVersionUID = 1L;

    ArchiveException(String message) {
        super(printable(message));
    }

    ArchiveException(String message, Throwable cause) {
        super(printable(message), cause);
    }
}
