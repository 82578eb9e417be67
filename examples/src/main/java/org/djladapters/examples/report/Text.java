/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.report;

import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.djladapters.examples.statistics.Estimate;
import org.djladapters.examples.statistics.RandomTasks.Interval;

/** Writes the numbers of a report. */
final class Text {

    static final String NONE = "–";

    private Text() {}

    static String format(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }

    static String count(long number) {
        return format("%,d", number);
    }

    static String interval(double low, double high) {
        return format("%.1f to %.1f", low, high);
    }

    /** Writes a difference with its interval. */
    static String difference(Estimate estimate) {
        return difference(estimate.value(), estimate.low(), estimate.high());
    }

    static String difference(Interval interval) {
        return difference(interval.value(), interval.low(), interval.high());
    }

    private static String difference(double value, double low, double high) {
        return format("%+.1f (%+.1f to %+.1f)", value, low, high);
    }

    /** Writes a share with its interval. */
    static String share(Estimate estimate) {
        return share(estimate.value(), estimate.low(), estimate.high());
    }

    static String share(Interval interval) {
        return share(interval.value(), interval.low(), interval.high());
    }

    private static String share(double value, double low, double high) {
        return format("%.1f %% (%s)", value, interval(low, high));
    }

    /** Writes a ratio. */
    static String times(double ratio) {
        return format(ratio < 10 ? "%.1f" : "%,.0f", ratio);
    }

    /** Writes how many times fewer or more there are than others; a dash if one number is 0. */
    static String fewer(long count, long others) {
        if (count == 0 || others == 0) {
            return NONE;
        }
        if (areAboutAsMany(count, others)) {
            return "as many";
        }
        double ratio = (double) others / count;
        return ratio < 1 ? times(1 / ratio) + " times more" : times(ratio) + " times fewer";
    }

    /** Writes the same before the name of that which has the others, for a number that is not 0. */
    static String fewer(long count, long others, String other) {
        if (others == 0) {
            return "against none of " + other;
        }
        return fewer(count, others) + (areAboutAsMany(count, others) ? " as " : " than ") + other;
    }

    private static boolean areAboutAsMany(long count, long others) {
        return Math.abs((double) others / count - 1) < 0.05;
    }

    /** Writes a learning rate with three digits. */
    static String rate(double rate) {
        return Double.toString(Double.parseDouble(format("%.3g", rate)))
                .replace(".0E", "E")
                .replace('E', 'e')
                .replaceAll("\\.0$", "");
    }

    static String bytes(long bytes) {
        return bytes < 1_000_000 ? format("%.1f KB", bytes / 1e3) : format("%,.1f MB", bytes / 1e6);
    }

    /** Writes a number of things: {@code one run}, {@code 2 runs}. */
    static String counted(long number, String what) {
        return number == 1 ? "one " + what : count(number) + " " + what + "s";
    }

    /** Quotes a name in a sentence, since names have commas and figures. */
    static String quoted(String name) {
        return "“" + name + "”";
    }

    /** Cuts a text that has more characters. */
    static String shortened(String text, int longest) {
        return text.codePointCount(0, text.length()) <= longest
                ? text
                : text.substring(0, text.offsetByCodePoints(0, longest)) + "...";
    }

    /** Joins words: {@code a, b and c}. */
    static String words(List<String> words) {
        return words.size() < 2
                ? String.join("", words)
                : String.join(", ", words.subList(0, words.size() - 1))
                        + " and "
                        + words.get(words.size() - 1);
    }

    static String list(Collection<?> values) {
        return values.stream().map(String::valueOf).collect(Collectors.joining(", "));
    }
}
