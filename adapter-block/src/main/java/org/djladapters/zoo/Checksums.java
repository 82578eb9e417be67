/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.zoo;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.Map;
import java.util.TreeMap;
import org.djladapters.io.Sha256;

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
        MessageDigest all = Sha256.digest();
        for (Map.Entry<String, String> entry : each.entrySet()) {
            Path file = folder.resolve(entry.getKey());
            MessageDigest one = Sha256.digest("SHA-1");
            all.update((entry.getKey() + "\n").getBytes(StandardCharsets.UTF_8));
            all.update(ByteBuffer.allocate(Long.BYTES).putLong(0, Files.size(file)));
            try (InputStream in = Files.newInputStream(file)) {
                OutputStream both = new DigestOutputStream(OutputStream.nullOutputStream(), one);
                in.transferTo(new DigestOutputStream(both, all));
            }
            entry.setValue(Sha256.hex(one.digest()));
        }
        return new Checksums(each, Sha256.hex(all.digest()));
    }
}
