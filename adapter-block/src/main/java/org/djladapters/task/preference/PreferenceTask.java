/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.task.preference;

import ai.djl.ndarray.NDArray;
import ai.djl.training.loss.Loss;
import java.io.IOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.IntStream;
import org.djladapters.data.LabelledData;
import org.djladapters.data.PreferenceData;
import org.djladapters.data.PreferenceDataset;
import org.djladapters.data.TaskKind;
import org.djladapters.generation.LanguageModel;
import org.djladapters.model.AdaptedModel;
import org.djladapters.model.pass.ModelOutputs;
import org.djladapters.task.kind.Batching;
import org.djladapters.task.kind.Measuring;
import org.djladapters.task.kind.Task;
import org.djladapters.task.kind.TaskLoss;
import org.djladapters.task.language.CausalLmTask;
import org.djladapters.task.metric.EvaluationListener;

/**
 * Preferring one of two responses to a prompt, with the logits that a causal language model itself
 * gives. The reference is the base model without any adapter: what it gives the responses is
 * computed once, before training, and kept.
 *
 * @param language how prompts and responses are read
 * @param beta how dear it is to depart from the reference
 * @param smoothing the share of the pairs whose labels the loss takes for wrong
 */
public record PreferenceTask(CausalLmTask language, double beta, double smoothing) implements Task {

    /** The option of a record that says how dear it is to depart from the reference. */
    static final String BETA = "beta";

    /** The option of a record that says which share of the labels is taken for wrong. */
    static final String SMOOTHING = "label_smoothing";

    /** The default of TRL. */
    static final double DEFAULT_BETA = 0.1;

    @Override
    public TaskKind kind() {
        return TaskKind.PREFERENCE;
    }

    @Override
    public boolean trainsHead() {
        return false;
    }

    @Override
    public Map<String, ?> options() {
        Map<String, Object> options = new LinkedHashMap<>(language.options());
        options.put(BETA, beta);
        if (smoothing > 0) {
            options.put(SMOOTHING, smoothing);
        }
        return options;
    }

    @Override
    public PreferenceDataset dataset(AdaptedModel model, LabelledData data, Batching batching)
            throws IOException {
        LanguageModel.of(model).check();
        PreferenceDataset.Builder builder =
                batching.set(PreferenceDataset.builder(), model, language.maxLength())
                        .setData(preferences(data))
                        .optReference(responses -> reference(model, responses));
        language.chat(model).ifPresent(builder::optChat);
        return builder.build();
    }

    private static PreferenceData preferences(LabelledData data) {
        return Task.require(
                PreferenceData.class,
                data,
                "'%s' holds no preferences; give a table with the columns "
                        + PreferenceData.COLUMNS);
    }

    /** Computes how much more probable the base model finds the chosen responses. */
    private static double[] reference(AdaptedModel model, PreferenceDataset responses) {
        AdaptedModel.Scope baseOnly = model.disable();
        try (baseOnly) {
            double[] sums = sums(model, responses, new EvaluationListener() {});
            double[] reference = new double[responses.size()];
            for (int row = 0; row < reference.length; row++) {
                reference[row] = sums[2 * row] - sums[2 * row + 1];
            }
            return reference;
        }
    }

    /**
     * Computes the logarithms of the probabilities of all responses: of each pair the chosen one
     * and the rejected one.
     */
    private static double[] sums(
            AdaptedModel model, PreferenceDataset responses, EvaluationListener listener) {
        double[] sums = new double[2 * responses.size()];
        Measuring.forEachBatch(
                model,
                responses,
                listener,
                batch -> {
                    NDArray logits = ModelOutputs.logits(model.predict(batch.getData()));
                    float[] losses = TaskLoss.ofEachToken(batch.getLabels(), logits).toFloatArray();
                    long[] places = batch.getLabels().get(0).toLongArray();
                    long width = logits.getShape().get(1);
                    for (int i = 0; i < losses.length; i++) {
                        int sequence = (int) (places[i] / width);
                        int row = (Integer) batch.getIndices().get(sequence / 2);
                        sums[2 * row + sequence % 2] -= losses[i];
                    }
                });
        return sums;
    }

    @Override
    public Loss loss() {
        return new PreferenceLoss(beta, smoothing);
    }

    @Override
    public Measure measure(AdaptedModel model, LabelledData data, int batchSize)
            throws IOException {
        // each example is two sequences
        PreferenceDataset dataset =
                dataset(model, data, Batching.inOrder(Math.max(1, batchSize / 2)));
        PreferenceData pairs = preferences(data);
        return listener -> {
            double[] sums = sums(model, dataset, listener);
            double[] margins =
                    IntStream.range(0, dataset.size())
                            .mapToDouble(
                                    row ->
                                            beta
                                                    * (sums[2 * row]
                                                            - sums[2 * row + 1]
                                                            - dataset.reference(row)))
                            .toArray();
            double chosen = IntStream.range(0, margins.length).mapToDouble(i -> sums[2 * i]).sum();
            double[] losses =
                    Arrays.stream(margins)
                            .map(margin -> PreferenceMetrics.loss(margin, smoothing))
                            .toArray();
            double[] one = new double[losses.length];
            Arrays.fill(one, 1);
            listener.onColumns(Map.of("loss", losses, "tokens", one));
            Measuring.tell(
                    listener,
                    data,
                    row -> {
                        PreferenceData.Row pair = pairs.rows().get(row);
                        return margins[row] > 0 ? pair.chosen() : pair.rejected();
                    });
            return PreferenceMetrics.of(margins, losses, -chosen / dataset.chosenTokens());
        };
    }
}
