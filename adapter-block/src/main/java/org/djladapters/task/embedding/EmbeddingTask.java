/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.task.embedding;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.training.GradientCollector;
import ai.djl.training.Trainer;
import ai.djl.training.dataset.Batch;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;
import org.djladapters.adapter.Adapter;
import org.djladapters.data.BatchedDataset;
import org.djladapters.data.LabelledData;
import org.djladapters.data.PairData;
import org.djladapters.data.PairDataset;
import org.djladapters.data.RetrievalData;
import org.djladapters.data.TaskKind;
import org.djladapters.data.encoding.TextEncoder;
import org.djladapters.data.encoding.TextInputs;
import org.djladapters.hub.ModelDirectory;
import org.djladapters.hub.SentenceSettings;
import org.djladapters.io.JsonFields;
import org.djladapters.io.PlainNumber;
import org.djladapters.model.AdaptedModel;
import org.djladapters.task.kind.Batching;
import org.djladapters.task.kind.MergedServing;
import org.djladapters.task.kind.RecordedOptions;
import org.djladapters.task.kind.Task;
import org.djladapters.task.kind.TaskHead;
import org.djladapters.task.kind.TaskInputs;
import org.djladapters.task.kind.TypedTranslator;
import org.djladapters.task.option.AdaptedTexts;
import org.djladapters.task.option.EmbeddingOptions;
import org.djladapters.task.option.EmbeddingOptions.Loss;
import org.djladapters.task.option.TaskOptions;

/**
 * Vectors of texts, made of the model's own outputs: there are no labels and no head.
 *
 * @param weighted whether the pairs that are learned have weights
 */
