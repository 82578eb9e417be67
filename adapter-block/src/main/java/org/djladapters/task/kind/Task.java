/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.task.kind;

import ai.djl.Application;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.nn.Parameter;
import ai.djl.training.GradientCollector;
import ai.djl.training.Trainer;
import ai.djl.training.dataset.Batch;
import ai.djl.training.loss.Loss;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.function.UnaryOperator;
import org.djladapters.adapter.Adapter;
import org.djladapters.adapter.HeadConfig;
import org.djladapters.checkpoint.AdapterDirectory;
import org.djladapters.checkpoint.head.OutputLabels;
import org.djladapters.checkpoint.head.OwnHead;
import org.djladapters.data.Augmentation;
import org.djladapters.data.BatchedDataset;
import org.djladapters.data.LabelSpace;
import org.djladapters.data.LabelledData;
import org.djladapters.data.TaskKind;
import org.djladapters.data.encoding.TextEncoder;
import org.djladapters.hub.ModelDirectory;
import org.djladapters.model.AdaptedModel;
import org.djladapters.model.pass.ModelOutputs;
import org.djladapters.task.Metrics;
import org.djladapters.task.answers.AnswerTask;
import org.djladapters.task.classification.LabelTask;
import org.djladapters.task.classification.MultiLabelTask;
import org.djladapters.task.embedding.EmbeddingTask;
import org.djladapters.task.embedding.SentenceEncoder;
import org.djladapters.task.language.CausalLmTask;
import org.djladapters.task.metric.EvaluationListener;
import org.djladapters.task.reranking.RerankingTask;
import org.djladapters.task.tokens.TokenTask;

/**
 * What a model is to learn: how examples become batches, what the loss of a batch is, how a model
 * is measured, and what of this is kept with an adapter.
 */
public interface Task {

    /** The kind of task, which tells its metrics. */
    TaskKind kind();

    /**
     * Makes batches for a model.
     *
     * @param shuffleSeed decides the order of each pass; without it the order is always the same
     * @param augmentations change the images of shuffled batches
     * @throws IllegalArgumentException if the data do not fit the model or what is learned
     */
    BatchedDataset dataset(
            AdaptedModel model,
            LabelledData data,
            int batchSize,
            OptionalLong shuffleSeed,
            Augmentation... augmentations)
            throws IOException;

    /** The loss, given a batch's labels and what {@link #backward} makes of the outputs. */
    Loss loss();

    /**
     * Computes the loss of a batch and the gradients of the parameters; no gradients if the loss is
     * not finite. As a rule that is one pass of the model, whose logits the loss compares with the
     * labels.
     *
     * @param trainer a trainer of the model with the loss of this task
     * @param batch the batch, which the caller closes
     * @return the loss
     */
    default float backward(Trainer trainer, Batch batch) {
        return singlePass(trainer, batch);
    }

    /**
     * Counts what the loss of a batch is the mean of: examples, or tokens. A step of several
     * batches is that of one batch with all their examples if each has this as its weight.
     */
    default long weight(Batch batch) {
        return batch.getSize();
    }

    /** Computes loss and gradients in one pass of the model. */
    static float singlePass(Trainer trainer, Batch batch) {
        return singlePass(trainer, batch, outputs -> new NDList(ModelOutputs.logits(outputs)));
    }

    /**
     * Computes loss and gradients in one pass of the model.
     *
     * @param logits finds what the loss takes among the model's outputs
     */
    static float singlePass(Trainer trainer, Batch batch, UnaryOperator<NDList> logits) {
        try (GradientCollector collector = trainer.newGradientCollector()) {
            NDList outputs = trainer.forward(batch.getData());
            NDArray loss = trainer.getLoss().evaluate(batch.getLabels(), logits.apply(outputs));
            float value = loss.getFloat();
            if (Float.isFinite(value)) {
                collector.backward(loss);
            }
            return value;
        }
    }

