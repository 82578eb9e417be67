/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.archive;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * The limits of a program's nesting. The engine reads, compiles and releases programs by recursion,
 * without a limit of its own: where its stack ends the process ends. Exports nest a tenth of this.
 */
final class ProgramLimits {

    /** The engine skips each empty line by one call more. */
    static final int MAX_EMPTY_LINES = 500;

    /** Blocks around a line and expressions in it. */
    private static final int MAX_NESTING = 100;

    /** Classes and functions that need each other one after the other, methods counted in. */
    private static final int MAX_CHAIN = 500;

    /** The words of all files; they are held in memory. */
    private static final int MAX_TOKENS = 2_000_000;

    private final Map<String, Definition> definitions = new LinkedHashMap<>();
    private int tokens;
    private int visited;

    /** A class or a function: how many functions it has, what it names, what is known of it. */
    private static final class Definition {

        private final String name;
        private final Set<String> named = new LinkedHashSet<>();
        private int functions;
        private int order;
        private int earliest;
        private boolean open;
        private int chain;

        Definition(String name) {
            this.name = name;
        }
    }

    /** Lines of one indentation, and how many branches of one statement are among them. */
    private static final class Level {

        private final int indent;
        private int branches;

        Level(int indent) {
            this.indent = indent;
        }
    }

    /** Adds a file of the program, unless its blocks or expressions nest too deep. */
    void add(String file, String text, List<SourceLine> lines) throws ArchiveException {
        Deque<Level> levels = new ArrayDeque<>();
        int branches = 0;
        for (SourceLine line : lines) {
            while (!levels.isEmpty() && levels.peek().indent > line.indent()) {
                branches -= levels.pop().branches;
            }
            if (levels.isEmpty() || levels.peek().indent < line.indent()) {
                levels.push(new Level(line.indent()));
            }
            Level level = levels.peek();
            if (line.startsWith("elif")) {
                level.branches++;
                branches++;
            } else if (!line.startsWith("else")) {
                branches -= level.branches;
                level.branches = 0;
            }
            if (levels.size() + branches + line.nesting() > MAX_NESTING) {
                throw new ArchiveException(
                        ("%s nests more than %s blocks and expressions in line %s, which the"
                                        + " engine can't read; export the model again")
                                .formatted(
                                        file, MAX_NESTING, SourceLine.number(text, line.start())));
            }
            tokens += line.tokens().size();
        }
        if (tokens > MAX_TOKENS) {
            throw new ArchiveException("the archive holds more program text than any model needs");
        }
        addDefinitions(ProgramText.namespace(file), lines);
    }

    private void addDefinitions(String namespace, List<SourceLine> lines) {
        Definition current = null;
        int indent = 0;
        for (SourceLine line : lines) {
            List<Token> words = line.tokens();
            boolean outermost = current == null || line.indent() <= indent;
            if (outermost && words.size() > 1) {
                String name = namespace + '.' + words.get(1).text();
                current = definitions.computeIfAbsent(key(name), key -> new Definition(name));
                current.functions++;
                indent = line.indent();
            } else if (current != null && line.startsWith("def")) {
                current.functions++;
            }
            if (current != null) {
                addNames(words, current.named);
            }
        }
    }

    /** Ignores the case, as the engine does when it finds the file of a namespace. */
    private static String key(String name) {
        return name.toLowerCase(Locale.ROOT);
    }

    /** Adds the qualified names in a line, with each of their beginnings. */
    private static void addNames(List<Token> words, Set<String> names) {
        for (int i = 0; i < words.size(); i++) {
            if (words.get(i).is("__torch__")) {
                StringBuilder name = new StringBuilder("__torch__");
                for (int j = i + 1; j + 1 < words.size() && words.get(j).is("."); j += 2) {
                    names.add(key(name.append('.').append(words.get(j + 1).text()).toString()));
                }
            }
        }
    }

    /** Checks how long classes and functions need each other, when all files are added. */
    void checkChains() throws ArchiveException {
        List<Definition> path = new ArrayList<>();
        for (Definition definition : definitions.values()) {
            visit(definition, 0, path);
        }
    }

    /** Visits by Tarjan's algorithm; a circle counts as one with the functions of all. */
    private void visit(Definition at, int before, List<Definition> path) throws ArchiveException {
        if (at.order > 0) {
            return;
        }
        int length = before + at.functions;
        requireShort(at, length);
        at.order = ++visited;
        at.earliest = at.order;
        at.open = true;
        int place = path.size();
        path.add(at);
        for (String name : at.named) {
            Definition next = definitions.get(name);
            if (next != null) {
                visit(next, length, path);
                if (next.open) {
                    at.earliest = Math.min(at.earliest, next.earliest);
                }
            }
        }
        if (at.earliest == at.order) {
            close(at, path.subList(place, path.size()));
        }
    }

    private void close(Definition at, List<Definition> circle) throws ArchiveException {
        int functions = circle.stream().mapToInt(member -> member.functions).sum();
        requireShort(at, functions); // and no larger circle is searched
        int chain = 0;
        for (Definition member : circle) {
            member.open = false;
            for (String name : member.named) {
                Definition next = definitions.get(name);
                if (next != null && !circle.contains(next)) {
                    chain = Math.max(chain, next.chain);
                }
            }
        }
        int total = chain + functions;
        requireShort(at, total);
        circle.forEach(member -> member.chain = total);
        circle.clear();
    }

    private static void requireShort(Definition at, int length) throws ArchiveException {
        if (length > MAX_CHAIN) {
            throw new ArchiveException(
                    ("%s is in a chain of more than %s functions that call one another, which"
                                    + " the engine can't compile; export the model again")
                            .formatted(at.name, MAX_CHAIN));
        }
    }
}
