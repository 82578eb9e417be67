/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.archive;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Builds the tree of modules from the objects of {@code data.pkl} and the program's classes. */
final class ModuleTree {

    /** Deeper or larger trees than any model's are an attack or a cycle. */
    private static final int MAX_DEPTH = 100;

    private static final int MAX_MODULES = 200_000;

    private final Map<String, ClassText> classes;
    private final Map<String, ScriptObject> objects = new LinkedHashMap<>();

    ModuleTree(Map<String, ClassText> classes) {
        this.classes = classes;
    }

    /** Returns the objects by their paths; complete once {@link #build} has returned. */
    Map<String, ScriptObject> objects() {
        return objects;
    }

    ModuleNode build(ScriptObject root) throws ArchiveException {
        return node("", root, 0);
    }

    private ModuleNode node(String path, ScriptObject object, int depth) throws ArchiveException {
        ClassText type = requireClass(classes, object.className());
        if (depth > MAX_DEPTH || objects.size() > MAX_MODULES) {
            throw new ArchiveException(
                    "data.pkl nests modules endlessly or holds too many of them");
        }
        objects.put(path, object);
        List<TensorAttribute> tensors = new ArrayList<>();
        List<ModuleNode> children = new ArrayList<>();
        for (Map.Entry<Object, Object> entry : object.attributes().entrySet()) {
            String name = String.valueOf(entry.getKey());
            if (entry.getValue() instanceof TensorRecord tensor) {
                boolean isParameter = type.parameters().contains(name);
                tensors.add(new TensorAttribute(name, tensor, isParameter));
            } else if (entry.getValue() instanceof ScriptObject child && isModule(child)) {
                String childPath = path.isEmpty() ? name : path + '.' + name;
                children.add(node(childPath, child, depth + 1));
            }
        }
        return new ModuleNode(path, object.className(), object.dictStart(), tensors, children);
    }

    static ClassText requireClass(Map<String, ClassText> classes, String name)
            throws ArchiveException {
        ClassText type = classes.get(name);
        if (type == null) {
            throw new ArchiveException(
                    "the code of the class %s is missing, but data.pkl has an object of it"
                            .formatted(name));
        }
        return type;
    }

    /** Objects of plain script classes hold state of their own and are no part of the tree. */
    private boolean isModule(ScriptObject object) {
        return !object.className().equals(PackedWeights.CLASS)
                && classes.get(object.className()).isModule();
    }
}
