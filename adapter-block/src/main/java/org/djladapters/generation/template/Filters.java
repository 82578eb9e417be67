/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.generation.template;

import static java.util.Collections.singletonList;

import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Predicate;

/** The filters that templates may use. */
final class Filters {

    /** Makes a value of another one, its arguments and its named arguments. */
    private interface Filter {
        Object apply(Object value, List<Object> arguments, Map<String, ?> named);
    }

    private static final Map<String, Filter> FILTERS =
            Map.ofEntries(
                    filter("capitalize", (v, a) -> PythonText.capitalize(PythonValues.text(v))),
                    filter("count", (v, a) -> PythonValues.length(v)),
                    filter("d", Filters::orElse),
                    filter("default", Filters::orElse),
                    filter("first", (v, a) -> PythonValues.item(PythonValues.list(v), "0")),
                    filter("items", (v, a) -> PythonValues.call(v, "items", List.of())),
                    filter("join", (v, a) -> PythonText.join(separator(a), singletonList(v))),
                    filter("last", (v, a) -> PythonValues.item(PythonValues.list(v), "-1")),
                    filter("length", (v, a) -> PythonValues.length(v)),
                    filter("list", (v, a) -> PythonValues.list(v)),
                    filter("lower", (v, a) -> PythonValues.text(v).toLowerCase(Locale.ROOT)),
                    Map.entry("map", Filters::map),
                    filter("reject", (v, a) -> select(v, item -> !Tests.holds(item, a))),
                    filter("rejectattr", (v, a) -> select(v, item -> !attribute(item, a))),
                    filter("replace", (v, a) -> text(v, "replace", a)),
                    filter("reverse", (v, a) -> reverse(v)),
                    filter("safe", (v, a) -> PythonValues.text(v)),
                    filter("select", (v, a) -> select(v, item -> Tests.holds(item, a))),
                    filter("selectattr", (v, a) -> select(v, item -> attribute(item, a))),
                    filter("string", (v, a) -> PythonValues.text(v)),
                    filter("tojson", Filters::json),
                    filter("trim", (v, a) -> text(v, "strip", a)),
                    filter("upper", (v, a) -> PythonValues.text(v).toUpperCase(Locale.ROOT)));

    static final Set<String> NAMES = FILTERS.keySet();

    private Filters() {}

    private static Map.Entry<String, Filter> filter(
            String name, BiFunction<Object, List<Object>, Object> operation) {
        return Map.entry(
                name,
                (value, arguments, named) -> {
                    if (!named.isEmpty()) {
                        throw wrong(name);
                    }
                    return operation.apply(value, arguments);
                });
    }

    /** Applies a filter to a value. */
    static Object apply(String name, Object value, List<Object> arguments, Map<String, ?> named) {
        return FILTERS.get(name).apply(value, arguments, named);
    }

    private static Object text(Object value, String method, List<Object> arguments) {
        return PythonText.call(PythonValues.text(value), method, arguments);
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
