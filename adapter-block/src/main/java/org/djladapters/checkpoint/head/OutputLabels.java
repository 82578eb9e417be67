/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.checkpoint.head;

import static org.djladapters.io.MalformedFileException.quote;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.djladapters.adapter.format.ConfigFields;
import org.djladapters.hub.ModelDirectory;
import org.djladapters.io.JsonFiles;
import org.djladapters.io.MalformedFileException;
import org.djladapters.model.AdaptedModel;
import org.djladapters.model.Adapter;
import org.djladapters.model.HeadConfig;
import org.djladapters.model.OutputLayer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the outputs of a head are called: the one place that decides it, and that refuses names
 * which do not fit the outputs.
 */
public final class OutputLabels {

    /** The file of an adapter directory with the names: a JSON list of texts in their order. */
    public static final String FILE = "labels.json";

    /** The configuration of the model that PEFT trained, beside its adapter. */
    public static final String MODEL = "config.json";

    private static final String TOKENS = "TokenClassificationTranslatorFactory";

    private static final String TEXTS = "TextClassificationTranslatorFactory";

    private static final Set<String> CLASSIFIERS =
            Set.of(TEXTS, "ImageClassificationTranslatorFactory", TOKENS);

    private static final String REGRESSION = "regression";
    private static final String SINGLE = "single_label_classification";

    /** Of a head whose inputs may belong to several classes at once. */
    private static final String MULTI_LABEL = "multi_label_classification";

    private static final Logger LOGGER = LoggerFactory.getLogger(OutputLabels.class);

    private OutputLabels() {}

    /**
     * Finds the names of the outputs that a model has with an adapter.
     *
     * <p>They are those of the adapter's {@value #FILE}. Without that file, those of a classifier
     * that PEFT saved with the adapter are as {@code id2label} and {@code problem_type} of a {@code
     * config.json} beside it tell. Else an adapter that brings a head of several outputs has those
     * of {@code id2label} of the model's configuration if these are as many, else {@code LABEL_0},
     * {@code LABEL_1}, …, and one that brings a single output gives a number, of which a
     * classifier's must be known; other adapters have those of the model's own head, if the model
     * is a classifier.
     *
     * @param model the model
     * @param adapter one of its adapters
     * @return the names in the order of the outputs, none if the single output is a number; empty
     *     if no outputs have names, as those of embeddings and language models
     * @throws IOException if the names are not as many as the outputs, one of them stands twice, a
     *     description is malformed, or it tells of a task that predicts neither one of several
     *     classes nor one number; the message says where
     */
    public static Optional<List<String>> of(AdaptedModel model, Adapter adapter)
            throws IOException {
        String text = adapter.texts().get(FILE);
        if (text != null) {
            String source = FILE + " of adapter " + quote(adapter.name());
            List<String> labels = read(source, JsonFiles.parse(source, text));
            requireFitting(source, labels, model, adapter);
            return Optional.of(labels);
        }
        String trained = adapter.texts().get(MODEL);
        OptionalInt outputs = outputs(model, adapter);
        if (trained != null && outputs.isPresent()) {
            return Optional.of(ofClassifier(trained, outputs.getAsInt(), model, adapter));
        }
        return outputs.isPresent() && hasOutputsOfItsOwn(model, adapter)
                ? Optional.of(unnamed(outputs.getAsInt(), model))
                : of(model);
    }

    /** Tells whether an adapter brings a head, or the model's own one in another size. */
    private static boolean hasOutputsOfItsOwn(AdaptedModel model, Adapter adapter) {
        return adapter.headConfig().isPresent()
                || OutputLayer.of(model).filter(layer -> layer.isResizedBy(adapter)).isPresent();
    }

    /** The names of the outputs of a classifier of PEFT. */
    private static List<String> ofClassifier(
            String config, int outputs, AdaptedModel model, Adapter adapter) throws IOException {
        String source = MODEL + " of adapter " + quote(adapter.name());
        ConfigFields fields = ConfigFields.of(source, JsonFiles.parse(source, config));
        Optional<List<String>> told = Described.of(fields, model.directory(), outputs);
        List<String> labels = told.isPresent() ? told.get() : unnamed(outputs, model);
        requireFitting(source, labels, model, adapter);
        return labels;
    }