    /**
     * Prepares measuring a model, as it is at the time of each measurement.
     *
     * @throws IllegalArgumentException as {@link #dataset}
     */
    Measure measure(AdaptedModel model, LabelledData data, int batchSize) throws IOException;

    /**
     * Gives a new head values that spare it the first steps of training.
     *
     * @param bias what the head adds to its outputs
     */
    default void initialize(Parameter bias, LabelledData train) {}

    /** Whether a head is trained with the adapter. */
    default boolean trainsHead() {
        return true;
    }

    /**
     * Decides by which metric epochs are compared.
     *
     * @param asked the metric that the user wants, empty for the default
     * @param dev the examples that are measured on
     * @throws IllegalArgumentException if the task has no such metric on such examples
     */
    default String metric(Optional<String> asked, LabelledData dev) {
        return Metrics.decisive(kind(), asked.orElse(null));
    }

    /** The options that {@link #of} needs, for the run's record. */
    Map<String, ?> options();

    /** The texts that {@link #of} needs, by the names of their files in an adapter directory. */
    Map<String, String> files();

    /**
     * The names of the model's outputs in their order, none if the single output is a number; empty
     * if the outputs have no names, as those of embeddings and language models.
     */
    default Optional<List<String>> outputLabels() {
        return Optional.empty();
    }

    /** The translators that there are for this task, from its own types to its own. */
    default List<TypedTranslator> translators(TaskInputs inputs) {
        return List.of();
    }

    /**
     * What DJL's own translators are told of a model that was merged for this task, empty for what
     * they are told of the base model.
     *
     * @param inputNames the model's inputs in their order
     */
    default Optional<MergedServing> serving(ModelDirectory directory, List<String> inputNames)
            throws IOException {
        return Optional.empty();
    }

    /** How texts get the vectors that are learned, empty if others are. */
    default Optional<SentenceEncoder> sentenceEncoder() {
        return Optional.empty();
    }

    /** What a program that publishes an adapter for this task says it is for. */
    default Application application() {
        return Application.UNDEFINED;
    }

    /** A measurement that can be repeated. */
    interface Measure {

        /**
         * Measures the model.
         *
         * @return the metrics by name
         * @throws ArithmeticException if the model's outputs are not finite
         */
        Map<String, Double> metrics() throws IOException;

        /**
         * Measures the model and tells how far that is and what it predicted, where the task knows.
         *
         * @param listener follows the measurement
         * @return the metrics by name
         * @throws ArithmeticException if the model's outputs are not finite
         */
        default Map<String, Double> metrics(EvaluationListener listener) throws IOException {
            return metrics();
        }

        /** Makes a measurement that tells how far it is. */
        static Measure of(Followed measurement) {
            return new Measure() {
                @Override
                public Map<String, Double> metrics() throws IOException {
                    return measurement.metrics(new EvaluationListener() {});
                }

                @Override
                public Map<String, Double> metrics(EvaluationListener listener) throws IOException {
                    return measurement.metrics(listener);
                }
            };
        }

        /** Measures the model and tells how far that is. */
        @FunctionalInterface
        interface Followed {
            Map<String, Double> metrics(EvaluationListener listener) throws IOException;
        }
    }

    /**
     * Finds out what a model does without an adapter: what its own head predicts.
     *
     * @return the task; empty if nothing tells what its outputs are
     * @throws IOException if a description is malformed
     */
    static Optional<Task> of(AdaptedModel model) throws IOException {
        Optional<Task> served = served(LabelTask.directory(model));
        if (served.isPresent()) {
            return served;
        }
        Optional<Task> ready = ofReadyMade(model);
        if (ready.isPresent()) {
            return ready;
        }
        Optional<List<String>> classes = OwnHead.labels(model);
        return classes.isEmpty()
                ? Optional.empty()
                : Optional.of(ofServed(LabelTask.directory(model), classes.get()));
    }

