/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.generation.template;

import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/** The filters that templates may use. */
final class Filters {

    static final Set<String> NAMES =
            Set.of(
                    "capitalize",
                    "count",
                    "d",
                    "default",
                    "first",
                    "items",
                    "join",
                    "last",
                    "length",
                    "list",
                    "lower",
                    "map",
                    "reject",
                    "rejectattr",
                    "replace",
                    "reverse",
                    "safe",
                    "select",
                    "selectattr",
                    "string",
                    "tojson",
                    "trim",
                    "upper");

    private Filters() {}

    /** Applies a filter to a value. */
    static Object apply(String filter, Object value, List<Object> arguments, Map<String, ?> named) {
        if (!named.isEmpty() && !filter.equals("map")) {
            throw wrong(filter);
        }
        return switch (filter) {
            case "capitalize" -> PythonText.capitalize(PythonValues.text(value));
            case "count", "length" -> PythonValues.length(value);
            case "d", "default" -> orElse(value, arguments);
            case "first" -> PythonValues.item(PythonValues.list(value), "0");
            case "items" -> PythonValues.call(value, "items", List.of());
            case "join" -> PythonText.join(separator(arguments), Collections.singletonList(value));
            case "last" -> PythonValues.item(PythonValues.list(value), "-1");
            case "list" -> PythonValues.list(value);
            case "lower" -> PythonValues.text(value).toLowerCase(Locale.ROOT);
            case "map" -> map(value, arguments, named);
            case "reject" -> select(value, item -> !Tests.holds(item, arguments));
            case "rejectattr" -> select(value, item -> !attribute(item, arguments));
            case "replace" -> PythonText.call(PythonValues.text(value), filter, arguments);
            case "reverse" -> reverse(value);
            case "safe", "string" -> PythonValues.text(value);
            case "select" -> select(value, item -> Tests.holds(item, arguments));
            case "selectattr" -> select(value, item -> attribute(item, arguments));
            case "tojson" -> json(value, arguments);
            case "trim" -> PythonText.call(PythonValues.text(value), "strip", arguments);
            case "upper" -> PythonValues.text(value).toUpperCase(Locale.ROOT);
            default -> throw wrong(filter);
        };
    }

    private static TemplateException wrong(String filter) {
        return new TemplateException(
                "uses the filter '%s' with arguments that are not supported".formatted(filter));
    }

    private static Object orElse(Object value, List<Object> arguments) {
        boolean falseToo = arguments.size() > 1 && PythonValues.isTrue(arguments.get(1));
        boolean missing = value == null || (falseToo && !PythonValues.isTrue(value));
        return missing ? (arguments.isEmpty() ? "" : arguments.get(0)) : value;
    }

    private static String separator(List<Object> arguments) {
        return arguments.isEmpty() ? "" : PythonValues.text(arguments.get(0));
    }

    private static Object map(Object value, List<Object> arguments, Map<String, ?> named) {
        if (!arguments.isEmpty() || !(named.get("attribute") instanceof String attribute)) {
            throw wrong("map");
        }
        return PythonValues.list(value).stream()
                .map(item -> PythonValues.item(item, attribute))
                .toList();
    }

    private static List<Object> select(Object value, Predicate<Object> condition) {
        return PythonValues.list(value).stream().filter(condition).toList();
    }

    /** Tells whether a test holds for an attribute: its name, the test, the test's argument. */
    private static boolean attribute(Object item, List<Object> arguments) {
        if (arguments.isEmpty() || !(arguments.get(0) instanceof String name)) {
            throw wrong("selectattr");
        }
        return Tests.holds(PythonValues.item(item, name), arguments.subList(1, arguments.size()));
    }

    private static Object reverse(Object value) {
        if (value instanceof String text) {
            return new StringBuilder(text).reverse().toString();
        }
        List<Object> items = PythonValues.list(value);
        Collections.reverse(items);
        return items;
    }

    private static String json(Object value, List<Object> arguments) {
        if (!arguments.isEmpty()) {
            throw wrong("tojson");
        }
        return PythonValues.json(value);
    }
}
