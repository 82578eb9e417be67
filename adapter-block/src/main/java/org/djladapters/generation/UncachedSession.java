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

    UncachedSession(List<String> inputNames, UnaryOperator<NDList> model) {
        this.inputNames = inputNames;
        this.model = model;
    }

    @Override
    public NDArray next(NDArray inputIds, NDArray attentionMask) {
        texts = longer(inputIds, attentionMask);
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

    private List<long[]> longer(NDArray inputIds, NDArray attentionMask) {
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
        int width = texts.stream().mapToInt(text -> text.length).max().orElse(0);
        NDList inputs = new NDList(inputNames.size());
        for (String name : inputNames) {
            long[] values = new long[texts.size() * width];
            for (int row = 0; row < texts.size(); row++) {
                long[] text = texts.get(row);
                switch (name) {
                    case "input_ids" -> System.arraycopy(text, 0, values, row * width, text.length);
                    case "attention_mask" ->
                            Arrays.fill(values, row * width, row * width + text.length, 1);
                    default -> {} // token types are 0
                }
            }
            inputs.add(scope.create(values, new Shape(texts.size(), width)));
        }
        return inputs;
    }

    @Override
    public void keep(long... rows) {
        texts = Arrays.stream(rows).mapToObj(row -> texts.get(Math.toIntExact(row))).toList();
    }

    @Override
    public void close() {
        texts = List.of();
    }
}
