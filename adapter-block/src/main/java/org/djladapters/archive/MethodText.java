/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.archive;

import java.util.List;
import java.util.regex.Pattern;

/**
 * A method of a class in program text.
 *
 * @param arguments the arguments without {@code self}, in order
 * @param returnType the type after the arrow; empty where none is written
 * @param statements the statements in the order of the text; those inside branches and loops follow
 *     the statement that opens the block, with a larger indentation
 * @param nameStart the index in the file of the name's first character
 */
public record MethodText(
        String name,
        List<Variable> arguments,
        String returnType,
        List<Statement> statements,
        int nameStart) {

    private static final Pattern KEY = Pattern.compile("[{,]\\s*\"([^\"]+)\"\\s*:");

    /** Makes the lists immutable. */
    public MethodText {
        arguments = List.copyOf(arguments);
        statements = List.copyOf(statements);
    }

    /**
     * Returns the keys of the dictionary of tensors that it returns, in the order of the text;
     * empty if it returns something else.
     */
    public List<String> outputNames() {
        if (!returnType.replace(" ", "").equals("Dict[str,Tensor]")) {
            return List.of();
        }
        return statements.stream()
                .flatMap(statement -> KEY.matcher(statement.text()).results())
                .map(key -> key.group(1))
                .distinct()
                .toList();
    }
}
