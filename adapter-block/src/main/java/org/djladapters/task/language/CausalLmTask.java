/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.task.language;

import ai.djl.ndarray.NDArray;
import ai.djl.training.dataset.Batch;
import ai.djl.training.loss.Loss;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.djladapters.data.ChatFormat;
import org.djladapters.data.LabelledData;
import org.djladapters.data.PreferenceData;
import org.djladapters.data.PromptData;
import org.djladapters.data.PromptDataset;
import org.djladapters.data.TaskKind;
import org.djladapters.data.TrainedTurns;
import org.djladapters.data.encoding.PromptEncoder;
import org.djladapters.data.encoding.TextEncoder;
import org.djladapters.generation.ChatTemplate;
import org.djladapters.generation.LanguageModel;
import org.djladapters.hub.ModelDirectory;
import org.djladapters.model.AdaptedModel;
import org.djladapters.model.pass.ModelOutputs;
import org.djladapters.task.kind.Batching;
import org.djladapters.task.kind.Measuring;
import org.djladapters.task.kind.RecordedOptions;
import org.djladapters.task.kind.Task;
import org.djladapters.task.kind.TaskInputs;
import org.djladapters.task.kind.TaskLoss;
import org.djladapters.task.metric.EvaluationListener;
import org.djladapters.task.option.TaskOptions;

/**
 * Answering prompts, with the logits that a causal language model itself gives.
 *
 * <p>The record of a run has its {@value RecordedOptions#MAX_LENGTH} and {@value #CHAT_TEMPLATE};
 * there are no labels and no head.
 *
 * @param maxLength the largest number of tokens of a prompt and its response together
 * @param chatTemplate whether prompts and responses are written by the model's chat template
 * @param turns the turns of conversations that are learned
 * @param packing whether the examples of a training batch share rows
 */
