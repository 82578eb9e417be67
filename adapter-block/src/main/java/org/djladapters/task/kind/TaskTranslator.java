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

/**
 * Makes batches and reads results as training and evaluation do.
 *
 * @param inputs makes a model's inputs of a batch
 * @param results reads the logits of a batch, float32 of shape (B, outputs)
 * @param <I> what is predicted from
 * @param <O> what is predicted
 */
public record TaskTranslator<I, O>(Inputs<I> inputs, Results<O> results)
        implements Translator<I, O> {

    /** Makes a model's inputs, whose first axis is the batch. */
    @FunctionalInterface
    public interface Inputs<I> {
        NDList of(NDManager manager, List<I> items);
    }

    /** Reads what logits mean. */
    @FunctionalInterface
    public interface Results<O> {
        List<O> of(NDArray logits);
    }

    @Override
    public Batchifier getBatchifier() {
        return Batchifier.STACK;
    }

    @Override
    public NDList batchProcessInput(TranslatorContext context, List<I> items) {
        return inputs.of(context.getNDManager(), items);
    }

    @Override
    public List<O> batchProcessOutput(TranslatorContext context, NDList outputs) {
        return results.of(ModelOutputs.logits(outputs));
    }

    @Override
    public NDList processInput(TranslatorContext context, I item) {
        NDList batch = batchProcessInput(context, List.of(item));
        if (batch.get(0).getShape().get(0) != 1) {
            throw new UnsupportedOperationException(
                    "The texts of a pair are rows of their own, so pairs are translated in batches"
                            + " only; use a Predictor, which does that");
        }
        batch.replaceAll(array -> array.squeeze(0));
        return batch;
    }

    @Override
    public O processOutput(TranslatorContext context, NDList outputs) {
        return batchProcessOutput(context, batchOfOne(outputs)).get(0);
    }

    /** Returns the outputs of one row as those of a batch, with their names. */
    public static NDList batchOfOne(NDList outputs) {
        NDList batch = new NDList();
        for (NDArray output : outputs) {
            NDArray one = output.expandDims(0);
            one.setName(output.getName());
            batch.add(one);
        }
        return batch;
    }
}