public record EmbeddingTask(
        SentenceEncoder encoder,
        List<String> inputNames,
        Loss lossKind,
        EmbeddingOptions embedding,
        boolean weighted)
        implements Task {

    /** The option of a record that says which texts the adapter is for. */
    static final String ADAPT = "adapt";

    /** What {@code config.json} of a merged model calls the texts that it is for. */
    private static final String MERGED = "adapted_texts";

    /** How many texts are embedded at once to mine negatives. */
    private static final int MINED_AT_ONCE = 64;

    /**
     * Describes the training with pairs.
     *
     * @throws IllegalArgumentException if the model does not give embeddings, or shorter ones than
     *     the options name, or the loss does not use one of the options
     */
    public static EmbeddingTask of(
            AdaptedModel model,
            OptionalInt maxLength,
            EmbeddingOptions options,
            LabelledData train,
            Consumer<String> note)
            throws IOException {
        ModelDirectory directory = TaskInputs.directory(model);
        EmbeddingTask task =
                new EmbeddingTask(
                        new SentenceEncoder(
                                SentenceSettings.of(directory, note),
                                TextEncoder.maxLength(directory, maxLength)),
                        model.inputNames(),
                        options.loss().orElse(usualLoss(train)),
                        options,
                        train instanceof PairData pairs && pairs.isWeighted());
        task.requireUsed();
        task.check(model);
        return task;
    }

    /**
     * Describes a model that is only measured and used.
     *
     * @param recorded the options of the run that trained its adapter, none if there is none
     */
    public static EmbeddingTask of(
            AdaptedModel model, OptionalInt maxLength, RecordedOptions recorded)
            throws IOException {
        ModelDirectory directory = TaskInputs.directory(model);
        SentenceEncoder known = SentenceEncoder.of(directory, recorded);
        SentenceEncoder encoder =
                maxLength.isEmpty()
                        ? known
                        : new SentenceEncoder(
                                known.settings(), TextEncoder.maxLength(directory, maxLength));
        EmbeddingOptions.Builder options = EmbeddingOptions.builder();
        Optional<AdaptedTexts> adapted =
                recorded.equals(RecordedOptions.NONE)
                        ? merged(directory)
                        : recorded.text(ADAPT).map(AdaptedTexts::of);
        adapted.ifPresent(options::optAdapt);
        return new EmbeddingTask(encoder, model.inputNames(), Loss.MNRL, options.build(), false);
    }

    /**
     * Returns the texts that a merged model is for: one with an adapter of some texts alone has no
     * vectors of the others.
     */
    public static Optional<AdaptedTexts> merged(ModelDirectory directory) {
        return Optional.ofNullable(directory.config().get(MERGED))
                .filter(JsonFields::isText)
                .map(text -> AdaptedTexts.of(text.getAsString()));
    }

    @Override
    public void describe(JsonObject config) {
        Task.super.describe(config);
        config.remove(MERGED);
        if (embedding.adapted() != AdaptedTexts.BOTH) {
            config.addProperty(MERGED, embedding.adapted().toString());
        }
    }

    /**
     * Describes a model as its active adapter was trained, or as it is.
     *
     * @param maxLength the length to which texts are truncated; empty for that of the adapter, or
     *     what suits the model
     */
    public static EmbeddingTask of(AdaptedModel model, OptionalInt maxLength) throws IOException {
        List<Adapter> active = model.active().stream().map(model::adapter).toList();
        requireSameTexts(active);
        RecordedOptions recorded = RecordedOptions.NONE;
        for (Adapter adapter : active) {
            recorded = RecordedOptions.of(adapter);
        }
        return of(model, maxLength, recorded);
    }

    /**
     * Refuses adapters of different texts of a search: one that changes both and one that changes
     * queries alone give vectors that no index has.
     *
     * @throws IllegalArgumentException if there are such
     */
    public static void requireSameTexts(List<Adapter> adapters) {
        for (Adapter adapter : adapters) {
            Adapter first = adapters.get(0);
            if (!texts(adapter).equals(texts(first))) {
                throw new IllegalArgumentException(
                        "Adapters '%s' and '%s' are for different texts of a search (%s and %s), so they don't work together; use one of them"
                                .formatted(
                                        first.name(),
                                        adapter.name(),
                                        texts(first),
                                        texts(adapter)));
            }
        }
    }

    private static String texts(Adapter adapter) {
        return RecordedOptions.of(adapter).text(ADAPT).orElse(AdaptedTexts.BOTH.toString());
    }

    /**
     * Prepares measurements of the vectors.
     *
     * @throws IllegalArgumentException if the model has no vectors of some texts
     */
    public EmbeddingMeasure measure(AdaptedModel model, int batchSize) throws IOException {
        ModelDirectory directory = TaskInputs.directory(model);
        if (embedding.adapted() != AdaptedTexts.BOTH && merged(directory).isPresent()) {
            throw new IllegalArgumentException(
                    "'%s' was merged with an adapter of %s texts alone, so it has no vectors of the others; measure the adapter on the model that it was trained on"
                            .formatted(directory.path(), embedding.adapted()));
        }
        return measure(model, batchSize, new FrozenTexts(model, encoder));
    }

    EmbeddingMeasure measure(AdaptedModel model, int batchSize, FrozenTexts frozen) {
        return new EmbeddingMeasure(model, encoder, batchSize, embedding.adapted(), frozen);
    }

    /** Pools otherwise than the model's files say. */
    public EmbeddingTask withPooling(SentenceSettings.Pooling pooling) {
        return with(encoder.settings().withPooling(pooling));
    }

    private EmbeddingTask with(SentenceSettings settings) {
        return new EmbeddingTask(encoder.with(settings), inputNames, lossKind, embedding, weighted);
    }

    /** Puts the prompts of the options before texts, instead of those of the model's files. */
    EmbeddingTask prompted(TaskOptions run) throws IOException {
        Optional<String> query = embedding.queryPrompt();
        Optional<String> passage = embedding.passagePrompt();
        if ((query.isPresent() || passage.isPresent())
                && run.train() instanceof PairData pairs
                && pairs.isScored()) {
            throw new IllegalArgumentException(
                    "'%s' has scores, so its texts are neither queries nor passages; leave out the prompts of these"
                            .formatted(pairs.source()));
        }
        ModelDirectory directory = TaskInputs.directory(run.model());
        return with(encoder.settings().prompted(directory, query, passage));
    }

    private void requireUsed() {
        boolean shortens = lossKind != Loss.MARGIN_MSE && lossKind != Loss.MSE;
        requireUsed(lossKind.hasScale(), embedding.scale().isEmpty(), "scale");
        requireUsed(lossKind.hasMargin(), embedding.margin().isEmpty(), "margin");
        requireUsed(lossKind == Loss.MNRL, !embedding.symmetric(), "symmetric form");
        requireUsed(lossKind == Loss.MNRL, embedding.mineEachEpoch().isEmpty(), "mined negatives");
        requireUsed(shortens, embedding.matryoshka().isEmpty(), "form for shorter vectors");
    }

    private void requireUsed(boolean used, boolean isDefault, String option) {
        if (!used && !isDefault) {
            throw new IllegalArgumentException(
                    "The loss %s has no %s; leave it out, or choose another loss"
                            .formatted(lossKind.word(), option));
        }
    }

    private static Loss usualLoss(LabelledData train) {
        if (train instanceof PairData pairs && pairs.isScored()) {
            return Loss.COSENT;
        }
        return train instanceof PairData pairs && pairs.hasMargins() ? Loss.MARGIN_MSE : Loss.MNRL;
    }

    @Override
    public TaskKind kind() {
        return TaskKind.EMBEDDING;
    }

    @Override
    public boolean trainsHead() {
        return false;
    }

    @Override
    public Map<String, ?> options() {
        Map<String, Object> options = new LinkedHashMap<>();
        options.put(RecordedOptions.MAX_LENGTH, encoder.maxLength());
        options.putAll(SentenceOptions.of(encoder.settings()));
        options.put("loss", lossKind.word());
        options.put("scale", embedding.scale().orElse(lossKind.scale()));
        options.put("margin", embedding.margin().orElse(lossKind.margin()));
        options.put("symmetric", embedding.symmetric());
        options.put("matryoshka", embedding.matryoshka());
        embedding.miniBatch().ifPresent(pairs -> options.put("mini_batch", pairs));
        if (!embedding.at().isEmpty()) {
            options.put("at", embedding.at());
        }
        if (embedding.adapted() != AdaptedTexts.BOTH) {
            options.put(ADAPT, embedding.adapted());
        }
        if (embedding.stay() > 0) {
            options.put("stay", embedding.stay());
        }
        embedding.falseNegatives().ifPresent(by -> options.put("false_negatives", by));
        embedding
                .corpusVectors()
                .ifPresent(file -> options.put("corpus_vectors", file.getFileName()));
        embedding.mineEachEpoch().ifPresent(margin -> options.put("mine_each_epoch", margin));
        return options;
    }

    @Override
    public PairDataset dataset(AdaptedModel model, LabelledData data, Batching batching)
            throws IOException {
        PairData pairs = pairs(data);
        requireLoss(pairs, batching.teacher().isPresent());
        PairDataset dataset =
                batching.set(PairDataset.builder(), model, encoder.maxLength())
                        .setData(pairs)
                        .optSentences(encoder.settings())
                        .optMiniBatch(embedding.miniBatch().orElse(batching.size()))
                        .optDistinct(lossKind.ranks())
                        .build();
        boolean alone = dataset.batchCount() == dataset.size() && pairs.negatives() == 0;
        if (lossKind.ranks() && alone) {
            throw new IllegalArgumentException(
                    ("The loss %s compares a pair with the others of its batch, but every batch"
                                    + " of '%s' has a single pair; use larger batches, or pairs"
                                    + " of different texts")
                            .formatted(lossKind.word(), data.source()));
        }
        return dataset;
    }

    @Override
    public void beginEpoch(AdaptedModel model, BatchedDataset dataset) throws IOException {
        if (embedding.mineEachEpoch().isPresent()) {
            PairDataset pairs = (PairDataset) dataset;
            pairs.setNegatives(
                    NearPassages.mine(
                            measure(model, MINED_AT_ONCE),
                            pairs.data(),
                            embedding.mineEachEpoch().getAsDouble()));
        }
    }

    /** Returns data to learn from as pairs, or refuses them. */
    static PairData pairs(LabelledData data) {
        return Task.require(
                PairData.class,
                data,
                "Embeddings are learned from pairs, which '%s' does not hold; give a table with the"
                        + " columns "
                        + PairData.COLUMNS);
    }

    /** Tells whether the loss learns from vectors of a teacher, not from its scores. */
    public boolean learnsVectors() {
        return lossKind.learnsVectors();
    }

    /** Tells whether vectors of a teacher must have as many dimensions as those of the model. */
    public boolean needsSameWidth() {
        return lossKind == Loss.MSE;
    }

    /** Tells whether the similarities that the loss makes like scores are cosines. */
    public boolean learnsCosines() {
        return lossKind == Loss.COSINE
                || (lossKind == Loss.MARGIN_MSE && encoder.settings().normalize());
    }

    /**
     * Refuses data and loss of a run with a teacher, or without one that it needs.
     *
     * @throws IllegalArgumentException if they do not fit
     */
    void requireTeachable(TaskOptions run) {
        if (run.teacher().isEmpty()) {
            return;
        }
        if (embedding.loss().isEmpty()) {
            throw new IllegalArgumentException(
                    "What is learned from a teacher is not chosen; choose one of the losses "
                            + Loss.wordsOfTaught());
        }
        if (run.train() instanceof PairData pairs) {
            requireLoss(pairs, true);
        }
    }

    private void requireLoss(PairData pairs, boolean taught) {
        if (pairs.isWeighted() && !lossKind.isMean()) {
            throw new IllegalArgumentException(
                    "'%s' has weights, but the loss %s compares all pairs of a batch, in which a single one has no weight; choose another loss, or leave out the column weight"
                            .formatted(pairs.source(), lossKind.word()));
        }
        if (taught) {
            requireTaught(pairs);
        } else {
            requireLabels(pairs);
        }
    }

    private void requireTaught(PairData pairs) {
        if (!lossKind.learnsFromTeacher()) {
            throw new IllegalArgumentException(
                    "The loss %s learns from no teacher; choose one of %s, or leave the teacher out"
                            .formatted(lossKind.word(), Loss.wordsOfTaught()));
        }
        String lacks =
                switch (lossKind) {
                    case MARGIN_MSE -> pairs.negatives() > 0 ? "" : "the column negative";
                    case GIST -> pairs.isScored() ? "pairs that belong together, not scores" : "";
                    default -> "";
                };
        requireFit(pairs, lacks);
        boolean labelled = pairs.isScored() || pairs.hasMargins();
        if (labelled && lossKind != Loss.MSE) {
            throw new IllegalArgumentException(
                    "'%s' has labels, but the loss %s learns from the teacher; leave out the column label, or the teacher"
                            .formatted(pairs.source(), lossKind.word()));
        }
    }

    private void requireFit(PairData pairs, String lacks) {
        if (!lacks.isEmpty()) {
            throw new IllegalArgumentException(
                    "'%s' does not fit the loss %s, which needs %s; choose another loss"
                            .formatted(pairs.source(), lossKind.word(), lacks));
        }
    }

    void requireLabels(PairData pairs) {
        String lacks =
                switch (lossKind) {
                    case MNRL -> pairs.isScored() ? "pairs that belong together, not scores" : "";
                    case COSENT, COSINE, ANGLE ->
                            pairs.isScored() ? "" : "the column label, the scores";
                    case CONTRASTIVE, ONLINE_CONTRASTIVE ->
                            pairs.isScored() ? "" : "the column label, 1 or 0";
                    case TRIPLET -> pairs.negatives() > 0 ? "" : "the column negative";
                    case MARGIN_MSE ->
                            pairs.hasMargins()
                                    ? ""
                                    : "the columns negative and label, the margin to it";
                    case GIST, MSE -> "a teacher";
                };
        requireFit(pairs, lacks);
        if (pairs.negatives() > 0 && embedding.mineEachEpoch().isPresent()) {
            throw new IllegalArgumentException(
                    "'%s' has negatives, so none are mined; leave out the column negative, or the mining"
                            .formatted(pairs.source()));
        }
        if (pairs.hasMargins() && lossKind != Loss.MARGIN_MSE) {
            throw new IllegalArgumentException(
                    "The labels of '%s' say how much less relevant negatives are, which the loss %s does not learn; choose margin-mse, or leave out the column label"
                            .formatted(pairs.source(), lossKind.word()));
        }
        if (lossKind == Loss.CONTRASTIVE || lossKind == Loss.ONLINE_CONTRASTIVE) {
            requireBinary(pairs);
        }
    }

    private void requireBinary(PairData pairs) {
        for (int row = 0; row < pairs.size(); row++) {
            double score = pairs.rows().get(row).score().getAsDouble();
            if (score != 0 && score != 1) {
                throw new IllegalArgumentException(
                        "%s, has the label %s, but the loss %s learns 1 (belong together) and 0 (do not); choose cosent for other scores"
                                .formatted(
                                        pairs.where(row), PlainNumber.of(score), lossKind.word()));
            }
        }
    }

    @Override
    public EmbeddingLoss loss() {
        return new EmbeddingLoss(lossKind, embedding, weighted);
    }

    /** Returns the sum of the weights of the pairs, or their number. */
    @Override
    public double weight(Batch batch) {
        return weighted ? batch.getLabels().get(0).sum().getFloat() : batch.getSize();
    }

    /**
     * Runs the model once for every column of texts, or, where the batch has several parts, once
     * for every part with cached gradients.
     */
    @Override
    public float backward(Trainer trainer, Batch batch) {
        List<NDList> passes = passes(batch.getData());
        int miniBatch = embedding.miniBatch().orElse(batch.getSize());
        int parts = (batch.getSize() + miniBatch - 1) / miniBatch;
        return parts == 1
                ? backwardAtOnce(trainer, batch, passes)
                : backwardInParts(trainer, batch, passes, parts);
    }

    private List<NDList> passes(NDList arrays) {
        List<NDList> passes = new ArrayList<>();
        int width = inputNames.size();
        for (int start = 0; start < arrays.size(); start += width) {
            passes.add(new NDList(arrays.subList(start, start + width)));
        }
        return passes;
    }

    private float backwardAtOnce(Trainer trainer, Batch batch, List<NDList> passes) {
        try (GradientCollector collector = trainer.newGradientCollector()) {
            NDList embeddings = new NDList();
            for (NDList inputs : passes) {
                embeddings.add(embed(inputs, trainer.forward(inputs)));
            }
            NDArray loss = trainer.getLoss().evaluate(batch.getLabels(), embeddings);
            float value = loss.getFloat();
            if (Float.isFinite(value)) {
                collector.backward(loss);
            }
            return value;
        }
    }

    /**
     * Embeds all parts without gradients, finds the gradients with respect to the embeddings, and
     * runs every part again to take these through the model: only one part's activations are in
     * memory at a time. The model must give the same both times.
     *
     * @see <a href="https://arxiv.org/abs/2101.06983">Gao et al., GradCache, section 3.2</a>
     */
    private float backwardInParts(
            Trainer trainer, Batch batch, List<NDList> passes, int partsOfColumn) {
        try (NDManager scope = batch.getManager().newSubManager()) {
            NDList columns = new NDList();
            for (int start = 0; start < passes.size(); start += partsOfColumn) {
                NDList parts = new NDList();
                for (NDList inputs : passes.subList(start, start + partsOfColumn)) {
                    parts.add(embedWithoutGradients(trainer, inputs, scope));
                }
                columns.add(NDArrays.concat(parts));
            }
            try (GradientCollector collector = trainer.newGradientCollector()) {
                EmbeddingLoss loss = (EmbeddingLoss) trainer.getLoss();
                EmbeddingLoss.Gradients found = loss.gradients(batch.getLabels(), columns);
                if (Float.isFinite(found.loss())) {
                    backward(trainer, collector, passes, partsOfColumn, found.gradients());
                }
                return found.loss();
            }
        }
    }

    private NDArray embedWithoutGradients(Trainer trainer, NDList inputs, NDManager owner) {
        try (NDManager scope = owner.newSubManager()) {
            inputs.tempAttach(scope);
            NDArray embedded = embed(inputs, trainer.evaluate(inputs));
            embedded.attach(owner);
            return embedded;
        }
    }

    /** Takes the gradients with respect to embeddings through the model, part by part. */
    private void backward(
            Trainer trainer,
            GradientCollector collector,
            List<NDList> passes,
            int partsOfColumn,
            List<NDArray> gradients) {
        int start = 0;
        for (int pass = 0; pass < passes.size(); pass++) {
            start = pass % partsOfColumn == 0 ? 0 : start;
            NDList inputs = passes.get(pass);
            try (NDManager scope = inputs.get(0).getManager().newSubManager()) {
                inputs.tempAttach(scope);
                NDArray embedded = embed(inputs, trainer.forward(inputs));
                NDArray column = gradients.get(pass / partsOfColumn);
                collector.backward(EmbeddingLoss.weighted(embedded, column, start));
                start += (int) embedded.getShape().get(0);
            }
        }
    }

    NDArray embed(NDList inputs, NDList outputs) {
        return encoder.pooling(inputNames).vectors(inputs, outputs);
    }

    @Override
    public Measure measure(AdaptedModel model, LabelledData data, int batchSize)
            throws IOException {
        return measure(model, batchSize).of(data);
    }

    @Override
    public List<TypedTranslator> translators(TaskInputs inputs) {
        return List.of(
                new TypedTranslator(
                        String.class, float[].class, () -> ofSingleTexts().translator(inputs)));
    }

    /** Returns the encoder of single texts: of an adapter for some texts alone these, prompted. */
    private SentenceEncoder ofSingleTexts() {
        SentenceSettings own = encoder.settings();
        String prompt =
                switch (embedding.adapted()) {
                    case BOTH -> own.prompt();
                    case QUERY -> own.queryPrompt();
                    case PASSAGE -> own.passagePrompt();
                };
        return encoder.with(own.withPrompts(prompt, own.queryPrompt(), own.passagePrompt()));
    }

    @Override
    public void remark(TaskOptions run) {
        if (run.train() instanceof PairData pairs && pairs.hasMargins()) {
            double unit = PairDataset.margin(pairs, encoder.settings().normalize());
            if (unit != 1) {
                run.note(
                        ("The vectors of this model have the length 1, so their products differ by"
                                        + " 2 at the most; margins are divided by the largest, %s")
                                .formatted(PlainNumber.of(unit)));
            }
        }
        RetrievalData.search(run.dev())
                .ifPresent(
                        dev -> {
                            run.note(
                                    "Epochs are compared by a search of %d queries among %d passages"
                                            .formatted(dev.size(), dev.passages().size()));
                            dev.warning().ifPresent(run::warn);
                        });
        run.guard()
                .ifPresent(
                        guard -> {
                            run.note(
                                    "An epoch is kept only if a search of %d queries among %d passages of '%s' loses no more than %s"
                                            .formatted(
                                                    guard.search().size(),
                                                    guard.search().passages().size(),
                                                    guard.search().source(),
                                                    PlainNumber.of(guard.tolerance())));
                            guard.search().warning().ifPresent(run::warn);
                        });
    }

    /** Returns the number of passages that were searched. */
    @Override
    public Map<String, ?> measured(AdaptedModel model, LabelledData dev, int batchSize) {
        return RetrievalData.search(dev)
                .<Map<String, ?>>map(search -> Map.of("dev_passages", search.passages().size()))
                .orElse(Map.of());
    }

    @Override
    public Optional<MergedServing> serving(ModelDirectory directory, List<String> names) {
        return encoder.serving(names)
                .map(served -> embedding.adapted() == AdaptedTexts.BOTH ? served : ofSome(served));
    }

    private MergedServing ofSome(MergedServing served) {
        String meaning =
                "vectors for %s texts alone, since the others keep those of the base model"
                        .formatted(embedding.adapted());
        String prompts = served.meaning().isEmpty() ? "" : "; they are " + served.meaning();
        return served.withMeaning(meaning + prompts);
    }

    /**
     * Refuses an adapter for queries or passages alone where texts are neither.
     *
     * @throws IllegalArgumentException if it is one
     */
    public EmbeddingTask requireBoth() {
        if (embedding.adapted() != AdaptedTexts.BOTH) {
            throw new IllegalArgumentException(
                    "The adapter is for %s texts alone, but here texts are of both kinds; give an adapter of both"
                            .formatted(embedding.adapted()));
        }
        return this;
    }

    /** Returns the number of dimensions of the vectors of a model. */
    public long width(AdaptedModel model) {
        return TaskHead.ofSmallInput(
                model, 0, (inputs, outputs) -> embed(inputs, outputs).getShape().get(1));
    }

    /** Refuses a model without embeddings, or with shorter ones than the options need. */
    private void check(AdaptedModel model) {
        TextInputs.check(inputNames);
        long width = width(model);
        for (int dimensions : embedding.matryoshka()) {
            if (dimensions > width) {
                throw new IllegalArgumentException(
                        "Embeddings of this model have %d dimensions, not %d"
                                .formatted(width, dimensions));
            }
        }
    }
}
