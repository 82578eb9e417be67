/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.generation;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.List;
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
        int width = open.stream().mapToInt(text -> text.all().length).max().orElse(0);
        int added = width; // the first pass reads the prompts
        try (DecoderSession session = sessions.get()) {
            while (!open.isEmpty()) {
                extend(open, session, width, added);
                width++;
                added = 1;
                open = keep(open, session);
            }
        }
    }

    private void extend(List<Continuation> open, DecoderSession session, int width, int added) {
        try (NDManager scope = manager.newSubManager()) {
            long[] ids = new long[open.size() * added];
            long[] mask = new long[open.size() * width];
            for (int row = 0; row < open.size(); row++) {
                int[] text = open.get(row).all();
                for (int i = 0; i < Math.min(added, text.length); i++) {
                    ids[(row + 1) * added - 1 - i] = text[text.length - 1 - i];
                }
                Arrays.fill(mask, (row + 1) * width - text.length, (row + 1) * width, 1);
            }
            NDArray logits =
                    session.next(
                            scope.create(ids, new Shape(open.size(), added)),
                            scope.create(mask, new Shape(open.size(), width)));
            choose(open, ModelOutputs.inFloat32(logits));
        }
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
