/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter;

import static org.djladapters.io.MalformedFileException.quote;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntPredicate;
import org.djladapters.adapter.PathExpressionParser.Anchor;
import org.djladapters.adapter.PathExpressionParser.Node;

/**
 * A regular expression on module paths in Python's syntax, as PEFT's configurations have them,
 * which answers in bounded time whatever a stranger wrote.
 *
 * <p>All states that the expression can be in are followed at once (Thompson, <i>Regular expression
 * search algorithm</i>, 1968), so that nothing is tried twice: a path of n characters takes at most
 * about n steps for each character of the expression, and n times that with assertions such as
 * {@code (?!vision)}, whose answer at a position is kept. {@code java.util.regex} can take
 * exponential time, and libraries that can't, such as RE2/J, know no lookahead, by which adapters
 * of multimodal models leave out the vision tower. What can't be had this way is refused:
 * backreferences, conditional groups, atomic groups and possessive repetition.
 *
 * <p>Instances are immutable and may be shared between threads.
 */
final class PathExpression {

    /** Enough for ten thousand names joined by {@code |}. */
    private static final int MOST_INSTRUCTIONS = 300_000;

    /** About a millisecond; an expression for real models takes a thousand steps. */
    private static final int MOST_STEPS = 200_000;

    /** What the program does at a place; a and b are what follows. */
    private record Instruction(IntPredicate test, Assertion assertion, int a, int b) {

        static final Instruction MATCH = new Instruction(null, null, -1, -1);

        boolean isMatch() {
            return a < 0 && test == null;
        }
    }

    /** What must hold where it stands; for a lookaround the program begins at start. */
    private record Assertion(Anchor anchor, int start, int width, boolean ahead, boolean negative) {

        static Assertion of(Anchor anchor) {
            return new Assertion(anchor, -1, 0, false, false);
        }
    }

    private final String text;
    private final List<Instruction> program = new ArrayList<>();
    private final int start;

    private PathExpression(String text, Node node) {
        this.text = text;
        start = emit(node, add(Instruction.MATCH));
    }

    /**
     * Reads an expression.
     *
     * @throws IllegalArgumentException if it is none, or has what is not supported; the message
     *     says what
     */
    static PathExpression parse(String text) {
        return new PathExpression(text, PathExpressionParser.parse(text));
    }

    /** The expression as it was given. */
    String text() {
        return text;
    }

    /**
     * Tells whether the expression is for all of a path, as {@code re.fullmatch}.
     *
     * @throws IllegalArgumentException if that takes too many steps
     */
    boolean matches(String path) {
        Run run = new Run(path);
        BitSet starts = new BitSet();
        starts.set(0);
        return run.ends(start, starts, run.text.length).get(run.text.length);
    }

    /**
     * Tells whether the expression is for all of a path or for all that follows a dot in it, as
     * {@code re.match(r"(.*\.)?(EXPRESSION)$", path)}.
     *
     * @throws IllegalArgumentException if that takes too many steps
     */
    boolean matchesTail(String path) {
        return tailEnds(path).get(path.codePointCount(0, path.length()));
    }

    /** The positions, in code points, where a match ends that begins a path or follows a dot. */
    BitSet tailEnds(String path) {
        Run run = new Run(path);
        BitSet starts = new BitSet();
        starts.set(0);
        for (int i = 0; i < run.text.length; i++) {
            if (run.text[i] == '.') {
                starts.set(i + 1);
            }
        }
        return run.ends(start, starts, run.text.length);
    }

    private int add(Instruction instruction) {
        if (program.size() == MOST_INSTRUCTIONS) {
            throw new IllegalArgumentException(
                    quote(text)
                            + " is too large a regular expression: it repeats too much; write it"
                            + " with smaller numbers of repetitions");
        }
        program.add(instruction);
        return program.size() - 1;
    }

    /** Adds what a node does before it goes on at next, and tells where that begins. */
    private int emit(Node node, int next) {
        if (node instanceof Node.One one) {
            return add(new Instruction(one.test(), null, next, -1));
        }
        if (node instanceof Node.Sequence sequence) {
            int begin = next;
            for (int i = sequence.parts().size() - 1; i >= 0; i--) {
                begin = emit(sequence.parts().get(i), begin);
            }
            return begin;
        }
        if (node instanceof Node.Choice choice) {
            int begin = emit(choice.parts().get(choice.parts().size() - 1), next);
            for (int i = choice.parts().size() - 2; i >= 0; i--) {
                begin = add(new Instruction(null, null, emit(choice.parts().get(i), next), begin));
            }
            return begin;
        }
        if (node instanceof Node.Repeat repeat) {
            return emitRepeat(repeat, next);
        }
        if (node instanceof Node.At at) {
            return add(new Instruction(null, Assertion.of(at.anchor()), next, -1));
        }
        Node.Look look = (Node.Look) node;
        int body = emit(look.body(), add(Instruction.MATCH));
        Assertion assertion =
                new Assertion(null, body, look.width(), look.ahead(), look.negative());
        return add(new Instruction(null, assertion, next, -1));
    }

