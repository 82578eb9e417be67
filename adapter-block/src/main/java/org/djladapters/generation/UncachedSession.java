/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.generation;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.LongStream;
import org.djladapters.data.encoding.TextInputs;
import org.djladapters.model.pass.ModelOutputs;

/**
 * A session of a model without a cache of keys and values: every new token costs a pass over the
 * whole text.
 *
 * <p>In a pass texts begin together and are filled up at the right. That changes nothing for a
 * causal model, while exports count positions from the first place and would count what fills up at
 * the left.
 */
final class UncachedSession implements DecoderSession {

    private final List<String> inputNames;
    private final UnaryOperator<NDList> model;
    private List<long[]> texts = List.of();

    /** The texts that are answered; empty for a model without an encoder. */
    private List<long[]> sources = List.of();

    UncachedSession(List<String> inputNames, UnaryOperator<NDList> model) {
        this.inputNames = inputNames;
        this.model = model;
    }

    @Override
    public void read(NDArray inputIds, NDArray attentionMask) {
        sources = longer(sources, inputIds, attentionMask);
    }

    @Override
    public NDArray next(NDArray inputIds, NDArray attentionMask) {
        texts = longer(texts, inputIds, attentionMask);
        NDManager manager = inputIds.getManager();
        try (NDManager scope = manager.newSubManager()) {
            NDArray logits = ModelOutputs.logits(model.apply(inputs(scope)));
            long width = logits.getShape().get(1);
            long[] ends = new long[texts.size()];
            for (int row = 0; row < ends.length; row++) {
                ends[row] = row * width + texts.get(row).length - 1;
            }
            NDArray last = logits.reshape(-1, logits.getShape().get(2)).get(scope.create(ends));
            last.attach(manager);
            return last;
        }
    }

    private static List<long[]> longer(
            List<long[]> texts, NDArray inputIds, NDArray attentionMask) {
        int rows = Math.toIntExact(inputIds.getShape().get(0));
        int added = Math.toIntExact(inputIds.getShape().get(1));
        int width = Math.toIntExact(attentionMask.getShape().get(1));
        long[] ids = inputIds.toLongArray();
        long[] mask = attentionMask.toLongArray();
        List<long[]> result = new ArrayList<>(rows);
        for (int row = 0; row < rows; row++) {
            LongStream.Builder text = LongStream.builder();
            if (!texts.isEmpty()) {
                Arrays.stream(texts.get(row)).forEach(text);
            }
            for (int i = 0; i < added; i++) {
                if (mask[row * width + width - added + i] != 0) {
                    text.add(ids[row * added + i]);
                }
            }
            result.add(text.build().toArray());
        }
        return result;
    }

    /** Returns the inputs in the model's order, filled up at the right. */
    private NDList inputs(NDManager scope) {
        NDList inputs = new NDList(inputNames.size());
        for (String name : inputNames) {
            boolean answered = !sources.isEmpty() && !TextInputs.isOfDecoder(name);
            List<long[]> read = answered ? sources : texts;
            int width = read.stream().mapToInt(text -> text.length).max().orElse(0);
            long[] values = new long[read.size() * width];
            for (int row = 0; row < read.size(); row++) {
                long[] text = read.get(row);
                switch (name) {
                    case "input_ids", "decoder_input_ids" ->
                            System.arraycopy(text, 0, values, row * width, text.length);
                    case "attention_mask" ->
                            Arrays.fill(values, row * width, row * width + text.length, 1);
                    default -> {} // token types are 0
                }
            }
            inputs.add(scope.create(values, new Shape(read.size(), width)));
        }
        return inputs;
    }

    @Override
    public void keep(long... rows) {
        texts = kept(texts, rows);
        sources = sources.isEmpty() ? sources : kept(sources, rows);
    }

    private static List<long[]> kept(List<long[]> texts, long... rows) {
        return Arrays.stream(rows).mapToObj(row -> texts.get(Math.toIntExact(row))).toList();
    }

    @Override
    public void close() {
        texts = List.of();
    }
}
