/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.djladapters.io.JsonLines;

/** The folder of a measurement of growth: {@code growth.jsonl} gets a line for every point. */
final class GrowthFolder {

    private static final String LINES = "growth.jsonl";

    private final Path folder;
    private final int threads;
    private final JsonLines<GrowthResult> lines;
    private final Map<GrowthPoint, GrowthResult> results = new LinkedHashMap<>();

    /** Opens a folder, which is created if it is missing; results of other threads are ignored. */
    GrowthFolder(Path folder, int threads) throws IOException {
        this.folder = folder;
        this.threads = threads;
        Files.createDirectories(folder);
        lines =
                new JsonLines<>(
                        folder.resolve(LINES),
                        GrowthResult.class,
                        "a measurement of growth; choose another folder",
                        result -> result.point() != null);
        lines.read().forEach(this::keep);
    }

    private void keep(GrowthResult result) {
        if (result.threads() == threads) {
            results.put(result.point(), result);
        }
    }

    Path file(String name) {
        return folder.resolve(name);
    }

    /** Tells whether a point was measured. */
    boolean has(GrowthPoint point) {
        return results.containsKey(point);
    }

    /** Returns the results of the points that were measured. */
    List<GrowthResult> results(List<GrowthPoint> points) {
        return points.stream().filter(this::has).map(results::get).toList();
    }

    /** Adds results, in memory and on disk. */
    void append(List<GrowthResult> measured) throws IOException {
        lines.append(measured);
        measured.forEach(this::keep);
    }
}
