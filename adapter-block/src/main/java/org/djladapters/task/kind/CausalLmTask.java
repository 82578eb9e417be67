/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.task.kind;

import ai.djl.Application;
import ai.djl.ndarray.NDArray;
import ai.djl.training.dataset.Batch;
import ai.djl.training.loss.Loss;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import org.djladapters.data.Augmentation;
import org.djladapters.data.LabelledData;
import org.djladapters.data.PromptData;
import org.djladapters.data.PromptDataset;
import org.djladapters.data.TaskKind;
import org.djladapters.data.encoding.ChatFormat;
import org.djladapters.data.encoding.Prefetch;
import org.djladapters.data.encoding.PromptEncoder;
import org.djladapters.data.encoding.TextEncoder;
import org.djladapters.generation.ChatTemplate;
import org.djladapters.generation.LanguageModel;
import org.djladapters.hub.ModelDirectory;
import org.djladapters.model.AdaptedModel;
import org.djladapters.model.access.ModelOutputs;
import org.djladapters.task.Metrics;
import org.djladapters.task.PredictedRow;

/**
 * Answering prompts, with the logits that a causal language model itself gives.
 *
 * <p>An adapter directory holds nothing of it but {@value #MAX_LENGTH} and {@value #CHAT_TEMPLATE}
 * in the run's record: there are no labels and no head.
 *
 * @param maxLength the largest number of tokens of a prompt and its response together
 * @param chatTemplate whether prompts and responses are written by the model's chat template
 */
public record CausalLmTask(int maxLength, boolean chatTemplate) implements Task {

    private static final String MAX_LENGTH = LabelTask.MAX_LENGTH;

    private static final String CHAT_TEMPLATE = "chatTemplate";

    /**
     * Takes what is asked for or what suits the model: its own limit, and its chat template if it
     * has one.
     *
     * @throws IllegalArgumentException if the model lacks a chat template that is asked for
     */
    public static CausalLmTask of(
            ModelDirectory model, OptionalInt maxLength, Optional<Boolean> chatTemplate)
            throws IOException {
        boolean there = ChatTemplate.find(model).isPresent();
        if (chatTemplate.orElse(false) && !there) {
            throw new IllegalArgumentException(
                    "Model '%s' has no chat template; leave it out".formatted(model.path()));
        }
        return new CausalLmTask(
                TextEncoder.maxLength(model, maxLength), chatTemplate.orElse(there));
    }

    /**
     * Tells whether prompts of an adapter are written by the model's chat template: those of what
     * was trained so, or elsewhere.
     */
    public static boolean knowsChatTemplate(Path adapterDirectory) throws IOException {
        Map<String, String> recorded = LabelTask.recorded(adapterDirectory);
        return recorded.isEmpty() || LabelTask.number(recorded, CHAT_TEMPLATE).orElse(0) == 1;
    }

    /** The task of an adapter by what was recorded in its training. */
    static CausalLmTask of(ModelDirectory model, Map<String, String> recorded) throws IOException {
        // what was trained before there were chat templates had none
        boolean chat = LabelTask.number(recorded, CHAT_TEMPLATE).orElse(0) == 1;
        return of(model, LabelTask.number(recorded, MAX_LENGTH), Optional.of(chat));
    }

    @Override
    public TaskKind kind() {
        return TaskKind.CAUSAL_LM;
    }

    @Override
    public boolean trainsHead() {
        return false;
    }

    @Override
    public Application application() {
        return Application.NLP.TEXT_GENERATION;
    }

    @Override
    public Map<String, Integer> options() {
        return Map.of(MAX_LENGTH, maxLength, CHAT_TEMPLATE, chatTemplate ? 1 : 0);
    }

    @Override
    public Map<String, String> files() {
        return Map.of();
    }

    @Override
    public PromptDataset dataset(
            AdaptedModel model,
            LabelledData data,
            int batchSize,
            OptionalLong shuffleSeed,
            Augmentation... augmentations)
            throws IOException {
        if (!(data instanceof PromptData prompts)) {
            throw new IllegalArgumentException(
                    ("'%s' holds labels, but a language model is trained on prompts and responses;"
                                    + " give a TSV file with the columns %s")
                            .formatted(data.source(), PromptData.COLUMNS));
        }
        LanguageModel.of(model).check();
        ModelDirectory directory = LabelTask.directory(model);
        Optional<ChatFormat> chat =
                chatTemplate
                        ? ChatTemplate.find(directory).map(template -> template::render)
                        : Optional.empty();
        return PromptDataset.of(
                prompts, chat, directory, model.inputNames(), maxLength, batchSize, shuffleSeed);
    }

    @Override
    public Loss loss() {
        return new TokenLoss();
    }

    @Override
    public Measure measure(AdaptedModel model, LabelledData data, int batchSize)
            throws IOException {
        PromptDataset dataset = dataset(model, data, batchSize, OptionalLong.empty());
        List<String> responses =
                ((PromptData) data).rows().stream().map(PromptData.Row::response).toList();
        return Measure.of(
                listener -> {
                    List<String> answers = answers(model, dataset.examples(), batchSize);
                    for (int row = 0; row < answers.size(); row++) {
                        listener.onPrediction(
                                new PredictedRow(
                                        data.where(row),
                                        responses.get(row),
                                        answers.get(row),
                                        OptionalDouble.empty()));
                    }
                    double[] losses = new double[answers.size()];
                    double[] tokens = new double[answers.size()];
                    addTokenLosses(model, dataset, losses, tokens);
                    listener.onColumns(
                            Map.of(
                                    "loss",
                                    losses,
                                    "tokens",
                                    tokens,
                                    "exact_match",
                                    matches(answers, responses)));
                    double mean = Arrays.stream(losses).sum() / Arrays.stream(tokens).sum();
                    return Metrics.ofResponses(mean, answers, responses);
                });
    }

    private static double[] matches(List<String> answers, List<String> responses) {
        return IntStream.range(0, answers.size())
                .mapToDouble(i -> Metrics.isExactMatch(answers.get(i), responses.get(i)) ? 1 : 0)
                .toArray();
    }

    /** Adds up the losses of each example's tokens, and counts these. */
    private static void addTokenLosses(
            AdaptedModel model, PromptDataset data, double[] losses, double[] tokens) {
        try (Prefetch batches = new Prefetch(data.getData(model.model().getNDManager()))) {
            while (batches.hasNext()) {
                try (Batch batch = batches.next()) {
                    NDArray logits = ModelOutputs.logits(model.predict(batch.getData()));
                    float[] all = TokenLoss.ofTokens(batch.getLabels(), logits).toFloatArray();
                    long[] places = batch.getLabels().get(0).toLongArray();
                    long width = logits.getShape().get(1);
                    for (int i = 0; i < all.length; i++) {
                        int row = (Integer) batch.getIndices().get((int) (places[i] / width));
                        losses[row] += all[i];
                        tokens[row]++;
                    }
                }
            }
        }
    }

    /** Lets a model answer; an answer is not let grow longer than the response in tokens. */
    private static List<String> answers(
            AdaptedModel model, List<PromptDataset.Example> examples, int batchSize)
            throws IOException {
        LanguageModel language = LanguageModel.of(model);
        List<int[]> prompts = examples.stream().map(PromptDataset.Example::prompt).toList();
        int[] limits = examples.stream().mapToInt(example -> example.response().length).toArray();
        try (PromptEncoder encoder = PromptEncoder.open(LabelTask.directory(model))) {
            return language.generate(prompts, limits, batchSize).stream()
                    .map(encoder::text)
                    .toList();
        }
    }
}
