/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.surgery;

import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.djladapters.adapter.WeightSpec;
import org.djladapters.archive.Call;
import org.djladapters.archive.ClassText;
import org.djladapters.archive.MethodText;
import org.djladapters.archive.Statement;
import org.djladapters.archive.Variable;
import org.djladapters.matmul.MergedProgram;

/**
 * The product of a class of a TorchScript program by its weight, with the statements that compute
 * it and those that take their place, with a socket.
 */
record Product(WeightSpec.Kind kind, String weight, Map<Statement, String> replacements) {

    /** The attribute that is a socket: the parts of a transform, or None. */
    static final String SOCKET = "djladapters_transform";

    /** The attribute that says how products are computed, see {@code product.py}. */
    static final String WAY = "djladapters_way";

    /** The attribute that is what records a training pass, or None. */
    static final String RECORDING = "djladapters_recording";

    /** The expression at the place of a weight in a call. */
    private record Operand(String attribute, boolean turned) {}

    /**
     * Reads a class.
     *
     * @param tied whether the class's weight is also that of another module: traced programs then
     *     hand the other one's to the methods, and the socket takes the module's own
     * @return the product, if every use of the weight is a product of one kind
     */
    static Optional<Product> read(ClassText type, boolean tied) {
        Map<Statement, String> replacements = new LinkedHashMap<>();
        Set<WeightSpec.Kind> kinds = new HashSet<>();
        Set<String> weights = new HashSet<>();
        long uses = 0;
        for (MethodText method : type.methods()) {
            Map<String, String> names = weightNames(type, method, tied);
            for (Statement statement : method.statements()) {
                Optional<Call> call =
                        Call.parse(statement.expression()).map(MergedProgram::original);
                Optional<Operator> operator = call.flatMap(Operator::of);
                if (operator.isEmpty()) {
                    continue;
                }
                String argument = operator.get().weight(call.get());
                Optional<Operand> operand = operand(argument, names);
                Optional<WeightSpec.Kind> kind =
                        operand.flatMap(o -> operator.get().kind(o.turned()));
                if (kind.isPresent()) {
                    kinds.add(kind.get());
                    weights.add(operand.get().attribute());
                    replacements.put(
                            statement, replacement(statement, call.get(), operator.get(), operand));
                }
            }
        }
        if (kinds.size() != 1 || weights.size() != 1) {
            return Optional.empty();
        }
        String weight = weights.iterator().next();
        for (MethodText method : type.methods()) {
            uses += countUses(method, weight, weightNames(type, method, tied));
        }
        return uses == replacements.size()
                ? Optional.of(new Product(kinds.iterator().next(), weight, replacements))
                : Optional.empty();
    }

    /** Finds the expressions of a method that are attributes of the module, with their names. */
    private static Map<String, String> weightNames(
            ClassText type, MethodText method, boolean tied) {
        Map<String, String> names = new HashMap<>();
        for (String attribute : type.parameters()) {
            names.put("self." + attribute, attribute);
        }
        for (Statement statement : method.statements()) {
            String attribute = names.get(statement.expression());
            if (statement.kind() == Statement.Kind.ASSIGNMENT && attribute != null) {
                names.put(statement.target().strip(), attribute);
            }
        }
        for (Variable argument : method.arguments()) {
            if (tied && argument.name().equals("weight")) {
                names.putIfAbsent("weight", "weight");
            }
        }
        return names;
    }

    private static Optional<Operand> operand(String expression, Map<String, String> names) {
        if (names.containsKey(expression)) {
            return Optional.of(new Operand(names.get(expression), false));
        }
        return Call.parse(expression)
                .filter(call -> call.function().equals("torch.t") && call.arguments().size() == 1)
                .map(call -> names.get(call.arguments().get(0)))
                .map(attribute -> new Operand(attribute, true));
    }

    /** Counts the places that use the weight, apart from those that only give it a name. */
    private static long countUses(MethodText method, String weight, Map<String, String> names) {
        List<String> expressions =
                names.keySet().stream().filter(key -> names.get(key).equals(weight)).toList();
        return method.statements().stream()
                .filter(statement -> !names.containsKey(statement.expression()))
                .flatMap(statement -> expressions.stream().map(e -> count(statement, e)))
                .mapToLong(Long::longValue)
                .sum();
    }

    private static long count(Statement statement, String expression) {
        String word = "(?<![\\w.])" + Pattern.quote(expression) + "\\b";
        return Pattern.compile(word).matcher(statement.text()).results().count();
    }

    private static String replacement(
            Statement statement, Call call, Operator operator, Optional<Operand> operand) {
        String own = "self." + operand.orElseThrow().attribute();
        String weight = operand.get().turned() ? "torch.t(" + own + ")" : own;
        String expression = operator.replacement(call, weight, "self.");
        return statement.with(expression);
    }
}
