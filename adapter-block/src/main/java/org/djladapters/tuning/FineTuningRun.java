/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.tuning;

import ai.djl.nn.Parameter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.djladapters.checkpoint.AdapterDirectory;
import org.djladapters.surgery.AdaptedModel;
import org.djladapters.surgery.Adapter;
import org.djladapters.surgery.HeadConfig;
import org.djladapters.surgery.ModelDirectory;

/** A run of a {@link FineTuner}: from data and model to the saved adapter. */
final class FineTuningRun {

    private final FineTuner.Builder options;

    FineTuningRun(FineTuner.Builder options) {
        this.options = options;
    }

    FineTuningResult run() throws IOException {
        requireUsable(options.output);
        return train(prepare());
    }

    /**
     * What a run is about to do.
     *
     * @param task what is predicted from which inputs
     * @param head what gives the logits
     * @param plan how it trains
     * @param provenance its record, still without results
     */
    record Prepared(Task task, TaskHead head, TrainingPlan plan, Provenance.Builder provenance) {}

    /** Finds out what there is to do, and refuses what does not fit; nothing is trained. */
    Prepared prepare() throws IOException {
        ModelDirectory directory = Task.directory(options.model);
        LabelSpace labels = labels();
        String metric = Metrics.decisive(labels.kind(), options.metric);
        Task described = describe(labels, directory);
        TaskHead head =
                TaskHead.choose(
                        options.model,
                        described.imageSize().orElse(0),
                        pooling(),
                        labels,
                        options.listener::onNote);
        Task task = new Task(head.labels(), described.maxLength(), described.imageSize());
        return new Prepared(task, head, plan(metric), provenance(directory, task, metric));
    }

    private FineTuningResult train(Prepared prepared) throws IOException {
        Task task = prepared.task();
        TaskHead head = prepared.head();
        TrainingPlan plan = prepared.plan();
        Provenance.Builder provenance = prepared.provenance();
        AdaptedModel model = options.model;
        TaskDataset train =
                task.dataset(
                        model,
                        options.train,
                        options.batchSize,
                        OptionalLong.of(plan.seed()),
                        options.augmentations.toArray(new Augmentation[0]));
        TaskDataset dev =
                task.dataset(model, options.dev, options.evaluationBatchSize, OptionalLong.empty());
        List<String> active = model.active();
        model.model().getNDManager().getEngine().setRandomSeed(Long.hashCode(plan.seed()));
        Adapter adapter = model.add(options.name, head.configure(options.config), head.config());
        adapter.warnings().forEach(warning -> options.listener.onNote("warning: " + warning));
        try {
            model.activate(options.name);
            startAtMean(adapter, task.labels(), train);
            TrainingLoop loop =
                    new TrainingLoop(
                            model, adapter, task.labels(), plan, train, dev, options.listener);
            TrainingLoop.Storage storage =
                    new TrainingLoop.Storage(
                            partial(options.output), provenance.build().run(), options.resume);
            TrainingState.Progress reached = loop.run(head::owns, storage);
            provenance.setResult(reached.bestMetrics(), reached.bestEpoch(), reached.seconds());
            FineTuningResult result = result(adapter, reached, provenance.build());
            save(task, result.provenance());
            TrainingState.delete(storage.folder());
            return result;
        } catch (IOException | RuntimeException e) {
            model.delete(options.name);
            model.activate(active.toArray(new String[0]));
            throw e;
        }
    }

    private LabelSpace labels() {
        return options.task == null
                ? LabelSpace.of(options.train)
                : LabelSpace.of(options.train, options.task);
    }

    private Task describe(LabelSpace labels, ModelDirectory directory) throws IOException {
        if (options.train instanceof TextData) {
            TextInputs.check(options.model.inputNames());
            requireNoAugmentations();
            return Task.ofText(labels, directory, options.maxLength);
        }
        Task.requireImages(options.model, options.train);
        return Task.ofImages(labels, directory, options.imageSize);
    }

    private void requireNoAugmentations() {
        if (!options.augmentations.isEmpty()) {
            throw new IllegalArgumentException(
                    "'%s' holds texts, but augmentations (%s) change images only: leave them out"
                            .formatted(options.train.source(), augmentations()));
        }
    }

