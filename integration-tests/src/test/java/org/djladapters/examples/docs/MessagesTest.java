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
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The style of what the sources say to users: plain words, and messages without a full stop. */
class MessagesTest {

    private static final Path ROOT = Path.of("..");

    private static final String LITERAL = "\"(?:[^\"\\\\\n]|\\\\.)*\"";

    private static final Pattern LITERALS =
            Pattern.compile(LITERAL + "(?:\\s*\\+\\s*" + LITERAL + ")*");

    private static final Pattern EXCEPTION =
            Pattern.compile("new \\w*Exception\\((?:" + LITERAL + "|[^\";])*;");

    private static final Pattern LITERAL_OR_COMMENT =
            Pattern.compile(
                    "(" + LITERAL + "|'(?:[^'\\\\]|\\\\.)+')|//[^\n]*|/\\*.*?\\*/", Pattern.DOTALL);

    /** The one style of messages: what is wrong, then a semicolon and what to do. */
    private static final Map<Pattern, String> STYLE =
            Map.of(
                    Pattern.compile("\\b(must be|is) [^;]*, but (is|are) $"),
                    ", got",
                    Pattern.compile(
                            "[a-z'%)](?<!--[a-z]{1,20}): (choose|give|use|export|leave|try) "),
                    "a semicolon");

    @Test
    void textsHaveNoMistakesAndOneStyle() throws IOException {
        List<String> faults = new ArrayList<>();
        for (Path file : sources()) {
            for (String text : texts(code(file))) {
                faults.addAll(Mistakes.in(file.getFileName() + ": " + text, text));
                STYLE.forEach(
                        (words, better) -> {
                            if (text.contains(" ") && words.matcher(text).find()) {
                                faults.add(
                                        "%s: \"%s\" (better: %s)"
                                                .formatted(file.getFileName(), text, better));
                            }
                        });
            }
        }
        assertThat(faults).isEmpty();
    }

    @Test
    void messagesOfExceptionsDoNotEndWithAFullStop() throws IOException {
        Pattern stop =
                Pattern.compile(
                        "(?:[^.\\\\\"]|\\+ *\")\\.\"\\s*(?:\\)|,\\s*\\w+\\s*\\)|\\.formatted)");
        List<String> faults = new ArrayList<>();
        int exceptions = 0;
        for (Path file : sources()) {
            for (MatchResult thrown : EXCEPTION.matcher(code(file)).results().toList()) {
                exceptions++;
                if (stop.matcher(thrown.group()).find()) {
                    faults.add(file.getFileName() + ": " + thrown.group());
                }
            }
        }
        assertThat(faults).isEmpty();
        assertThat(exceptions).isGreaterThan(300);
    }

    private static List<Path> sources() throws IOException {
        List<Path> sources = new ArrayList<>();
        for (String module : List.of("adapter-block", "spring-boot-starter", "examples")) {
            try (Stream<Path> files = Files.walk(ROOT.resolve(module).resolve("src/main/java"))) {
                files.filter(file -> file.toString().endsWith(".java")).forEach(sources::add);
            }
        }
        return sources;
    }

    private static String code(Path file) throws IOException {
        return LITERAL_OR_COMMENT
                .matcher(Files.readString(file))
                .replaceAll(
                        found ->
                                found.group(1) == null
                                        ? " "
                                        : Matcher.quoteReplacement(found.group()));
    }

    /** The texts in a source, each from its quotation marks on, joined where they are in parts. */
    private static List<String> texts(String code) {
        return LITERALS.matcher(code)
                .results()
                .map(
                        found ->
                                Pattern.compile(LITERAL)
                                        .matcher(found.group())
                                        .results()
                                        .map(MatchResult::group)
                                        .map(part -> part.substring(1, part.length() - 1))
                                        .collect(Collectors.joining()))
                .toList();
    }
}
