/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.hub.program;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.djladapters.hub.architecture.Architecture;
import org.djladapters.hub.architecture.ProgramSpec;
import org.djladapters.kernel.NativeKernel;

/**
 * Fills in the text of a program.
 *
 * <ul>
 *   <li>{@code $name} or <code>${name}</code> stands for a value.
 *   <li>A line with {@code $i} stands for one line a layer; {@code layers} of the values tells how
 *       many there are. In such a line {@code $name[i]} stands for the layer's element of a list.
 *   <li>Lines between {@code #if name} (or {@code #if not name}), {@code #else} and {@code #end}
 *       are taken if the value is true or a text with something in it (or not). They can lie in
 *       each other.
 *   <li>{@code #include name key="text" …} stands for a text of the folder {@code parts} without
 *       the comment at its beginning; the texts are further values there. A backslash at the end of
 *       the line continues it.
 * </ul>
 */
public final class ProgramTemplate {

    private static final Pattern NAME = Pattern.compile("\\$(?:(\\w+)|\\{(\\w+)})");
    private static final Pattern DIRECTIVE =
            Pattern.compile("\\s*#(if not|if|else|end)(?: (\\w+))?\\s*");
    private static final Pattern INCLUDE =
            Pattern.compile("#include (\\w+)((?: \\w+=\"[^\"]*\")*)");
    private static final Pattern FURTHER = Pattern.compile("(\\w+)=\"([^\"]*)\"");
    private static final Pattern LAYER = Pattern.compile("\\$i\\b");
    private static final Pattern ELEMENT = Pattern.compile("\\$(\\w+)\\[i]");

    private final String name;
    private final Map<String, Object> values;

    private ProgramTemplate(String name, Map<String, Object> values) {
        this.name = name;
        this.values = values;
    }

    /**
     * Fills in a text beside the architectures, whose name has no {@code .py} here, and returns it.
     */
    public static String fill(String name, Map<String, Object> values) {
        return new ProgramTemplate(name, values)
                .filled(text(name))
                .collect(Collectors.joining("\n", "", "\n"));
    }

    private static String text(String name) {
        return NativeKernel.source(Architecture.class, name + ".py")
                .replaceAll(" \\\\\n#\\s*", " ");
    }

    private Stream<String> filled(String text) {
        return chosen(text.lines().toList()).stream()
                .flatMap(this::everyLayer)
                .flatMap(this::included)
                .map(this::filledIn);
    }

    private List<String> chosen(List<String> lines) {
        List<String> chosen = new ArrayList<>();
        Deque<Boolean> branches = new ArrayDeque<>();
        for (String line : lines) {
            Matcher directive = DIRECTIVE.matcher(line);
            if (!directive.matches()) {
                if (!branches.contains(false)) {
                    chosen.add(line);
                }
                continue;
            }
            String word = directive.group(1);
            if (branches.isEmpty() && !word.startsWith("if")) {
                throw new IllegalArgumentException(
                        "%s.py has an #%s without an #if".formatted(name, word));
            }
            // lines that are left out have no need of values
            boolean taken = !branches.contains(false);
            switch (word) {
                case "if" -> branches.push(taken && isTrue(directive.group(2)));
                case "if not" -> branches.push(taken && !isTrue(directive.group(2)));
                case "else" -> branches.push(!branches.pop());
                default -> branches.pop();
            }
        }
        if (!branches.isEmpty()) {
            throw new IllegalArgumentException(name + ".py has an #if without an #end");
        }
        return chosen;
    }

    private boolean isTrue(String name) {
        Object value = value(name);
        if (value instanceof String text) {
            return !text.isEmpty();
        }
        if (!(value instanceof Boolean truth)) {
            throw new IllegalArgumentException(name + " of " + this.name + ".py is no truth value");
        }
        return truth;
    }

    private Stream<String> included(String line) {
        Matcher include = INCLUDE.matcher(line);
        if (!include.matches()) {
            return Stream.of(line);
        }
        Map<String, Object> further = new HashMap<>(values);
        FURTHER.matcher(include.group(2))
                .results()
                .forEach(pair -> further.put(pair.group(1), filledIn(pair.group(2))));
        String part = "parts/" + include.group(1);
        String text = text(part);
        return new ProgramTemplate(part, further).filled(text.substring(text.indexOf("\n\n") + 2));
    }

    private Stream<String> everyLayer(String line) {
        return LAYER.matcher(line).find()
                ? IntStream.range(0, Integer.parseInt(literal(value(ProgramSpec.LAYERS))))
                        .mapToObj(i -> ofLayer(line, i))
                : Stream.of(line);
    }

    private String ofLayer(String line, int layer) {
        String elements =
                ELEMENT.matcher(line)
                        .replaceAll(
                                match -> {
                                    List<?> list = (List<?>) value(match.group(1));
                                    return Matcher.quoteReplacement(literal(list.get(layer)));
                                });
        return LAYER.matcher(elements).replaceAll(String.valueOf(layer));
    }

    private String filledIn(String line) {
        return NAME.matcher(line)
                .replaceAll(
                        match -> {
                            String name = match.group(1) == null ? match.group(2) : match.group(1);
                            return Matcher.quoteReplacement(literal(value(name)));
                        });
    }

    private Object value(String name) {
        return Objects.requireNonNull(
                values.get(name), () -> this.name + ".py needs a value for " + name);
    }

    private static String literal(Object value) {
        if (value instanceof Boolean truth) {
            return truth ? "True" : "False";
        }
        return value.toString();
    }
}
