/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.archive;

import java.util.List;
import java.util.Optional;

/**
 * A class of the program, as its text declares it.
 *
 * @param qualifiedName such as {@code __torch__.torch.nn.modules.linear.Linear}
 * @param file the entry that holds it, such as {@code code/__torch__/torch/nn/modules/linear.py}
 * @param isModule whether it is a module and not a plain script class
 */
public record ClassText(
        String qualifiedName,
        String file,
        boolean isModule,
        Declarations declarations,
        List<MethodText> methods) {

    /**
     * The lines before the methods.
     *
     * @param parametersListStart the index in the file after the opening bracket of {@code
     *     __parameters__}, or -1 where the line is missing
     * @param attributesStart the index in the file after the line before the first attribute
     */
    record Declarations(
            List<String> parameters,
            List<Variable> attributes,
            int parametersListStart,
            int attributesStart,
            String indent) {}

    /** Makes the list immutable. */
    public ClassText {
        methods = List.copyOf(methods);
    }

    /** Returns the last part of the qualified name, such as {@code Linear}. */
    public String simpleName() {
        return qualifiedName.substring(qualifiedName.lastIndexOf('.') + 1);
    }

    /** Returns the names of the attributes that are parameters. */
    public List<String> parameters() {
        return declarations.parameters();
    }

    /** Returns the declared attributes: tensors, child modules and plain values. */
    public List<Variable> attributes() {
        return declarations.attributes();
    }

    public Optional<MethodText> method(String name) {
        return methods.stream().filter(method -> method.name().equals(name)).findFirst();
    }
}
