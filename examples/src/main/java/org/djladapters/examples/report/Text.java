/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.report;

import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Numbers as a report shows them. */
final class Text {

    static final String NONE = "–";

    private Text() {}

    static String format(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }

    static String count(long number) {
        return format("%,d", number);
    }

    /** A value with its deviation, if there is one. */
    static String spread(int digits, double value, double deviation) {
        return format("%." + digits + "f", value) + plusMinus(digits, deviation);
    }

    /** A difference with its deviation, if there is one. */
    static String difference(int digits, double value, double deviation) {
        return format("%+." + digits + "f", value) + plusMinus(digits, deviation);
    }

    private static String plusMinus(int digits, double deviation) {
        return Double.isNaN(deviation) ? "" : format(" ± %." + digits + "f", deviation);
    }

    static String average(Standing standing) {
        return spread(2, standing.value(), standing.deviation());
    }

    /** The mean of a task with the number of seeds. */
    static String score(Sample sample) {
        return sample.size() == 0
                ? NONE
                : spread(1, sample.mean(), sample.deviation()) + " (" + sample.size() + ")";
    }

    static String percent(double part, double whole) {
        return format("%.1f %%", 100 * part / whole);
    }

    /** How often one number goes into another. */
    static String times(double ratio) {
        return format(ratio < 10 ? "%.1f" : "%,.0f", ratio);
    }

    /** How many fewer there are, as words; for a ratio below 1 how many more. */
    static String fewer(double ratio) {
        return ratio < 1 ? times(1 / ratio) + " times more" : times(ratio) + " times fewer";
    }

    static String rate(double rate) {
        return String.valueOf(rate).replace(".0E", "E").replace('E', 'e').replaceAll("\\.0$", "");
    }

    static String bytes(long bytes) {
        return bytes < 1_000_000 ? format("%.1f KB", bytes / 1e3) : format("%,.1f MB", bytes / 1e6);
    }

    static String seeds(int seeds) {
        return counted(seeds, "seed");
    }

    static String points(int points) {
        return counted(points, "point");
    }

    static String threads(int threads) {
        return counted(threads, "thread");
    }

    private static String counted(int number, String what) {
        return number == 1 ? "one " + what : number + " " + what + "s";
    }

    /** Words in a row: {@code a, b and c}. */
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
