/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.archive;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * An expression that is nothing but a call.
 *
 * @param function what is called as it is written, such as {@code torch.linear} or {@code
 *     (model).forward}
 * @param arguments the texts of the arguments in order, named ones with their names ({@code dim=1})
 */
public record Call(String function, List<String> arguments) {

    /** Makes the list immutable. */
    public Call {
        arguments = List.copyOf(arguments);
    }

    /** Takes an expression apart; nothing if it is no call or more than a call. */
    public static Optional<Call> parse(String expression) {
        List<SourceLine> lines;
        try {
            lines = SourceLine.split(expression, "expression");
        } catch (ArchiveException e) {
            return Optional.empty();
        }
        if (lines.size() != 1) {
            return Optional.empty();
        }
        List<Token> tokens = lines.get(0).tokens();
        int open = -1;
        for (int i = 0; i < tokens.size(); i++) {
            Token token = tokens.get(i);
            if (token.isAt(0, "(")) {
                open = i;
            } else if (token.depth() == 0
                    && !token.is(")")
                    && !token.is(".")
                    && token.kind() != Token.Kind.NAME) {
                return Optional.empty();
            }
        }
        if (open < 1 || !tokens.get(tokens.size() - 1).isAt(0, ")") || hasTwoOperands(tokens)) {
            return Optional.empty();
        }
        String function = expression.substring(tokens.get(0).start(), tokens.get(open).start());
        List<Token> inner = tokens.subList(open + 1, tokens.size() - 1);
        List<String> arguments = new ArrayList<>();
        for (List<Token> part : ProgramText.splitAtCommas(inner, 1)) {
            arguments.add(
                    expression.substring(part.get(0).start(), part.get(part.size() - 1).end()));
        }
        return Optional.of(new Call(function.strip(), arguments));
    }

    /** Returns the text of the call. */
    public String text() {
        return function + "(" + String.join(", ", arguments) + ")";
    }

    /** Returns whether words stand side by side, as in {@code f(x) if c else g(x)}. */
    private static boolean hasTwoOperands(List<Token> tokens) {
        for (int i = 1; i < tokens.size(); i++) {
            Token before = tokens.get(i - 1);
            Token token = tokens.get(i);
            boolean operandEnds = before.kind() == Token.Kind.NAME || before.isAt(0, ")");
            if (token.depth() == 0
                    && before.depth() == 0
                    && token.kind() == Token.Kind.NAME
                    && operandEnds) {
                return true;
            }
        }
        return false;
    }
}
