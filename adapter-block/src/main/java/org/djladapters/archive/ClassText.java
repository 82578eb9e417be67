/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.archive;

import java.util.List;
import java.util.Optional;

/** A class of the program, as its text declares it. Immutable. */
public final class ClassText {

    private final String qualifiedName;
    private final String file;
    private final boolean module;
    private final Declarations declarations;
    private final List<MethodText> methods;

    /**
     * The lines before the methods.
     *
     * @param parameters the names in {@code __parameters__}
     * @param buffers the names in {@code __buffers__}
     * @param attributes the declared attributes in order
     * @param parametersListStart the index in the file after the opening bracket of {@code
     *     __parameters__}, or -1 where the line is missing
     * @param attributesStart the index in the file after the line before the first attribute
     * @param indent the indentation of the class's members
     */
    record Declarations(
            List<String> parameters,
            List<String> buffers,
            List<Variable> attributes,
            int parametersListStart,
            int attributesStart,
            String indent) {}

    ClassText(
            String qualifiedName,
            String file,
            boolean module,
            Declarations declarations,
            List<MethodText> methods) {
        this.qualifiedName = qualifiedName;
        this.file = file;
        this.module = module;
        this.declarations = declarations;
        this.methods = List.copyOf(methods);
    }

    /** Returns the qualified name, such as {@code __torch__.torch.nn.modules.linear.Linear}. */
    public String qualifiedName() {
        return qualifiedName;
    }

    /** Returns the last part of the qualified name, such as {@code Linear}. */
    public String simpleName() {
        return qualifiedName.substring(qualifiedName.lastIndexOf('.') + 1);
    }

    /**
     * Returns the entry that holds the class, such as {@code
     * code/__torch__/torch/nn/modules/linear.py}.
     */
    public String file() {
        return file;
    }

    /** Tells whether the class is a module and not a plain script class. */
    public boolean isModule() {
        return module;
    }

    /** Returns the names of the attributes that are parameters. */
    public List<String> parameters() {
        return declarations.parameters();
    }

    /** Returns the names of the attributes that are buffers. */
    public List<String> buffers() {
        return declarations.buffers();
    }

    /** Returns the declared attributes: tensors, child modules and plain values. */
    public List<Variable> attributes() {
        return declarations.attributes();
    }

    public List<MethodText> methods() {
        return methods;
    }

    public Optional<MethodText> method(String name) {
        return methods.stream().filter(method -> method.name().equals(name)).findFirst();
    }

    Declarations declarations() {
        return declarations;
    }
}
