/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.task;

import ai.djl.Application;
import ai.djl.inference.Predictor;
import ai.djl.modality.Classifications;
import ai.djl.modality.cv.Image;
import ai.djl.modality.nlp.translator.NamedEntity;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.translate.TranslateException;
import ai.djl.translate.Translator;
import ai.djl.translate.TranslatorContext;
import ai.djl.util.StringPair;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.djladapters.checkpoint.AdapterDirectory;
import org.djladapters.checkpoint.head.OutputLabels;
import org.djladapters.checkpoint.merged.MergedModel;
import org.djladapters.data.TaskKind;
import org.djladapters.hub.ModelDirectory;
import org.djladapters.model.AdaptedModel;
import org.djladapters.model.Adapter;
import org.djladapters.model.access.ModelAccess;
import org.djladapters.rotation.Matmul;
import org.djladapters.task.kind.LabelTask;
import org.djladapters.task.kind.MergedServing;
import org.djladapters.task.kind.Task;
import org.djladapters.task.kind.TaskInputs;

/**
 * A model with the adapters that it works with for a task: predicts with the names of classes and
 * all their probabilities, and exports a plain DJL model that does the same.
 *
 * <pre>{@code
 * try (TaskModel tickets = TaskModel.open(base, adapter)) {
 *     for (Classifications result :
 *             tickets.predict(List.of("Where is my parcel?"), Classifications.class)) {
 *         System.out.println(result.best());
 *     }
 *     tickets.export(Path.of("tickets-model"));
 * }
 * }</pre>
 *
 * <p>The files that an adapter brings, {@code labels.json} and {@code provenance.json}, tell its
 * task. Without labels, the classes have the names that the model's configuration gives them, or
 * {@code LABEL_0}, {@code LABEL_1}, …. An adapter without outputs of its own gives embeddings or
 * bare arrays.
 *
 * <p>A prediction is made with the adapters that the task model was opened for, active or merged,
 * or it is refused: where others were activated meanwhile, adapters are disabled, or one was
 * swapped for another task's or got other labels, {@code predict} throws an {@link
 * IllegalStateException} (and a {@code Predictor} a {@link TranslateException} that it caused). An
 * export does not depend on what is active. All methods are safe for several threads.
 */
public final class TaskModel implements AutoCloseable {

    private static final String ADAPTER = "adapter";
    private static final int BATCH_SIZE = 32;

    private final AdaptedModel model;
    private final boolean owned;
    private final ModelDirectory directory;
    private final List<Adapter> adapters;
    private final Optional<Task> task;
    private final NDManager owner;
    private final TaskTranslators translators;
    private final Map<List<Class<?>>, AdapterPredictor<?, ?>> shared = new HashMap<>();

    /** Texts of the adapters that tell this task. */
    private volatile List<Map<String, String>> texts;

    private TaskModel(
            AdaptedModel model,
            boolean owned,
            List<Adapter> adapters,
            List<Map<String, String>> texts,
            Optional<Task> task) {
        this.model = model;
        this.owned = owned;
        this.adapters = adapters;
        this.texts = texts;
        this.task = task;
        directory = model.directory().orElseThrow();
        owner = model.model().getNDManager().newSubManager();
        translators =
                new TaskTranslators(
                        task,
                        new TaskInputs(directory, model.inputNames(), model.outputNames(), owner));
    }

    /**
     * Opens a model with an adapter.
     *
     * @param base the directory of the model
     * @param adapter the directory of the adapter
     * @return the task model; closing it releases everything
     * @throws IOException if a file is missing, can't be read, or does not fit another; the message
     *     says which
     */
    public static TaskModel open(Path base, Path adapter) throws IOException {
        AdaptedModel model = AdaptedModel.open(base);
        try {
            AdapterDirectory.load(model, ADAPTER, adapter);
            return of(model, true, List.of(ADAPTER));
        } catch (IOException | RuntimeException e) {
            model.close();
            throw e;
        }
    }

