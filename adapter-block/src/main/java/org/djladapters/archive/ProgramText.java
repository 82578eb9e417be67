/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.archive;

import java.util.ArrayList;
import java.util.List;

/**
 * Reads the classes of a file of the program. Only what is needed to find declarations and
 * statements is understood; expressions remain text.
 */
final class ProgramText {

    private final String file;
    private final String text;
    private final String namespace;
    private final List<SourceLine> lines;
    private int at;

    private ProgramText(String file, String text, List<SourceLine> lines) {
        this.file = file;
        this.text = text;
        this.namespace = namespace(file);
        this.lines = lines;
    }

    /** Reads all classes of an entry of the archive in the order of its text. */
    static List<ClassText> classes(String file, String text) throws ArchiveException {
        return classes(file, text, SourceLine.split(text, file));
    }

    /** Reads all classes of a file that is split into lines already. */
    static List<ClassText> classes(String file, String text, List<SourceLine> lines)
            throws ArchiveException {
        return new ProgramText(file, text, lines).classes();
    }

    static String namespace(String file) {
        String path = file.substring("code/".length(), file.length() - ".py".length());
        return path.replace('/', '.');
    }

    private List<ClassText> classes() throws ArchiveException {
        List<ClassText> classes = new ArrayList<>();
        while (at < lines.size()) {
            SourceLine line = lines.get(at++);
            List<SourceLine> body = block(line.indent());
            if (line.startsWith("class")) {
                classes.add(classText(line, body));
            }
        }
        return classes;
    }

    /** Takes the lines that are indented deeper. */
    private List<SourceLine> block(int indent) {
        int start = at;
        while (at < lines.size() && lines.get(at).indent() > indent) {
            at++;
        }
        return lines.subList(start, at);
    }

    private ClassText classText(SourceLine header, List<SourceLine> body) throws ArchiveException {
        List<Token> tokens = header.tokens();
        int colon = header.indexOf(":");
        if (colon < 2 || tokens.get(1).kind() != Token.Kind.NAME || body.isEmpty()) {
            throw malformed("the class statement", header);
        }
        boolean module = tokens.size() > 4 && tokens.get(3).is("Module") && tokens.get(4).is(")");
        int firstMethod = 0;
        while (firstMethod < body.size() && !body.get(firstMethod).startsWith("def")) {
            firstMethod++;
        }
        List<MethodText> methods = new ArrayList<>();
        for (int i = firstMethod; i < body.size(); ) {
            SourceLine line = body.get(i++);
            int start = i;
            while (i < body.size() && body.get(i).indent() > line.indent()) {
                i++;
            }
            if (line.startsWith("def")) {
                methods.add(method(line, body.subList(start, i)));
            }
        }
        return new ClassText(
                namespace + '.' + tokens.get(1).text(),
                file,
                module,
                declarations(header, body.subList(0, firstMethod), body.get(0)),
                methods);
    }

    private ClassText.Declarations declarations(
            SourceLine header, List<SourceLine> body, SourceLine first) throws ArchiveException {
        List<String> parameters = new ArrayList<>();
        List<Variable> attributes = new ArrayList<>();
        int parametersListStart = -1;
        int attributesStart = header.end();
        for (SourceLine line : body) {
            List<Token> tokens = line.tokens();
            int colon = line.indexOf(":");
            if (line.startsWith("__parameters__")) {
                parameters.addAll(strings(tokens));
                parametersListStart = listStart(line);
                attributesStart = line.end();
            } else if (line.startsWith("__buffers__")) {
                attributesStart = line.end();
            } else if (line.startsWith("__annotations__") && tokens.size() > 5) {
                if (tokens.get(2).kind() != Token.Kind.STRING) {
                    throw malformed("the name of an attribute", line);
                }
                String name = tokens.get(2).text();
                attributes.add(
                        new Variable(
                                name.substring(1, name.length() - 1),
                                textOf(tokens.subList(5, tokens.size()))));
            } else if (colon == 1) {
                int equals = line.indexOf("=");
                int end = equals < 0 ? tokens.size() : equals;
                if (end < 3) {
                    throw malformed("an attribute", line);
                }
                attributes.add(new Variable(tokens.get(0).text(), textOf(tokens.subList(2, end))));
            }
        }
        return new ClassText.Declarations(
                List.copyOf(parameters),
                List.copyOf(attributes),
                parametersListStart,
                attributesStart,
                text.substring(first.start() - first.indent(), first.start()));
    }

