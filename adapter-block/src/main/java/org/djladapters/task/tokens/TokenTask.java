/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.task.tokens;

import ai.djl.huggingface.translator.TokenClassificationTranslatorFactory;
import ai.djl.modality.nlp.translator.NamedEntity;
import ai.djl.ndarray.NDArray;
import ai.djl.training.dataset.Batch;
import ai.djl.training.loss.Loss;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.TreeSet;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.djladapters.data.LabelledData;
import org.djladapters.data.TaskKind;
import org.djladapters.data.TokenData;
import org.djladapters.data.TokenDataset;
import org.djladapters.data.encoding.EntitySpan;
import org.djladapters.data.encoding.TextEncoder;
import org.djladapters.hub.ModelDirectory;
import org.djladapters.model.AdaptedModel;
import org.djladapters.model.pass.ModelOutputs;
import org.djladapters.task.kind.Batching;
import org.djladapters.task.kind.Measuring;
import org.djladapters.task.kind.MergedServing;
import org.djladapters.task.kind.RecordedOptions;
import org.djladapters.task.kind.Task;
import org.djladapters.task.kind.TaskInputs;
import org.djladapters.task.kind.TaskLoss;
import org.djladapters.task.kind.TypedTranslator;
import org.djladapters.task.metric.EvaluationListener;
import org.djladapters.task.metric.PredictedRow;

/**
 * Tags of words, which mark the entities of a text. The tag of a word is read at its first token.
 *
 * @param maxLength the largest number of tokens that the model reads at once; longer texts are
 *     split
 */
public record TokenTask(List<String> labels, int maxLength) implements Task {

    /** Keeps a copy. */
    public TokenTask {
        labels = List.copyOf(labels);
    }

    /** Takes tags, and the given limit or that which suits the model. */
    public static TokenTask of(ModelDirectory model, List<String> tags, OptionalInt maxLength)
            throws IOException {
        for (String tag : tags) {
            if (!EntitySpan.isTag(tag)) {
                throw new IOException(
                        ("The outputs of the model '%s' for every token are named %s, but '%s' is"
                                        + " no tag of entities, as O and B-person are; use the"
                                        + " logits that the model returns for tensors")
                                .formatted(model.path(), tags, tag));
            }
        }
        return new TokenTask(tags, TextEncoder.maxLength(model, maxLength));
    }

    /**
     * Returns the tags that training data need: {@code O}, and every type with every prefix of the
     * scheme, in the order of the types.
     *
     * @param named the names of the model's outputs, none if its head starts new; these names are
     *     taken if all tags are among them
     */
    public static List<String> tags(TokenData train, List<String> named) {
        TreeSet<String> types = new TreeSet<>();
        TreeSet<Character> used = new TreeSet<>();
        for (TokenData.Row row : train.rows()) {
            for (String tag : row.tags()) {
                if (!tag.equals(EntitySpan.OUTSIDE)) {
                    types.add(EntitySpan.type(tag));
                    used.add(tag.charAt(0));
                }
            }
        }
        if (types.isEmpty()) {
            throw new IllegalArgumentException(
                    "'%s' has no entities, only the tag O: there is nothing to learn"
                            .formatted(train.source()));
        }
        List<String> tags = new ArrayList<>(List.of(EntitySpan.OUTSIDE));
        for (String type : types) {
            for (String prefix : scheme(used)) {
                tags.add(prefix + "-" + type);
            }
        }
        return named.containsAll(tags) ? named : tags;
    }

    /** Returns the prefixes of the scheme that has the given ones. */
    private static List<String> scheme(TreeSet<Character> used) {
        if (used.contains('L') || used.contains('U')) {
            return List.of("B", "I", "L", "U");
        }
        if (used.contains('E') || used.contains('S')) {
            return List.of("B", "I", "E", "S");
        }
        return used.contains('B') ? List.of("B", "I") : List.of("I");
    }

    /** Refuses data without a tag for every word. */
    public static TokenData requireTags(LabelledData data) {
        return Task.require(
                TokenData.class,
                data,
                "'%s' holds no tags of words, which a token classification learns; give a CoNLL"
                        + " file, or TokenData");
    }