    /**
     * Opens adapters that a model has already, and activates them unless they are merged.
     *
     * @param model a model that was opened from a directory; it is not closed with the task model
     * @param adapterNames the adapters in the order in which they act; without any, those that are
     *     merged or else active now, or the model itself if it has no adapters
     * @return the task model
     * @throws IOException if what the adapters bring is malformed or does not fit the model
     * @throws IllegalArgumentException if there is no adapter of a name, several have tasks, or the
     *     model was not opened from a directory
     * @throws IllegalStateException if others are merged, none is named and none of the model's is
     *     active, or two of them have a head
     */
    public static TaskModel of(AdaptedModel model, String... adapterNames) throws IOException {
        return of(model, false, adapterNames.length == 0 ? shown(model) : List.of(adapterNames));
    }

    /**
     * Names the outputs of an adapter that was trained by hand and opens it. The names stay with
     * the adapter, wherever it is saved or exported.
     *
     * @param model a model that was opened from a directory; it is not closed with the task model
     * @param adapterName the name of one of its adapters
     * @param labels the classes in the order of the outputs; none if the single output is a value
     * @return the task model
     * @throws IOException if what the adapter brings is malformed or does not fit the model
     * @throws IllegalArgumentException if the labels are not as many as the outputs or one of them
     *     stands twice, or as {@link #of(AdaptedModel, String...)}
     * @throws IllegalStateException as {@link #of(AdaptedModel, String...)}
     */
    public static TaskModel of(AdaptedModel model, String adapterName, List<String> labels)
            throws IOException {
        OutputLabels.set(model, adapterName, labels);
        return of(model, adapterName);
    }

    private static TaskModel of(AdaptedModel model, boolean owned, List<String> names)
            throws IOException {
        if (model.directory().isEmpty()) {
            throw new IllegalArgumentException(
                    "Only a model that was opened from a directory has tasks, since the"
                            + " directory says how inputs are made; predict with newPredictor"
                            + " and save native Blocks"
                            + " with Model.save");
        }
        List<Adapter> adapters = names.stream().map(model::adapter).toList();
        List<Map<String, String>> texts = texts(adapters); // before the task that they tell
        Optional<Task> task = task(model, adapters);
        List<String> merged = model.merged();
        if (!names.equals(merged.isEmpty() ? model.active() : merged)) {
            model.activate(names.toArray(new String[0]));
        }
        return new TaskModel(model, owned, adapters, texts, task);
    }

    private static List<String> shown(AdaptedModel model) {
        List<String> merged = model.merged();
        List<String> shown = merged.isEmpty() ? model.active() : merged;
        if (shown.isEmpty() && !model.names().isEmpty()) {
            throw new IllegalStateException(
                    "No adapter is active, so only the base model would be used; name one of "
                            + model.names());
        }
        return shown;
    }

    /**
     * The task of the adapter that has labels or a head, else that of the base model's own head.
     */
    private static Optional<Task> task(AdaptedModel model, List<Adapter> adapters)
            throws IOException {
        Optional<Task> found = Optional.empty();
        String owner = null;
        for (Adapter adapter : adapters) {
            if (OutputLabels.areGivenBy(adapter) || adapter.headConfig().isPresent()) {
                Optional<Task> next = Task.of(model, adapter);
                if (found.isPresent() && !found.equals(next)) {
                    throw new IllegalArgumentException(
                            "Adapters '%s' and '%s' are for different tasks; open one of them"
                                    .formatted(owner, adapter.name()));
                }
                found = next;
                owner = adapter.name();
            }
        }
        if (found.isPresent()) {
            return found;
        }
        return adapters.isEmpty() ? Task.of(model) : Task.of(model, adapters.get(0));
    }

    private static List<Map<String, String>> texts(List<Adapter> adapters) {
        return adapters.stream().map(Adapter::texts).toList();
    }

