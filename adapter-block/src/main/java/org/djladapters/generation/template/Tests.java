/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.generation.template;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The tests, after {@code is}, that templates may use. */
final class Tests {

    static final Set<String> NAMES =
            Set.of(
                    "boolean",
                    "defined",
                    "divisibleby",
                    "eq",
                    "equalto",
                    "even",
                    "false",
                    "in",
                    "integer",
                    "iterable",
                    "mapping",
                    "ne",
                    "none",
                    "number",
                    "odd",
                    "sequence",
                    "string",
                    "true",
                    "undefined");

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

    static boolean holds(String test, Object value, List<Object> arguments) {
        return switch (test) {
            case "boolean" -> value instanceof Boolean;
            case "defined" -> value != null;
            case "divisibleby" -> modulo(value, argument(test, arguments)) == 0;
            case "eq", "equalto" -> PythonValues.equal(value, argument(test, arguments));
            case "even" -> modulo(value, 2L) == 0;
            case "false" -> Boolean.FALSE.equals(value);
            case "in" -> PythonValues.contains(argument(test, arguments), value);
            case "integer" -> value instanceof Long || value instanceof Integer;
            case "iterable", "sequence" ->
                    value instanceof Collection || value instanceof Map || value instanceof String;
            case "mapping" -> value instanceof Map;
            case "ne" -> !PythonValues.equal(value, argument(test, arguments));
            case "none" -> value == PythonValues.NONE;
            case "number" -> value instanceof Number || value instanceof Boolean;
            case "odd" -> modulo(value, 2L) == 1;
            case "string" -> value instanceof String;
            case "true" -> Boolean.TRUE.equals(value);
            case "undefined" -> value == null;
            default ->
                    throw new TemplateException(
                            "uses the test '" + test + "', which is not supported");
        };
    }

    private static Object argument(String test, List<Object> arguments) {
        if (arguments.size() != 1) {
            throw new TemplateException("uses the test '" + test + "' without one argument");
        }
        return arguments.get(0);
    }

    private static long modulo(Object value, Object divisor) {
        return ((Number) PythonValues.modulo(value, divisor)).longValue();
    }
}
