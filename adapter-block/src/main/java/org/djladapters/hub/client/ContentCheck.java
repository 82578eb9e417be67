/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.hub.client;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Optional;
import org.djladapters.io.Sha256;

/**
 * Compares a file with its etag, which the hub makes of its content: the SHA-256 of a large file,
 * the hash that Git gives to a small one. Other etags tell nothing.
 */
final class ContentCheck {

    private static final int SHA256_DIGITS = 64;
    private static final int SHA1_DIGITS = 40;

    private ContentCheck() {}

    /** Returns what the hash of a file is instead; empty if it is as it should be. */
    static Optional<String> difference(Path file, String etag) throws IOException {
        if (!etag.matches("[0-9a-f]+")) {
            return Optional.empty();
        }
        String actual =
                switch (etag.length()) {
                    case SHA256_DIGITS -> Sha256.of(file);
                    case SHA1_DIGITS -> gitHash(file);
                    default -> etag;
                };
        return Optional.of(actual).filter(hash -> !hash.equals(etag));
    }

    private static String gitHash(Path file) throws IOException {
        MessageDigest sha1 = Sha256.digest("SHA-1");
        sha1.update(("blob " + Files.size(file) + "\0").getBytes(StandardCharsets.US_ASCII));
        Sha256.update(sha1, file);
        return Sha256.hex(sha1.digest());
    }
}
