/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.generation.template;

import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Map;

/** Python's {@code strftime} with the directives that dates need. */
final class Strftime {

    private static final Map<Character, String> PATTERNS =
            Map.ofEntries(
                    Map.entry('Y', "yyyy"),
                    Map.entry('y', "yy"),
                    Map.entry('m', "MM"),
                    Map.entry('B', "MMMM"),
                    Map.entry('b', "MMM"),
                    Map.entry('d', "dd"),
                    Map.entry('A', "EEEE"),
                    Map.entry('a', "EEE"),
                    Map.entry('H', "HH"),
                    Map.entry('I', "hh"),
                    Map.entry('M', "mm"),
                    Map.entry('S', "ss"),
                    Map.entry('p', "a"),
                    Map.entry('j', "DDD"));

    private Strftime() {}

    static String format(LocalDateTime time, String format) {
        StringBuilder text = new StringBuilder();
        int at = 0;
        while (at < format.length()) {
            char character = format.charAt(at++);
            if (character != '%') {
                text.append(character);
                continue;
            }
            char directive = at < format.length() ? format.charAt(at++) : ' ';
            if (directive == '%') {
                text.append('%');
            } else if (PATTERNS.containsKey(directive)) {
                text.append(
                        DateTimeFormatter.ofPattern(PATTERNS.get(directive), Locale.ENGLISH)
                                .format(time));
            } else {
                throw new TemplateException(
                        "writes the time with '%" + directive + "', which is not supported");
            }
        }
        return text.toString();
    }
}
