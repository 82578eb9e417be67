/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.tuning;

import ai.djl.Application;
import ai.djl.huggingface.translator.TextEmbeddingTranslatorFactory;
import ai.djl.modality.Classifications;
import ai.djl.modality.cv.Image;
import ai.djl.modality.cv.translator.ImageClassificationTranslatorFactory;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.translate.NoopTranslator;
import ai.djl.translate.TranslateException;
import ai.djl.translate.Translator;
import ai.djl.util.StringPair;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.djladapters.checkpoint.AdapterDirectory;
import org.djladapters.checkpoint.MergedModel;
import org.djladapters.surgery.AdaptedModel;
import org.djladapters.surgery.ModelDirectory;

/**
 * What an adapter was trained for, put to use: translators that give results, and exports that
 * stock DJL opens.
 *
 * <p>The files beside the adapter tell its task. One without {@code labels.json} has the classes of
 * the model's own head, if the model is a classifier, or else no task: it gives embeddings or bare
 * arrays.
 */
public final class Deployment {

    private static final String FACTORY = "translatorFactory";

    private final AdaptedModel model;
    private final ModelDirectory directory;
    private final Task task;

    private Deployment(AdaptedModel model, ModelDirectory directory, Task task) {
        this.model = model;
        this.directory = directory;
        this.task = task;
    }

    /**
     * Reads the task of an adapter.
     *
     * @param model the model it is for, opened from a directory
     * @param adapterDirectory the adapter
     * @return what can be done with it
     * @throws IOException if a file can't be read or does not fit the model
     */
    public static Deployment of(AdaptedModel model, Path adapterDirectory) throws IOException {
        ModelDirectory directory = Task.directory(model);
        Task task = Task.find(adapterDirectory, directory).orElse(null);
        return new Deployment(model, directory, task);
    }

    /**
     * Tells, as far as can be said without a model, what an adapter is for.
     *
     * @param adapterDirectory the adapter
     * @return text or image classification for one with {@code labels.json}, generation for one of
     *     a language model, otherwise undefined
     * @throws IOException if the record of its training can't be read
     */
    public static Application application(Path adapterDirectory) throws IOException {
        Map<String, String> options = Task.recorded(adapterDirectory);
        if (TaskKind.CAUSAL_LM.name().equals(options.get(Task.KIND))) {
            return Application.NLP.TEXT_GENERATION;
        }
        if (!hasLabels(adapterDirectory)) {
            return Application.UNDEFINED;
        }
        return options.containsKey(Task.IMAGE_SIZE)
                ? Application.CV.IMAGE_CLASSIFICATION
                : Application.NLP.TEXT_CLASSIFICATION;
    }

