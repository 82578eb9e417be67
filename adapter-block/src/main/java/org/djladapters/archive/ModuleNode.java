/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.archive;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A module in the tree of an archive's modules.
 *
 * @param path the names from the root to the module joined by dots, such as {@code
 *     model.encoder.layer.0.attention.self.query}; empty for the root
 * @param objectId equal for two nodes if they are one and the same module used at two places
 * @param tensors the tensors that the module holds itself, in the order of the archive; attributes
 *     that are None are not among them
 */
public record ModuleNode(
        String path,
        String className,
        int objectId,
        List<TensorAttribute> tensors,
        List<ModuleNode> children) {

    /** Makes the lists immutable. */
    public ModuleNode {
        tensors = List.copyOf(tensors);
        children = List.copyOf(children);
    }

    /** Returns the last part of the path, under which the parent holds the module. */
    public String name() {
        return path.substring(path.lastIndexOf('.') + 1);
    }

    public Optional<TensorAttribute> tensor(String name) {
        return tensors.stream().filter(attribute -> attribute.name().equals(name)).findFirst();
    }

    /** Returns this module and all below it in order, parents before children. */
    public Stream<ModuleNode> stream() {
        return Stream.concat(Stream.of(this), children.stream().flatMap(ModuleNode::stream));
    }
}
