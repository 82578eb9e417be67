/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.task.embedding;

import ai.djl.ndarray.NDList;
import ai.djl.training.Trainer;
import ai.djl.training.dataset.Batch;
import ai.djl.training.loss.Loss;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.djladapters.data.Candidates;
import org.djladapters.data.LabelledData;
import org.djladapters.data.OneSidedDataset;
import org.djladapters.data.PairData;
import org.djladapters.data.TaskKind;
import org.djladapters.hub.ModelDirectory;
import org.djladapters.hub.SentenceSettings;
import org.djladapters.model.AdaptedModel;
import org.djladapters.task.kind.Batching;
import org.djladapters.task.kind.MergedServing;
import org.djladapters.task.kind.Task;
import org.djladapters.task.kind.TaskInputs;
import org.djladapters.task.kind.TypedTranslator;
import org.djladapters.task.option.AdaptedTexts;
import org.djladapters.task.option.EmbeddingOptions;
import org.djladapters.task.option.TaskOptions;

/**
 * The training of queries alone, or of passages alone. The other texts keep the vectors of the base
 * model, so these are computed once, and all of them are candidates in every step.
 *
 * @param embedding the task, which tells of itself as in any training
 * @param frozen the vectors of the base model
 * @param corpus further passages that are candidates, with their prompt
 */
