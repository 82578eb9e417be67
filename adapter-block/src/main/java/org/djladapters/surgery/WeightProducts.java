/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.surgery;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.djladapters.adapter.WeightSpec;
import org.djladapters.archive.Call;
import org.djladapters.archive.ClassText;
import org.djladapters.archive.MethodText;
import org.djladapters.archive.Statement;
import org.djladapters.matmul.MergedProgram;

/**
 * The statements of a class that multiply by its weight or look it up, where no others use it.
 *
 * @param weight the name of the attribute
 */
public record WeightProducts(
        WeightSpec.Kind kind, String weight, Map<Statement, Operands> statements) {

    /**
     * The other operands of a product.
     *
     * @param input the expression that is multiplied, or the tokens that are looked up
     * @param bias the expression that is added, {@code self.bias} for an attribute; None for none
     */
    public record Operands(String input, String bias) {}

    /**
     * Finds the statements where a socket could take their place.
     *
     * @param tied whether the class's weight is also that of another module
     */
    public static Optional<WeightProducts> of(ClassText type, boolean tied) {
        return Product.read(type, tied).map(product -> of(type, product));
    }

    private static WeightProducts of(ClassText type, Product product) {
        Map<Statement, Operands> statements = new LinkedHashMap<>();
        for (MethodText method : type.methods()) {
            for (Statement statement : method.statements()) {
                if (product.replacements().containsKey(statement)) {
                    statements.put(statement, operands(method, statement));
                }
            }
        }
        return new WeightProducts(product.kind(), product.weight(), statements);
    }

    private static Operands operands(MethodText method, Statement statement) {
        Call call = MergedProgram.original(Call.parse(statement.expression()).orElseThrow());
        List<String> arguments = call.arguments();
        return switch (Operator.of(call).orElseThrow()) {
            case LINEAR, CONV2D ->
                    new Operands(
                            arguments.get(0),
                            arguments.size() > 2 ? attribute(method, arguments.get(2)) : "None");
            case ADDMM -> new Operands(arguments.get(1), attribute(method, arguments.get(0)));
            case MATMUL, MM -> new Operands(arguments.get(0), "None");
            case EMBEDDING -> new Operands(arguments.get(1), "None");
        };
    }

    /** Returns the attribute that a name stands for, if it always does. */
    private static String attribute(MethodText method, String name) {
        List<String> given =
                method.statements().stream()
                        .filter(statement -> statement.kind() == Statement.Kind.ASSIGNMENT)
                        .filter(statement -> statement.target().strip().equals(name))
                        .map(Statement::expression)
                        .toList();
        return given.size() == 1 && given.get(0).matches("self\\.\\w+") ? given.get(0) : name;
    }
}
