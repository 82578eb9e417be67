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
import java.util.stream.Collectors;
import org.djladapters.serving.AdapterTasks.Typed;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers requests, each input by the task of its adapter. The inputs of a batch of requests are
 * predicted together as far as they have an adapter in common. Nothing is left to the predictor's
 * own pass, since inputs of different tasks are no rows of the same arrays.
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

    /** An input and its place in an answer. */
    private record Row(Object item, Answer answer, int place) {}

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
            Map<Typed<?, ?>, List<Row>> groups = new LinkedHashMap<>();
            List<Answer> answers =
                    inputs.stream().map(input -> divide(input, leases, groups)).toList();
            groups.forEach(RequestTranslator::predict);
            return answers.stream().map(Answer::output).toList();
        }
    }

    /** Adds the inputs of a request to the groups that they belong to; all of them or none. */
    private static Answer divide(Input input, Leases leases, Map<Typed<?, ?>, List<Row>> groups) {
        try {
            Request request = Request.of(input);
            Answer answer = Answer.to(request);
            List<Typed<?, ?>> own = new ArrayList<>();
            for (int i = 0; i < request.items().size(); i++) {
                own.add(task(leases, request.adapters().get(i), request.items().get(i)));
            }
            for (int i = 0; i < own.size(); i++) {
                groups.computeIfAbsent(own.get(i), task -> new ArrayList<>())
                        .add(new Row(request.items().get(i), answer, i));
            }
            return answer;
        } catch (NoAdapterException e) {
            return Answer.failed(NO_ADAPTER, e.getMessage());
        } catch (IllegalArgumentException e) {
            return Answer.failed(MALFORMED, e.getMessage());
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

    /** Predicts rows of several requests at once; if that fails, those of each request alone. */
    private static void predict(Typed<?, ?> task, List<Row> rows) {
        try {
            List<?> results = task.predict(rows.stream().map(Row::item).toList());
            for (int i = 0; i < rows.size(); i++) {
                rows.get(i).answer().set(rows.get(i).place(), results.get(i));
            }
        } catch (TranslateException | RuntimeException e) {
            Map<Answer, List<Row>> requests =
                    rows.stream()
                            .collect(
                                    Collectors.groupingBy(
                                            Row::answer, LinkedHashMap::new, Collectors.toList()));
            if (requests.size() > 1) {
                requests.values().forEach(own -> predict(task, own));
            } else {
                fail(rows.get(0).answer(), e);
            }
        }
    }

    private static void fail(Answer answer, Exception e) {
        String message = String.valueOf(e.getMessage());
        if (e instanceof IllegalArgumentException) {
            answer.fail(MALFORMED, message);
        } else {
            logger.warn("A prediction failed", e);
            answer.fail(FAILED, message);
        }
    }
}
