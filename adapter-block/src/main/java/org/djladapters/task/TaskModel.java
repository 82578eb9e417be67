/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.task;

import ai.djl.inference.Predictor;
import ai.djl.modality.Classifications;
import ai.djl.modality.cv.Image;
import ai.djl.modality.nlp.qa.QAInput;
import ai.djl.modality.nlp.translator.NamedEntity;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import ai.djl.translate.TranslateException;
import ai.djl.translate.Translator;
import ai.djl.util.StringPair;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;
import org.djladapters.adapter.Adapter;
import org.djladapters.checkpoint.AdapterDirectory;
import org.djladapters.checkpoint.head.OutputLabels;
import org.djladapters.checkpoint.merged.Export;
import org.djladapters.checkpoint.merged.LinearProducts;
import org.djladapters.checkpoint.merged.MergedCheckpoint;
import org.djladapters.checkpoint.merged.MergedModel;
import org.djladapters.checkpoint.merged.MergedOnnx;
import org.djladapters.checkpoint.quantized.QuantizedArchive;
import org.djladapters.checkpoint.quantized.QuantizedOnnx;
import org.djladapters.data.TaskKind;
import org.djladapters.hub.ModelDirectory;
import org.djladapters.hub.ModelTower;
import org.djladapters.hub.OpenOptions;
import org.djladapters.hub.SentenceSettings;
import org.djladapters.io.Internal;
import org.djladapters.matmul.Matmul;
import org.djladapters.model.AdaptedModel;
import org.djladapters.task.answers.Answer;
import org.djladapters.task.embedding.SentenceEncoder;
import org.djladapters.task.kind.MergedServing;
import org.djladapters.task.kind.RecordedOptions;
import org.djladapters.task.kind.Task;
import org.djladapters.task.kind.TaskInputs;
import org.djladapters.task.multilabel.ChosenClasses;
import org.djladapters.task.option.AdaptedTexts;

/**
 * A model with the adapters that it works with for a task: predicts one type from another, classes
 * with all their probabilities from texts for example, and exports a plain DJL model that does the
 * same.
 *
 * <pre>{@code
 * try (TaskModel<String, Classifications> tickets =
 *         TaskModel.open(base, adapter, String.class, Classifications.class)) {
 *     System.out.println(tickets.predict("Where is my parcel?").best());
 *     tickets.export(Path.of("tickets-model"));
 * }
 * try (TaskModel<String, Classifications> tickets =
 *         TaskModel.open(Path.of("tickets-model"), String.class, Classifications.class)) {
 *     System.out.println(tickets.predict("Where is my parcel?").best());
 * }
 * }</pre>
 *
 * <p>The files of an adapter, {@code labels.json} and {@code provenance.json}, tell its task.
 * Without labels, the classes have the names that the model's configuration gives them, or {@code
 * LABEL_0}, {@code LABEL_1}, …. An adapter without outputs of its own gives embeddings or bare
 * arrays. Without an adapter, the model's {@code config.json} and {@code serving.properties} tell,
 * which an export has, too. A checkpoint whose classifier has one output scores pairs, as a
 * cross-encoder of sentence-transformers, unless its {@code problem_type} is {@code regression}.
 *
 * <p>The task decides which types there are:
 *
 * <table>
 * <caption>Types</caption>
 * <tr><th>task</th><th>from</th><th>to</th></tr>
 * <tr><td>classes of texts</td><td>{@code String}, {@link StringPair}</td>
 *     <td>{@link Classifications}</td></tr>
 * <tr><td>classes of images</td><td>{@link Image}</td><td>{@link Classifications}</td></tr>
 * <tr><td>regression</td><td>as above</td><td>{@code Float}</td></tr>
 * <tr><td>tags of words</td><td>{@code String}</td><td>{@link NamedEntity}{@code []}, the entities:
 *     type, number of the first word, text with its start and end, and the mean probability of the
 *     words' tags</td></tr>
 * <tr><td>question answering</td><td>{@link QAInput}</td><td>{@link Answer}</td></tr>
 * <tr><td>several classes at once</td><td>as classes</td>
 *     <td>{@link ChosenClasses}, or {@link Classifications}, whose probabilities are the sigmoids
 *     of the logits, each for itself</td></tr>
 * <tr><td>reranking</td><td>{@link StringPair} of query and passage</td><td>{@code Float}, or
 *     {@code float[]} of one: a score from 0 to 1, the sigmoid of the logit, or the logit itself
 *     where the model's {@code config.json} names the identity, as {@code CrossEncoder.predict} of
 *     sentence-transformers has it</td></tr>
 * <tr><td>none, a model of text</td><td>{@code String}</td><td>{@code float[]}, an embedding as
 *     {@link SentenceSettings} read it from the model's files, or as DJL's translator makes it
 *     where {@code serving.properties} asks for more. Of an adapter that was trained for
 *     queries (or passages) alone, texts are these; others get vectors of the base model</td></tr>
 * <tr><td>none, a model of images</td><td>{@link Image}</td><td>{@code float[]}, an embedding of
 *     length 1: the model's own, as of CLIP, or its first hidden state</td></tr>
 * <tr><td>any</td><td>{@link NDList}</td><td>{@link NDList}</td></tr>
 * </table>
 *
 * <p>Of a model with two towers, such as CLIP, the task model opens the one that the inputs need,
 * so that the vectors of {@code String} and of {@code Image} can be compared. Other types are
 * refused when a task model is opened; the message lists the possible ones. {@code NDList} is
 * always possible, so a task model from {@code NDList} to {@code NDList} exports any adapter.
 *
 * <p>A prediction is made with the adapters of the task model, active or merged, or it is refused:
 * where others were activated meanwhile, adapters are disabled, or one was swapped for another
 * task's or got other labels, {@code predict} throws an {@link IllegalStateException} (and a {@code
 * Predictor} a {@link TranslateException} that it caused). A task model that was opened {@linkplain
 * #beside beside} others applies its adapter to every prediction instead. An export does not depend
 * on what is active. All methods are safe for several threads.
 *
 * <p>When another adapter takes the place of one ({@link AdapterDirectory#replace}), every call of
 * {@code predict} is answered by one of the two. Classes, numbers, entities and answers come from
 * the new one from then on, with its labels; vectors and bare arrays from the one that was there
 * when the task model was opened, see {@link Replacement}.
 *
 * <p>The file is long because it describes every call; the work is in {@code TaskVersion}, {@code
 * TaskPredictor}, {@code Versions} and {@code Tasks}.
 *
 * @param <I> the type that is predicted from
 * @param <O> the type of predictions
 */
