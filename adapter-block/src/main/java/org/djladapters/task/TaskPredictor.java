/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.task;

import ai.djl.inference.Predictor;
import ai.djl.ndarray.NDList;
import ai.djl.translate.TranslateException;
import ai.djl.translate.Translator;
import ai.djl.translate.TranslatorContext;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.UnaryOperator;
import org.djladapters.data.encoding.WindowTranslator;
import org.djladapters.model.AdaptedModel;
import org.djladapters.task.embedding.SentenceTranslator;
import org.djladapters.task.kind.TaskTranslator;

/** A predictor that runs the pass of a task model, which first checks the adapters. */
class TaskPredictor<P, Q> extends Predictor<P, Q> {

    static final int BATCH_SIZE = 32;

    private final UnaryOperator<NDList> pass;

    TaskPredictor(AdaptedModel model, Translator<P, Q> translator, UnaryOperator<NDList> pass) {
        super(model.model(), translator, model.model().getNDManager().getDevice(), false);
        this.pass = pass;
    }

    /** Prepares the translator now, since several threads must not do that at once. */
    void prepare() throws IOException {
        try (PredictorContext context = new PredictorContext(model, manager, metrics)) {
            translator.prepare(context);
            prepared = true;
        } catch (Exception e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    @Override
    protected NDList predictInternal(TranslatorContext context, NDList inputs) {
        return translator instanceof WindowTranslator
                ? WindowTranslator.inGroups(inputs, pass::apply)
                : pass.apply(inputs);
    }

    /** Inputs that are ready for the model, and what reads its outputs of them. */
    final class Begun implements AutoCloseable {

        private final PredictorContext context;
        private final NDList inputs;

        private Begun(PredictorContext context, NDList inputs) {
            this.context = context;
            this.inputs = inputs;
        }

        NDList inputs() {
            return inputs;
        }

        /** Reads the outputs of the model for these inputs. */
        List<Q> end(NDList outputs) throws TranslateException {
            try {
                return translator.batchProcessOutput(context, outputs);
            } catch (RuntimeException e) {
                throw e;
            } catch (Exception e) {
                throw new TranslateException(e);
            }
        }

        @Override
        public void close() {
            context.close();
        }
    }

    /** Tells whether the rows of its inputs can go through the model with those of others. */
    boolean givesRows() {
        return translator instanceof TaskTranslator;
    }

    /**
     * Returns the number of tokens that a model of vectors reads of texts, without those that only
     * begin and end a sequence; empty for another task.
     */
    OptionalInt tokens(List<String> texts) {
        if (!(translator instanceof SentenceTranslator sentences)) {
            return OptionalInt.empty();
        }
        int around = sentences.specialTokens();
        return OptionalInt.of(
                texts.stream().mapToInt(text -> sentences.tokens(text).length() - around).sum());
    }

    /** Prepares inputs for a pass, which the caller does; all items are one batch. */
    Begun begin(List<P> items) throws TranslateException {
        PredictorContext context = new PredictorContext(model, manager, metrics);
        try {
            return new Begun(context, translator.batchProcessInput(context, items));
        } catch (RuntimeException e) {
            context.close();
            throw e;
        } catch (Exception e) {
            context.close();
            throw new TranslateException(e);
        }
    }

    /** Predicts in batches with a predictor of this or another type. */
    static <P, Q> List<Q> inBatches(Predictor<P, Q> predictor, List<? extends P> items)
            throws TranslateException {
        List<P> checked = new ArrayList<>(items.size());
        for (P item : items) {
            checked.add(item);
            if (item == null) {
                throw new IllegalArgumentException(
                        "Input %d of %d is null".formatted(checked.size(), items.size()));
            }
        }
        List<Q> predictions = new ArrayList<>(checked.size());
        for (int start = 0; start < checked.size(); start += BATCH_SIZE) {
            int end = Math.min(checked.size(), start + BATCH_SIZE);
            try {
                predictions.addAll(predictor.batchPredict(checked.subList(start, end)));
            } catch (TranslateException e) {
                if (e.getCause() instanceof RuntimeException cause) {
                    throw cause;
                }
                throw e;
            }
        }
        return List.copyOf(predictions);
    }
}