record OneSidedTask(EmbeddingTask embedding, FrozenTexts frozen, List<String> corpus)
        implements Task {

    /**
     * Returns the training that the options ask for.
     *
     * @throws IOException if the vectors of a corpus can't be read
     * @throws IllegalArgumentException if data or options have no meaning for it
     */
    static Task of(EmbeddingTask embedding, TaskOptions run) throws IOException {
        EmbeddingOptions options = embedding.embedding();
        if (options.adapted() == AdaptedTexts.BOTH) {
            requireBoth(options.stay() > 0, "staying near the base model");
            requireBoth(options.falseNegatives().isPresent(), "leaving out false negatives");
            requireBoth(options.corpusVectors().isPresent(), "vectors of a corpus");
            return embedding;
        }
        requireFit(embedding, run);
        FrozenTexts frozen = new FrozenTexts(run.model(), embedding.encoder());
        Optional<Path> file = options.corpusVectors();
        if (file.isEmpty()) {
            return new OneSidedTask(embedding, frozen, List.of());
        }
        CorpusVectors corpus = CorpusVectors.read(file.get(), run.model(), embedding.encoder());
        corpus.addTo(frozen);
        return new OneSidedTask(embedding, frozen, corpus.texts());
    }

    private static void requireBoth(boolean given, String what) {
        if (given) {
            throw new IllegalArgumentException(
                    "The option of %s is for adapters of queries or of passages alone; choose these (adapt), or leave it out"
                            .formatted(what));
        }
    }

    private static void requireFit(EmbeddingTask embedding, TaskOptions run) {
        EmbeddingOptions options = embedding.embedding();
        AdaptedTexts adapted = options.adapted();
        if (embedding.lossKind() != EmbeddingOptions.Loss.MNRL) {
            throw new IllegalArgumentException(
                    "Adapters of %s texts alone learn by the loss mnrl, not by %s; leave out one of the two, or give pairs without labels"
                            .formatted(adapted, embedding.lossKind().word()));
        }
        refuse(options.symmetric(), adapted, "the symmetric form");
        refuse(options.miniBatch().isPresent(), adapted, "mini-batches");
        refuse(run.teacher().isPresent(), adapted, "a teacher");
        refuse(options.mineEachEpoch().isPresent(), adapted, "mined negatives, since all are seen");
        if (adapted == AdaptedTexts.PASSAGE) {
            refuse(options.corpusVectors().isPresent(), adapted, "vectors of a corpus");
        }
        if (run.train() instanceof PairData pairs
                && pairs.negatives() > 0
                && adapted == AdaptedTexts.PASSAGE) {
            throw new IllegalArgumentException(
                    "'%s' has negatives, which belong to no query that a passage could find; leave out the column negative, or adapt queries"
                            .formatted(pairs.source()));
        }
    }

    private static void refuse(boolean given, AdaptedTexts adapted, String what) {
        if (given) {
            throw new IllegalArgumentException(
                    "Adapters of %s texts alone are trained without %s; leave out one of the two"
                            .formatted(adapted, what));
        }
    }

    private boolean ofQueries() {
        return embedding.embedding().adapted().queries();
    }

    private SentenceSettings prompts() {
        return embedding.encoder().settings();
    }

    private String adapted(PairData.Row row) {
        return row.prompted(prompts()).get(ofQueries() ? 0 : 1);
    }

    @Override
    public OneSidedDataset dataset(AdaptedModel model, LabelledData data, Batching batching)
            throws IOException {
        PairData pairs = EmbeddingTask.pairs(data);
        embedding.requireLabels(pairs);
        return batching.set(OneSidedDataset.builder(), model, embedding.encoder().maxLength())
                .setData(pairs)
                .setText(this::adapted)
                .setCandidates(candidates(model, pairs))
                .build();
    }

    /** Embeds the texts that do not change and, where it counts, the others before training. */
    private Candidates candidates(AdaptedModel model, PairData pairs) {
        Found found = find(pairs);
        if (found.places.size() == 1) {
            throw new IllegalArgumentException(
                    "All pairs of '%s' have the same %s, so there is nothing to tell apart; give pairs of different texts"
                            .formatted(pairs.source(), ofQueries() ? "passage" : "query"));
        }
        float[] values = frozen.values(List.copyOf(found.places.keySet()), done -> {});
        int width = values.length / found.places.size();
        List<Set<Integer>> excluded = found.partners();
        OptionalDouble difference = embedding.embedding().falseNegatives();
        boolean counts = difference.isPresent() || embedding.embedding().stay() > 0;
        float[] before =
                counts
                        ? frozen.values(found.texts, done -> {})
                        : new float[found.own.length * width];
        if (difference.isPresent()) {
            Similarities.forEachRow(
                    model,
                    before,
                    values,
                    width,
                    (row, cosines) ->
                            nearer(cosines, found.own[row], difference.getAsDouble())
                                    .forEach(excluded.get(row)::add));
        }
        return new Candidates(
                values,
                width,
                found.own,
                found.negatives,
                excluded.stream()
                        .map(set -> set.stream().mapToInt(Integer::intValue).toArray())
                        .toList(),
                before);
    }

    private static IntStream nearer(float[] cosines, int own, double by) {
        return IntStream.range(0, cosines.length)
                .filter(place -> place != own && cosines[place] > cosines[own] + by);
    }

    /** Gives every text that does not change a place. */
    private Found find(PairData pairs) {
        Found found = new Found(pairs.size());
        for (PairData.Row row : pairs.rows()) {
            List<String> texts = row.prompted(prompts());
            found.add(texts.get(ofQueries() ? 0 : 1), texts.get(ofQueries() ? 1 : 0));
            // negatives are passages
            found.negatives.add(texts.stream().skip(2).mapToInt(found::place).toArray());
        }
        corpus.forEach(found::place);
        return found;
    }

    /** The texts of pairs: those of the adapter row by row, the others each once. */
    private static final class Found {

        final Map<String, Integer> places = new LinkedHashMap<>();
        final List<String> texts = new ArrayList<>();
        final int[] own;
        final List<int[]> negatives = new ArrayList<>();

        Found(int rows) {
            own = new int[rows];
        }

        void add(String text, String other) {
            own[texts.size()] = place(other);
            texts.add(text);
        }

        int place(String other) {
            return places.computeIfAbsent(other, added -> places.size());
        }

        /** Returns for every row the places of what belongs to its text in other rows. */
        List<Set<Integer>> partners() {
            Map<String, Set<Integer>> ofText = new HashMap<>();
            for (int row = 0; row < own.length; row++) {
                ofText.computeIfAbsent(texts.get(row), text -> new TreeSet<>()).add(own[row]);
            }
            List<Set<Integer>> partners = new ArrayList<>();
            for (int row = 0; row < own.length; row++) {
                Set<Integer> others = new TreeSet<>(ofText.get(texts.get(row)));
                others.remove(own[row]);
                partners.add(others);
            }
            return partners;
        }
    }

    @Override
    public Loss loss() {
        return new OneSidedLoss(embedding.embedding(), embedding.weighted());
    }

    @Override
    public double weight(Batch batch) {
        return embedding.weight(batch);
    }

    @Override
    public float backward(Trainer trainer, Batch batch) {
        return Task.singlePass(
                trainer, batch, outputs -> new NDList(embedding.embed(batch.getData(), outputs)));
    }

    @Override
    public Measure measure(AdaptedModel model, LabelledData data, int batchSize)
            throws IOException {
        return embedding.measure(model, batchSize, frozen).of(data);
    }

    @Override
    public TaskKind kind() {
        return embedding.kind();
    }

    @Override
    public boolean trainsHead() {
        return embedding.trainsHead();
    }

    @Override
    public Map<String, ?> options() {
        return embedding.options();
    }

    @Override
    public List<TypedTranslator> translators(TaskInputs inputs) {
        return embedding.translators(inputs);
    }

    @Override
    public Optional<MergedServing> serving(ModelDirectory directory, List<String> names) {
        return embedding.serving(directory, names);
    }

    @Override
    public void remark(TaskOptions run) {
        embedding.remark(run);
    }

    @Override
    public Map<String, ?> measured(AdaptedModel model, LabelledData dev, int batchSize) {
        return embedding.measured(model, dev, batchSize);
    }
}