public final class TaskModel<I, O> implements AutoCloseable {

    private static final String ADAPTER = "adapter";

    private final AdaptedModel model;
    private final boolean owned;

    private final Class<I> input;
    private final Class<O> output;
    private final TaskInputs inputs;
    private final Versions<TaskVersion<I, O>> versions;

    private TaskModel(
            AdaptedModel model,
            boolean owned,
            boolean beside,
            Class<I> input,
            Class<O> output,
            List<String> names,
            Replacement replacement)
            throws IOException {
        if (model.directory().isEmpty()) {
            throw new IllegalArgumentException(
                    "Only a model that was opened from a directory has tasks, since the"
                            + " directory says how inputs are made; predict with newPredictor"
                            + " and save native Blocks"
                            + " with Model.save");
        }
        this.model = model;
        this.owned = owned;
        this.input = input;
        this.output = output;
        inputs = TaskInputs.of(model);
        versions =
                new Versions<>(
                        model,
                        names,
                        replacement,
                        adapters -> new TaskVersion<>(model, beside, input, output, adapters));
        try {
            List<String> merged = model.merged();
            if (!beside && !names.equals(merged.isEmpty() ? model.active() : merged)) {
                model.activate(names.toArray(new String[0]));
            }
        } catch (RuntimeException e) {
            versions.close();
            throw e;
        }
    }

    /**
     * Opens a model with an adapter.
     *
     * @param base the directory of the model
     * @param adapter the directory of the adapter
     * @param input the type that is predicted from
     * @param output the type of predictions
     * @param <I> the type that is predicted from
     * @param <O> the type of predictions
     * @return the task model; closing it releases everything
     * @throws IOException if a file is missing, can't be read, or does not fit another; the message
     *     says which
     * @throws IllegalArgumentException if the adapter does not predict such types; the message
     *     tells those that it does
     */
    public static <I, O> TaskModel<I, O> open(
            Path base, Path adapter, Class<I> input, Class<O> output) throws IOException {
        return open(base, Optional.of(adapter), input, output);
    }

