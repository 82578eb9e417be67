/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.docs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** The Markdown files of the project, named by their paths from its root. */
final class Markdown {

    static final Path ROOT = Path.of("..");

    /** The README and the pages that it leads to. */
    static final List<String> PAGES =
            Stream.concat(
                            Stream.of("README.md"),
                            all().stream().filter(name -> name.startsWith("examples/docs/")))
                    .toList();

    private Markdown() {}

    static String text(String document) throws IOException {
        return Files.readString(ROOT.resolve(document));
    }

    /** The text without its breaks, in which a sentence is found wherever its lines end. */
    static String onOneLine(String document) throws IOException {
        return text(document).replaceAll("\\s+", " ");
    }

    static List<String> all() {
        return files(".md");
    }

    /** All files but those that a build makes and those that are data of tests. */
    static List<String> files(String ending) {
        List<String> documents = new ArrayList<>();
        try {
            Files.walkFileTree(
                    ROOT,
                    new SimpleFileVisitor<>() {
                        @Override
                        public FileVisitResult preVisitDirectory(
                                Path directory, BasicFileAttributes attributes) {
                            String name = directory.getFileName().toString();
                            boolean skipped =
                                    !directory.equals(ROOT)
                                            && (name.startsWith(".")
                                                    || Set.of("target", "venv", "test")
                                                            .contains(name));
                            return skipped
                                    ? FileVisitResult.SKIP_SUBTREE
                                    : FileVisitResult.CONTINUE;
                        }

                        @Override
                        public FileVisitResult visitFile(
                                Path file, BasicFileAttributes attributes) {
                            if (file.toString().endsWith(ending)) {
                                documents.add(ROOT.relativize(file).toString().replace('\\', '/'));
                            }
                            return FileVisitResult.CONTINUE;
                        }
                    });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return documents.stream().sorted().toList();
    }
}
