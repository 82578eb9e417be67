/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.task;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.djladapters.generation.GeneratedText;

/**
 * A question that a language model wrote.
 *
 * @param words its words in small letters, separated by a space
 */
record WrittenQuestion(String text, String words) {

    /** How many words in a row are a copy. */
    private static final int COPIED = 8;

    /** What models write before a question: a list's number or dash, what follows, quotes. */
    private static final Pattern BEFORE =
            Pattern.compile(
                    "^(?:[-*•]\\s+|\\d+[.)]\\s+|[*_]*(?:short"
                        + " )?(?:question|query|q)\\s*\\d*[*_]*\\s*[:.][*_]*\\s*|[\"'“‘`]\\s*)+",
                    Pattern.CASE_INSENSITIVE);

    private static final Pattern AFTER = Pattern.compile("[\"'”’`*_\\s]+$");
    private static final Pattern BETWEEN = Pattern.compile("[^\\p{L}\\p{N}]+");

    /** Finds the question in the first line of what a model wrote; empty if it has none. */
    static Optional<WrittenQuestion> of(GeneratedText written) {
        String all = written.text().strip();
        String line = all.lines().findFirst().orElse("").strip();
        boolean cut = written.ending().equals("length") && line.length() == all.length();
        String text = AFTER.matcher(BEFORE.matcher(line).replaceFirst("")).replaceFirst("");
        boolean worded = text.chars().anyMatch(Character::isLetter);
        return cut || !worded
                ? Optional.empty()
                : Optional.of(new WrittenQuestion(text.replace('\t', ' '), words(text)));
    }

    private static String words(String text) {
        return BETWEEN.matcher(text.toLowerCase(Locale.ROOT)).replaceAll(" ").strip();
    }

    /** Tells whether many words in a row, or all of a shorter question, stand in a passage. */
    boolean isCopied(String passage) {
        String there = " " + words(passage) + " ";
        String[] own = words.split(" ", -1);
        int run = Math.min(COPIED, own.length);
        for (int start = 0; start + run <= own.length; start++) {
            String some = String.join(" ", Arrays.copyOfRange(own, start, start + run));
            if (there.contains(" " + some + " ")) {
                return true;
            }
        }
        return false;
    }
}