    private static <I, O> TaskModel<I, O> open(
            Path base, Optional<Path> adapter, Class<I> input, Class<O> output) throws IOException {
        AdaptedModel model = AdaptedModel.open(base, options(input));
        try {
            if (adapter.isPresent()) {
                AdapterDirectory.load(model, ADAPTER, adapter.get());
            }
            return new TaskModel<>(
                    model,
                    true,
                    false,
                    input,
                    output,
                    model.names(),
                    Replacement.of(input, output));
        } catch (IOException | RuntimeException e) {
            model.close();
            throw e;
        }
    }

    /** Of a model with two towers, the one for inputs of a type is opened. */
    private static OpenOptions options(Class<?> input) {
        return OpenOptions.builder().optTower(ModelTower.of(input).orElse(null)).build();
    }

    /**
     * Opens a model that was trained already: one that {@link #export} wrote, or whose files
     * describe its predictions.
     *
     * @param directory the directory of the model
     * @param input the type that is predicted from
     * @param output the type of predictions
     * @param <I> the type that is predicted from
     * @param <O> the type of predictions
     * @return the task model; closing it releases everything
     * @throws IOException as above
     * @throws IllegalArgumentException as above
     */
    public static <I, O> TaskModel<I, O> open(Path directory, Class<I> input, Class<O> output)
            throws IOException {
        return open(directory, Optional.empty(), input, output);
    }

    /**
     * Opens adapters that a model has already, and activates them unless they are merged.
     *
     * @param model a model that was opened from a directory; it is not closed with the task model
     * @param input the type that is predicted from
     * @param output the type of predictions
     * @param adapterNames the adapters in the order in which they act; without any, those that are
     *     merged or else active now, or the model itself if it has no adapters
     * @param <I> the type that is predicted from
     * @param <O> the type of predictions
     * @return the task model
     * @throws IOException if a file of the adapters is malformed or does not fit the model
     * @throws IllegalArgumentException if they do not predict such types, there is no adapter of a
     *     name, several have tasks, or the model was not opened from a directory
     * @throws IllegalStateException if others are merged, none is named and none of the model's is
     *     active, or two of them have a head
     */
    public static <I, O> TaskModel<I, O> of(
            AdaptedModel model, Class<I> input, Class<O> output, String... adapterNames)
            throws IOException {
        return new TaskModel<>(
                model,
                false,
                false,
                input,
                output,
                adapterNames.length == 0 ? shown(model) : List.of(adapterNames),
                Replacement.of(input, output));
    }

    /**
     * Opens one of several adapters of a model that are used at once. Its predictions are made with
     * this adapter alone, no matter which are active, and nothing is activated: task models of many
     * adapters predict from many threads with one base model, as many at once as there are
     * processors.
     *
     * <p>While adapters of the model are merged or disabled, predictions that need something else
     * are refused.
     *
     * @param model a model that was opened from a directory; it is not closed with the task model
     * @param input the type that is predicted from
     * @param output the type of predictions
     * @param adapterName the name of one of its adapters, {@link AdaptedModel#BASE} for the base
     *     model
     * @param <I> the type that is predicted from
     * @param <O> the type of predictions
     * @return the task model
     * @throws IOException if a file of the adapter is malformed or does not fit the model
     * @throws IllegalArgumentException if it does not predict such types, there is no adapter of
     *     that name, or the model was not opened from a directory
     */
    public static <I, O> TaskModel<I, O> beside(
            AdaptedModel model, Class<I> input, Class<O> output, String adapterName)
            throws IOException {
        return beside(model, input, output, adapterName, Replacement.of(input, output));
    }

    /**
     * Opens one adapter of a model as {@link #beside(AdaptedModel, Class, Class, String)} does,
     * with a choice for the case that another one takes its place.
     *
     * @param model as above
     * @param input as above
     * @param output as above
     * @param adapterName as above
     * @param replacement by default {@link Replacement#KEEP} for vectors and bare arrays, {@link
     *     Replacement#FOLLOW} for all others
     * @param <I> the type that is predicted from
     * @param <O> the type of predictions
     * @return the task model
     * @throws IOException as above
     * @throws IllegalArgumentException as above
     */
    public static <I, O> TaskModel<I, O> beside(
            AdaptedModel model,
            Class<I> input,
            Class<O> output,
            String adapterName,
            Replacement replacement)
            throws IOException {
        return new TaskModel<>(
                model, false, true, input, output, Versions.named(adapterName), replacement);
    }