    /**
     * Tells, as far as can be said without a model, what an adapter is for.
     *
     * @param adapterDirectory the adapter
     * @return text, token or image classification for one with {@code labels.json}, generation for
     *     one of a language model, otherwise undefined
     * @throws IOException if the record of its training can't be read
     */
    public static Application application(Path adapterDirectory) throws IOException {
        Map<String, String> options = LabelTask.recorded(adapterDirectory);
        if (TaskKind.CAUSAL_LM.name().equals(options.get(LabelTask.KIND))) {
            return Application.NLP.TEXT_GENERATION;
        }
        if (!Files.isRegularFile(adapterDirectory.resolve(AdapterDirectory.LABELS))) {
            return Application.UNDEFINED;
        }
        if (TaskKind.TOKEN_CLASSIFICATION.name().equals(options.get(LabelTask.KIND))) {
            return Application.NLP.TOKEN_CLASSIFICATION;
        }
        return options.containsKey(LabelTask.IMAGE_SIZE)
                ? Application.CV.IMAGE_CLASSIFICATION
                : Application.NLP.TEXT_CLASSIFICATION;
    }

    /**
     * Returns the model and all its adapters.
     *
     * @return the model
     */
    public AdaptedModel model() {
        return model;
    }

    /**
     * Returns what the outputs are called.
     *
     * @return the classes in the order of the outputs; none for a regression, embeddings and bare
     *     arrays
     */
    public List<String> labels() {
        return task.flatMap(Task::outputLabels).orElse(List.of());
    }

    /**
     * Predicts in batches, in the order of the inputs.
     *
     * @param inputs texts, pairs ({@link StringPair}) or images, all of one type
     * @param output what is predicted; see {@link #translator}
     * @param <O> the type of predictions
     * @return one prediction for every input
     * @throws TranslateException if the model's tokenizer can't be read
     * @throws IllegalArgumentException if the task has no such types
     * @throws IllegalStateException if the model shows other adapters than those that this task
     *     model was opened for
     * @throws ArithmeticException if the model's outputs are not finite
     */
    public <O> List<O> predict(List<?> inputs, Class<O> output) throws TranslateException {
        if (inputs.isEmpty()) {
            return List.of();
        }
        return predict(inputs, type(inputs), output);
    }

    private <I, O> List<O> predict(List<?> inputs, Class<I> input, Class<O> output)
            throws TranslateException {
        Predictor<I, O> predictor = shared(input, output);
        List<I> typed = inputs.stream().map(input::cast).toList();
        List<O> predictions = new ArrayList<>(typed.size());
        for (int start = 0; start < typed.size(); start += BATCH_SIZE) {
            int end = Math.min(typed.size(), start + BATCH_SIZE);
            try {
                predictions.addAll(predictor.batchPredict(typed.subList(start, end)));
            } catch (TranslateException e) {
                if (e.getCause() instanceof RuntimeException cause) {
                    throw cause;
                }
                throw e;
            }
        }
        return List.copyOf(predictions);
    }

    /** The type of the first input, which all others have to have. */
    private static Class<?> type(List<?> inputs) {
        for (int i = 0; i < inputs.size(); i++) {
            if (inputs.get(i) == null) {
                throw new IllegalArgumentException(
                        "Input %d of %d is null".formatted(i + 1, inputs.size()));
            }
        }
        Class<?> type = inputs.get(0) instanceof Image ? Image.class : inputs.get(0).getClass();
        for (Object input : inputs) {
            if (!type.isInstance(input)) {
                throw new IllegalArgumentException(
                        "The inputs are of different types, %s and %s; predict them separately"
                                .formatted(type.getSimpleName(), input.getClass().getSimpleName()));
            }
        }
        return type;
    }

    /** The predictor that all threads share; it holds nothing of a prediction. */
    private <I, O> Predictor<I, O> shared(Class<I> input, Class<O> output)
            throws TranslateException {
        synchronized (shared) {
            AdapterPredictor<?, ?> found = shared.get(List.of(input, output));
            if (found == null) {
                found = prepared(input, output);
                shared.put(List.of(input, output), found);
            }
            @SuppressWarnings("unchecked") // kept by these types
            Predictor<I, O> predictor = (Predictor<I, O>) found;
            return predictor;
        }
    }