    private static boolean hasLabels(Path adapterDirectory) {
        return Files.isRegularFile(adapterDirectory.resolve(AdapterDirectory.LABELS));
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
     * <tr><td>numbers</td><td>as above</td><td>{@code Float}</td></tr>
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
     * @return a translator, for predictors of this model
     * @throws IOException if the model's tokenizer can't be read
     * @throws IllegalArgumentException if there is no translator between these types; the message
     *     tells those that there are
     */
    public <I, O> Translator<I, O> translator(Class<I> input, Class<O> output) throws IOException {
        Optional<Translator<?, ?>> found = find(input, output);
        if (found.isEmpty()) {
            throw new IllegalArgumentException(
                    "The adapter does not predict %s from %s; it predicts %s"
                            .formatted(output.getSimpleName(), input.getSimpleName(), types()));
        }
        @SuppressWarnings("unchecked") // found by these types
        Translator<I, O> translator = (Translator<I, O>) found.get();
        return translator;
    }

    private Optional<Translator<?, ?>> find(Class<?> input, Class<?> output) throws IOException {
        if (input == NDList.class && output == NDList.class) {
            return Optional.of(new NoopTranslator());
        }
        if (task == null) {
            return input == String.class && output == float[].class && isText()
                    ? Optional.of(embedding())
                    : Optional.empty();
        }
        if (output != result()) {
            return Optional.empty();
        }
        return task.imageSize().isPresent() ? ofImages(input) : ofTexts(input);
    }

    private Optional<Translator<?, ?>> ofImages(Class<?> input) throws IOException {
        if (input != Image.class) {
            return Optional.empty();
        }
        ImagePreprocessing preprocessing =
                ImagePreprocessing.of(directory, task.imageSize().orElseThrow());
        return Optional.of(
                new TaskTranslator<Image, Object>(
                        (manager, images) ->
                                new NDList(
                                        preprocessing.toArray(
                                                manager,
                                                images.stream()
                                                        .map(i -> preprocessing.pixels(i, manager))
                                                        .toList())),
                        this::results));
    }

    private Optional<Translator<?, ?>> ofTexts(Class<?> input) throws IOException {
        if (input == String.class) {
            return Optional.of(this.<String>texts((encoder, text) -> encoder.encode(text, null)));
        }
        if (input == StringPair.class) {
            return Optional.of(
                    this.<StringPair>texts(
                            (encoder, pair) -> encoder.encode(pair.getKey(), pair.getValue())));
        }
        return Optional.empty();
    }

    private <T> Translator<T, Object> texts(BiFunction<TextEncoder, T, TextEncoder.Tokens> encode)
            throws IOException {
        TextInputs inputs = TextInputs.of(directory, model.inputNames());
        int length = task.maxLength().orElseThrow();
        // lives as long as the model, for which all translators are made
        TextEncoder encoder = TextEncoder.open(directory, length, model.model().getNDManager());
        return new TaskTranslator<>(
                (manager, texts) ->
                        inputs.create(
                                manager,
                                texts.stream().map(text -> encode.apply(encoder, text)).toList()),
                this::results);
    }

    private List<Object> results(NDArray logits) {
        if (task.kind() == TaskKind.REGRESSION) {
            List<Object> numbers = new ArrayList<>();
            for (float value : logits.toFloatArray()) {
                numbers.add(value);
            }
            return numbers;
        }
        List<String> classes = task.labels().labels();
        float[] probabilities = logits.softmax(1).toFloatArray();
        List<Object> results = new ArrayList<>();
        for (int start = 0; start < probabilities.length; start += classes.size()) {
            List<Double> row = new ArrayList<>();
            for (int i = 0; i < classes.size(); i++) {
                row.add((double) probabilities[start + i]);
            }
            results.add(new Classifications(classes, row));
        }
        return results;
    }

    private Translator<String, float[]> embedding() throws IOException {
        try {
            return new TextEmbeddingTranslatorFactory()
                    .newInstance(
                            String.class,
                            float[].class,
                            model.model(),
                            directory.servingArguments());
        } catch (TranslateException | RuntimeException e) {
            throw new IOException(
                    "'%s' has no tokenizer or description for embeddings: %s"
                            .formatted(directory.path(), e.getMessage()),
                    e);
        }
    }

    private boolean isText() {
        return model.inputNames().contains("input_ids");
    }

    private Class<?> result() {
        return task.kind() == TaskKind.REGRESSION ? Float.class : Classifications.class;
    }

    private String types() {
        String own = "";
        if (task != null) {
            String from = task.imageSize().isPresent() ? "Image" : "String or StringPair";
            own = result().getSimpleName() + " from " + from + ", ";
        } else if (isText()) {
            own = "float[] from String, ";
        }
        return own + "NDList from NDList";
    }

    /**
     * Exports the model with adapters merged, as {@link MergedModel} does, and describes it for
     * DJL's own translators: the names of classes, to what texts are cut, how images are prepared.
     *
     * <p>DJL's translator gives the same predictions, but that it rounds the pixels of resized
     * images down, which is at most one of 255 levels.
     *
     * @param target where to, a directory that does not exist yet or is empty
     * @param adapterNames the adapters in the order in which they act, the active ones if none
     * @throws IOException as {@link MergedModel#export}
     */
    public void exportMerged(Path target, String... adapterNames) throws IOException {
        List<String> labels = task == null ? List.of() : task.labels().labels();
        MergedModel.export(model, target, labels, properties(), adapterNames);
    }

    private Map<String, String> properties() throws IOException {
        Map<String, String> properties = new LinkedHashMap<>();
        if (task == null || task.kind() == TaskKind.REGRESSION) {
            return properties;
        }
        task.maxLength().ifPresent(length -> properties.put("maxLength", Integer.toString(length)));
        if (task.imageSize().isPresent()) {
            int size = task.imageSize().getAsInt();
            ImagePreprocessing preprocessing = ImagePreprocessing.of(directory, size);
            properties.put("width", Integer.toString(size));
            properties.put("height", Integer.toString(size));
            properties.put("resize", "true");
            properties.put(
                    "normalize",
                    Stream.concat(preprocessing.mean().stream(), preprocessing.std().stream())
                            .map(String::valueOf)
                            .collect(Collectors.joining(",")));
            properties.put("applySoftmax", "true");
            properties.put(FACTORY, ImageClassificationTranslatorFactory.class.getName());
        }
        return properties;
    }
}