    private int listStart(SourceLine line) throws ArchiveException {
        int bracket = line.indexOf("[");
        if (bracket < 0) {
            throw malformed("the list of parameters", line);
        }
        return line.tokens().get(bracket).end();
    }

    private static List<String> strings(List<Token> tokens) {
        return tokens.stream()
                .filter(token -> token.kind() == Token.Kind.STRING)
                .map(token -> token.text().substring(1, token.text().length() - 1))
                .toList();
    }

    private MethodText method(SourceLine header, List<SourceLine> body) throws ArchiveException {
        List<Token> tokens = header.tokens();
        int open = header.indexOf("(");
        int close = header.indexOf(")");
        int colon = tokens.size() - 1;
        if (body.isEmpty() || open != 2 || close < open || !tokens.get(colon).isAt(0, ":")) {
            throw malformed("the method's head", header);
        }
        List<Variable> arguments = new ArrayList<>();
        for (List<Token> part : splitAtCommas(tokens.subList(open + 1, close), 1)) {
            arguments.add(argument(part));
        }
        if (!arguments.isEmpty() && arguments.get(0).name().equals("self")) {
            arguments.remove(0);
        }
        int arrow = header.indexOf("->");
        String returnType = arrow < 0 ? "" : textOf(tokens.subList(arrow + 1, colon));
        return new MethodText(
                tokens.get(1).text(),
                arguments,
                returnType,
                body.stream().map(this::statement).toList(),
                tokens.get(1).start());
    }

    private Variable argument(List<Token> tokens) {
        int end = tokens.size();
        for (int i = 0; i < tokens.size(); i++) {
            if (tokens.get(i).isAt(1, "=")) {
                end = i;
            }
        }
        boolean typed = end > 2 && tokens.get(1).is(":");
        return new Variable(tokens.get(0).text(), typed ? textOf(tokens.subList(2, end)) : "");
    }

    private Statement statement(SourceLine line) {
        List<Token> tokens = line.tokens();
        int equals = line.indexOf("=");
        Statement.Kind kind = Statement.Kind.OTHER;
        String target = "";
        String expression = text.substring(line.start(), line.end());
        if (line.startsWith("return")) {
            kind = Statement.Kind.RETURN;
            expression = textOf(tokens.subList(1, tokens.size()));
        } else if (equals > 0 && equals < tokens.size() - 1) {
            kind = Statement.Kind.ASSIGNMENT;
            int annotation = line.indexOf(":");
            boolean annotated = annotation > 0 && annotation < equals;
            target = textOf(tokens.subList(0, annotated ? annotation : equals));
            expression = textOf(tokens.subList(equals + 1, tokens.size()));
        }
        return new Statement(
                kind,
                target,
                expression,
                text.substring(line.start(), line.end()),
                line.indent(),
                line.start());
    }

    private String textOf(List<Token> tokens) {
        return tokens.isEmpty()
                ? ""
                : text.substring(tokens.get(0).start(), tokens.get(tokens.size() - 1).end());
    }

    private ArchiveException malformed(String what, SourceLine line) {
        long number = SourceLine.number(text, line.start());
        return new ArchiveException(
                "%s is no TorchScript: %s in line %s is malformed".formatted(file, what, number));
    }

    /** Splits tokens at the commas of a depth; a trailing comma opens no further part. */
    static List<List<Token>> splitAtCommas(List<Token> tokens, int depth) {
        List<List<Token>> parts = new ArrayList<>();
        int start = 0;
        for (int i = 0; i <= tokens.size(); i++) {
            if (i == tokens.size() || tokens.get(i).isAt(depth, ",")) {
                if (i > start) {
                    parts.add(tokens.subList(start, i));
                }
                start = i + 1;
            }
        }
        return parts;
    }
}