public record CausalLmTask(int maxLength, boolean chatTemplate, TrainedTurns turns, boolean packing)
        implements Task {

    /** Longer texts only take memory: logits of a batch are as many as its tokens times words. */
    private static final int TEXT_LENGTH = 512;

    private static final String CHAT_TEMPLATE = "chatTemplate";
    private static final String TRAIN_ON = "train_on";
    private static final String PACKING = "packing";

    /** Learns the last turn of conversations, with a row for every example. */
    public CausalLmTask(int maxLength, boolean chatTemplate) {
        this(maxLength, chatTemplate, TrainedTurns.LAST, false);
    }

    /**
     * Describes the training of a model, by default with its own limit, and its chat template if it
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
     * Describes the training of a run, and tells the user of a chat template that was not asked.
     */
    public static CausalLmTask of(TaskOptions run) throws IOException {
        CausalLmTask task =
                of(TaskInputs.directory(run.model()), run.maxLength(), run.chatTemplate());
        if (task.chatTemplate() && run.chatTemplate().isEmpty()) {
            run.note("Prompts and responses are written by the model's chat template");
        }
        return task.with(run.trainOn().orElse(TrainedTurns.LAST), run.packing());
    }

    private CausalLmTask with(TrainedTurns chosen, boolean packs) {
        return new CausalLmTask(maxLength, chatTemplate, chosen, packs);
    }

    /**
     * Tells whether prompts of an adapter are written by the model's chat template: it was trained
     * so, or elsewhere.
     */
    public static boolean knowsChatTemplate(Path adapterDirectory) throws IOException {
        RecordedOptions recorded = RecordedOptions.read(adapterDirectory);
        return recorded.equals(RecordedOptions.NONE)
                || recorded.number(CHAT_TEMPLATE).orElse(0) == 1;
    }

    /** Restores the task of an adapter by the record of its training. */
    public static CausalLmTask of(ModelDirectory model, RecordedOptions recorded)
            throws IOException {
        // adapters without the option are older than chat templates
        boolean chat = recorded.number(CHAT_TEMPLATE).orElse(0) == 1;
        boolean all = recorded.text(TRAIN_ON).equals(Optional.of(TrainedTurns.ALL.name()));
        return of(model, recorded.maxLength(), Optional.of(chat))
                .with(all ? TrainedTurns.ALL : TrainedTurns.LAST, false);
    }

    /**
     * Describes the measurement of plain texts, which no chat template writes.
     *
     * @param maxLength the number of tokens after which a text is truncated; empty for what the
     *     model reads, at most {@value #TEXT_LENGTH}
     */
    public static CausalLmTask ofTexts(AdaptedModel model, OptionalInt maxLength)
            throws IOException {
        int length = TextEncoder.maxLength(TaskInputs.directory(model), maxLength);
        if (length < 2) {
            throw new IllegalArgumentException(
                    "The maximum length of a text must be at least 2 tokens, got " + length);
        }
        return new CausalLmTask(
                maxLength.isPresent() ? length : Math.min(length, TEXT_LENGTH), false);
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
    public Map<String, ?> options() {
        Map<String, Object> options = new LinkedHashMap<>();
        options.put(RecordedOptions.MAX_LENGTH, maxLength);
        options.put(CHAT_TEMPLATE, chatTemplate ? 1 : 0);
        if (turns != TrainedTurns.LAST) {
            options.put(TRAIN_ON, turns);
        }
        if (packing) {
            options.put(PACKING, true);
        }
        return options;
    }

    @Override
    public PromptDataset dataset(AdaptedModel model, LabelledData data, Batching batching)
            throws IOException {
        if (data instanceof PreferenceData) {
            throw new IllegalArgumentException(
                    "'%s' holds preferences; leave the task out, or choose preference"
                            .formatted(data.source()));
        }
        PromptData prompts =
                Task.require(
                        PromptData.class,
                        data,
                        "'%s' holds labels, but a language model is trained on prompts and"
                                + " responses; give a TSV file with the columns "
                                + PromptData.COLUMNS);
        if (prompts.arePlainTexts()) {
            throw new IllegalArgumentException(
                    ("'%s' holds plain text, on which a language model is measured, not trained; to"
                                    + " train, give a TSV file with the columns %s")
                            .formatted(data.source(), PromptData.COLUMNS));
        }
        if (packing) {
            LanguageModel.of(model).checkPacking();
        }
        return prompts(model, prompts, batching);
    }

    private PromptDataset prompts(AdaptedModel model, PromptData prompts, Batching batching)
            throws IOException {
        LanguageModel.of(model).check();
        PromptDataset.Builder builder =
                batching.set(PromptDataset.builder(), model, maxLength)
                        .setData(prompts)
                        .optTurns(turns)
                        .optPacking(packing);
        chat(model).ifPresent(builder::optChat);
        return builder.build();
    }

    /** Returns how conversations are written; empty for prompts and responses as they are. */
    public Optional<ChatFormat> chat(AdaptedModel model) throws IOException {
        return chatTemplate
                ? ChatTemplate.find(TaskInputs.directory(model)).map(template -> template::render)
                : Optional.empty();
    }

    @Override
    public Loss loss() {
        return TaskLoss.ofTokens();
    }

    @Override
    public double weight(Batch batch) {
        return TaskLoss.places(batch.getLabels());
    }

    @Override
    public Measure measure(AdaptedModel model, LabelledData data, int batchSize)
            throws IOException {
        if (data instanceof PromptData texts && texts.arePlainTexts()) {
            return measureTexts(model, texts, batchSize);
        }
        PromptDataset dataset =
                with(turns, false).dataset(model, data, Batching.inOrder(batchSize));
        List<String> responses =
                ((PromptData) data).rows().stream().map(PromptData.Row::response).toList();
        return listener -> {
            List<String> answers = answers(model, dataset.examples(), batchSize);
            Measuring.tell(listener, data, answers::get);
            double[] losses = new double[answers.size()];
            double[] tokens = new double[answers.size()];
            addTokenLosses(model, dataset, losses, tokens, listener);
            listener.onColumns(
                    Map.of(
                            "loss",
                            losses,
                            "tokens",
                            tokens,
                            "exact_match",
                            matches(answers, responses)));
            double mean = Arrays.stream(losses).sum() / Arrays.stream(tokens).sum();
            return TextMetrics.ofResponses(mean, answers, responses);
        };
    }

    private Measure measureTexts(AdaptedModel model, PromptData texts, int batchSize)
            throws IOException {
        PromptDataset dataset = prompts(model, texts, Batching.inOrder(batchSize));
        if (dataset.examples().stream().allMatch(text -> text.response().length == 0)) {
            throw new IllegalArgumentException(
                    "No text of '%s' has a second token, so there is none to predict; give longer texts"
                            .formatted(texts.source()));
        }
        return listener -> {
            double[] losses = new double[texts.size()];
            double[] tokens = new double[texts.size()];
            addTokenLosses(model, dataset, losses, tokens, listener);
            listener.onColumns(Map.of("loss", losses, "tokens", tokens));
            return TextMetrics.ofTexts(Arrays.stream(losses).sum() / Arrays.stream(tokens).sum());
        };
    }

    private static double[] matches(List<String> answers, List<String> responses) {
        return IntStream.range(0, answers.size())
                .mapToDouble(
                        i -> TextMetrics.isExactMatch(answers.get(i), responses.get(i)) ? 1 : 0)
                .toArray();
    }

    /** Adds up the losses of each example's tokens, and counts these. */
    private static void addTokenLosses(
            AdaptedModel model,
            PromptDataset data,
            double[] losses,
            double[] tokens,
            EvaluationListener listener) {
        Measuring.forEachBatch(
                model,
                data,
                listener,
                batch -> {
                    long[] places = batch.getLabels().get(0).toLongArray();
                    if (places.length == 0) {
                        return; // texts of one token
                    }
                    NDArray logits = ModelOutputs.logits(model.predict(batch.getData()));
                    float[] all = TaskLoss.ofEachToken(batch.getLabels(), logits).toFloatArray();
                    long width = logits.getShape().get(1);
                    for (int i = 0; i < all.length; i++) {
                        int row = (Integer) batch.getIndices().get((int) (places[i] / width));
                        losses[row] += all[i];
                        tokens[row]++;
                    }
                });
    }

    /** Generates an answer to each prompt, of at most as many tokens as its response. */
    private static List<String> answers(
            AdaptedModel model, List<PromptDataset.Example> examples, int batchSize)
            throws IOException {
        LanguageModel language = LanguageModel.of(model);
        List<int[]> prompts = examples.stream().map(PromptDataset.Example::prompt).toList();
        int[] limits = examples.stream().mapToInt(example -> example.response().length).toArray();
        try (PromptEncoder encoder =
                PromptEncoder.open(TaskInputs.directory(model), model.inputNames())) {
            return language.generate(prompts, limits, batchSize).stream()
                    .map(encoder::text)
                    .toList();
        }
    }
}
