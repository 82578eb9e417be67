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
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The Javadoc of the library: that of a method begins with a verb, and has no known mistakes. */
class JavadocTest {

    private static final Path SOURCES = Path.of("..", "adapter-block", "src", "main", "java");

    /** A comment, annotations, and what they are of up to its body or end. */
    private static final Pattern COMMENT =
            Pattern.compile(
                    "/\\*\\*((?:(?!\\*/).)*)\\*/\\s*((?:@\\w+(?:\\([^)]*\\))?\\s*)*)([^;{=]*)",
                    Pattern.DOTALL);

    private static final Pattern TYPE =
            Pattern.compile("[^(]*\\b(?:class|interface|record|enum)\\b.*", Pattern.DOTALL);

    @Test
    void methodsBeginWithAVerbAndNothingHasAKnownMistake() throws IOException {
        List<String> faults = new ArrayList<>();
        int comments = 0;
        try (Stream<Path> files = Files.walk(SOURCES)) {
            for (Path file : files.filter(f -> f.toString().endsWith(".java")).toList()) {
                String source = Files.readString(file);
                for (MatchResult found : COMMENT.matcher(source).results().toList()) {
                    comments++;
                    String text = found.group(1).replaceAll("\\s*\\n\\s*\\*\\s*", " ").strip();
                    String place = SOURCES.relativize(file) + ": " + text;
                    faults.addAll(Mistakes.in(place, text));
                    boolean method =
                            found.group(3).contains("(") && !TYPE.matcher(found.group(3)).matches();
                    if (method && (text.startsWith("What ") || text.startsWith("Whether "))) {
                        faults.add(place + " (better: Returns …, Tells whether …)");
                    }
                }
            }
        }

        assertThat(faults).isEmpty();
        assertThat(comments).isGreaterThan(3000);
    }
}
