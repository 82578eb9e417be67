/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.student;

import java.text.Normalizer;
import java.util.Locale;
import java.util.function.Consumer;

/**
 * What BERT's tokenizer does to a text before it looks words up: it cleans and folds the text, and
 * cuts it into words and single punctuation marks.
 *
 * <p>Characters are of the kinds that Unicode says. The native tokenizer has the kinds of an older
 * version, in which characters that Unicode got after 2016 have none.
 *
 * @param cleans whether control characters are removed
 * @param separatesChinese whether Chinese characters are words of their own
 * @param stripsAccents whether accents are removed
 * @param lowers whether letters become small
 */
record BertText(boolean cleans, boolean separatesChinese, boolean stripsAccents, boolean lowers) {

    private static final int REPLACEMENT = 0xFFFD;
    private static final int NEXT_LINE = 0x85;
    private static final int ASCII = 0x80;

    /** First and last of the blocks of Chinese characters, with the gap that the native one has. */
    private static final int[] CHINESE = {
        0x3400, 0x4DBF, 0x4E00, 0x9FFF, 0xF900, 0xFAFF, 0x20000, 0x2A6DF, 0x2A700, 0x2B81F, 0x2B920,
        0x2CEAF, 0x2F800, 0x2FA1F
    };

    /** Cuts a text into words, in their order. */
    void forEachWord(String text, Consumer<String> word) {
        String folded = folded(text);
        int start = 0;
        for (int i = 0; i < folded.length(); ) {
            int c = folded.codePointAt(i);
            int next = i + Character.charCount(c);
            boolean mark = isPunctuation(c);
            if (mark || isSpace(c)) {
                if (start < i) {
                    word.accept(folded.substring(start, i));
                }
                if (mark) {
                    word.accept(folded.substring(i, next));
                }
                start = next;
            }
            i = next;
        }
        if (start < folded.length()) {
            word.accept(folded.substring(start));
        }
    }

    /** Cleans and folds, in the order of the native tokenizer. */
    String folded(String text) {
        String folded = cleans || separatesChinese ? cleaned(text) : text;
        if (stripsAccents && !isAscii(folded)) {
            folded = withoutAccents(folded);
        }
        return lowers ? lowered(folded) : folded;
    }

    private String cleaned(String text) {
        StringBuilder cleaned = new StringBuilder(text.length() + 16);
        text.codePoints()
                .forEach(
                        c -> {
                            if (cleans && isRemoved(c)) {
                                return;
                            }
                            if (cleans && isSpace(c)) {
                                cleaned.append(' ');
                            } else if (separatesChinese && isChinese(c)) {
                                cleaned.append(' ').appendCodePoint(c).append(' ');
                            } else {
                                cleaned.appendCodePoint(c);
                            }
                        });
        return cleaned.toString();
    }

    private static String withoutAccents(String text) {
        StringBuilder stripped = new StringBuilder(text.length());
        Normalizer.normalize(text, Normalizer.Form.NFD)
                .codePoints()
                .filter(c -> Character.getType(c) != Character.NON_SPACING_MARK)
                .forEach(stripped::appendCodePoint);
        return stripped.toString();
    }

    /** Lowers each character for itself: the whole text would make the last sigma of words ς. */
    private static String lowered(String text) {
        if (isAscii(text)) {
            return text.toLowerCase(Locale.ROOT);
        }
        StringBuilder lowered = new StringBuilder(text.length());
        text.codePoints()
                .forEach(
                        c -> {
                            if (c < ASCII) {
                                lowered.append((char) Character.toLowerCase(c));
                            } else {
                                lowered.append(Character.toString(c).toLowerCase(Locale.ROOT));
                            }
                        });
        return lowered.toString();
    }

    private static boolean isAscii(String text) {
        return text.chars().allMatch(c -> c < ASCII);
    }

    private static boolean isRemoved(int c) {
        if (c == '\t' || c == '\n' || c == '\r') {
            return false;
        }
        return c == REPLACEMENT
                || switch (Character.getType(c)) {
                    case Character.CONTROL,
                            Character.FORMAT,
                            Character.PRIVATE_USE,
                            Character.SURROGATE ->
                            true;
                    default -> false;
                };
    }

    private static boolean isSpace(int c) {
        return (c >= '\t' && c <= '\r') || c == NEXT_LINE || Character.isSpaceChar(c);
    }

    private static boolean isChinese(int c) {
        for (int i = 0; i < CHINESE.length; i += 2) {
            if (c >= CHINESE[i] && c <= CHINESE[i + 1]) {
                return true;
            }
        }
        return false;
    }

    /** Takes all of ASCII that is neither letter, digit, space nor control for punctuation. */
    private static boolean isPunctuation(int c) {
        if (c < ASCII) {
            return c > ' ' && c != 0x7F && !Character.isLetterOrDigit(c);
        }
        return switch (Character.getType(c)) {
            case Character.CONNECTOR_PUNCTUATION,
                    Character.DASH_PUNCTUATION,
                    Character.START_PUNCTUATION,
                    Character.END_PUNCTUATION,
                    Character.INITIAL_QUOTE_PUNCTUATION,
                    Character.FINAL_QUOTE_PUNCTUATION,
                    Character.OTHER_PUNCTUATION ->
                    true;
            default -> false;
        };
    }
}