    private String augmentations() {
        return options.augmentations.stream()
                .map(augmentation -> augmentation.name().toLowerCase(Locale.ROOT))
                .collect(Collectors.joining(","));
    }

    private HeadConfig.Pooling pooling() {
        if (options.pooling != null) {
            return options.pooling;
        }
        return options.train instanceof TextData ? HeadConfig.Pooling.MEAN : HeadConfig.Pooling.CLS;
    }

    private TrainingPlan plan(String metric) {
        return new TrainingPlan(
                options.epochs,
                learningRate(),
                (float) options.headLearningRate,
                options.warmUp,
                (float) options.weightDecay,
                options.clip,
                options.seed,
                metric);
    }

    private float learningRate() {
        return (float) options.learningRate.orElse(DefaultLearningRates.of(options.config));
    }

    private Provenance.Builder provenance(ModelDirectory directory, Task task, String metric)
            throws IOException {
        Provenance.Builder provenance = Provenance.builder();
        task.options().forEach(provenance::addOption);
        if (!options.augmentations.isEmpty()) {
            provenance.addOption("augment", augmentations());
        }
        return provenance
                .setBase(directory)
                .addData("train", options.train)
                .addData("dev", options.dev)
                .setSeed(options.seed)
                .addOption("method", options.config.method())
                .addOption("adapter", options.config)
                .addOption("task", task.labels().kind())
                .addOption("metric", metric)
                .addOption("epochs", options.epochs)
                .addOption("learning_rate", learningRate())
                .addOption("head_learning_rate", (float) options.headLearningRate)
                .addOption("batch_size", options.batchSize)
                .addOption("evaluation_batch_size", options.evaluationBatchSize)
                .addOption("warm_up", options.warmUp)
                .addOption("weight_decay", options.weightDecay)
                .addOption("clip", options.clip)
                .addOption("pooling", pooling());
    }

    /** Lets a new head of a regression predict the mean of the labels at first. */
    private static void startAtMean(Adapter adapter, LabelSpace labels, TaskDataset train) {
        Parameter bias = adapter.parameters().get("head.bias");
        if (labels.kind() == TaskKind.REGRESSION && bias != null) {
            double mean = Arrays.stream(train.labels()).average().orElseThrow();
            TrainingState.fill(bias.getArray(), mean);
        }
    }

    private FineTuningResult result(
            Adapter adapter, TrainingState.Progress reached, Provenance provenance) {
        return new FineTuningResult(
                reached.bestMetrics(),
                reached.bestEpoch(),
                adapter.size(),
                adapter.adapterSize(),
                reached.seconds(),
                options.output,
                provenance);
    }

    private void save(Task task, Provenance provenance) throws IOException {
        AdapterDirectory.save(
                options.model,
                options.name,
                options.output,
                AdapterDirectory.Layout.PACKED,
                Map.of(
                        AdapterDirectory.LABELS,
                        AdapterDirectory.labelsText(task.labels().labels()),
                        AdapterDirectory.PROVENANCE,
                        provenance.toJson()));
    }

    /** The folder of the state of an unfinished run. */
    private static Path partial(Path output) {
        Path absolute = output.toAbsolutePath().normalize();
        return absolute.resolveSibling(absolute.getFileName() + ".partial");
    }

    /** Finds out before the training, not after it, that the result can't be saved. */
    private static void requireUsable(Path output) throws IOException {
        if (Files.isDirectory(output)) {
            try (Stream<Path> files = Files.list(output)) {
                boolean empty = files.findAny().isEmpty();
                if (!empty && !Files.exists(output.resolve("adapter_config.json"))) {
                    throw new IOException(
                            "Output '%s' is a folder with other files: choose a new one"
                                    .formatted(output));
                }
            }
        } else if (Files.exists(output)) {
            throw new IOException("Output '%s' is a file: choose a folder".formatted(output));
        }
        Path place = output.toAbsolutePath().normalize();
        while (!Files.exists(place) && place.getParent() != null) {
            place = place.getParent();
        }
        if (!Files.isDirectory(place) || !Files.isWritable(place)) {
            throw new IOException(
                    ("Output '%s' can't be made, since '%s' is not a folder one may write to:"
                                    + " choose another place")
                            .formatted(output, place));
        }
    }
}
