/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.djladapters.hub.ModelDirectory;
import org.djladapters.hub.architecture.Architecture;
import org.djladapters.hub.architecture.Architectures;
import org.junit.jupiter.api.Test;

/** That {@code adding-an-architecture.md} says what is so. */
class AddingAnArchitectureTest {

    private static final Path ROOT = Path.of("..");
    private static final Path PROGRAMS =
            ROOT.resolve("adapter-block/src/main/resources/org/djladapters/hub/architecture");
    private static final Path CLASSES =
            ROOT.resolve("adapter-block/src/main/java/org/djladapters/hub/architecture");
    private static final Path CHECKPOINTS = Path.of("src/test/resources/hub");

    @Test
    void whatThePageShowsStandsInTheSources() throws IOException {
        String page = page("adding-an-architecture.md");

        assertThat(lines(PROGRAMS.resolve("distilbert.py")))
                .containsSubsequence(shown(page, "class Feedforward(Module):"));
        assertThat(lines(CLASSES.resolve("DistilBert.java")))
                .containsSubsequence(shown(page, "static final Architecture ARCHITECTURE ="));
        assertThat(lines(CLASSES.resolve("Architectures.java")))
                .contains("DistilBert.ARCHITECTURE,");
    }

    @Test
    void everyFamilyHasACheckpointForTheTestAndARowInTheTable() throws IOException {
        TreeSet<String> tested = new TreeSet<>();
        try (Stream<Path> folders = Files.list(CHECKPOINTS)) {
            for (Path folder : folders.toList()) {
                ModelDirectory.open(folder).modelType().ifPresent(tested::add);
            }
        }
        String table = page("models.md");
        for (Architecture family : Architectures.all()) {
            assertThat(tested).containsAll(family.modelTypes());
            assertThat(table).containsPattern("(?m)^\\|[^|]*\\b" + family.name() + "\\b");
            family.modelTypes().forEach(type -> assertThat(table).contains("`" + type + "`"));
        }
    }

    @Test
    void everyPartIsIncludedSomewhere() throws IOException {
        List<String> programs = sources(PROGRAMS);
        List<String> parts = sources(PROGRAMS.resolve("parts"));
        try (Stream<Path> files = Files.list(PROGRAMS.resolve("parts"))) {
            assertThat(files.map(file -> file.getFileName().toString().replace(".py", "")))
                    .allSatisfy(
                            part ->
                                    assertThat(Stream.of(programs, parts).flatMap(List::stream))
                                            .anyMatch(text -> text.contains("#include " + part)));
        }
    }

    private static List<String> sources(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            List<String> texts = new ArrayList<>();
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                texts.add(Files.readString(file));
            }
            return texts;
        }
    }

    private static String page(String name) throws IOException {
        return Files.readString(ROOT.resolve("examples/docs").resolve(name));
    }

    private static List<String> lines(Path file) throws IOException {
        return Files.readAllLines(file).stream().map(String::strip).toList();
    }

    /** The lines of an excerpt, from its first one to the next that is not indented. */
    private static List<String> shown(String page, String first) {
        return page.lines()
                .dropWhile(line -> !line.strip().equals(first))
                .takeWhile(line -> line.startsWith("    "))
                .map(String::strip)
                .toList();
    }
}