    private <I, O> AdapterPredictor<I, O> prepared(Class<I> input, Class<O> output)
            throws TranslateException {
        try {
            AdapterPredictor<I, O> predictor = new AdapterPredictor<>(translator(input, output));
            predictor.prepare();
            return predictor;
        } catch (IOException e) {
            throw new TranslateException(e.getMessage(), e);
        }
    }

    /**
     * Makes the translator between types.
     *
     * <table>
     * <caption>Types</caption>
     * <tr><th>task</th><th>from</th><th>to</th></tr>
     * <tr><td>classes of texts</td><td>{@code String}, {@link StringPair}</td>
     *     <td>{@link Classifications}</td></tr>
     * <tr><td>classes of images</td><td>{@link Image}</td><td>{@link Classifications}</td></tr>
     * <tr><td>regression</td><td>as above</td><td>{@code Float}</td></tr>
     * <tr><td>tags of words</td><td>{@code String}</td><td>{@link NamedEntity}{@code []}, the
     *     entities: type, number of the first word, text with its start and end, and the mean
     *     probability of the words' tags</td></tr>
     * <tr><td>none, a model of text</td><td>{@code String}</td><td>{@code float[]}, an
     *     embedding as DJL's translator makes it with the model's {@code serving.properties}</td>
     *     </tr>
     * <tr><td>any</td><td>{@link NDList}</td><td>{@link NDList}</td></tr>
     * </table>
     *
     * @param input the type that is predicted from
     * @param output the type of predictions
     * @param <I> the type that is predicted from
     * @param <O> the type of predictions
     * @return a translator, which can be used until this task model is closed
     * @throws IOException if the model's tokenizer can't be read
     * @throws IllegalArgumentException if there is no translator between these types; the message
     *     tells those that there are
     */
    public <I, O> Translator<I, O> translator(Class<I> input, Class<O> output) throws IOException {
        return translators.of(input, output);
    }

    /**
     * Creates a predictor of this task; predictors of several threads run at once.
     *
     * @param input the type that is predicted from
     * @param output the type of predictions
     * @param <I> the type that is predicted from
     * @param <O> the type of predictions
     * @return the predictor
     * @throws IOException as {@link #translator}
     * @throws IllegalArgumentException as {@link #translator}
     */
    public <I, O> Predictor<I, O> newPredictor(Class<I> input, Class<O> output) throws IOException {
        return newPredictor(translator(input, output));
    }

    /**
     * Creates a predictor with a translator of one's own.
     *
     * @param translator turns inputs into arrays and arrays into results
     * @param <I> the type that is predicted from
     * @param <O> the type of predictions
     * @return the predictor
     */
    public <I, O> Predictor<I, O> newPredictor(Translator<I, O> translator) {
        return new AdapterPredictor<>(translator);
    }

    /** Runs a pass only if the model shows the adapters of this task model. */
    private final class AdapterPredictor<I, O> extends Predictor<I, O> {

        AdapterPredictor(Translator<I, O> translator) {
            super(
                    TaskModel.this.model.model(),
                    translator,
                    TaskModel.this.model.model().getNDManager().getDevice(),
                    false);
        }

        /** Does what the first prediction would do, which several threads can't do at once. */
        void prepare() throws TranslateException {
            try (PredictorContext context = new PredictorContext(model, manager, metrics)) {
                translator.prepare(context);
                prepared = true;
            } catch (Exception e) {
                throw new TranslateException(e.getMessage(), e);
            }
        }

        @Override
        protected NDList predictInternal(TranslatorContext context, NDList inputs) {
            return ModelAccess.of(TaskModel.this.model)
                    .predict(inputs, TaskModel.this::requireShown);
        }
    }

    private void requireShown(List<Adapter> shown) {
        // adapters are compared as they are: one of the same name may be another
        if (!shown.equals(adapters)) {
            if (names(shown).equals(names(adapters))) {
                throw new IllegalStateException(
                        "The task model was opened for another adapter named %s; open it again"
                                .formatted(names(adapters)));
            }
            throw new IllegalStateException(
                    ("The task model was opened for %s, but the model uses %s now; activate"
                                    + " what it was opened for, or open another task model")
                            .formatted(names(adapters), names(shown)));
        }
        requireSameTask();
    }