    /**
     * Tells whether an adapter brings a word about its outputs besides their number.
     *
     * @param adapter an adapter
     * @return whether it has labels, or a classifier of which it is open what it predicts
     */
    public static boolean areGivenBy(Adapter adapter) {
        return adapter.texts().containsKey(FILE) || areUnresolved(adapter);
    }

    /** Tells whether an adapter has a classifier of PEFT whose outputs {@link #of} can't name. */
    public static boolean areUnresolved(Adapter adapter) {
        return adapter.texts().containsKey(MODEL);
    }

    /**
     * Writes down what the outputs of a classifier of PEFT are called, once the adapter is in a
     * model. Where that can't be told, the adapter still gives logits, and what was read stays with
     * it so that {@link #of} says why.
     */
    public static void resolve(AdaptedModel model, Adapter adapter) throws IOException {
        if (!areUnresolved(adapter)) {
            return;
        }
        Map<String, String> texts = new HashMap<>(adapter.texts());
        try {
            of(model, adapter).map(OutputLabels::text).ifPresent(labels -> texts.put(FILE, labels));
            texts.remove(MODEL);
            adapter.setTexts(texts);
        } catch (MalformedFileException e) {
            LOGGER.debug("The outputs of adapter '{}' have no names", adapter.name(), e);
        }
    }

