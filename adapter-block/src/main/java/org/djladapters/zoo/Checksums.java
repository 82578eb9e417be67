/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.zoo;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;

/**
 * The checksums of the files of an artifact.
 *
 * @param sha1 the SHA-1 of every file by its name, as DJL's layout has it
 * @param sha256 one SHA-256 of all files: of name, length and content of each, sorted by name
 */
record Checksums(Map<String, String> sha1, String sha256) {

    /** The property of an artifact that holds the SHA-256, for which DJL's layout has no field. */
    static final String SHA256 = "sha256";

    /** Reads the files of a folder. */
    static Checksums of(Path folder, Iterable<String> names) throws IOException {
        Map<String, String> each = new TreeMap<>();
        names.forEach(name -> each.put(name, ""));
        MessageDigest all = digest("SHA-256");
        for (Map.Entry<String, String> entry : each.entrySet()) {
            Path file = folder.resolve(entry.getKey());
            MessageDigest one = digest("SHA-1");
            all.update((entry.getKey() + "\n").getBytes(StandardCharsets.UTF_8));
            all.update(ByteBuffer.allocate(Long.BYTES).putLong(0, Files.size(file)));
            try (InputStream in = Files.newInputStream(file)) {
                byte[] buffer = new byte[1 << 16];
                for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                    one.update(buffer, 0, n);
                    all.update(buffer, 0, n);
                }
            }
            entry.setValue(HexFormat.of().formatHex(one.digest()));
        }
        return new Checksums(each, HexFormat.of().formatHex(all.digest()));
    }

    private static MessageDigest digest(String algorithm) {
        try {
            return MessageDigest.getInstance(algorithm);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has " + algorithm, e);
        }
    }
}
