/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.generation.template;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/** What Python does with strings. */
final class PythonText {

    /** The methods of strings and maps that templates may call. */
    static final Set<String> METHODS =
            Set.of(
                    "strip",
                    "lstrip",
                    "rstrip",
                    "startswith",
                    "endswith",
                    "split",
                    "upper",
                    "lower",
                    "replace",
                    "join",
                    "items",
                    "keys",
                    "values",
                    "get");

    private PythonText() {}

    /** Calls a method of a string. */
    static Object call(String text, String method, List<Object> arguments) {
        return switch (method) {
            case "strip" -> stripLeft(stripRight(text, set(arguments)), set(arguments));
            case "lstrip" -> stripLeft(text, set(arguments));
            case "rstrip" -> stripRight(text, set(arguments));
            case "startswith" -> text.startsWith(argument(method, arguments, 0, 1));
            case "endswith" -> text.endsWith(argument(method, arguments, 0, 1));
            case "upper" -> text.toUpperCase(Locale.ROOT);
            case "lower" -> text.toLowerCase(Locale.ROOT);
            case "replace" ->
                    replace(
                            text,
                            argument(method, arguments, 0, 2),
                            argument(method, arguments, 1, 2));
            case "split" -> arguments.isEmpty() ? words(text) : split(text, method, arguments);
            case "join" -> join(text, arguments);
            default -> throw new TemplateException("calls '" + method + "' of a text");
        };
    }

    private static String argument(String method, List<Object> arguments, int index, int count) {
        if (arguments.size() == count && arguments.get(index) instanceof String argument) {
            return argument;
        }
        throw new TemplateException(
                "calls '%s' with other arguments than %d texts".formatted(method, count));
    }

    private static String set(List<Object> arguments) {
        return arguments.isEmpty() ? null : argument("strip", arguments, 0, 1);
    }

    static String replace(String text, String from, String to) {
        if (from.isEmpty()) {
            throw new TemplateException("replaces an empty text");
        }
        long count = (text.length() - (long) text.replace(from, "").length()) / from.length();
        PythonValues.requireLength(text.length() + count * (to.length() - from.length()));
        return text.replace(from, to);
    }

    private static List<String> split(String text, String method, List<Object> arguments) {
        String separator = argument(method, arguments, 0, 1);
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

    static String strip(String text) {
        return stripLeft(stripRight(text, null), null);
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

    /** What Python's {@code isspace} says. */
    static boolean isSpace(char character) {
        return Character.isWhitespace(character)
                || Character.isSpaceChar(character)
                || character == '\u0085';
    }
}
