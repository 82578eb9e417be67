/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.generation.template;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiPredicate;
import java.util.function.Predicate;

/** The tests, after {@code is}, that templates may use. */
final class Tests {

    private static final Map<String, BiPredicate<Object, List<Object>>> TESTS =
            Map.ofEntries(
                    test("boolean", value -> value instanceof Boolean),
                    test("defined", value -> value != null),
                    test("divisibleby", (value, other) -> modulo(value, other) == 0),
                    test("eq", PythonValues::equal),
                    test("equalto", PythonValues::equal),
                    test("even", value -> modulo(value, 2L) == 0),
                    test("false", Boolean.FALSE::equals),
                    test("in", (value, other) -> PythonValues.contains(other, value)),
                    test("integer", PythonValues::isWhole),
                    test("iterable", Tests::isSequence),
                    test("mapping", value -> value instanceof Map),
                    test("ne", (value, other) -> !PythonValues.equal(value, other)),
                    test("none", value -> value == PythonValues.NONE),
                    test("number", PythonValues::isNumber),
                    test("odd", value -> modulo(value, 2L) == 1),
                    test("sequence", Tests::isSequence),
                    test("string", value -> value instanceof String),
                    test("true", Boolean.TRUE::equals),
                    test("undefined", value -> value == null));

    static final Set<String> NAMES = TESTS.keySet();

    private Tests() {}

    /**
     * Tells whether a value passes a test, given by its name and arguments; without one its truth.
     */
    static boolean holds(Object value, List<Object> test) {
        if (test.isEmpty()) {
            return PythonValues.isTrue(value);
        }
        String name =
                switch (PythonValues.text(test.get(0))) {
                    case "==" -> "eq";
                    case "!=" -> "ne";
                    default -> PythonValues.text(test.get(0));
                };
        return holds(name, value, test.subList(1, test.size()));
    }

    static boolean holds(String name, Object value, List<Object> arguments) {
        if (!TESTS.containsKey(name)) {
            throw new TemplateException("uses the test '" + name + "', which is not supported");
        }
        return TESTS.get(name).test(value, arguments);
    }

    private static Map.Entry<String, BiPredicate<Object, List<Object>>> test(
            String name, Predicate<Object> condition) {
        return Map.entry(name, (value, arguments) -> condition.test(value));
    }

    /** Returns a test that compares a value with its argument. */
    private static Map.Entry<String, BiPredicate<Object, List<Object>>> test(
            String name, BiPredicate<Object, Object> condition) {
        return Map.entry(
                name,
                (value, arguments) -> {
                    if (arguments.size() != 1) {
                        throw new TemplateException(
                                "uses the test '" + name + "' without one argument");
                    }
                    return condition.test(value, arguments.get(0));
                });
    }

    private static boolean isSequence(Object value) {
        return value instanceof Collection || value instanceof Map || value instanceof String;
    }

    private static long modulo(Object value, Object divisor) {
        return ((Number) PythonValues.modulo(value, divisor)).longValue();
    }
}
