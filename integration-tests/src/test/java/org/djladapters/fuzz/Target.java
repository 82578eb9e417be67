/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.fuzz;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Random;

/** A reader of files, which is given files that are almost right. */
interface Target {

    /** The name by which failures are reported. */
    String name();

    /**
     * Writes a file, damaged in some way, reads it, and uses what was read.
     *
     * @param random what decides on the damage
     * @param folder an empty folder
     * @throws IOException if the file is refused; the message is one line that names the file
     * @throws IllegalArgumentException if the file is refused; as before
     * @throws UseException if what was read could not be used
     */
    void attempt(Random random, Path folder) throws IOException;

    /** Says that a file was read but its content could not be used, as calls may say. */
    final class UseException extends RuntimeException {

        private static final long serialVersionUID = 1L;

        UseException(RuntimeException cause) {
            super(cause);
        }
    }
}
