/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.generation;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.djladapters.model.pass.ModelOutputs;

/** Lets texts grow together until each is complete. */
final class Decoder {

    private final NDManager manager;
    private final Supplier<DecoderSession> sessions;

    Decoder(NDManager manager, Supplier<DecoderSession> sessions) {
        this.manager = manager;
        this.sessions = sessions;
    }

    /** Completes a batch of texts; outputs that are not finite are an ArithmeticException. */
    void complete(List<Continuation> texts) {
        List<Continuation> open = texts.stream().filter(Continuation::isOpen).toList();
        int width = width(open, Continuation::all);
        int added = width; // the first pass reads the prompts
        try (DecoderSession session = sessions.get()) {
            read(open, session);
            while (!open.isEmpty()) {
                extend(open, session, width, added);
                width++;
                added = 1;
                open = keep(open, session);
            }
        }
    }

    private static int width(List<Continuation> texts, Function<Continuation, int[]> tokens) {
        return texts.stream().mapToInt(text -> tokens.apply(text).length).max().orElse(0);
    }

    /** Lets an encoder read the texts that are answered, if there is one. */
    private void read(List<Continuation> open, DecoderSession session) {
        int width = width(open, Continuation::source);
        if (width > 0) {
            try (NDManager scope = manager.newSubManager()) {
                NDList filled = filled(open, Continuation::source, width, width, scope);
                session.read(filled.get(0), filled.get(1));
            }
        }
    }

    private void extend(List<Continuation> open, DecoderSession session, int width, int added) {
        try (NDManager scope = manager.newSubManager()) {
            NDList filled = filled(open, Continuation::all, width, added, scope);
            NDArray logits = session.next(filled.get(0), filled.get(1));
            choose(open, ModelOutputs.inFloat32(logits));
        }
    }

    /** Returns the last tokens of texts that are filled up at the left, and the mask of all. */
    private static NDList filled(
            List<Continuation> open,
            Function<Continuation, int[]> tokens,
            int width,
            int last,
            NDManager scope) {
        long[] ids = new long[open.size() * last];
        long[] mask = new long[open.size() * width];
        for (int row = 0; row < open.size(); row++) {
            int[] text = tokens.apply(open.get(row));
            for (int i = 0; i < Math.min(last, text.length); i++) {
                ids[(row + 1) * last - 1 - i] = text[text.length - 1 - i];
            }
            Arrays.fill(mask, (row + 1) * width - text.length, (row + 1) * width, 1);
        }
        return new NDList(
                scope.create(ids, new Shape(open.size(), last)),
                scope.create(mask, new Shape(open.size(), width)));
    }

    private static void choose(List<Continuation> open, NDArray logits) {
        ModelOutputs.requireFinite(logits);
        float[] all = logits.toFloatArray();
        int vocabulary = all.length / open.size();
        for (int row = 0; row < open.size(); row++) {
            float[] own = Arrays.copyOfRange(all, row * vocabulary, (row + 1) * vocabulary);
            open.get(row).extend(own);
        }
    }

    /** Drops the texts that are complete. */
    private static List<Continuation> keep(List<Continuation> texts, DecoderSession session) {
        int[] rows =
                IntStream.range(0, texts.size()).filter(row -> texts.get(row).isOpen()).toArray();
        if (rows.length > 0 && rows.length < texts.size()) {
            session.keep(Arrays.stream(rows).asLongStream().toArray());
        }
        return Arrays.stream(rows).mapToObj(texts::get).toList();
    }
}
