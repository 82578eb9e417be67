/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.serving;

import ai.djl.modality.Input;
import ai.djl.modality.Output;
import ai.djl.ndarray.NDList;
import ai.djl.translate.Batchifier;
import ai.djl.translate.TranslateException;
import ai.djl.translate.Translator;
import ai.djl.translate.TranslatorContext;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.djladapters.serving.AdapterTasks.Typed;
import org.djladapters.task.TaskBatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers requests, each input by the task of its adapter. The inputs of a batch of requests are
 * predicted together, whatever their adapters ({@link TaskBatch}). Nothing is left to the
 * predictor's own pass, since inputs of different tasks have different outputs.
 */
final class RequestTranslator implements Translator<Input, Output> {

    private static final Logger logger = LoggerFactory.getLogger(RequestTranslator.class);

    private static final String REQUESTS = "requests";
    private static final int MALFORMED = 400;
    private static final int FAILED = 500;

    /** The status of DJL Serving if there is no adapter of a name. */
    private static final int NO_ADAPTER = 424;

    private final ServedBlock served;

    RequestTranslator(ServedBlock served) {
        this.served = served;
    }

    /** The inputs of a request that one task predicts from, with their places in the answer. */
    private record Part(List<Integer> places, TaskBatch.Part<?> predictions) {

        void addTo(Answer answer) {
            try {
                List<?> results = predictions.get();
                for (int i = 0; i < results.size(); i++) {
                    answer.set(places.get(i), results.get(i));
                }
            } catch (IllegalArgumentException e) {
                answer.fail(MALFORMED, String.valueOf(e.getMessage()));
            } catch (TranslateException | RuntimeException e) {
                logger.warn("A prediction failed", e);
                answer.fail(FAILED, String.valueOf(e.getMessage()));
            }
        }
    }

    /** An answer, and what is to be filled in. */
    private record Pending(Answer answer, List<Part> parts) {

        Output output() {
            parts.forEach(part -> part.addTo(answer));
            return answer.output();
        }
    }

    /** Tells DJL that several requests can be passed at once. */
    @Override
    public Batchifier getBatchifier() {
        return Batchifier.STACK;
    }

    @Override
    public NDList processInput(TranslatorContext context, Input input) {
        return batchProcessInput(context, List.of(input));
    }

    @Override
    public Output processOutput(TranslatorContext context, NDList outputs) {
        return batchProcessOutput(context, outputs).get(0);
    }

    @Override
    public NDList batchProcessInput(TranslatorContext context, List<Input> inputs) {
        context.setAttachment(REQUESTS, inputs);
        return new NDList();
    }

    @Override
    public List<Output> batchProcessOutput(TranslatorContext context, NDList outputs) {
        @SuppressWarnings("unchecked") // set above
        List<Input> inputs = (List<Input>) context.getAttachment(REQUESTS);
        try (Leases leases = new Leases(served.adapters())) {
            TaskBatch batch = new TaskBatch();
            List<Pending> requests =
                    inputs.stream().map(input -> pending(input, leases, batch)).toList();
            batch.run();
            return requests.stream().map(Pending::output).toList();
        }
    }

    /** Adds the inputs of a request to a batch; all of them or none. */
    private static Pending pending(Input input, Leases leases, TaskBatch batch) {
        try {
            Request request = Request.of(input);
            Map<Typed<?, ?>, List<Integer>> places = new LinkedHashMap<>();
            for (int i = 0; i < request.items().size(); i++) {
                places.computeIfAbsent(
                                task(leases, request.adapters().get(i), request.items().get(i)),
                                task -> new ArrayList<>())
                        .add(i);
            }
            List<Part> parts = new ArrayList<>();
            places.forEach(
                    (task, own) -> {
                        List<Object> items = own.stream().map(request.items()::get).toList();
                        parts.add(new Part(own, task.add(batch, items)));
                    });
            return new Pending(Answer.to(request), parts);
        } catch (NoAdapterException e) {
            return new Pending(Answer.failed(NO_ADAPTER, e.getMessage()), List.of());
        } catch (IllegalArgumentException e) {
            return new Pending(Answer.failed(MALFORMED, e.getMessage()), List.of());
        }
    }

    private static Typed<?, ?> task(Leases leases, String adapter, Object item)
            throws NoAdapterException {
        return leases.of(adapter)
                .of(item.getClass())
                .orElseThrow(
                        () ->
                                new IllegalArgumentException(
                                        "%s predicts nothing from a %s"
                                                .formatted(
                                                        adapter.isEmpty()
                                                                ? "The base model"
                                                                : "Adapter '" + adapter + "'",
                                                        Request.KINDS.get(item.getClass()))));
    }
}
