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
        Map<ServedTask<?, ?>, List<Row>> groups = new LinkedHashMap<>();
        List<Answer> answers = inputs.stream().map(input -> divide(input, groups)).toList();
        groups.forEach(RequestTranslator::predict);
        return answers.stream().map(Answer::output).toList();
    }

    /** Adds the inputs of a request to the groups that they belong to; all of them or none. */
    private Answer divide(Input input, Map<ServedTask<?, ?>, List<Row>> groups) {
        try {
            Request request = Request.of(input);
            Answer answer = Answer.to(request);
            List<ServedTask<?, ?>> own = new ArrayList<>();
            for (int i = 0; i < request.items().size(); i++) {
                own.add(task(request.adapters().get(i), request.items().get(i)));
            }
            for (int i = 0; i < own.size(); i++) {
                groups.computeIfAbsent(own.get(i), task -> new ArrayList<>())
                        .add(new Row(request.items().get(i), answer, i));
            }
            return answer;
        } catch (RefusedRequestException e) {
            return Answer.failed(e.code(), e.getMessage());
        }
    }

    private ServedTask<?, ?> task(String adapter, Object item) {
        Map<Class<?>, ServedTask<?, ?>> tasks =
                served.tasks(adapter)
                        .orElseThrow(
                                () ->
                                        RefusedRequestException.noAdapter(
                                                "There is no adapter '%s'; the model has %s"
                                                        .formatted(adapter, served.adapters())));
        ServedTask<?, ?> task = tasks.get(item.getClass());
        if (task == null) {
            String owner = adapter.isEmpty() ? "The base model" : "Adapter '" + adapter + "'";
            throw RefusedRequestException.malformed(
                    "%s predicts nothing from %s".formatted(owner, Request.kind(item)));
        }
        return task;
    }

    /** Predicts rows of several requests at once; if that fails, those of each request alone. */
    private static void predict(ServedTask<?, ?> task, List<Row> rows) {
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
