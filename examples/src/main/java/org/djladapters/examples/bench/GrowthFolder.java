/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.bench;

import com.google.gson.FieldNamingPolicy;
import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.djladapters.io.AtomicFiles;
import org.djladapters.io.MalformedFileException;

/** The folder of a measurement of growth: {@code growth.jsonl} gets a line for every point. */
final class GrowthFolder {

    private static final String LINES = "growth.jsonl";
    private static final Gson GSON =
            new GsonBuilder()
                    .setFieldNamingPolicy(FieldNamingPolicy.LOWER_CASE_WITH_UNDERSCORES)
                    .create();

    private final Path folder;
    private final int threads;
    private final Map<GrowthPoint, GrowthResult> results = new LinkedHashMap<>();

    /**
     * Opens a folder, which is made if it is missing.
     *
     * @param threads only results of this number of threads count
     * @throws IOException if the folder can't be made or its lines are not those of such a
     *     measurement
     */
    GrowthFolder(Path folder, int threads) throws IOException {
        this.folder = folder;
        this.threads = threads;
        Files.createDirectories(folder);
        read(folder.resolve(LINES));
    }

    private void read(Path file) throws IOException {
        if (!Files.exists(file)) {
            return;
        }
        String text = Files.readString(file, StandardCharsets.UTF_8);
        String whole = text.substring(0, text.lastIndexOf('\n') + 1);
        if (whole.length() < text.length()) {
            // the program was killed while it wrote
            AtomicFiles.writeString(file, whole);
        }
        List<String> lines = whole.lines().toList();
        for (int i = 0; i < lines.size(); i++) {
            keep(parse(file, i + 1, lines.get(i)));
        }
    }

    private static GrowthResult parse(Path file, int line, String json) throws IOException {
        try {
            GrowthResult result = GSON.fromJson(json, GrowthResult.class);
            if (result != null && result.point() != null) {
                return result;
            }
        } catch (RuntimeException e) {
            // not only JsonParseException: Gson also passes on what constructors throw
            throw foreign(file, line, e);
        }
        throw foreign(file, line, null);
    }

    private static IOException foreign(Path file, int line, Exception cause) {
        return new MalformedFileException(
                file,
                "line " + line + " is no measurement of growth; choose another folder",
                cause);
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

    /** The results of those of some points that were measured. */
    List<GrowthResult> results(List<GrowthPoint> points) {
        return points.stream().filter(this::has).map(results::get).toList();
    }

    /** Notes results, in memory and on disk. */
    void append(List<GrowthResult> measured) throws IOException {
        List<String> lines = new ArrayList<>();
        for (GrowthResult result : measured) {
            lines.add(GSON.toJson(result));
            keep(result);
        }
        Files.write(
                folder.resolve(LINES),
                lines,
                StandardCharsets.UTF_8,
                StandardOpenOption.CREATE,
                StandardOpenOption.APPEND);
    }
}
