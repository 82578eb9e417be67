/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.checkpoint.merged;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.djladapters.adapter.Adapter;
import org.djladapters.adapter.HeadConfig;
import org.djladapters.adapter.HeadConfig.Pooling;
import org.djladapters.hub.ModelDirectory;
import org.djladapters.hub.architecture.Architectures;
import org.djladapters.hub.architecture.ClassifierForm;

/**
 * The place that a checkpoint of HuggingFace has for an adapter's head: a class of transformers
 * that computes the same.
 *
 * @param task the end of the class's name, {@code ForTokenClassification} for example
 * @param base the module that holds the model without the head
 * @param hidden the module of the hidden layer, null for none
 * @param output the module of the last layer
 */
record CheckpointHead(String task, String base, String hidden, String output) {

    static final String SEQUENCES = "ForSequenceClassification";
    static final String TOKENS = "ForTokenClassification";
    static final String ANSWERS = "ForQuestionAnswering";
    static final String IMAGES = "ForImageClassification";

    private static final String HEAD = "head.";
    private static final String DENSE = HEAD + "dense.";

    /** Finds the place; a head that no class of transformers computes is refused. */
    static CheckpointHead of(ModelDirectory model, Adapter adapter) throws IOException {
        HeadConfig head = adapter.headConfig().orElseThrow();
        Optional<ClassifierForm> known =
                model.modelType().flatMap(type -> Architectures.traits(type).classifier());
        if (known.isEmpty()) {
            throw refused(adapter, "a checkpoint of this type of model has no place that is known");
        }
        ClassifierForm form = known.get();
        if (!form.images() && head.pooling() == Pooling.NONE) {
            return new CheckpointHead(TOKENS, form.encoder(), null, "classifier");
        }
        if (!form.images() && head.pooling() == Pooling.SPAN) {
            return new CheckpointHead(ANSWERS, form.encoder(), null, "qa_outputs");
        }
        String task = form.images() ? IMAGES : SEQUENCES;
        boolean same =
                form.hasShape(head)
                        && head.pairs() == HeadConfig.PairEncoding.CROSS
                        && (head.hidden().isEmpty()
                                || head.hidden().get()
                                        == form.activationOf(model.fields("config.json")));
        if (!same) {
            throw refused(
                    adapter,
                    "%s of a %s has another one"
                            .formatted(task.substring("For".length()), model.modelType().get()));
        }
        return new CheckpointHead(
                task,
                form.encoder(),
                head.pooling() == Pooling.POOLER ? null : form.hidden(),
                form.output());
    }

    private static IllegalArgumentException refused(Adapter adapter, String reason) {
        HeadConfig head = adapter.headConfig().orElseThrow();
        return new IllegalArgumentException(
                ("Adapter '%s' brings a head of its own (%s pooling%s) that no class of"
                     + " transformers computes: %s; merge it into a TorchScript model, or train the"
                     + " classifier of a model that has one")
                        .formatted(
                                adapter.name(),
                                head.pooling(),
                                head.hidden().map(f -> ", a " + f + " layer").orElse(""),
                                reason));
    }

    /** Returns the names in the checkpoint of the parameters that the head has in an adapter. */
    Map<String, String> names(Iterable<String> parameters) {
        Map<String, String> names = new HashMap<>();
        for (String parameter : parameters) {
            names.put(
                    parameter,
                    parameter.startsWith(DENSE)
                            ? hidden + '.' + parameter.substring(DENSE.length())
                            : output + '.' + parameter.substring(HEAD.length()));
        }
        return names;
    }
}