    /**
     * Returns the types that one adapter predicts, for programs that do not know its task.
     *
     * @param model a model that was opened from a directory
     * @param adapterName the name of one of its adapters, {@link AdaptedModel#BASE} for the base
     *     model
     * @return the type of predictions by the type that they are made from, without bare arrays
     * @throws IOException if a file of the adapter is malformed or does not fit the model
     */
    @Internal
    public static Map<Class<?>, Class<?>> types(AdaptedModel model, String adapterName)
            throws IOException {
        List<Adapter> adapters = Versions.named(adapterName).stream().map(model::adapter).toList();
        return new TaskTranslators(Tasks.of(model, adapters), TaskInputs.of(model)).outputs();
    }

    /**
     * Returns the kind of task of one adapter, whatever is active.
     *
     * @param model a model that was opened from a directory
     * @param adapterName the name of one of its adapters, {@link AdaptedModel#BASE} for the base
     *     model
     * @return the kind of task; empty if nothing names the outputs, which may be embeddings
     * @throws IOException if a file of the adapter is malformed or does not fit the model
     */
    @Internal
    public static Optional<TaskKind> kind(AdaptedModel model, String adapterName)
            throws IOException {
        List<Adapter> adapters = Versions.named(adapterName).stream().map(model::adapter).toList();
        return Tasks.of(model, adapters).map(Task::kind);
    }

