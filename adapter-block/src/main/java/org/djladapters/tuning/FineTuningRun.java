/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.tuning;

import ai.djl.ndarray.types.DataType;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;
import org.djladapters.adapter.Adapter;
import org.djladapters.adapter.HeadConfig;
import org.djladapters.checkpoint.AdapterDirectory;
import org.djladapters.checkpoint.Provenance;
import org.djladapters.data.BatchedDataset;
import org.djladapters.data.CombinedLabels;
import org.djladapters.data.LabelSpace;
import org.djladapters.data.LabelledData;
import org.djladapters.data.RetrievalData;
import org.djladapters.data.TaskKind;
import org.djladapters.data.TextData;
import org.djladapters.data.TokenData;
import org.djladapters.data.encoding.TextInputs;
import org.djladapters.hub.ModelDirectory;
import org.djladapters.hub.OpenOptions;
import org.djladapters.hub.SentenceSettings;
import org.djladapters.matmul.Matmul;
import org.djladapters.matmul.Precision;
import org.djladapters.model.AdaptedModel;
import org.djladapters.task.answers.AnswerTask;
import org.djladapters.task.classification.LabelTask;
import org.djladapters.task.classification.SmallerImages;
import org.djladapters.task.embedding.EmbeddingTask;
import org.djladapters.task.kind.Task;
import org.djladapters.task.kind.TaskHead;
import org.djladapters.task.language.CausalLmTask;
import org.djladapters.task.option.EmbeddingOptions;
import org.djladapters.task.option.Setting;
import org.djladapters.task.reranking.RerankingTask;
import org.djladapters.task.tokens.TokenTask;

/** A run of a {@link FineTuner}: from data and model to the saved adapter. */
final class FineTuningRun {

    /** Held by the run that trains: random draws and gradients are the engine's, for all runs. */
    private static final ReentrantLock TURN = new ReentrantLock(true);

    /** The option of the record that says how many passages were searched. */
    private static final String PASSAGES = "dev_passages";

    private final FineTuningOptions options;

    FineTuningRun(FineTuningOptions options) {
        this.options = options;
    }

    FineTuningResult run() throws IOException {
        AdapterDirectory.requireSavable(options.output(), options.overwrite());
        PreparedRun prepared = prepare();
        try (StateFolder state = StateFolder.claim(options.output())) {
            // once more, as another run may have ended since
            AdapterDirectory.requireSavable(options.output(), options.overwrite());
            awaitTurn();
            FineTuningResult result;
            try {
                result = train(prepared, state);
            } finally {
                TURN.unlock();
            }
            result.warning(prepared.plan().metric()).ifPresent(options.listener()::onWarning);
            return result;
        }
    }

