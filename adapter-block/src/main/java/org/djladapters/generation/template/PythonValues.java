/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.generation.template;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * The operations on the values of a template: texts, integers, floating point numbers, booleans,
 * lists, maps, {@link #NONE}, and Java's null for what is not defined.
 */
final class PythonValues {

    /** Python's {@code None}. */
    enum None {
        NONE
    }

    static final None NONE = None.NONE;

    /** Far more than any prompt needs; a stranger's template shall not fill the memory. */
    static final int LONGEST = 1 << 24;

    /** The methods of maps. */
    static final Set<String> OF_MAPS = Set.of("items", "keys", "values", "get");

    private PythonValues() {}

    static void requireLength(long length) {
        if (length > LONGEST) {
            throw new TemplateException("makes a text or list of more than " + LONGEST + " items");
        }
    }

    static boolean isTrue(Object value) {
        if (value == null || value == NONE) {
            return false;
        }
        if (value instanceof Boolean truth) {
            return truth;
        }
        if (value instanceof Number number) {
            return number.doubleValue() != 0;
        }
        if (value instanceof CharSequence text) {
            return text.length() > 0;
        }
        if (value instanceof Collection<?> list) {
            return !list.isEmpty();
        }
        return !(value instanceof Map<?, ?> map) || !map.isEmpty();
    }

    /** Returns the text that Jinja prints for a value. */
    static String text(Object value) {
        if (value == null) {
            return "";
        }
        if (value == NONE) {
            return "None";
        }
        if (value instanceof Boolean truth) {
            return truth ? "True" : "False";
        }
        if (value instanceof String || value instanceof Integer || value instanceof Long) {
            return value.toString();
        }
        throw new TemplateException("prints a value that is neither a text nor an integer");
    }

    static boolean equal(Object left, Object right) {
        if (isNumber(left) && isNumber(right)) {
            return number(left) == number(right);
        }
        if (left instanceof Collection<?> a && right instanceof Collection<?> b) {
            Iterator<?> other = b.iterator();
            return a.size() == b.size() && a.stream().allMatch(item -> equal(item, other.next()));
        }
        return Objects.equals(left, right);
    }

    static boolean isNumber(Object value) {
        return value instanceof Number || value instanceof Boolean;
    }

    private static double number(Object value) {
        return value instanceof Boolean truth ? (truth ? 1 : 0) : ((Number) value).doubleValue();
    }

    static Object plus(Object left, Object right) {
        if (left instanceof String a && right instanceof String b) {
            requireLength((long) a.length() + b.length());
            return a + b;
        }
        if (left instanceof Collection<?> a && right instanceof Collection<?> b) {
            requireLength((long) a.size() + b.size());
            List<Object> both = new ArrayList<>(a);
            both.addAll(b);
            return both;
        }
        if (isWhole(left) && isWhole(right)) {
            return Math.addExact(((Number) left).longValue(), ((Number) right).longValue());
        }
        throw new TemplateException(
                "adds values that are not defined, or not both texts, lists or integers");
    }

    static Object modulo(Object left, Object right) {
        if (isWhole(left) && isWhole(right) && ((Number) right).longValue() != 0) {
            return Math.floorMod(((Number) left).longValue(), ((Number) right).longValue());
        }
        throw new TemplateException("computes a remainder of what are no integers");
    }

    static boolean isWhole(Object value) {
        return value instanceof Long || value instanceof Integer;
    }

    static String concatenate(Object left, Object right) {
        return (String) plus(text(left), text(right));
    }

    static boolean contains(Object container, Object item) {
        if (container instanceof String text && item instanceof String part) {
            return text.contains(part);
        }
        if (container instanceof Map<?, ?> map) {
            return map.containsKey(item);
        }
        if (container instanceof Collection<?> list) {
            return list.stream().anyMatch(other -> equal(item, other));
        }
        throw new TemplateException(
                "looks with 'in' into what is neither a text, a list nor a map");
    }

    static List<Object> list(Object value) {
        if (value instanceof Map<?, ?> map) {
            return new ArrayList<>(map.keySet());
        }
        if (value instanceof Collection<?> list) {
            return new ArrayList<>(list);
        }
        if (value instanceof String text) {
            return new ArrayList<>(text.codePoints().mapToObj(Character::toString).toList());
        }
        if (value == null) {
            return new ArrayList<>();
        }
        throw new TemplateException("goes through what is neither a list, a map nor a text");
    }

    static long length(Object value) {
        return value instanceof String text
                ? text.codePointCount(0, text.length())
                : list(value).size();
    }

    /** Returns the item of a list, map or text; null if a map has none. */
    static Object item(Object base, String key) {
        if (base instanceof Map<?, ?> map) {
            return map.get(key);
        }
        if (base instanceof List<?> || base instanceof String) {
            List<Object> items = list(base);
            int index;
            try {
                index = Integer.parseInt(key);
            } catch (NumberFormatException e) {
                return null; // lists have no such property
            }
            int place = index < 0 ? index + items.size() : index;
            return place >= 0 && place < items.size() ? items.get(place) : null;
        }
        return null;
    }

    /** Returns the items from one place to before another; negative places count from the end. */
    static Object slice(Object base, Object begin, Object end) {
        if (!(base instanceof String || base instanceof List)) {
            throw new TemplateException("takes a part of what is neither a text nor a list");
        }
        List<Object> items = list(base);
        int first = place(begin, 0, items.size());
        int last = Math.max(first, place(end, items.size(), items.size()));
        List<Object> part = items.subList(first, last);
        return base instanceof String
                ? PythonText.join("", Collections.singletonList(part))
                : new ArrayList<>(part);
    }

    private static int place(Object value, int otherwise, int size) {
        if (value == null || value == NONE) {
            return otherwise;
        }
        if (!isWhole(value)) {
            throw new TemplateException("takes a part by what are no integers");
        }
        long place = ((Number) value).longValue();
        return (int) Math.max(0, Math.min(size, place < 0 ? place + size : place));
    }

    /** Calls a method of a text or map. */
    static Object call(Object base, String method, List<Object> arguments) {
        if (base instanceof String text) {
            return PythonText.call(text, method, arguments);
        }
        if (base instanceof Map<?, ?> map) {
            Object result = mapCall(map, method, arguments);
            if (result != null) {
                return result;
            }
        }
        throw new TemplateException("calls '%s' of what has no such method".formatted(method));
    }

    /** Returns the result of a map's method; null if there is none of that name. */
    private static Object mapCall(Map<?, ?> map, String method, List<Object> arguments) {
        return switch (method) {
            case "items" ->
                    map.entrySet().stream()
                            .<Object>map(entry -> List.of(entry.getKey(), entry.getValue()))
                            .toList();
            case "keys" -> list(map);
            case "values" -> new ArrayList<Object>(map.values());
            case "get" ->
                    switch (arguments.size()) {
                        case 1 -> Objects.requireNonNullElse(map.get(arguments.get(0)), NONE);
                        case 2 ->
                                Objects.requireNonNullElse(
                                        map.get(arguments.get(0)), arguments.get(1));
                        default -> null;
                    };
            default -> null;
        };
    }

    /** Writes JSON as Python's {@code json.dumps} does. */
    static String json(Object value) {
        StringBuilder json = new StringBuilder();
        json(value, json);
        return json.toString();
    }

    private static void json(Object value, StringBuilder json) {
        requireLength(json.length());
        if (value instanceof Map<?, ?> map) {
            String comma = "{";
            for (Map.Entry<?, ?> entry : map.entrySet()) {
                json.append(comma);
                quote(String.valueOf(entry.getKey()), json);
                json.append(": ");
                json(entry.getValue(), json);
                comma = ", ";
            }
            json.append(map.isEmpty() ? "{}" : "}");
        } else if (value instanceof Collection<?> list) {
            String comma = "[";
            for (Object item : list) {
                json.append(comma);
                json(item, json);
                comma = ", ";
            }
            json.append(list.isEmpty() ? "[]" : "]");
        } else if (value instanceof String text) {
            quote(text, json);
        } else if (value == NONE) {
            json.append("null");
        } else if (value instanceof Boolean || isWhole(value)) {
            json.append(value);
        } else {
            throw new TemplateException("writes JSON of a value that is not defined");
        }
    }

    private static void quote(String text, StringBuilder json) {
        json.append('"');
        for (int i = 0; i < text.length(); i++) {
            char character = text.charAt(i);
            switch (character) {
                case '"' -> json.append("\\\"");
                case '\\' -> json.append("\\\\");
                case '\n' -> json.append("\\n");
                case '\r' -> json.append("\\r");
                case '\t' -> json.append("\\t");
                case '\b' -> json.append("\\b");
                case '\f' -> json.append("\\f");
                default -> {
                    if (character < ' ') {
                        json.append(String.format("\\u%04x", (int) character));
                    } else {
                        json.append(character);
                    }
                }
            }
        }
        json.append('"');
    }
}