    /**
     * Finds out whether a model came with a head that scores pairs, or gives several classes at
     * once.
     *
     * @return the task; empty if its head is another one, or it has none
     * @throws IOException if a description is malformed, or asks for what is not supported
     */
    private static Optional<Task> ofReadyMade(AdaptedModel model) throws IOException {
        ModelDirectory directory = LabelTask.directory(model);
        if (OwnHead.givesScores(model)) {
            return Optional.of(
                    RerankingTask.of(directory, TextEncoder.maxLengthOfTokenizer(directory)));
        }
        Optional<List<String>> several = OwnHead.severalLabels(model);
        return several.isEmpty()
                ? Optional.empty()
                : Optional.of(new MultiLabelTask(LabelTask.ofServed(directory, several.get())));
    }

    /**
     * Finds out what a model with outputs of its own was made for, as its directory tells.
     *
     * @param labels the names of its outputs, none if the single output is a number
     */
    static Task ofServed(ModelDirectory model, List<String> labels) throws IOException {
        return OwnHead.classifiesTokens(model)
                ? TokenTask.of(model, labels, OptionalInt.empty())
                : LabelTask.ofServed(model, labels);
    }

    /**
     * Finds out what a model was made for, where its description names a translator of DJL that
     * reads one kind of outputs only.
     *
     * @return the task; empty if it has classes, vectors or no such translator
     * @throws IOException if a description is malformed
     */
    static Optional<Task> served(ModelDirectory directory) throws IOException {
        Map<String, String> arguments = directory.servingArguments();
        String factory = arguments.getOrDefault(MergedServing.FACTORY, "");
        if (factory.endsWith(".QuestionAnsweringTranslatorFactory")) {
            return Optional.of(AnswerTask.ofExport(directory));
        }
        // without the sigmoid the numbers are those of a regression, or of classes of pairs
        boolean scores = !"false".equals(arguments.get("sigmoid"));
        return Boolean.parseBoolean(arguments.get("reranking")) && scores
                ? Optional.of(RerankingTask.of(directory, Map.of()))
                : Optional.empty();
    }

    /**
     * Finds out what a model does without an adapter, to measure it on data.
     *
     * @throws IOException if a description is malformed
     * @throws IllegalArgumentException if the model has no outputs that the data have labels for
     */
    static Task of(AdaptedModel model, LabelledData data) throws IOException {
        if (data.task().equals(Optional.of(TaskKind.CAUSAL_LM))) {
            return CausalLmTask.of(
                    LabelTask.directory(model), OptionalInt.empty(), Optional.empty());
        }
        if (data.task().equals(Optional.of(TaskKind.EMBEDDING))) {
            return EmbeddingTask.of(model, OptionalInt.empty());
        }
        return of(model)
                .orElseThrow(
                        () ->
                                new IllegalArgumentException(
                                        ("The model names no outputs that '%s' has labels for; give"
                                                        + " an adapter, or a model that was merged")
                                                .formatted(data.source())));
    }