    /**
     * Names the outputs of an adapter that was trained by hand. The names go with the adapter
     * wherever it is saved or exported.
     *
     * @param model the model
     * @param adapterName the name of one of its adapters
     * @param labels the classes in the order of the outputs; none if the single output is a number
     * @throws IllegalArgumentException if these are not as many as the outputs, or one of them
     *     stands twice
     */
    public static void set(AdaptedModel model, String adapterName, List<String> labels) {
        Adapter adapter = model.adapter(adapterName);
        try {
            requireFitting("labels of adapter " + quote(adapterName), labels, model, adapter);
        } catch (MalformedFileException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
        Map<String, String> texts = new HashMap<>(adapter.texts());
        texts.put(FILE, text(labels));
        texts.remove(MODEL);
        adapter.setTexts(texts);
    }

    /**
     * Writes names as the text of {@value #FILE}.
     *
     * @param labels the names in the order of the outputs
     * @return the text
     */
    public static String text(List<String> labels) {
        JsonArray array = new JsonArray();
        labels.forEach(array::add);
        return JsonFiles.text(array);
    }

    /** Reads a file of names. */
    public static List<String> read(Path file) throws IOException {
        return read(file.toString(), JsonFiles.read(file));
    }

    private static List<String> read(String source, JsonElement json)
            throws MalformedFileException {
        List<String> labels = new ArrayList<>();
        for (JsonElement label : json.isJsonArray() ? json.getAsJsonArray() : new JsonArray()) {
            if (label instanceof JsonPrimitive primitive && primitive.isString()) {
                labels.add(primitive.getAsString());
            }
        }
        if (!json.isJsonArray() || labels.size() < json.getAsJsonArray().size()) {
            throw new MalformedFileException(
                    source, "is not a list of strings; save the adapter again");
        }
        requireDifferent(source, labels);
        return List.copyOf(labels);
    }

    private static void requireDifferent(String source, List<String> labels)
            throws MalformedFileException {
        Set<String> seen = new HashSet<>();
        for (String label : labels) {
            if (!seen.add(label)) {
                throw new MalformedFileException(
                        source,
                        "names " + quote(label) + " twice; give every output a different name");
            }
        }
    }

    /**
     * Requires that the names that an adapter directory holds are as many as the outputs of its
     * head, if it has one, and all different; no model is needed.
     *
     * @param directory an adapter directory
     * @throws MalformedFileException if they are not; the message says where
     * @throws IOException if a file can't be read
     */
    public static void requireFitting(Path directory) throws IOException {
        Path file = directory.resolve(FILE);
        if (Files.exists(file)) {
            Optional<HeadConfig> head = HeadFile.read(directory.resolve(HeadFile.NAME));
            requireFitting(
                    file.toString(),
                    read(file),
                    head.isEmpty() ? OptionalInt.empty() : OptionalInt.of(head.get().outputs()));
        }
    }

    /** Refuses names that can't be those of the outputs that a model has with an adapter. */
    public static void requireFitting(
            String source, List<String> labels, AdaptedModel model, Adapter adapter)
            throws MalformedFileException {
        OptionalInt outputs = outputs(model, adapter);
        requireFitting(source, labels, outputs);
        // the layers of native Blocks have no names by which a head is known
        if (outputs.isEmpty() && model.directory().isPresent()) {
            throw new MalformedFileException(
                    source,
                    "names the outputs of a head, but neither the adapter nor the model has one;"
                            + " remove it, or train a head");
        }
    }

    private static void requireFitting(String source, List<String> labels, OptionalInt outputs)
            throws MalformedFileException {
        requireDifferent(source, labels);
        if (labels.size() == 1) {
            throw new MalformedFileException(
                    source,
                    "names a single class, "
                            + quote(labels.get(0))
                            + "; name two or more, or none where a number is predicted");
        }
        if (outputs.isPresent() && outputs.getAsInt() != Math.max(1, labels.size())) {
            throw new MalformedFileException(
                    source,
                    (labels.isEmpty()
                                    ? "names no classes, as for a single number"
                                    : "names " + labels.size() + " classes")
                            + ", but the head has "
                            + outputs.getAsInt()
                            + " outputs; name one for each");
        }
    }

    /** The outputs of the head that an adapter brings, or else of the model's own one with it. */
    private static OptionalInt outputs(AdaptedModel model, Adapter adapter) {
        return Stream.concat(
                        adapter.headConfig().map(HeadConfig::outputs).stream(),
                        OutputLayer.of(model).map(layer -> layer.in(adapter).outputs()).stream())
                .mapToInt(Integer::intValue)
                .findFirst();
    }

    private static OptionalInt ownOutputs(AdaptedModel model) {
        return OutputLayer.of(model).stream().mapToInt(OutputLayer::outputs).findFirst();
    }

    private static List<String> unnamed(int outputs, AdaptedModel model) throws IOException {
        if (outputs == 1) {
            return List.of();
        }
        if (model.directory().isPresent()) {
            List<String> names = model.directory().get().labels();
            if (names.size() == outputs && new HashSet<>(names).size() == outputs) {
                return names;
            }
        }
        return IntStream.range(0, outputs).mapToObj(i -> "LABEL_" + i).toList();
    }

    /**
     * Finds the names of the outputs of a model's own head.
     *
     * @param model the model
     * @return those of {@code id2label} if {@code serving.properties} says that the model is a
     *     classifier, which chooses one of them; none if the model's logits are a number, as {@code
     *     problem_type} tells; else empty
     * @throws IOException if the names are not as many as the outputs, or one of them stands twice
     */
    public static Optional<List<String>> of(AdaptedModel model) throws IOException {
        ModelDirectory directory = model.directory().orElse(null);
        if (directory != null && isRegression(model, directory)) {
            return Optional.of(List.of());
        }
        if (directory == null || !isClassifier(directory)) {
            return Optional.empty();
        }
        return Optional.of(ofOwnHead(model, directory));
    }

    /**
     * Tells whether a model has a head of its own that scores pairs of texts, as a cross-encoder
     * does: one output, and {@code config.json} names the function that makes a score of it, or no
     * kind of problem.
     *
     * @param model the model
     * @return whether it has
     * @throws IOException if its configuration is malformed
     */
    public static boolean areScores(AdaptedModel model) throws IOException {
        ModelDirectory directory = model.directory().orElse(null);
        return directory != null
                && translator(directory).equals(TEXTS)
                && directory.numLabels().orElse(0) == 1
                && ownOutputs(model).orElse(1) == 1
                && (ScoreActivation.isTold(directory) || directory.problemType().isEmpty());
    }

    /**
     * Finds the names of the outputs of a model with a head of its own that gives an input several
     * classes at once, as {@code problem_type} tells.
     *
     * @param model the model
     * @return the values of {@code id2label}; empty if it is no such model
     * @throws IOException if the names are not as many as the outputs, or one of them stands twice
     */
    public static Optional<List<String>> ofSeveral(AdaptedModel model) throws IOException {
        ModelDirectory directory = model.directory().orElse(null);
        return directory != null
                        && CLASSIFIERS.contains(translator(directory))
                        && !areOfTokens(directory)
                        && directory.problemType().equals(Optional.of(MULTI_LABEL))
                ? Optional.of(ofOwnHead(model, directory))
                : Optional.empty();
    }

    /** The names that the configuration has for the outputs of a model's own head. */
    private static List<String> ofOwnHead(AdaptedModel model, ModelDirectory directory)
            throws IOException {
        List<String> labels = directory.labels();
        String source = "id2label in " + directory.path().resolve("config.json");
        requireDifferent(source, labels);
        OptionalInt outputs = ownOutputs(model);
        if (outputs.isPresent() && outputs.getAsInt() != labels.size()) {
            throw new MalformedFileException(
                    source,
                    "names %d classes, but the model's head has %d outputs; name one for each"
                            .formatted(labels.size(), outputs.getAsInt()));
        }
        return labels;
    }

    /**
     * Finds the names of the outputs of a model that was exported for a task.
     *
     * @param directory the model's directory
     * @return the names in the order of the outputs, none if a number is predicted
     * @throws IOException if its {@code config.json} tells neither of several classes, of which an
     *     input has one, nor of a regression
     */
    public static List<String> ofExport(ModelDirectory directory) throws IOException {
        String problem = directory.problemType().orElse(SINGLE);
        if (problem.equals(REGRESSION)) {
            return List.of();
        }
        if (!problem.equals(SINGLE) || directory.labels().size() < 2) {
            throw new IOException(
                    ("'%s' describes neither a classification nor a regression (id2label,"
                                    + " problem_type); open a model that"
                                    + " TaskModel.export wrote, or choose another translator")
                            .formatted(directory.path().resolve("config.json")));
        }
        return directory.labels();
    }

    /**
     * Writes into the configuration of a model what its outputs are called, as HuggingFace does.
     *
     * @param labels the names in the order of the outputs, none if a number is predicted
     * @param config gets {@code id2label}, {@code label2id} and {@code num_labels}
     * @param trained whether it is known what is predicted, so that {@code problem_type} is too
     */
    public static void write(List<String> labels, JsonObject config, boolean trained) {
        List<String> names = shown(labels);
        JsonObject named = new JsonObject();
        JsonObject ids = new JsonObject();
        for (int i = 0; i < names.size(); i++) {
            named.addProperty(String.valueOf(i), names.get(i));
            ids.addProperty(names.get(i), i);
        }
        config.add("id2label", named);
        config.add("label2id", ids);
        config.addProperty("num_labels", names.size());
        if (trained) {
            config.addProperty("problem_type", labels.isEmpty() ? REGRESSION : SINGLE);
        }
    }

    /**
     * Returns what a description calls outputs: that of a single number has no name of its own.
     *
     * @param labels the names in the order of the outputs, none if a number is predicted
     * @return as many names as outputs
     */
    public static List<String> shown(List<String> labels) {
        return labels.isEmpty() ? List.of("LABEL_0") : labels;
    }

    /**
     * Tells whether the outputs of a model with an adapter are those of tokens and have names: the
     * adapter brings a head without pooling and labels, or no head to a model that has such
     * outputs.
     *
     * @param model the model
     * @param adapter one of its adapters
     * @return whether they are
     */
    public static boolean areOfTokens(AdaptedModel model, Adapter adapter) {
        return adapter.headConfig().isPresent()
                ? adapter.headConfig().get().pooling() == HeadConfig.Pooling.NONE
                        && areGivenBy(adapter)
                : model.directory().isPresent() && areOfTokens(model.directory().get());
    }

    /**
     * Tells whether a model was exported to classify tokens, as its {@code serving.properties} say.
     *
     * @param directory the model's directory
     * @return whether it was
     */
    public static boolean areOfTokens(ModelDirectory directory) {
        return translator(directory).equals(TOKENS);
    }

    private static String translator(ModelDirectory directory) {
        return directory.servingProperty("translatorFactory").orElse("").replaceFirst(".*\\.", "");
    }

    /** Tells whether a model has a head of its own that chooses a class for an input or a token. */
    private static boolean isClassifier(ModelDirectory directory) throws IOException {
        return CLASSIFIERS.contains(translator(directory))
                && directory.labels().size() > 1
                && !directory.problemType().equals(Optional.of(MULTI_LABEL));
    }

    /** Tells whether a model has a head of its own that predicts a number. */
    private static boolean isRegression(AdaptedModel model, ModelDirectory directory)
            throws IOException {
        return directory.problemType().equals(Optional.of(REGRESSION))
                && model.outputNames().contains("logits")
                && ownOutputs(model).orElse(1) == 1;
    }

    /**
     * What the outputs of a classifier of HuggingFace mean, as {@code config.json} tells: that
     * beside an adapter, or else that of the base model.
     *
     * @param fields what the file says
     * @param labels the values of {@code id2label} in their order, empty if there are none
     * @param outputs the number of outputs, 0 if it is not told
     * @param problem the kind of task, empty if it is not told
     */
    private record Described(
            ConfigFields fields, List<String> labels, int outputs, String problem) {

        private static Described read(ConfigFields fields) throws IOException {
            Map<String, String> named = fields.stringMap("id2label");
            List<String> labels = new ArrayList<>();
            for (int i = 0; i < named.size(); i++) {
                String label = named.get(Integer.toString(i));
                if (label == null) {
                    throw fields.invalid(
                            "the field 'id2label' names no class "
                                    + i
                                    + "; get or save the file again",
                            null);
                }
                labels.add(label);
            }
            int outputs = fields.integer("num_labels", labels.size());
            return new Described(fields, labels, outputs, fields.string("problem_type", ""));
        }

        /**
         * The names of the classes that an adapter's classifier has.
         *
         * @param adapter the configuration beside the adapter, without fields if there is none
         * @param base the model that it is for
         * @param outputs the number of its outputs
         * @return the names, none for a regression; empty if the adapter does not tell them
         * @throws MalformedFileException if a configuration is malformed, or tells of a task that
         *     predicts neither one of several classes nor one number
         */
        static Optional<List<String>> of(
                ConfigFields adapter, Optional<ModelDirectory> base, int outputs)
                throws IOException {
            Described own = read(adapter);
            if (own.outputs != 0 && own.outputs != outputs) {
                throw own.invalid(
                        "describes "
                                + own.outputs
                                + " outputs, but the classifier of the adapter has "
                                + outputs
                                + "; get or save the file again");
            }
            Described original = read(ofBase(base));
            boolean alike = original.outputs == outputs;
            Described told =
                    own.problem.isEmpty() && (alike || original.outputs == 0) ? original : own;
            if (!told.problem.isEmpty() && !told.isRegression() && !told.problem.equals(SINGLE)) {
                throw told.invalid(
                        "says that the task is "
                                + quote(told.problem)
                                + ", for which this version has no predictions; use the logits that"
                                + " the model returns for tensors");
            }
            if (told.isRegression() && outputs > 1) {
                throw told.invalid(
                        "says that the task is a regression, but the classifier of the adapter has "
                                + outputs
                                + " outputs; use what the model returns for tensors");
            }
            if (outputs == 1) {
                if (!told.isRegression() && own.outputs != 1 && !alike) {
                    throw own.invalid(
                            "it is unknown whether the one output of the adapter's classifier is a"
                                + " number; if it is, write {\"problem_type\": \"regression\"} into"
                                + " this file beside the adapter");
                }
                return Optional.of(List.of());
            }
            return Optional.of(own.labels).filter(labels -> !labels.isEmpty());
        }

        private static ConfigFields ofBase(Optional<ModelDirectory> base) throws IOException {
            if (base.isEmpty()) {
                return ConfigFields.of(MODEL, new JsonObject());
            }
            return ConfigFields.of(
                    base.get().path().resolve(MODEL).toString(),
                    base.get().json(MODEL).orElseGet(JsonObject::new));
        }

        private boolean isRegression() {
            return problem.equals(REGRESSION);
        }

        private MalformedFileException invalid(String fault) {
            return fields.invalid(fault, null);
        }
    }
}