    @Override
    public TaskKind kind() {
        return TaskKind.TOKEN_CLASSIFICATION;
    }

    @Override
    public Map<String, Integer> options() {
        return Map.of(RecordedOptions.MAX_LENGTH, maxLength);
    }

    @Override
    public Optional<List<String>> outputLabels() {
        return Optional.of(labels);
    }

    @Override
    public TokenDataset dataset(AdaptedModel model, LabelledData data, Batching batching)
            throws IOException {
        TokenData tokens = requireTags(data);
        return batching.set(TokenDataset.builder(), model, maxLength)
                .setData(tokens)
                .setLabels(labels)
                .build();
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
        TokenDataset dataset = dataset(model, data, Batching.inOrder(batchSize));
        List<List<String>> tags =
                requireTags(data).rows().stream().map(TokenData.Row::tags).toList();
        return listener -> {
            List<List<String>> predicted = predict(model, dataset, tags, listener);
            for (int row = 0; row < tags.size(); row++) {
                listener.onPrediction(
                        new PredictedRow(
                                data.where(row),
                                String.join(" ", tags.get(row)),
                                String.join(" ", predicted.get(row)),
                                OptionalDouble.empty()));
            }
            listener.onColumns(columns(predicted, tags));
            listener.onClasses(EntityMetrics.scores(predicted, tags));
            return EntityMetrics.of(predicted, tags);
        };
    }

    private static Map<String, double[]> columns(
            List<List<String>> predicted, List<List<String>> tags) {
        List<EntitySpan.Agreement> sentences =
                IntStream.range(0, tags.size())
                        .mapToObj(i -> EntitySpan.agreement(predicted.get(i), tags.get(i)))
                        .toList();
        return Map.of(
                "right", column(sentences, EntitySpan.Agreement::right),
                "predicted", column(sentences, EntitySpan.Agreement::predicted),
                "entities", column(sentences, EntitySpan.Agreement::entities));
    }

    private static double[] column(
            List<EntitySpan.Agreement> sentences, ToDoubleFunction<EntitySpan.Agreement> number) {
        return sentences.stream().mapToDouble(number).toArray();
    }

    /** Predicts the tags of all words; those of which no token is left are outside of entities. */
    private List<List<String>> predict(
            AdaptedModel model,
            TokenDataset data,
            List<List<String>> tags,
            EvaluationListener listener) {
        List<List<String>> predicted = new ArrayList<>();
        for (List<String> sentence : tags) {
            predicted.add(
                    new ArrayList<>(Collections.nCopies(sentence.size(), EntitySpan.OUTSIDE)));
        }
        Measuring.forEachBatch(
                model,
                data,
                listener,
                batch -> {
                    NDArray logits = ModelOutputs.logits(model.predict(batch.getData()));
                    NDArray words = TaskLoss.rows(logits, batch.getLabels().get(0));
                    ModelOutputs.requireFinite(words);
                    data.assign(
                            batch.getIndices(),
                            TextEncoder.toInts(words.argMax(1).toLongArray()),
                            (row, word, label) -> predicted.get(row).set(word, labels.get(label)));
                });
        return predicted;
    }

    @Override
    public List<TypedTranslator> translators(TaskInputs inputs) {
        return List.of(
                new TypedTranslator(
                        String.class, NamedEntity[].class, () -> TokenTranslator.of(this, inputs)));
    }

    @Override
    public Optional<MergedServing> serving(ModelDirectory directory, List<String> inputNames) {
        Map<String, String> properties = MergedServing.ofTexts(maxLength, inputNames);
        properties.put(MergedServing.FACTORY, TokenClassificationTranslatorFactory.class.getName());
        return Optional.of(
                new MergedServing(
                        properties,
                        "String",
                        "NamedEntity[]",
                        "a tag for each token, up to the maximum length",
                        "NamedEntity[]",
                        "whole entities of texts of any length"));
    }
}
