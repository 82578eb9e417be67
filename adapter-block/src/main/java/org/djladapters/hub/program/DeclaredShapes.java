/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.hub.program;

import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The shapes of a program's tensors, which comments tell.
 *
 * <pre>
 * class Linear(Module):
 *   __parameters__ = ["weight", "bias", ]
 *   weight : Tensor  # [out, in]
 *   bias : Tensor  # [out]
 * class Feedforward(Module):
 *   dense : __torch__.layers.Linear  # [4 * 384, 384]
 * </pre>
 *
 * <p>The sizes after a module are those of its class's first tensor; others of the class have the
 * same names.
 */
final class DeclaredShapes {

    private static final Pattern CLASS = Pattern.compile("class (\\w+)\\(Module\\):");
    private static final Pattern ATTRIBUTE =
            Pattern.compile(
                    "\\s+(?:__annotations__\\[\"([^\"]+)\"] =|(\\w+) :)\\s*([\\w.]+)\\s*"
                            + "(?:# \\[(.*)])?\\s*(?:#.*)?");

    private record Attribute(String name, String type, List<String> sizes) {}

    private final Map<String, List<Attribute>> classes = new HashMap<>();
    private final Map<String, Shape> shapes = new LinkedHashMap<>();

    private DeclaredShapes() {}

    /**
     * Returns the shapes of all tensors of a program by their paths. Its texts have the names of
     * their packages, {@code __torch__} for example; the root is the full name of the module's
     * class.
     */
    static Map<String, Shape> of(Map<String, String> files, String root) {
        DeclaredShapes declared = new DeclaredShapes();
        files.forEach(declared::read);
        declared.visit("", root, List.of());
        return declared.shapes;
    }

    private void read(String packageName, String text) {
        List<Attribute> attributes = new ArrayList<>();
        boolean declarations = false;
        for (String line : text.lines().toList()) {
            Matcher type = CLASS.matcher(line);
            if (type.matches()) {
                attributes = new ArrayList<>();
                classes.put(packageName + '.' + type.group(1), attributes);
                declarations = true;
            } else if (line.stripLeading().startsWith("def ")) {
                declarations = false;
            } else if (declarations) {
                Matcher attribute = ATTRIBUTE.matcher(line);
                if (attribute.matches()) {
                    attributes.add(attribute(attribute));
                }
            }
        }
    }

    private static Attribute attribute(Matcher line) {
        String name = line.group(1) == null ? line.group(2) : line.group(1);
        List<String> sizes =
                line.group(4) == null ? List.of() : List.of(line.group(4).split(",\\s*"));
        return new Attribute(name, line.group(3), sizes);
    }

    private void visit(String path, String type, List<Long> given) {
        Map<String, Long> sizes = new HashMap<>();
        for (Attribute attribute : classes.getOrDefault(type, List.of())) {
            String name = path.isEmpty() ? attribute.name() : path + '.' + attribute.name();
            if (attribute.type().equals("Tensor")) {
                if (sizes.isEmpty() && attribute.sizes().size() == given.size()) {
                    for (int i = 0; i < given.size(); i++) {
                        sizes.put(attribute.sizes().get(i), given.get(i));
                    }
                }
                shapes.put(name, new Shape(numbers(name, attribute, sizes)));
            } else if (attribute.type().startsWith("__torch__.")) {
                visit(name, attribute.type(), numbers(name, attribute, sizes));
            }
        }
    }

    private static List<Long> numbers(String path, Attribute attribute, Map<String, Long> sizes) {
        return attribute.sizes().stream().map(size -> number(path, size, sizes)).toList();
    }

    /** A number, a product of numbers, or the name of a size. */
    private static long number(String path, String size, Map<String, Long> sizes) {
        long product = 1;
        for (String factor : size.split("\\*", -1)) {
            String plain = factor.strip();
            if (sizes.containsKey(plain)) {
                product *= sizes.get(plain);
            } else if (plain.matches("\\d+")) {
                product *= Long.parseLong(plain);
            } else {
                throw new IllegalArgumentException(
                        "The program declares no size %s of %s".formatted(plain, path));
            }
        }
        return product;
    }
}
