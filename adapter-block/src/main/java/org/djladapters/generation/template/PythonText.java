/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.generation.template;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The operations of Python on strings. */
final class PythonText {

    private static final Map<String, BiFunction<String, List<Object>, Object>> OF_STRINGS =
            Map.ofEntries(
                    Map.entry("capitalize", (text, a) -> capitalize(text)),
                    Map.entry("strip", (t, a) -> stripLeft(stripRight(t, set(a)), set(a))),
                    Map.entry("lstrip", (text, a) -> stripLeft(text, set(a))),
                    Map.entry("rstrip", (text, a) -> stripRight(text, set(a))),
                    Map.entry("startswith", (t, a) -> t.startsWith(argument("startswith", a))),
                    Map.entry("endswith", (t, a) -> t.endsWith(argument("endswith", a))),
                    Map.entry("split", (t, a) -> a.isEmpty() ? words(t) : split(t, a)),
                    Map.entry("upper", (text, a) -> text.toUpperCase(Locale.ROOT)),
                    Map.entry("lower", (text, a) -> text.toLowerCase(Locale.ROOT)),
                    Map.entry("replace", PythonText::replace),
                    Map.entry("join", PythonText::join));

    /** The methods of strings and maps that templates may call. */
    static final Set<String> METHODS =
            Stream.concat(OF_STRINGS.keySet().stream(), PythonValues.OF_MAPS.stream())
                    .collect(Collectors.toUnmodifiableSet());

    private PythonText() {}

    /** Calls a method of a string. */
    static Object call(String text, String method, List<Object> arguments) {
        if (!OF_STRINGS.containsKey(method)) {
            throw new TemplateException("calls '" + method + "' of a text");
        }
        return OF_STRINGS.get(method).apply(text, arguments);
    }

    private static String argument(String method, List<Object> arguments) {
        return argument(method, arguments, 0, 1);
    }

    private static String argument(String method, List<Object> arguments, int index, int count) {
        if (arguments.size() == count && arguments.get(index) instanceof String argument) {
            return argument;
        }
        throw new TemplateException(
                "calls '%s' with other arguments than %d texts".formatted(method, count));
    }

    private static String set(List<Object> arguments) {
        return arguments.isEmpty() ? null : argument("strip", arguments);
    }

    static String capitalize(String text) {
        return text.isEmpty()
                ? text
                : text.substring(0, 1).toUpperCase(Locale.ROOT)
                        + text.substring(1).toLowerCase(Locale.ROOT);
    }

    private static String replace(String text, List<Object> arguments) {
        String from = argument("replace", arguments, 0, 2);
        String to = argument("replace", arguments, 1, 2);
        if (from.isEmpty()) {
            throw new TemplateException("replaces an empty text");
        }
        long count = (text.length() - (long) text.replace(from, "").length()) / from.length();
        PythonValues.requireLength(text.length() + count * (to.length() - from.length()));
        return text.replace(from, to);
    }

    private static List<String> split(String text, List<Object> arguments) {
        String separator = argument("split", arguments);
        if (separator.isEmpty()) {
            throw new TemplateException("splits at an empty text");
        }
        List<String> parts = new ArrayList<>();
        int begin = 0;
        for (int at = text.indexOf(separator); at >= 0; at = text.indexOf(separator, begin)) {
            parts.add(text.substring(begin, at));
            begin = at + separator.length();
        }
        parts.add(text.substring(begin));
        return parts;
    }

    private static List<String> words(String text) {
        List<String> words = new ArrayList<>();
        int begin = -1;
        for (int i = 0; i <= text.length(); i++) {
            boolean space = i == text.length() || isSpace(text.charAt(i));
            if (space && begin >= 0) {
                words.add(text.substring(begin, i));
                begin = -1;
            } else if (!space && begin < 0) {
                begin = i;
            }
        }
        return words;
    }

    static String join(String separator, List<Object> arguments) {
        if (arguments.size() != 1 || !(arguments.get(0) instanceof Iterable<?> parts)) {
            throw new TemplateException("joins what is not a list");
        }
        List<String> texts = new ArrayList<>();
        long length = 0;
        for (Object part : parts) {
            String text = PythonValues.text(part);
            texts.add(text);
            length += text.length() + separator.length();
            PythonValues.requireLength(length);
        }
        return texts.stream().collect(Collectors.joining(separator));
    }

    static String stripRight(String text) {
        return stripRight(text, null);
    }

    private static String stripRight(String text, String set) {
        int end = text.length();
        while (end > 0 && isIn(text.charAt(end - 1), set)) {
            end--;
        }
        return text.substring(0, end);
    }

    private static String stripLeft(String text, String set) {
        int begin = 0;
        while (begin < text.length() && isIn(text.charAt(begin), set)) {
            begin++;
        }
        return text.substring(begin);
    }

    private static boolean isIn(char character, String set) {
        return set == null ? isSpace(character) : set.indexOf(character) >= 0;
    }

    /** Tells what Python's {@code isspace} tells. */
    static boolean isSpace(char character) {
        return Character.isWhitespace(character)
                || Character.isSpaceChar(character)
                || character == '\u0085';
    }
}
