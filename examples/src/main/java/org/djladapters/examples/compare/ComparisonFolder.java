/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.compare;

import ai.djl.ndarray.types.DataType;
import com.google.gson.FieldNamingPolicy;
import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonParseException;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.djladapters.checkpoint.Provenance;
import org.djladapters.io.AtomicFiles;
import org.djladapters.io.JsonLines;
import org.djladapters.io.MalformedFileException;
import org.djladapters.matmul.Precision;
import org.djladapters.task.kind.RecordedOptions;

/**
 * The folder of a comparison. {@code comparison.json} has the common setup of its runs and is
 * written first, so that another comparison is refused; {@code runs.jsonl} gets a line when a run
 * ends, {@code adapters} its adapter.
 */
final class ComparisonFolder {

    static final String MARKDOWN = "comparison.md";
    static final String PICTURE = "comparison.png";

    private static final String SETUP = "comparison.json";
    private static final String RUNS = "runs.jsonl";
    private static final Gson GSON =
            new GsonBuilder()
                    .setFieldNamingPolicy(FieldNamingPolicy.LOWER_CASE_WITH_UNDERSCORES)
                    .disableHtmlEscaping()
                    .setPrettyPrinting()
                    .create();

    /** Options in which the runs of one comparison differ. */
    private static final Set<String> OF_A_METHOD =
            Set.of("method", "adapter", "learning_rate", "adapt");

    private final Path folder;
    private final Map<String, ComparisonRun> runs = new LinkedHashMap<>();

    private ComparisonFolder(Path folder) {
        this.folder = folder;
    }

    /** The common setup of the runs of a comparison. */
    record Setup(
            Provenance.Base base,
            Map<String, Provenance.Source> data,
            Map<String, String> options) {

        static Setup of(Provenance run) {
            Map<String, String> options = new LinkedHashMap<>(run.options());
            options.keySet().removeAll(OF_A_METHOD);
            return new Setup(run.base(), run.data(), options);
        }

        /** Names the differences of another setup. */
        Set<String> differences(Setup other) {
            Set<String> names = new TreeSet<>();
            if (!base.equals(other.base)) {
                names.add("model");
            }
            addDifferences(names, data, other.data);
            addDifferences(names, options, other.options);
            return names;
        }

        private static void addDifferences(Set<String> names, Map<String, ?> a, Map<String, ?> b) {
            Set<String> keys = new HashSet<>(a.keySet());
            keys.addAll(b.keySet());
            keys.removeIf(key -> a.get(key) != null && a.get(key).equals(b.get(key)));
            names.addAll(keys);
        }
    }

    /** Opens the folder of a new comparison, or of the same one; anything else is refused. */
    static ComparisonFolder open(Path folder, Setup setup, boolean resume) throws IOException {
        ComparisonFolder opened = new ComparisonFolder(folder);
        Path description = folder.resolve(SETUP);
        if (Files.exists(description)) {
            opened.requireSame(setup, description);
        } else {
            opened.requireEmpty();
            create(folder);
            AtomicFiles.writeString(description, GSON.toJson(setup) + "\n");
        }
        if (resume) {
            opened.read();
        } else {
            Files.deleteIfExists(folder.resolve(RUNS));
        }
        return opened;
    }

    /** Finds the type in which the runs of a comparison compute, if there is one in the folder. */
    static Optional<DataType> precision(Path folder) throws IOException {
        Path description = folder.resolve(SETUP);
        return Files.exists(description)
                ? Precision.named(setup(description).options().get(RecordedOptions.PRECISION))
                : Optional.empty();
    }

    private void requireSame(Setup setup, Path description) throws IOException {
        Setup found = setup(description);
        Set<String> differences = setup.differences(found);
        if (!differences.isEmpty()) {
            throw new IOException(
                    ("Output '%s' holds a comparison that differs in %s; choose another folder,"
                                    + " or repeat the settings of that comparison to resume it")
                            .formatted(folder, String.join(", ", differences)));
        }
    }

    private static Setup setup(Path description) throws IOException {
        String problem = "it does not describe a comparison";
        try {
            Setup found = GSON.fromJson(Files.readString(description), Setup.class);
            if (found != null
                    && found.base() != null
                    && found.data() != null
                    && found.options() != null) {
                return found;
            }
        } catch (JsonParseException e) {
            throw new MalformedFileException(description, problem, e);
        }
        throw new MalformedFileException(description, problem);
    }

    private void requireEmpty() throws IOException {
        if (Files.isDirectory(folder)) {
            try (Stream<Path> files = Files.list(folder)) {
                if (files.anyMatch(AtomicFiles::isContent)) {
                    throw new IOException(
                            "Output '%s' is a folder with other files; choose a new one"
                                    .formatted(folder));
                }
            }
        } else if (Files.exists(folder)) {
            throw new IOException("Output '%s' is a file; choose a folder".formatted(folder));
        }
    }

    private static void create(Path folder) throws IOException {
        try {
            Files.createDirectories(folder);
        } catch (FileSystemException e) {
            throw new IOException(
                    ("Output '%s' can't be created, since '%s' is not a folder that can be"
                                    + " written to; choose another place")
                            .formatted(folder, e.getFile()),
                    e);
        }
    }

    /** Returns the folder of a run's adapter. */
    Path adapter(String method, long seed) {
        return folder.resolve("adapters").resolve(method + "-seed" + seed);
    }

    Path file(String name) {
        return folder.resolve(name);
    }

    /** Returns the last result of a run, or null. */
    ComparisonRun run(String identity) {
        return runs.get(identity);
    }

    /** Adds a run that has ended, in memory and on disk. */
    void append(ComparisonRun run) throws IOException {
        lines().append(List.of(run));
        runs.put(run.identity(), run);
    }

    private void read() throws IOException {
        lines().read().forEach(run -> runs.put(run.identity(), run));
    }

    private JsonLines<ComparisonRun> lines() {
        return new JsonLines<>(
                folder.resolve(RUNS),
                ComparisonRun.class,
                "a run of a comparison",
                run -> run.identity() != null && run.isWhole());
    }
}
