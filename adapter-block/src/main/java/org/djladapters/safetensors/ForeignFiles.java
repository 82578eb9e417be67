/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.safetensors;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.djladapters.io.MalformedFileException;

/** Knows by their first bytes the files that are often offered where safetensors are needed. */
public final class ForeignFiles {

    private static final int ZIP = 0x504B0304;
    private static final int NEWEST_PICKLE_PROTOCOL = 5;
    private static final byte[] LFS_POINTER =
            "version https://git-lfs".getBytes(StandardCharsets.US_ASCII);

    private ForeignFiles() {}

    /**
     * Refuses a pickle, bare or in a zip as PyTorch writes it, and a pointer of Git LFS, by the
     * first nine bytes of a file.
     */
    static void refuse(Path file, ByteBuffer start) throws MalformedFileException {
        int length = start.remaining();
        // A header of 640 bytes makes a safetensors file start like a pickle; its brace tells.
        if (length > Long.BYTES && start.get(Long.BYTES) == '{') {
            return;
        }
        boolean zip = length >= Integer.BYTES && start.getInt(0) == ZIP;
        boolean pickle =
                length >= 2
                        && start.get(0) == (byte) 0x80
                        && start.get(1) >= 0
                        && start.get(1) <= NEWEST_PICKLE_PROTOCOL;
        if (zip || pickle) {
            throw pickle(file);
        }
        if (length >= LFS_POINTER.length
                && start.slice(0, LFS_POINTER.length).equals(ByteBuffer.wrap(LFS_POINTER))) {
            throw new MalformedFileException(
                    file, "is a pointer of Git LFS, not the file itself; run git lfs pull");
        }
    }

    /** Says why a pickle is not read. */
    public static MalformedFileException pickle(Path file) {
        return new MalformedFileException(
                file,
                "pickle files are not read, since they can run code; save as safetensors in"
                        + " Python with safe_serialization=True");
    }
}