    /** Refuses adapters that were swapped or described anew if their texts tell another task. */
    private void requireSameTask() {
        List<Map<String, String>> now = texts(adapters);
        if (now.equals(texts)) {
            return;
        }
        try {
            if (task(model, adapters).equals(task)) {
                texts = now;
                return;
            }
        } catch (IOException | IllegalArgumentException e) {
            throw new IllegalStateException(otherTask() + ": " + e.getMessage(), e);
        }
        throw new IllegalStateException(otherTask());
    }

    private String otherTask() {
        return ("The labels or inputs of %s have changed since the task model was opened; open"
                        + " it again")
                .formatted(names(adapters));
    }

    private static String names(List<Adapter> adapters) {
        return adapters.isEmpty()
                ? "the base model without adapters"
                : adapters.stream()
                        .map(adapter -> "'" + adapter.name() + "'")
                        .collect(Collectors.joining(" and "));
    }

    /**
     * Exports the model with the adapters merged as a plain DJL model, which {@code Criteria} opens
     * without this library: the names of classes, to what length texts are truncated, how images
     * are prepared go with it. The model stays as it is.
     *
     * <p>DJL's own translators give the same predictions for classes of texts and images and for
     * embeddings, but that they round the pixels of resized images down, at most one of 255 levels.
     * Pairs and regressions come as {@code float[]}, entities as the tags of tokens; {@link #usage}
     * tells how.
     *
     * @param target where to, a directory that does not exist yet or is empty
     * @throws IOException if the directory can't be written or holds files already; nothing is left
     *     behind then
     * @throws IllegalStateException if a weight would not be finite, or an adapter was deleted or
     *     got other labels or inputs since the task model was opened
     */
    public void export(Path target) throws IOException {
        export(target, MergedModel.PRODUCTS);
    }

    /**
     * Exports the model as {@link #export(Path)} does and says how the program computes the
     * products of its linear layers.
     *
     * @param target as above
     * @param matmul {@link Matmul#MKL} for the text of the base model's program as it is; otherwise
     *     linear layers compute products of so many rows by oneDNN, but none of fewer than 64,
     *     where it runs on a CPU with AVX-512. The number was measured here and not where the
     *     export will run. Outputs are the same but for rounding
     * @throws IOException as above
     * @throws IllegalStateException as above
     */
    public void export(Path target, Matmul matmul) throws IOException {
        List<String> names = adapters.stream().map(Adapter::name).toList();
        List<String> there = model.names();
        requireUnchanged(names.stream().filter(there::contains).map(model::adapter).toList());
        MergedModel.export(
                model,
                target,
                names,
                task.flatMap(Task::outputLabels),
                serving().map(MergedServing::properties).orElse(Map.of()),
                matmul,
                this::requireUnchanged);
    }

    private void requireUnchanged(List<Adapter> now) {
        for (Adapter adapter : adapters) {
            if (!now.contains(adapter)) {
                throw new IllegalStateException(
                        "Adapter '%s' was deleted since the task model was opened; open it again"
                                .formatted(adapter.name()));
            }
        }
        requireSameTask();
    }

    /**
     * Tells in one line how a program opens what {@link #export} writes, and what DJL's own
     * translators give where that is less than a task model gives.
     *
     * @return the line
     * @throws IOException if the description of the model is malformed
     */
    public String usage() throws IOException {
        return serving()
                .map(MergedServing::usage)
                .orElse("DJL alone opens it as it opens the base model");
    }

    private Optional<MergedServing> serving() throws IOException {
        return task.isPresent()
                ? task.get().serving(directory, model.inputNames())
                : Optional.empty();
    }

    /** Releases predictors and tokenizer, and the model if it was opened for this task model. */
    @Override
    public void close() {
        synchronized (shared) {
            shared.values().forEach(Predictor::close);
            shared.clear();
        }
        if (owned) {
            model.close();
        } else {
            owner.close();
        }
    }
}
