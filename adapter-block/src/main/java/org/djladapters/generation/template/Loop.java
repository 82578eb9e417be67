/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.generation.template;

import com.hubspot.jinjava.interpret.JinjavaInterpreter;
import com.hubspot.jinjava.lib.tag.Tag;
import com.hubspot.jinjava.tree.Node;
import com.hubspot.jinjava.tree.TagNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * {@code for}: each item has a scope of its own, and a condition after {@code if} leaves items out.
 */
final class Loop implements Tag {

    private static final long serialVersionUID = 1L;

    /** The variable with the number of items that loops may still take; no template can name it. */
    static final String BUDGET = "items left";

    @Override
    public String getName() {
        return "for";
    }

    @Override
    public String interpret(TagNode tag, JinjavaInterpreter interpreter) {
        Head head = Head.of(TemplateSource.tokens(tag.getHelpers()));
        List<Object> items = new ArrayList<>();
        for (Object item :
                PythonValues.list(PythonResolver.unwrap(evaluate(head.items, tag, interpreter)))) {
            spend(interpreter);
            if (head.condition.isEmpty() || holds(head, item, tag, interpreter)) {
                items.add(item);
            }
        }
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < items.size(); i++) {
            interpreter.enterScope();
            try {
                head.assign(items.get(i), interpreter);
                interpreter.getContext().put("loop", state(items, i));
                for (Node child : tag.getChildren()) {
                    text.append(child.render(interpreter).getValue());
                }
                PythonValues.requireLength(text.length());
            } finally {
                interpreter.leaveScope();
            }
        }
        return text.toString();
    }

    private static Object evaluate(String expression, TagNode tag, JinjavaInterpreter interpreter) {
        return interpreter.resolveELExpression(expression, tag.getLineNumber());
    }

    private static boolean holds(
            Head head, Object item, TagNode tag, JinjavaInterpreter interpreter) {
        interpreter.enterScope();
        try {
            head.assign(item, interpreter);
            return PythonValues.isTrue(
                    PythonResolver.unwrap(evaluate(head.condition, tag, interpreter)));
        } finally {
            interpreter.leaveScope();
        }
    }

    private static void spend(JinjavaInterpreter interpreter) {
        AtomicInteger left = (AtomicInteger) interpreter.getContext().get(BUDGET);
        if (left.decrementAndGet() < 0) {
            throw new TemplateException("goes through more items than any prompt needs");
        }
    }

    private static Map<String, Object> state(List<Object> items, int index) {
        int size = items.size();
        Map<String, Object> state = new LinkedHashMap<>();
        state.put("index", index + 1);
        state.put("index0", index);
        state.put("revindex", size - index);
        state.put("revindex0", size - index - 1);
        state.put("first", index == 0);
        state.put("last", index == size - 1);
        state.put("length", size);
        if (index > 0) {
            state.put("previtem", items.get(index - 1));
        }
        if (index < size - 1) {
            state.put("nextitem", items.get(index + 1));
        }
        return state;
    }

    /** The content of the tag: the names of items, the expressions of items and of a condition. */
    private record Head(List<String> names, String items, String condition) {

        static Head of(List<String> tokens) {
            int in = tokens.indexOf("in");
            int condition = topLevel("if", tokens);
            if (in < 1) {
                throw new TemplateException("has a 'for' without 'in'");
            }
            List<String> names =
                    tokens.subList(0, in).stream().filter(token -> !token.equals(",")).toList();
            int end = condition < 0 ? tokens.size() : condition;
            return new Head(
                    names,
                    String.join(" ", tokens.subList(in + 1, end)),
                    condition < 0 ? "" : String.join(" ", tokens.subList(end + 1, tokens.size())));
        }

        private static int topLevel(String word, List<String> tokens) {
            int depth = 0;
            for (int i = 0; i < tokens.size(); i++) {
                String token = tokens.get(i);
                depth += "([{".contains(token) ? 1 : 0;
                depth -= ")]}".contains(token) ? 1 : 0;
                if (depth == 0 && token.equals(word)) {
                    return i;
                }
            }
            return -1;
        }

        void assign(Object item, JinjavaInterpreter interpreter) {
            List<Object> values = names.size() == 1 ? List.of() : PythonValues.list(item);
            if (names.size() > 1 && values.size() != names.size()) {
                throw new TemplateException("takes items apart that have another number of parts");
            }
            for (int i = 0; i < names.size(); i++) {
                Object value = names.size() == 1 ? item : values.get(i);
                interpreter.getContext().put(names.get(i), interpreter.wrap(value));
            }
        }
    }
}
