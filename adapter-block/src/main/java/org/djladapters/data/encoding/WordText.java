/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.data.encoding;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A text with the places of its words. */
public record WordText(String text, List<Word> words) {

    private static final Pattern RUN = Pattern.compile("\\S+");

    /**
     * Marks alone, such as ... and :), or endings that corpora split from a word, such as 's and
     * 've.
     */
    private static final Pattern WHOLE = Pattern.compile("[^\\p{L}\\p{N}]+|['’]\\p{L}{1,2}");

    /** Marks that stand before or after a word; equal ones in a row are one word. */
    private static final Pattern OPENING = Pattern.compile("([(\\[{<\"'`“‘«„¿¡])\\1*");

    private static final Pattern CLOSING =
            Pattern.compile("(?:['’]s|([)\\]}>\"'”’“».,;:!?…])\\1*)$");

    /** The period is part of these: U.S., e.g., J. */
    private static final Pattern ABBREVIATION = Pattern.compile("(?:\\p{L}\\.)+");

    /**
     * A word of a text.
     *
     * @param start the index of its first character
     * @param end the index after its last character
     */
    public record Word(int start, int end) {}

    /** Keeps a copy. */
    public WordText {
        words = List.copyOf(words);
    }

    /** Joins words by blanks. */
    public static WordText of(List<String> words) {
        List<Word> spans = new ArrayList<>();
        int start = 0;
        for (String word : words) {
            spans.add(new Word(start, start + word.length()));
            start += word.length() + 1;
        }
        return new WordText(String.join(" ", words), spans);
    }

    /**
     * Finds the words of a text as those of most corpora are: they are separated by white space;
     * marks before a word, and marks and a possessive <i>'s</i> after it, are words of their own.
     */
    public static WordText split(String text) {
        List<Word> words = new ArrayList<>();
        Matcher run = RUN.matcher(text);
        while (run.find()) {
            if (WHOLE.matcher(run.group()).matches()) {
                words.add(new Word(run.start(), run.end()));
            } else {
                split(text, run.start(), run.end(), words);
            }
        }
        return new WordText(text, words);
    }

    private static void split(String text, int start, int end, List<Word> words) {
        int first = start;
        Matcher opening = OPENING.matcher(text).region(first, end);
        while (opening.lookingAt() && opening.end() < end) {
            words.add(new Word(first, opening.end()));
            first = opening.end();
            opening.region(first, end);
        }
        int last = end;
        int core = words.size();
        Matcher closing = CLOSING.matcher(text).region(first, last);
        while (!ABBREVIATION.matcher(text).region(first, last).matches()
                && closing.find()
                && closing.start() > first) {
            words.add(core, new Word(closing.start(), last));
            last = closing.start();
            closing.region(first, last);
        }
        words.add(core, new Word(first, last));
    }
}