    /**
     * Finds out what an adapter of a model has learned, by the record of its training and the names
     * of its outputs.
     *
     * @return the task; empty if nothing tells what the outputs of the model with the adapter are
     * @throws IOException if a text of the adapter is malformed or does not fit the model
     */
    static Optional<Task> of(AdaptedModel model, Adapter adapter) throws IOException {
        Map<String, String> options = LabelTask.recorded(adapter);
        Optional<TaskKind> kind = recordedKind(options);
        if (kind.isPresent()) {
            switch (kind.get()) {
                case CAUSAL_LM -> {
                    return OutputLabels.areGivenBy(adapter)
                            ? LabelTask.of(model, adapter).map(Task.class::cast)
                            : Optional.of(CausalLmTask.of(LabelTask.directory(model), options));
                }
                case TOKEN_CLASSIFICATION -> {
                    return ofTokens(model, adapter, options);
                }
                case QUESTION_ANSWERING -> {
                    return Optional.of(AnswerTask.of(LabelTask.directory(model), options));
                }
                case RERANKING -> {
                    return Optional.of(RerankingTask.of(LabelTask.directory(model), options));
                }
                case EMBEDDING -> {
                    return Optional.of(EmbeddingTask.of(model, OptionalInt.empty(), options));
                }
                default -> {}
            }
        }
        if (OutputLabels.areOfTokens(model, adapter)) {
            return ofTokens(model, adapter, options);
        }
        boolean ownHead = adapter.headConfig().isEmpty() && !OutputLabels.areGivenBy(adapter);
        Optional<Task> ready = ownHead ? ofReadyMade(model) : Optional.empty();
        if (ready.isPresent()) {
            return ready;
        }
        boolean spans =
                adapter.headConfig()
                        .filter(h -> h.pooling() == HeadConfig.Pooling.SPAN)
                        .isPresent();
        if (spans) {
            return Optional.of(AnswerTask.of(LabelTask.directory(model), options));
        }
        Optional<LabelTask> labels = LabelTask.of(model, adapter);
        boolean scores =
                adapter.headConfig().isEmpty()
                        && labels.flatMap(LabelTask::outputLabels).filter(List::isEmpty).isPresent()
                        && recordedKind(options).isEmpty()
                        && OwnHead.givesScores(model);
        // a classifier that PEFT saved with the adapter of a cross-encoder is still that of scores
        return scores ? ofReadyMade(model) : labels.map(Task.class::cast);
    }

    private static Optional<Task> ofTokens(
            AdaptedModel model, Adapter adapter, Map<String, String> options) throws IOException {
        Optional<List<String>> tags = OutputLabels.of(model, adapter);
        return tags.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        TokenTask.of(
                                LabelTask.directory(model),
                                tags.get(),
                                LabelTask.number(options, LabelTask.MAX_LENGTH)));
    }

    /** Finds the kind of task among the options of a run. */
    static Optional<TaskKind> recordedKind(Map<String, String> options) {
        String name = options.get(LabelTask.KIND);
        return Arrays.stream(TaskKind.values()).filter(kind -> kind.name().equals(name)).findAny();
    }

    /**
     * Finds out what an adapter of a model has learned, to measure it on data. An adapter without a
     * word about its task, which may come from elsewhere, has that which the data are made for.
     *
     * @param source where the adapter is from, for messages
     * @throws IOException if a text of the adapter is malformed or does not fit the model, or
     *     nothing tells what the labels of the data mean to it
     */
    static Task of(AdaptedModel model, Adapter adapter, Path source, LabelledData data)
            throws IOException {
        boolean named = OutputLabels.areGivenBy(adapter);
        Map<String, String> options = LabelTask.recorded(adapter);
        if (!named
                && recordedKind(options).isEmpty()
                && data.task().equals(Optional.of(TaskKind.CAUSAL_LM))) {
            return CausalLmTask.of(LabelTask.directory(model), options);
        }
        if (!named
                && recordedKind(options).isEmpty()
                && data.task().equals(Optional.of(TaskKind.EMBEDDING))) {
            return EmbeddingTask.of(model, OptionalInt.empty(), options);
        }
        Optional<Task> task = of(model, adapter);
        if (task.isEmpty()) {
            throw new IOException(
                    ("Adapter directory '%s' has no %s, which names the classes of the"
                                    + " adapter's task; give the output of a fine-tuning run")
                            .formatted(source, AdapterDirectory.LABELS));
        }
        if (!named && task.get() instanceof LabelTask labels) {
            requireKnown(labels.labels(), source, data);
        }
        return task.get();
    }

    /** Refuses data for outputs that have only the names which the model gives them. */
    private static void requireKnown(LabelSpace labels, Path source, LabelledData data)
            throws IOException {
        try {
            labels.encode(data);
        } catch (IllegalArgumentException e) {
            throw new IOException(
                    ("Adapter directory '%s' has no %s, which names the classes of the adapter's"
                                    + " task, and the model names no outputs that fit: %s")
                            .formatted(source, AdapterDirectory.LABELS, e.getMessage()),
                    e);
        }
    }
}
