/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.docs;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Phrases that are wrong in messages, pages and Javadoc alike, each with the one to use. */
final class Mistakes {

    private static final Map<Pattern, String> PHRASES =
            Map.of(
                    Pattern.compile("\\bplug(s|ged|ging)?[- ]in\\b"), "apply",
                    Pattern.compile("\\b(held|hold)[- ]back\\b"), "held out",
                    Pattern.compile("\\btrained numbers\\b"), "trainable parameters",
                    Pattern.compile("\\babove 0, with which\\b"), "greater than 0",
                    Pattern.compile("(?<!there )\\bis none\\b(?! of)"), "is not a …, has no …");

    private Mistakes() {}

    /** Finds the mistakes of a text, each as a sentence for a reader of the test's output. */
    static List<String> in(String place, String text) {
        List<String> found = new ArrayList<>();
        PHRASES.forEach(
                (phrase, better) -> {
                    Matcher matcher = phrase.matcher(text.replaceAll("\\s+", " "));
                    if (matcher.find()) {
                        found.add(
                                "%s: \"%s\" (better: %s)"
                                        .formatted(place, matcher.group(), better));
                    }
                });
        return found;
    }
}