    private void awaitTurn() throws InterruptedIOException {
        try {
            if (!TURN.tryLock(0, TimeUnit.SECONDS)) {
                options.listener()
                        .onNote(
                                "Waiting for another fine-tuning run in this process, since the"
                                        + " engine can do one at a time");
                TURN.lockInterruptibly();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            InterruptedIOException interrupted =
                    new InterruptedIOException(
                            "The fine-tuning was interrupted while it waited for another one;"
                                    + " nothing was done; run it again");
            interrupted.initCause(e);
            throw interrupted;
        }
    }

    /** Finds out what there is to do, and refuses what does not fit; nothing is trained. */
    PreparedRun prepare() throws IOException {
        requireSameLayers();
        ModelDirectory directory = LabelTask.directory(options.model());
        TaskKind kind = options.task().or(options.train()::task).orElse(TaskKind.CLASSIFICATION);
        requireStrideOfAnswers(kind);
        requireChatOfPrompts(kind);
        requireOptionsOfEmbeddings(kind);
        requireHeadToStart(kind);
        return switch (kind) {
            case CLASSIFICATION, REGRESSION -> prepareLabels(directory);
            case CAUSAL_LM -> {
                requireNoAugmentations();
                requireNoPooling(kind);
                requireCross(kind);
                CausalLmTask task =
                        CausalLmTask.of(directory, options.maxLength(), options.chatTemplate());
                if (task.chatTemplate() && options.chatTemplate().isEmpty()) {
                    options.listener()
                            .onNote(
                                    "Prompts and responses are written by the model's chat"
                                            + " template");
                }
                yield prepared(directory, task, TaskHead.NONE);
            }
            case TOKEN_CLASSIFICATION -> prepareTokens(directory);
            case QUESTION_ANSWERING -> {
                requireNoAugmentations();
                requireNoPooling(kind);
                requireCross(kind);
                AnswerTask task =
                        AnswerTask.of(
                                directory, options.maxLength(), options.stride(), options.train());
                yield prepared(
                        directory, task, TaskHead.ofSpans(options.model(), options.newHead()));
            }
            case RERANKING -> {
                requireNoAugmentations();
                TextInputs.check(options.model().inputNames());
                RerankingTask task =
                        RerankingTask.of(directory, options.maxLength(), options.train());
                requireCross(kind);
                TaskHead head =
                        TaskHead.choose(
                                options.model(),
                                0,
                                pooling(directory, HeadConfig.PairEncoding.CROSS),
                                HeadConfig.PairEncoding.CROSS,
                                RerankingTask.SPACE,
                                options.newHead());
                yield prepared(directory, task, head);
            }
            case EMBEDDING -> {
                requireNoAugmentations();
                requireNoPairEncoding();
                requireSameOutputs();
                EmbeddingTask task =
                        EmbeddingTask.of(
                                options.model(),
                                options.maxLength(),
                                options.embedding(),
                                options.train(),
                                options.listener()::onNote);
                yield prepared(directory, pooled(task), TaskHead.NONE);
            }
        };
    }

    /** Refuses cached gradients with an adapter of which passes leave out something at random. */
    private void requireSameOutputs() {
        if (options.embedding().miniBatch().isPresent() && options.config().variesInTraining()) {
            throw new IllegalArgumentException(
                    "Mini-batches run every text twice and need the same outputs both times, which"
                            + " dropout changes; leave out one of the two");
        }
    }

    /** Refuses gradient checkpointing with an adapter that leaves out something at random. */
    private void requireSameLayers() {
        if (options.model().openOptions().gradientCheckpointing()
                && options.config().variesInTraining()) {
            throw new IllegalArgumentException(
                    "Gradient checkpointing runs layers twice and needs the same outputs both"
                            + " times, which dropout changes; leave out one of the two");
        }
    }

    private void requireOptionsOfEmbeddings(TaskKind kind) {
        if (kind != TaskKind.EMBEDDING && !options.embedding().equals(EmbeddingOptions.DEFAULT)) {
            throw new IllegalArgumentException(
                    ("Loss, scale, margin, symmetric, matryoshka and mini-batch are for embeddings,"
                                    + " but this is %s; leave them out")
                            .formatted(kind.noun()));
        }
    }

    /** Pools as was asked for, in the place of what the model's files say. */
    private EmbeddingTask pooled(EmbeddingTask task) {
        if (options.pooling().isEmpty()) {
            return task;
        }
        HeadConfig.Pooling asked = options.pooling().get();
        return switch (asked) {
            case MEAN -> task.withPooling(SentenceSettings.Pooling.MEAN);
            case CLS -> task.withPooling(SentenceSettings.Pooling.CLS);
            case CLS_MEAN, POOLER, NONE, SPAN ->
                    throw new IllegalArgumentException(
                            "Embeddings have no pooling '%s'; choose mean or cls, or leave it out"
                                    .formatted(asked));
        };
    }

    private PreparedRun prepared(ModelDirectory directory, Task task, TaskHead head)
            throws IOException {
        TrainingPlan plan = plan(task.metric(options.metric(), options.dev()));
        boolean startCounts = head.isTrained(task.outputLabels().orElse(List.of()), directory);
        Provenance provenance = provenance(directory, task, head, plan);
        return new PreparedRun(options, task, head, startCounts, plan, provenance);
    }

    private PreparedRun prepareLabels(ModelDirectory directory) throws IOException {
        LabelTask.requireLabels(options.train());
        LabelSpace labels = labels();
        LabelTask described = describe(labels, directory);
        described.metric(options.metric(), options.dev()); // refused before the model runs
        int imageSize = described.imageSize().orElse(0);
        HeadConfig.PairEncoding encoding = pairEncoding(directory);
        TaskHead head =
                TaskHead.choose(
                        options.model(),
                        imageSize,
                        pooling(directory, encoding),
                        encoding,
                        labels,
                        options.newHead());
        requireHonoured(head.pairEncoding());
        LabelTask task =
                described
                        .withLabels(head.order(labels, directory, options.listener()::onNote))
                        .withPairEncoding(head.pairEncoding());
        return prepared(directory, task, head);
    }

    /** Lets encoders of single texts, and only these, take the texts of pairs one by one. */
    private HeadConfig.PairEncoding pairEncoding(ModelDirectory directory) {
        boolean pairs = options.train() instanceof TextData texts && texts.isPairs();
        if (options.pairEncoding().isPresent()) {
            HeadConfig.PairEncoding asked = options.pairEncoding().get();
            if (asked == HeadConfig.PairEncoding.BI && !pairs) {
                throw new IllegalArgumentException(
                        "'%s' holds no pairs of texts; leave the pair encoding %s out"
                                .formatted(options.train().source(), asked));
            }
            return asked;
        }
        return pairs && SentenceSettings.describes(directory)
                ? HeadConfig.PairEncoding.BI
                : HeadConfig.PairEncoding.CROSS;
    }

    private void requireHonoured(HeadConfig.PairEncoding encoding) {
        if (!options.pairEncoding().orElse(encoding).equals(encoding)) {
            throw new IllegalArgumentException(
                    ("The model's own head takes a pair of texts as one sequence (%s); choose this"
                                    + " pair encoding, or a model exported for feature-extraction,"
                                    + " which gets a new head")
                            .formatted(encoding));
        }
    }

    private PreparedRun prepareTokens(ModelDirectory directory) throws IOException {
        TokenData train = TokenTask.requireTags(options.train());
        TokenTask.requireTags(options.dev());
        TextInputs.check(options.model().inputNames());
        requireNoAugmentations();
        requireNoPooling(TaskKind.TOKEN_CLASSIFICATION);
        requireCross(TaskKind.TOKEN_CLASSIFICATION);
        List<String> named = options.newHead() ? List.of() : directory.labels();
        TokenTask task = TokenTask.of(directory, TokenTask.tags(train, named), options.maxLength());
        task.metric(options.metric(), options.dev()); // refused before the model runs
        return prepared(
                directory,
                task,
                TaskHead.ofTokens(options.model(), task.labels(), options.newHead()));
    }

    private FineTuningResult train(PreparedRun prepared, StateFolder state) throws IOException {
        Task task = prepared.task();
        TaskHead head = prepared.head();
        TrainingPlan plan = prepared.plan();
        Provenance planned = prepared.provenance();
        AdaptedModel model = options.model();
        noteSmallerImages(task);
        Optional<RetrievalData> search = RetrievalData.search(options.dev());
        noteData(task, search);
        BatchedDataset train = prepared.batches();
        Task.Measure dev = task.measure(model, options.dev(), options.evaluationBatchSize());
        List<String> active = model.active();
        Matmul matmul = model.matmul();
        model.model().getNDManager().getEngine().setRandomSeed(Long.hashCode(options.seed()));
        Adapter adapter = head.addTo(model, options.name(), options.config());
        adapter.warnings().forEach(options.listener()::onWarning);
        adapter.hint().ifPresent(options.listener()::onNote);
        try {
            requireParameters(adapter);
            model.activate(options.name());
            head.newBias(adapter)
                    .ifPresent(bias -> model.update(() -> task.initialize(bias, options.train())));
            TrainingLoop loop =
                    new TrainingLoop(model, adapter, prepared, train, dev, options.listener());
            TrainingLoop.Storage storage =
                    new TrainingLoop.Storage(state.path(), planned.run(), options.resume());
            TrainingState.Progress reached = loop.run(head::owns, storage);
            Provenance trained = planned.withOption("matmul", model.matmul());
            if (search.isPresent()) {
                trained = trained.withOption(PASSAGES, search.get().passages().size());
            }
            Provenance provenance =
                    trained.withResult(
                            reached.startMetrics(),
                            reached.bestMetrics(),
                            reached.bestEpoch(),
                            reached.seconds());
            FineTuningResult result = result(adapter, reached, provenance);
            save(task, result.provenance());
            state.delete();
            return result;
        } catch (IOException | RuntimeException e) {
            model.delete(options.name());
            model.activate(active.toArray(new String[0]));
            restore(matmul);
            throw e;
        }
    }

    private void noteSmallerImages(Task task) throws IOException {
        if (options.imageSize().isEmpty()
                && task instanceof LabelTask labels
                && labels.imageSize().isPresent()) {
            AdaptedModel model = options.model();
            SmallerImages.note(model, LabelTask.directory(model), labels.imageSize().getAsInt())
                    .ifPresent(options.listener()::onNote);
        }
    }

    /** Tells what of the data may not be as the user thinks. */
    private void noteData(Task task, Optional<RetrievalData> search) {
        ProgressListener listener = options.listener();
        if (task instanceof LabelTask labels) {
            CombinedLabels.warning(labels.labels(), options.train().source())
                    .ifPresent(listener::onWarning);
        }
        search.ifPresent(
                dev ->
                        listener.onNote(
                                "Epochs are compared by a search of %d queries among %d passages"
                                        .formatted(dev.size(), dev.passages().size())));
        search.flatMap(RetrievalData::warning).ifPresent(listener::onWarning);
    }

    private void restore(Matmul matmul) {
        try {
            options.model().resumeMatmul(matmul);
        } catch (IllegalArgumentException e) {
            // somebody has chosen another one during the run
        }
    }

    private LabelSpace labels() {
        return options.task().isEmpty()
                ? LabelSpace.of(options.train())
                : LabelSpace.of(options.train(), options.task().get());
    }

    private LabelTask describe(LabelSpace labels, ModelDirectory directory) throws IOException {
        if (options.train() instanceof TextData texts) {
            TextInputs.check(options.model().inputNames());
            requireNoAugmentations();
            return LabelTask.ofText(labels, directory, options.maxLength(), texts.isPairs());
        }
        LabelTask.requireImages(options.model(), options.train());
        return LabelTask.ofImages(labels, directory, options.imageSize());
    }

    private void requireNoAugmentations() {
        if (!options.augmentations().isEmpty()) {
            throw new IllegalArgumentException(
                    "'%s' holds texts, but augmentations (%s) are for images; leave them out"
                            .formatted(options.train().source(), augmentations()));
        }
    }

    private void requireChatOfPrompts(TaskKind kind) {
        if (options.chatTemplate().isPresent() && kind != TaskKind.CAUSAL_LM) {
            throw new IllegalArgumentException(
                    "Chat templates are for prompts and responses, but this is %s; leave the choice out"
                            .formatted(kind.noun()));
        }
    }

    private void requireStrideOfAnswers(TaskKind kind) {
        if (options.stride().isPresent() && kind != TaskKind.QUESTION_ANSWERING) {
            throw new IllegalArgumentException(
                    "Windows overlap in question answering only, but this is %s; leave the stride out"
                            .formatted(kind.noun()));
        }
    }

    private void requireHeadToStart(TaskKind kind) {
        if (options.newHead() && (kind == TaskKind.CAUSAL_LM || kind == TaskKind.EMBEDDING)) {
            throw new IllegalArgumentException(
                    "The task %s trains no head that could start new; leave the choice out"
                            .formatted(kind.noun()));
        }
    }

    private void requireCross(TaskKind kind) {
        if (options.pairEncoding().equals(Optional.of(HeadConfig.PairEncoding.BI))) {
            throw new IllegalArgumentException(
                    "The task %s has no pair encoding %s; leave it out"
                            .formatted(kind.noun(), HeadConfig.PairEncoding.BI));
        }
    }

    private void requireNoPairEncoding() {
        if (options.pairEncoding().isPresent()) {
            throw new IllegalArgumentException(
                    "Embeddings take the texts of pairs one by one; leave the pair encoding %s out"
                            .formatted(options.pairEncoding().get()));
        }
    }

    private void requireNoPooling(TaskKind kind) {
        if (options.pooling().isPresent()) {
            throw new IllegalArgumentException(
                    "The task %s does not pool, but pooling '%s' was chosen; leave it out"
                            .formatted(kind.noun(), options.pooling().get()));
        }
    }

    private String augmentations() {
        return options.augmentations().stream()
                .map(augmentation -> augmentation.name().toLowerCase(Locale.ROOT))
                .collect(Collectors.joining(","));
    }

    private HeadConfig.Pooling pooling(ModelDirectory directory, HeadConfig.PairEncoding encoding)
            throws IOException {
        if (options.task()
                .or(options.train()::task)
                .equals(Optional.of(TaskKind.TOKEN_CLASSIFICATION))) {
            return HeadConfig.Pooling.NONE;
        }
        if (options.pooling().isPresent()) {
            return options.pooling().get();
        }
        if (!(options.train() instanceof TextData)) {
            return HeadConfig.Pooling.CLS;
        }
        boolean first =
                encoding == HeadConfig.PairEncoding.BI
                        && SentenceSettings.of(directory, note -> {}).pooling()
                                == SentenceSettings.Pooling.CLS;
        return first ? HeadConfig.Pooling.CLS : HeadConfig.Pooling.MEAN;
    }

    private TrainingPlan plan(String metric) {
        float rate =
                options.settings()
                        .find(TrainingSettings.LEARNING_RATE)
                        .map(Double::floatValue)
                        .orElseGet(
                                () ->
                                        DefaultLearningRates.of(
                                                options.config(), options.model().spec()));
        return new TrainingPlan(options.settings(), rate, metric);
    }

    private Provenance provenance(
            ModelDirectory directory, Task task, TaskHead head, TrainingPlan plan)
            throws IOException {
        // The order of the options is part of the fingerprint by which a run is resumed.
        Provenance.Builder provenance = Provenance.builder();
        task.options().forEach(provenance::addOption);
        if (!options.augmentations().isEmpty()) {
            provenance.addOption("augment", augmentations());
        }
        options.devSplit().ifPresent(split -> provenance.addOption("dev_split", split));
        addData(provenance, "train", options.train());
        addData(provenance, "dev", options.dev());
        provenance
                .setBase(directory)
                .setSeed(options.seed())
                .addOption("method", options.config().method())
                .addOption("adapter", options.config())
                .addOption(LabelTask.KIND, task.kind())
                .addOption("metric", plan.metric())
                .addOption("epochs", plan.get(TrainingSettings.EPOCHS))
                .addOption("learning_rate", plan.learningRate());
        if (task.trainsHead()) {
            provenance.addOption("head_learning_rate", plan.headLearningRate());
        }
        record(
                provenance,
                TrainingSettings.BATCH_SIZE,
                TrainingSettings.EVALUATION_BATCH_SIZE,
                TrainingSettings.WARM_UP,
                TrainingSettings.WEIGHT_DECAY,
                TrainingSettings.CLIP);
        if (task.trainsHead()) {
            provenance.addOption(
                    "pooling",
                    head.config() == null
                            ? pooling(directory, HeadConfig.PairEncoding.CROSS)
                            : head.config().pooling());
        }
        if (head.started().isPresent()) {
            provenance.addOption("new_head", true);
        }
        // The way of the products is none of these: it may differ from process to process, and a
        // run that is resumed keeps its own. Their precision is, as it changes the result.
        if (options.model().matmul().precision() != Precision.FLOAT32) {
            provenance.addOption("precision", options.model().matmul().precision());
        }
        if (plan.get(TrainingSettings.ACCUMULATE) > 1) {
            record(provenance, TrainingSettings.ACCUMULATE);
        }
        OpenOptions opened = options.model().openOptions();
        if (opened.dataType() != DataType.FLOAT32) {
            provenance.addOption("dtype", opened.dataType().toString().toLowerCase(Locale.ROOT));
        }
        if (opened.dropout()) {
            provenance.addOption("dropout", true);
        }
        return provenance.build();
    }

    private static void addData(Provenance.Builder provenance, String role, LabelledData data) {
        provenance.addData(role, data.source(), data.sha256(), data.size());
    }

    private void record(Provenance.Builder provenance, Setting<?>... settings) {
        for (Setting<?> setting : settings) {
            provenance.addOption(setting.name(), options.get(setting));
        }
    }

    /** Refuses what would train nothing, as a task without a new head allows. */
    private static void requireParameters(Adapter adapter) {
        if (adapter.size() == 0) {
            throw new IllegalArgumentException(
                    ("The method '%s' has no trainable parameters, since this task needs no new"
                                    + " head; choose another method, or modules to save")
                            .formatted(adapter.config().method()));
        }
    }

    private FineTuningResult result(
            Adapter adapter, TrainingState.Progress reached, Provenance provenance) {
        return new FineTuningResult(
                reached.startMetrics(),
                reached.bestMetrics(),
                reached.bestEpoch(),
                adapter.size(),
                adapter.adapterSize(),
                reached.seconds(),
                options.output(),
                provenance);
    }

    private void save(Task task, Provenance provenance) throws IOException {
        // somebody may have written there while this run was training
        AdapterDirectory.requireSavable(options.output(), options.overwrite());
        Map<String, String> texts = new HashMap<>(task.files());
        texts.put(AdapterDirectory.PROVENANCE, provenance.toJson());
        options.model().adapter(options.name()).setTexts(texts);
        AdapterDirectory.save(
                options.model(),
                options.name(),
                options.output(),
                AdapterDirectory.Layout.PACKED,
                texts);
    }
}
