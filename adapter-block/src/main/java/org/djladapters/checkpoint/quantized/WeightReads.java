/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.checkpoint.quantized;

import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.djladapters.archive.ClassText;
import org.djladapters.archive.MethodText;
import org.djladapters.archive.Statement;
import org.djladapters.io.MalformedFileException;

/** The modules whose weights a class reads, besides its own. */
final class WeightReads {

    private static final String OWN = "self";

    private static final Pattern CHILD = Pattern.compile("(.+)\\.(\\w+)");
    private static final Pattern ITEM = Pattern.compile("getattr\\((.+), \"(\\w+)\"\\)");
    private static final Pattern NAME = Pattern.compile("\\w+");

    /** More names in one another than any program has. */
    private static final int DEEPEST = 20;

    private WeightReads() {}

    /**
     * Returns the paths of the modules, below one of the class.
     *
     * @param weights the names of weights
     * @param file the file that a message names
     * @throws MalformedFileException if it can't be told of which module a weight is
     */
    static Set<String> of(ClassText type, Set<String> weights, Path file)
            throws MalformedFileException {
        Set<String> paths = new HashSet<>();
        Pattern read =
                Pattern.compile(
                        "\\.("
                                + String.join("|", weights.isEmpty() ? Set.of("-") : weights)
                                + ")\\b");
        for (MethodText method : type.methods()) {
            for (Statement statement : method.statements()) {
                Matcher found = read.matcher(statement.text());
                while (found.find()) {
                    String owner = owner(statement.text(), found.start());
                    Optional<String> path = path(owner, method, 0);
                    if (path.isEmpty()) {
                        throw new MalformedFileException(
                                file,
                                "has a class, %s, that reads the weights of other modules in a way that can't be followed (%s); leave --quantize out"
                                        .formatted(type.qualifiedName(), owner));
                    }
                    path.filter(p -> !p.isEmpty()).ifPresent(paths::add);
                }
            }
        }
        return paths;
    }

    /** Returns the expression before a dot. */
    private static String owner(String text, int dot) {
        int start = dot;
        int depth = 0;
        while (start > 0) {
            char before = text.charAt(start - 1);
            if (before == ')') {
                depth++;
            } else if (before == '(') {
                depth--;
            }
            boolean part = before == '.' || before == '_' || Character.isLetterOrDigit(before);
            if (depth < 0 || (depth == 0 && !part && before != '(')) {
                break;
            }
            start--;
        }
        return text.substring(start, dot);
    }

    private static Optional<String> path(String expression, MethodText method, int depth) {
        String text = expression.replaceFirst("^\\((.*)\\)$", "$1");
        if (text.equals(OWN)) {
            return Optional.of("");
        }
        Matcher item = ITEM.matcher(text);
        Matcher child = item.matches() ? item : CHILD.matcher(text);
        if (depth < DEEPEST && child.matches()) {
            String name = child.group(2);
            return path(child.group(1), method, depth + 1)
                    .map(path -> path.isEmpty() ? name : path + '.' + name);
        }
        List<String> given =
                method.statements().stream()
                        .filter(statement -> statement.kind() == Statement.Kind.ASSIGNMENT)
                        .filter(statement -> statement.target().strip().equals(text))
                        .map(Statement::expression)
                        .toList();
        return depth < DEEPEST && NAME.matcher(text).matches() && given.size() == 1
                ? path(given.get(0), method, depth + 1)
                : Optional.empty();
    }
}
