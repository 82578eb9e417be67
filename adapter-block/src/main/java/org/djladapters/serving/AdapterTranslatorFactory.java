/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.serving;

import ai.djl.Model;
import ai.djl.modality.Input;
import ai.djl.modality.Output;
import ai.djl.translate.TranslateException;
import ai.djl.translate.Translator;
import ai.djl.translate.TranslatorFactory;
import ai.djl.util.Pair;
import java.io.IOException;
import java.lang.reflect.Type;
import java.util.Map;
import java.util.Set;

/**
 * Serves a model of the PyTorch engine with many adapters: for DJL Serving, a line of the model's
 * {@code serving.properties}, or for {@code Criteria.optTranslatorFactory}.
 *
 * <pre>
 * engine=PyTorch
 * translatorFactory=org.djladapters.serving.AdapterTranslatorFactory
 * </pre>
 *
 * <p>The model's folder has the adapters as DJL Serving lays them out, {@code adapters/NAME/}, each
 * as training writes it. They are loaded with the model, once, on one base model in memory, and
 * closed with it; an {@link AdapterFolder} follows those that are added, changed or removed
 * meanwhile. A damaged one is refused alone: the log names it. {@code option.enable_lora}, which is
 * for the Python engine, stays away.
 *
 * <p>A request is JSON: {@code {"inputs": ["text", "text"], "adapters": ["acme", ""]}}, with an
 * adapter for every input; the empty name is the base model, and so are all inputs without {@code
 * adapters}. {@code "adapter": "acme"} stands for all inputs, as does the property {@code
 * X-Amzn-SageMaker-Adapter-Identifier}. Unknown fields are refused. Inputs and answers depend on
 * the task that an adapter was trained for:
 *
 * <table>
 * <caption>Inputs and answers</caption>
 * <tr><th>input</th><th>for</th></tr>
 * <tr><td>a text</td><td>whatever is predicted from one text: classes with probabilities, a number,
 *     a vector, entities</td></tr>
 * <tr><td>{@code {"text": …, "text_pair": …}}</td><td>pairs: classes or a number; a request {@code
 *     {"query": …, "texts": […]}} stands for a list of pairs</td></tr>
 * <tr><td>{@code {"question": …, "context": …}}</td><td>answers from a text</td></tr>
 * </table>
 *
 * <p>{@code inputs} that is no list gets a single answer, a list gets a list. Requests of one batch
 * may have different adapters and tasks. A request that can't be answered fails alone: an {@link
 * Output} of code 400 says what is wrong with it, 424 that there is no such adapter, 500 that the
 * model failed.
 */
public final class AdapterTranslatorFactory implements TranslatorFactory {

    @Override
    public Set<Pair<Type, Type>> getSupportedTypes() {
        return Set.of(new Pair<>(Input.class, Output.class));
    }

    /**
     * Opens the model's adapters and makes the translator of requests. The model's Block is
     * replaced by one that has the adapters.
     *
     * @param input {@link Input}
     * @param output {@link Output}
     * @param model a model of the PyTorch engine that was loaded from its directory
     * @param arguments ignored, as the directory tells everything
     * @throws TranslateException if the types are others, or a file of the model is malformed
     */
    @Override
    public <I, O> Translator<I, O> newInstance(
            Class<I> input, Class<O> output, Model model, Map<String, ?> arguments)
            throws TranslateException {
        if (!isSupported(input, output)) {
            throw new TranslateException(
                    "Requests are answered from Input to Output, not from %s to %s"
                            .formatted(input.getSimpleName(), output.getSimpleName()));
        }
        try {
            @SuppressWarnings("unchecked") // checked above
            Translator<I, O> translator =
                    (Translator<I, O>) new RequestTranslator(ServedBlock.of(model));
            return translator;
        } catch (IOException | IllegalArgumentException e) {
            throw new TranslateException(e.getMessage(), e);
        }
    }
}