    private int emitRepeat(Node.Repeat repeat, int next) {
        int begin = next;
        if (repeat.most() == Node.Repeat.UNBOUNDED) {
            int loop = add(Instruction.MATCH); // until it is known what it leads to
            program.set(loop, new Instruction(null, null, emit(repeat.body(), loop), next));
            begin = loop;
        }
        for (int i = repeat.most(); i > repeat.least(); i--) {
            int before = program.size();
            int once = emit(repeat.body(), begin);
            if (program.size() == before) {
                return begin; // nothing, repeated
            }
            begin = add(new Instruction(null, null, once, next));
        }
        for (int i = 0; i < repeat.least(); i++) {
            int before = program.size();
            begin = emit(repeat.body(), begin);
            if (program.size() == before) {
                return begin;
            }
        }
        return begin;
    }

    /** One path under examination. */
    private final class Run {

        private final int[] text;
        private final Map<Assertion, BitSet> known = new HashMap<>();
        private final Map<Assertion, BitSet> holding = new HashMap<>();
        private int steps;

        Run(String path) {
            text = path.codePoints().toArray();
        }

        /** Where what begins at one of several positions can end, up to a last position. */
        BitSet ends(int begin, BitSet starts, int last) {
            count(program.size() / Long.SIZE);
            BitSet ends = new BitSet();
            int[] visited = new int[program.size()]; // one more than the position of the last visit
            Deque<Integer> open = new ArrayDeque<>();
            Deque<Integer> next = new ArrayDeque<>();
            for (int i = starts.nextSetBit(0); i >= 0 && i <= last; i++) {
                if (starts.get(i)) {
                    open.push(begin);
                } else if (open.isEmpty() && starts.nextSetBit(i) < 0) {
                    break;
                }
                while (!open.isEmpty()) {
                    int at = open.pop();
                    if (visited[at] <= i) {
                        visited[at] = i + 1;
                        count(1);
                        if (program.get(at).isMatch()) {
                            ends.set(i);
                        } else {
                            follow(program.get(at), i, open, next);
                        }
                    }
                }
                Deque<Integer> done = open;
                open = next;
                next = done;
            }
            return ends;
        }

        private void follow(
                Instruction instruction, int position, Deque<Integer> open, Deque<Integer> next) {
            if (instruction.test() != null) {
                if (position < text.length && instruction.test().test(text[position])) {
                    next.push(instruction.a());
                }
            } else if (instruction.assertion() == null) {
                open.push(instruction.b());
                open.push(instruction.a());
            } else if (holds(instruction.assertion(), position)) {
                open.push(instruction.a());
            }
        }

        private void count(int more) {
            steps += more;
            if (steps > MOST_STEPS) {
                throw new IllegalArgumentException(
                        quote(PathExpression.this.text)
                                + " takes too many steps on a module path; write a simpler regular"
                                + " expression");
            }
        }

        private boolean holds(Assertion assertion, int position) {
            if (assertion.anchor() != null) {
                return assertion.anchor().holds(text, position);
            }
            BitSet asked = known.computeIfAbsent(assertion, a -> new BitSet());
            BitSet found = holding.computeIfAbsent(assertion, a -> new BitSet());
            if (!asked.get(position)) {
                asked.set(position);
                found.set(position, isMatched(assertion, position));
            }
            return found.get(position) != assertion.negative();
        }

        private boolean isMatched(Assertion assertion, int position) {
            BitSet starts = new BitSet();
            if (assertion.ahead()) {
                starts.set(position);
                return !ends(assertion.start(), starts, text.length).isEmpty();
            }
            if (position < assertion.width()) {
                return false;
            }
            starts.set(position - assertion.width());
            return ends(assertion.start(), starts, position).get(position);
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof PathExpression that && text.equals(that.text);
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }

    @Override
    public String toString() {
        return text;
    }
}
