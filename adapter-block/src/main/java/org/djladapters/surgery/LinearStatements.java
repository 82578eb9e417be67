/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.surgery;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.djladapters.archive.Call;
import org.djladapters.archive.ClassText;
import org.djladapters.archive.MethodText;
import org.djladapters.archive.Statement;
import org.djladapters.matmul.MergedProgram;

/** Finds the statements of a program that compute products of linear layers. */
public final class LinearStatements {

    private LinearStatements() {}

    /**
     * Looks through a class: {@code torch.linear} of whatever weight, and products of matrices by a
     * weight of the class where a socket could take their place. Functions of an earlier export
     * stand for the operators whose place they have taken.
     *
     * @return the statements in the order of the text, with the calls that they consist of, or that
     *     of {@code torch.linear} where the weight is turned over
     */
    public static Map<Statement, Call> of(ClassText type) {
        Set<Statement> sockets =
                Product.read(type, false)
                        .map(product -> product.replacements().keySet())
                        .orElse(Set.of());
        Map<Statement, Call> found = new LinkedHashMap<>();
        for (MethodText method : type.methods()) {
            for (Statement statement : method.statements()) {
                if (statement.kind() != Statement.Kind.OTHER) {
                    Call.parse(statement.expression())
                            .map(MergedProgram::original)
                            .flatMap(call -> product(call, sockets.contains(statement)))
                            .ifPresent(call -> found.put(statement, call));
                }
            }
        }
        return found;
    }

    private static Optional<Call> product(Call call, boolean socket) {
        Optional<Operator> operator = Operator.of(call);
        if (operator.isEmpty()) {
            return Optional.empty();
        }
        return switch (operator.get()) {
            case LINEAR -> Optional.of(call);
            case ADDMM, MATMUL, MM ->
                    socket
                            ? Optional.of(linear(call, operator.get()).orElse(call))
                            : Optional.empty();
            case CONV2D, EMBEDDING -> Optional.empty();
        };
    }

    /** Writes the product by a weight that is turned over as torch.linear's. */
    private static Optional<Call> linear(Call call, Operator operator) {
        return Call.parse(operator.weight(call))
                .filter(weight -> weight.function().equals("torch.t"))
                .map(weight -> weight.arguments().get(0))
                .map(
                        weight ->
                                operator == Operator.ADDMM
                                        ? List.of(
                                                call.arguments().get(1),
                                                weight,
                                                call.arguments().get(0))
                                        : List.of(call.arguments().get(0), weight))
                .map(arguments -> new Call("torch.linear", arguments));
    }
}
