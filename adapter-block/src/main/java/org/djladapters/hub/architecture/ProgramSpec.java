/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.hub.architecture;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The program that computes a model, and what is filled in.
 *
 * @param program the name of the text beside this class, {@code bert} for {@code bert.py}
 * @param values what stands for {@code $name} in the text and decides its {@code #if name}
 * @param base the name of the module that a model with a head has the features from, {@code bert}
 *     for example; tensors of a checkpoint without a head have no such name before theirs
 * @param tied the names of tensors that are others, with the names of these
 * @param yields whether tied tensors that a checkpoint holds all the same are their own
 * @param unused tensors of a checkpoint that the program has no need of, matched as a whole name
 * @param pools whether the program has a place for the pooler of a checkpoint without a head
 */
public record ProgramSpec(
        String program,
        Map<String, Object> values,
        String base,
        Map<String, String> tied,
        boolean yields,
        Pattern unused,
        boolean pools) {

    /** The value that tells how many layers there are. */
    public static final String LAYERS = "layers";

    /** The value that says whether the program has the pooler of an encoder. */
    public static final String POOLER = "pooler";

    /** The value that only programs with dropout have: a rate. */
    private static final String RATE = "hidden_dropout";

    /** Makes the maps immutable. */
    public ProgramSpec {
        values = Map.copyOf(values);
        tied = Map.copyOf(tied);
    }

    /** Returns this description for a checkpoint that holds tensors of these names. */
    public ProgramSpec withStored(Set<String> tensors) {
        if (!yields) {
            return this;
        }
        Map<String, String> left = new LinkedHashMap<>(tied);
        left.keySet().removeAll(tensors);
        return new ProgramSpec(program, values, base, left, true, unused, pools);
    }

    /** Tells whether the program can drop values in training passes. */
    public boolean hasDropout() {
        return values.containsKey(RATE);
    }

    /**
     * Starts a description with the head, for which a program tests {@code head} for any and {@code
     * sequence}, {@code token}, {@code answer}, {@code image}, {@code causal_lm} and {@code
     * seq2seq_lm}.
     */
    public static Builder builder(String program, String base, ConfigReader config, ModelHead head)
            throws IOException {
        Builder builder = new Builder(program, base);
        for (ModelHead other : ModelHead.values()) {
            builder.put(other.name().toLowerCase(Locale.ROOT), other == head);
        }
        return builder.put("head", head != ModelHead.NONE).put("labels", config.labels());
    }

    /** Collects a {@link ProgramSpec}. */
    public static final class Builder {

        private final String program;
        private final String base;
        private final Map<String, Object> values = new LinkedHashMap<>();
        private final Map<String, String> tied = new LinkedHashMap<>();
        private boolean yields;
        private String unused = "";
        private boolean pools;

        private Builder(String program, String base) {
            this.program = program;
            this.base = base;
        }

        /** Sets what stands for a name in the text: a number, a truth value, or a text. */
        public Builder put(String name, Object value) {
            values.put(name, value);
            return this;
        }

        /** Says that a tensor is another one; both names are without {@code model.} before. */
        public Builder tie(String name, String other) {
            tied.put(name, other);
            return this;
        }

        /** Says that tensors which a checkpoint holds are not tied, whatever was said of them. */
        public Builder tieOnlyMissing() {
            yields = true;
            return this;
        }

        /**
         * Sets a regular expression for whole names, without the base module, of tensors that a
         * checkpoint may hold and the program does not use.
         */
        public Builder unused(String names) {
            unused = names;
            return this;
        }

        /**
         * Sets whether the program has a place for the pooler of a checkpoint: a layer of the first
         * position, which heads of adapters may take. Then {@code #if pooler} is true for
         * checkpoints that hold one.
         */
        public Builder pools(boolean pools) {
            this.pools = pools;
            values.putIfAbsent(POOLER, false);
            return this;
        }

        public ProgramSpec build() {
            return new ProgramSpec(
                    program, values, base, tied, yields, Pattern.compile(unused), pools);
        }
    }
}
