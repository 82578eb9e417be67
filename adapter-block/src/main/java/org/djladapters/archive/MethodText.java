/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.archive;

import java.util.List;

/**
 * A method of a class in program text.
 *
 * @param name the name
 * @param arguments the arguments without {@code self}, in order
 * @param returnType the type after the arrow; empty where none is written
 * @param statements the statements in the order of the text; those inside branches and loops follow
 *     the statement that opens the block, with a larger indentation
 */
public record MethodText(
        String name, List<Variable> arguments, String returnType, List<Statement> statements) {

    /** Makes the lists immutable. */
    public MethodText {
        arguments = List.copyOf(arguments);
        statements = List.copyOf(statements);
    }
}
