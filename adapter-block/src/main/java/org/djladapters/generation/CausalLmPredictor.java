/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.generation;

import ai.djl.inference.Predictor;
import ai.djl.modality.nlp.generate.CausalLMOutput;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.translate.NoBatchifyTranslator;
import ai.djl.translate.TranslatorContext;
import java.util.List;
import org.djladapters.model.AdaptedModel;
import org.djladapters.surgery.ProgramMethods;

/**
 * A causal language model as DJL's own {@link ai.djl.modality.nlp.generate.TextGenerator} wants it:
 * greedy, beam and contrastive search run on it.
 *
 * <pre>{@code
 * try (CausalLmPredictor predictor = CausalLmPredictor.of(model)) {
 *     SearchConfig config = new SearchConfig();
 *     config.setMaxSeqLength(40);
 *     NDArray tokens = new TextGenerator(predictor, "beam", config).generate(inputIds);
 * }
 * }</pre>
 *
 * <p>Inputs are ids of shape (B, T), their positions (B, T), the attention mask (B, S) of all
 * tokens so far, and in later calls the keys and values of each layer that the last output has, (B,
 * heads of keys and values, S - T, size of a head). All are of the type int64, but for the last.
 * Outputs are logits of every token, its last hidden state, and keys and values of all S tokens;
 * they belong to the manager of the ids.
 *
 * <p>Every call is computed with the adapters that the model shows then. Keys and values are the
 * caller's: those of other adapters are not told apart from its own, so adapters are not to be
 * changed during a search.
 */
public final class CausalLmPredictor extends Predictor<NDList, CausalLMOutput> {

    /** The method of programs that gives everything for each token. */
    private static final String STEP = "djladapters_step";

    /** Ids, positions and mask. */
    private static final int TENSORS = 3;

    private static final int LOGITS = 0;
    private static final int HIDDEN = 1;
    private static final int CACHE = 2;

    private final AdaptedModel adapted;

    private CausalLmPredictor(AdaptedModel model) {
        super(model.model(), new Outputs(), model.model().getNDManager().getDevice(), false);
        adapted = model;
    }

    /**
     * Makes a predictor.
     *
     * @param model a causal language model that was opened from a checkpoint; it is not closed with
     *     the predictor
     * @return a predictor, to be closed
     * @throws IllegalArgumentException if the model's program keeps no keys and values, as those of
     *     exports
     */
    public static CausalLmPredictor of(AdaptedModel model) {
        if (model.baseModel().methods().filter(methods -> methods.has(STEP)).isEmpty()) {
            throw new IllegalArgumentException(
                    "The model's program keeps no keys and values; open a causal language model"
                            + " from its checkpoint (config.json and model.safetensors)");
        }
        return new CausalLmPredictor(model);
    }

    @Override
    protected NDList predictInternal(TranslatorContext context, NDList inputs) {
        if (inputs.size() < TENSORS) {
            throw new IllegalArgumentException(
                    "A language model takes ids, positions and a mask, got %d arrays"
                            .formatted(inputs.size()));
        }
        NDManager owner = inputs.get(0).getManager();
        ProgramMethods methods = adapted.baseModel().methods().orElseThrow();
        try (NDManager scope = owner.newSubManager()) {
            List<NDArray> past =
                    inputs.size() == TENSORS
                            ? List.of(scope.create(new Shape(0)))
                            : inputs.subList(TENSORS, inputs.size());
            List<NDArray> tensors = inputs.subList(0, TENSORS);
            return adapted.predictions()
                    .call(shown -> {}, mark -> methods.call(STEP, owner, tensors, past));
        }
    }

    /** Gives outputs their places. */
    private static final class Outputs implements NoBatchifyTranslator<NDList, CausalLMOutput> {

        @Override
        public NDList processInput(TranslatorContext context, NDList input) {
            return input;
        }

        @Override
        public CausalLMOutput processOutput(TranslatorContext context, NDList output) {
            return new CausalLMOutput(
                    output.get(LOGITS),
                    output.get(HIDDEN),
                    new NDList(output.subList(CACHE, output.size())));
        }
    }
}