    /**
     * Names the outputs of an adapter that was trained by hand and opens it. The names stay with
     * the adapter, wherever it is saved or exported.
     *
     * @param model a model that was opened from a directory; it is not closed with the task model
     * @param input the type that is predicted from
     * @param output the type of predictions
     * @param adapterName the name of one of its adapters
     * @param labels the classes in the order of the outputs; none if the single output is a value
     * @param <I> the type that is predicted from
     * @param <O> the type of predictions
     * @return the task model
     * @throws IOException if a file of the adapter is malformed or does not fit the model
     * @throws IllegalArgumentException if the labels are not as many as the outputs or one of them
     *     stands twice, or as {@link #of(AdaptedModel, Class, Class, String...)}
     * @throws IllegalStateException as {@link #of(AdaptedModel, Class, Class, String...)}
     */
    public static <I, O> TaskModel<I, O> of(
            AdaptedModel model,
            Class<I> input,
            Class<O> output,
            String adapterName,
            List<String> labels)
            throws IOException {
        OutputLabels.set(model, adapterName, labels);
        return of(model, input, output, adapterName);
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
     * Returns the model and all its adapters.
     *
     * @return the model
     */
    public AdaptedModel model() {
        return model;
    }

    /**
     * Returns the names of the outputs.
     *
     * @return the classes in the order of the outputs; none for a regression, embeddings and bare
     *     arrays
     */
    public List<String> labels() {
        return versions.use(
                version -> version.task().flatMap(Task::outputLabels).orElse(List.of()));
    }

    /**
     * Returns the kind of task.
     *
     * @return the kind of task; empty if nothing names the outputs, which may be embeddings
     */
    public Optional<TaskKind> kind() {
        return versions.use(version -> version.task().map(Task::kind));
    }

    /**
     * Predicts one result.
     *
     * @param item a text, a pair or an image, as the type of inputs says
     * @return the prediction
     * @throws TranslateException as {@link #predict(List)}
     * @throws IllegalStateException as {@link #predict(List)}
     * @throws ArithmeticException as {@link #predict(List)}
     */
    public O predict(I item) throws TranslateException {
        return predict(Collections.singletonList(item)).get(0);
    }

    /**
     * Predicts in batches, in the order of the inputs. Where the windows of long texts are more
     * than 64 together, the model reads them in groups of 64.
     *
     * @param items texts, pairs or images, as the type of inputs says
     * @return one prediction for every input
     * @throws TranslateException if an input can't be turned into arrays
     * @throws IllegalArgumentException if one of the inputs is null, or a text has more than 256
     *     windows
     * @throws IllegalStateException if other adapters are active or merged than those that this
     *     task model was opened for
     * @throws ArithmeticException if the model's outputs are not finite
     */
    public List<O> predict(List<? extends I> items) throws TranslateException {
        return versions.use(version -> TaskPredictor.inBatches(version.predictor(), items));
    }

    /**
     * Makes the translator of this task.
     *
     * @return a translator, which can be used until this task model is closed
     * @throws IOException if a description of the model can't be read any more
     */
    public Translator<I, O> translator() throws IOException {
        return versions.use(version -> version.translators().of(input, output));
    }

    /**
     * Creates a predictor of this task; predictors of several threads run at once.
     *
     * @return the predictor
     * @throws IOException as {@link #translator}
     */
    public Predictor<I, O> newPredictor() throws IOException {
        return new TaskPredictor<>(model, translator(), inputs -> inputs) {
            @Override
            public List<O> batchPredict(List<I> items) throws TranslateException {
                return versions.use(version -> version.predictor().batchPredict(items));
            }
        };
    }

    /**
     * Creates a predictor with another translator.
     *
     * @param translator turns inputs into arrays and arrays into results
     * @param <P> the type that is predicted from
     * @param <Q> the type of predictions
     * @return the predictor
     */
    public <P, Q> Predictor<P, Q> newPredictor(Translator<P, Q> translator) {
        Optional<Task> known = versions.use(TaskVersion::task);
        return new TaskPredictor<>(
                model,
                translator,
                inputs ->
                        versions.use(
                                version -> {
                                    version.requireTask(known);
                                    return version.pass(inputs);
                                }));
    }

    /**
     * Exports the model with the adapters merged as a plain DJL model, which {@code Criteria} opens
     * without this library, with the names of classes, the maximum length of texts and the
     * preparation of images. The model stays as it is. The export of a checkpoint computes in
     * float32, that of an export in the type of this one.
     *
     * <p>DJL's own translators give the same predictions for classes of texts and images and for
     * embeddings, except that they round the pixels of resized images down, by at most 1 of 255.
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
        export(target, LinearProducts.PORTABLE);
    }

    /**
     * Exports the model as {@link #export(Path)} does so that it computes in a type. In bfloat16
     * the file is half as large, and predictions are two to three times as fast on processors that
     * multiply bfloat16, in 8 bits of mantissa. Inputs and outputs are float32 as ever. Weights are
     * merged as they are in this model, and rounded once.
     *
     * @param target as above
     * @param type float32 or bfloat16
     * @throws IOException as above, or if the base model is a TorchScript export with a statement
     *     that is not known to be right in 16 bits, or one in bfloat16 that is to be float32
     * @throws IllegalArgumentException if it is another type
     * @throws IllegalStateException as above
     */
    public void export(Path target, DataType type) throws IOException {
        export(target, LinearProducts.of(type));
    }

    /**
     * Exports the model as {@link #export(Path)} does with a choice of how the program computes the
     * products of its linear layers. Outputs are the same but for rounding. The program of {@link
     * #export(Path)} needs only PyTorch 2.1: on CPUs with AVX-512, products of 64 rows and more are
     * convolutions, which oneDNN computes; all others are as in the base model.
     *
     * @param target as above
     * @param matmul {@link Matmul#MKL} for the text of the base model's program as it is; otherwise
     *     products of so many rows are oneDNN's as in adapted models, with weights that lie in the
     *     file as it reads them, but for those with fewer than 128 rows or columns and those that
     *     several layers share. That mostly is the fastest, but engines without oneDNN do not open
     *     the model; those of x86-64 have it
     * @throws IOException as above
     * @throws IllegalStateException as above
     */
    public void export(Path target, Matmul matmul) throws IOException {
        export(target, LinearProducts.of(matmul));
    }

    /**
     * Exports the model as {@link #export(Path)} does, with the linear layers and embeddings in
     * int8: a quarter of the file, and faster on CPUs. The weights of a linear layer are rounded
     * with a scale for each output, to at most 63 steps on either side, so that all processors
     * compute the same; its inputs as they come, with one scale for all that are computed at once.
     * The rows of an embedding have a scale each. All else stays in float32.
     *
     * <p>The engine packs the weights for its processor when it opens the model. That runs on CPUs
     * only, and has no gradients.
     *
     * @param target as above
     * @throws IOException as above, and if the model has no linear layer that can be in int8
     * @throws IllegalStateException as above
     */
    public void exportInt8(Path target) throws IOException {
        export(
                target,
                LinearProducts.ORIGINAL,
                folder ->
                        QuantizedArchive.quantize(
                                ModelDirectory.open(folder).archive().orElseThrow()));
    }

    private void export(Path target, LinearProducts products) throws IOException {
        export(target, products, folder -> {});
    }

    private void export(Path target, LinearProducts products, Export.Review review)
            throws IOException {
        versions.use(
                version -> {
                    version.requireNoDense();
                    MergedModel.export(
                            version.export(review),
                            target,
                            version.serving().map(MergedServing::properties).orElse(Map.of()),
                            products);
                    return target;
                });
    }

    /**
     * Exports the model with the adapters merged as an ONNX file: the base model's own file with
     * the merged weights in its initializers. Everything else in the file stays byte for byte, so
     * that every program that runs the base model's file runs this one. The model stays as it is.
     *
     * <p>An initializer is replaced only if it holds exactly what the base model has for a weight.
     * Linear layers, embeddings, convolutions and biases can be changed, and a classifier of the
     * base model's own.
     *
     * @param onnx the base model's ONNX file, of at most 2 GiB, with its weights inside and in the
     *     data type of the base model
     * @param target where to, a directory that does not exist yet or is empty; it gets {@code
     *     model.onnx} and, beside it, the base model's tokenizer and configuration
     * @throws IOException if the ONNX file is damaged, is quantized, keeps its weights in other
     *     files, or has no initializer for a weight that an adapter changes; or if the directory
     *     can't be written or holds files already. Nothing is left behind then
     * @throws IllegalArgumentException if an adapter has a head of its own or of another size
     * @throws IllegalStateException as {@link #export(Path)}
     */
    public void exportOnnx(Path onnx, Path target) throws IOException {
        reviewedOnnx(onnx, target, folder -> {});
    }

    /**
     * Exports the model as {@link #exportOnnx(Path, Path)} does, if the file passes a check.
     *
     * @param onnx as above
     * @param target as above
     * @param check takes the path of the written ONNX file before it is in its place; an exception
     *     that it throws ends the call, and nothing is left behind
     * @throws IOException as above
     * @throws IllegalArgumentException as above
     * @throws IllegalStateException as above
     */
    public void exportOnnx(Path onnx, Path target, Consumer<Path> check) throws IOException {
        reviewedOnnx(onnx, target, folder -> check.accept(folder.resolve(MergedOnnx.FILE)));
    }

    /**
     * Exports the model as {@link #exportOnnx(Path, Path, Consumer)} does, then brings the file to
     * int8, as {@link #exportInt8} describes, with the operators {@code DynamicQuantizeLinear} and
     * {@code MatMulInteger}.
     *
     * @param onnx as above
     * @param target as above
     * @param check takes the path of the file in float32, before it is brought to int8
     * @param checkInt8 takes the path of the file in int8
     * @throws IOException as above, and if no linear layer can be in int8
     * @throws IllegalArgumentException as above
     * @throws IllegalStateException as above
     */
    public void exportOnnxInt8(
            Path onnx, Path target, Consumer<Path> check, Consumer<Path> checkInt8)
            throws IOException {
        reviewedOnnx(
                onnx,
                target,
                folder -> {
                    Path file = folder.resolve(MergedOnnx.FILE);
                    check.accept(file);
                    QuantizedOnnx.quantize(file);
                    checkInt8.accept(file);
                });
    }

    private void reviewedOnnx(Path onnx, Path target, Export.Review review) throws IOException {
        versions.use(
                version -> {
                    MergedOnnx.export(version.export(review), onnx, target);
                    return target;
                });
    }

    /**
     * Exports the model with the adapters merged as a HuggingFace checkpoint: {@code
     * model.safetensors} with the weights by the names that they have there, in the data type of
     * the base model, configuration and tokenizer. Where texts get vectors, the files are written
     * too by which sentence-transformers opens the folder. The model stays as it is.
     *
     * <p>A weight that stands in the base model under two names is written once, unless an adapter
     * changed one of the two. Weights that the base model's archive lacks, such as the pooler of an
     * encoder, are not in the checkpoint either.
     *
     * @param target where to, a directory that does not exist yet or is empty
     * @throws IOException if the directory can't be written or holds files already; nothing is left
     *     behind then
     * @throws IllegalArgumentException if an adapter has a head of its own
     * @throws IllegalStateException as {@link #export(Path)}
     */
    public void exportCheckpoint(Path target) throws IOException {
        exportCheckpoint(target, Optional.empty());
    }

    /**
     * Exports the model as {@link #exportCheckpoint(Path)} does, with all weights in a type.
     *
     * @param target as above
     * @param type float32 or bfloat16, to which merged weights are rounded once
     * @throws IOException as above
     * @throws IllegalArgumentException as above, or if it is another type
     * @throws IllegalStateException as {@link #export(Path)}
     */
    public void exportCheckpoint(Path target, DataType type) throws IOException {
        exportCheckpoint(target, LinearProducts.of(type).type());
    }

    private void exportCheckpoint(Path target, Optional<DataType> type) throws IOException {
        versions.use(
                version -> {
                    MergedCheckpoint.export(version.export(folder -> {}), target, type);
                    return target;
                });
    }

    /**
     * Describes in one line how a program opens the result of {@link #export}, and the predictions
     * of DJL's own translators where they are less than those of a task model.
     *
     * @return the line
     * @throws IOException if the description of the model is malformed
     */
    public String usage() throws IOException {
        return versions.use(
                version ->
                        version.serving()
                                .map(MergedServing::usage)
                                .orElse("DJL alone opens it as it opens the base model"));
    }

    /** Works with the version of the adapters that is the newest, which stays open meanwhile. */
    <T, E extends Exception> T use(Versions.Work<TaskVersion<I, O>, T, E> work) throws E {
        return versions.use(work);
    }

    /** Returns the inputs for the translators of this task. */
    TaskInputs inputs() {
        return inputs;
    }

    /**
     * Returns the way in which a task model of vectors makes them.
     *
     * @throws IOException if a description is malformed, or only DJL's own translator follows it
     */
    SentenceEncoder sentenceEncoder() throws IOException {
        return versions.use(TaskVersion::sentenceEncoder);
    }

    /**
     * Returns the number of tokens that a model of vectors reads of texts, prompts included,
     * without those that only begin and end a text; empty for another task.
     */
    @Internal
    public OptionalInt tokens(List<String> texts) {
        return versions.use(version -> version.predictor().tokens(texts));
    }

    /**
     * Tells how a task model of vectors without an adapter embeds texts that the adapters of this
     * one are not for.
     *
     * @param role what the texts are
     * @return what they begin with; empty if the adapters embed them
     * @throws IOException if a description of the model is malformed
     * @throws IllegalArgumentException if the base model has a prompt of its own for every text
     */
    @Internal
    public Optional<String> promptOfBase(TextEmbedder.Role role) throws IOException {
        AdaptedTexts adapted = adaptedTexts();
        if (role == TextEmbedder.Role.QUERY ? adapted.queries() : adapted.passages()) {
            return Optional.empty();
        }
        String always =
                SentenceEncoder.of(TaskInputs.directory(model), RecordedOptions.NONE)
                        .settings()
                        .prompt();
        if (!always.isEmpty()) {
            throw new IllegalArgumentException(
                    "The base model puts '%s' before every text, also before what the adapter is not for; embed this in Java"
                            .formatted(always));
        }
        SentenceSettings settings = sentenceEncoder().settings();
        return Optional.of(
                role == TextEmbedder.Role.QUERY
                        ? settings.queryPrompt()
                        : settings.passagePrompt());
    }

    /** Returns which texts the adapters of a task model of vectors embed. */
    AdaptedTexts adaptedTexts() throws IOException {
        return versions.use(TaskVersion::adaptedTexts);
    }

    /**
     * Returns the length to which texts are truncated.
     *
     * @return a number of tokens, special ones included; of a model for entities or answers, that
     *     of a part of a text that it reads at once; empty for images, and where the task does not
     *     decide it
     * @throws IOException if a description of the model is malformed
     */
    public OptionalInt maxLength() throws IOException {
        return versions.use(TaskVersion::maxLength);
    }

    /**
     * Releases the predictor, and the model if it was opened for this task model. The tokenizer,
     * which all task models of a model share, is released with the model.
     */
    @Override
    public void close() {
        versions.close();
        if (owned) {
            model.close();
        }
    }
}
