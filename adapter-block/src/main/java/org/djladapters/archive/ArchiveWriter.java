/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.archive;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.djladapters.io.AtomicFiles;

/** Collects the entries of an archive and writes them to a file. */
final class ArchiveWriter {

    private final String root;
    private final Map<String, Entry> entries = new LinkedHashMap<>();

    private record Entry(long size, TensorData data) {}

    ArchiveWriter(String root) {
        this.root = root;
    }

    void put(String name, long size, TensorData data) {
        entries.put(name, new Entry(size, data));
    }

    void put(String name, byte[] bytes) {
        put(name, bytes.length, out -> out.write(bytes));
    }

    /** Writes the archive under a temporary name beside its place, then moves it there. */
    void write(Path path) throws IOException {
        AtomicFiles.writeFile(
                path,
                channel -> {
                    ZipWriter zip = new ZipWriter(channel);
                    for (Map.Entry<String, Entry> entry : entries.entrySet()) {
                        zip.add(
                                root + '/' + entry.getKey(),
                                entry.getValue().size(),
                                entry.getValue().data());
                    }
                    zip.finish();
                });
    }
}
