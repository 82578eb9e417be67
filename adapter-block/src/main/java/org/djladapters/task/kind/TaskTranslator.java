/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.task.kind;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.translate.Batchifier;
import ai.djl.translate.Translator;
import ai.djl.translate.TranslatorContext;
import java.util.List;
import org.djladapters.model.pass.ModelOutputs;

/** Translates batches as training and evaluation do; a single input is a batch of one. */
public interface TaskTranslator<I, O> extends Translator<I, O> {

    /** Makes a model's inputs, whose first axis is the batch. */
    @FunctionalInterface
    interface Inputs<I> {
        NDList of(NDManager manager, List<I> items);
    }

    /** Reads the logits of a batch, float32 of shape (B, outputs). */
    @FunctionalInterface
    interface Results<O> {
        List<O> of(NDArray logits);
    }

    /** Returns the translator of a task with logits. */
    static <I, O> Translator<I, O> of(Inputs<I> inputs, Results<O> results) {
        return new TaskTranslator<>() {
            @Override
            public NDList batchProcessInput(TranslatorContext context, List<I> items) {
                return inputs.of(context.getNDManager(), items);
            }

            @Override
            public List<O> batchProcessOutput(TranslatorContext context, NDList outputs) {
                return results.of(ModelOutputs.logits(outputs));
            }
        };
    }

    @Override
    default Batchifier getBatchifier() {
        return Batchifier.STACK;
    }

    @Override
    NDList batchProcessInput(TranslatorContext context, List<I> items);

    @Override
    List<O> batchProcessOutput(TranslatorContext context, NDList outputs);

    @Override
    default NDList processInput(TranslatorContext context, I item) {
        NDList one = new NDList();
        for (NDArray array : batchProcessInput(context, List.of(item))) {
            if (array.getShape().get(0) != 1) {
                throw new UnsupportedOperationException(
                        "The texts of a pair are rows of their own, so pairs are translated in"
                                + " batches only; use a Predictor, which does that");
            }
            one.add(array.squeeze(0));
        }
        return one;
    }

    @Override
    default O processOutput(TranslatorContext context, NDList outputs) {
        NDList batch = new NDList();
        for (NDArray output : outputs) {
            NDArray one = output.expandDims(0);
            one.setName(output.getName());
            batch.add(one);
        }
        return batchProcessOutput(context, batch).get(0);
    }
}
