/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.checkpoint.head;

import static org.djladapters.io.MalformedFileException.quote;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.djladapters.adapter.Adapter;
import org.djladapters.adapter.AdapterRecord;
import org.djladapters.adapter.HeadConfig;
import org.djladapters.io.JsonFields;
import org.djladapters.io.MalformedFileException;
import org.djladapters.model.AdaptedModel;
import org.djladapters.model.OutputLayer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The names of a head's outputs: the one place that decides them, and that refuses names which do
 * not fit the outputs.
 */
public final class OutputLabels {

    /** The configuration of the model that PEFT trained, beside its adapter. */
    public static final String MODEL = "config.json";

    private static final Logger LOGGER = LoggerFactory.getLogger(OutputLabels.class);

    private OutputLabels() {}

    /**
     * Finds the names of the outputs that a model has with an adapter.
     *
     * <p>They are those of the adapter's {@value LabelsFile#NAME}. Without that file, those of a
     * classifier that PEFT saved with the adapter are as {@code id2label} and {@code problem_type}
     * of a {@code config.json} beside it tell. Else an adapter that brings a head of several
     * outputs has those of {@code id2label} of the model's configuration if these are as many, else
     * {@code LABEL_0}, {@code LABEL_1}, …, and one that brings a single output gives a number, of
     * which a classifier's must be known; other adapters have those of the model's own head, if the
     * model is a classifier.
     *
     * @param adapter one of its adapters
     * @return the names in the order of the outputs, none if the single output is a number; empty
     *     if no outputs have names, as those of embeddings and language models
     * @throws IOException if the names are not as many as the outputs, one of them stands twice, a
     *     description is malformed, or it tells of a task that predicts neither one of several
     *     classes nor one number; the message says where
     */
    public static Optional<List<String>> of(AdaptedModel model, Adapter adapter)
            throws IOException {
        AdapterRecord record = adapter.record();
        if (record.labels().isPresent()) {
            String source = LabelsFile.NAME + " of adapter " + quote(adapter.name());
            requireFitting(source, record.labels().get(), model, adapter);
            return record.labels();
        }
        OptionalInt outputs = outputs(model, adapter);
        if (record.classifier().isPresent() && outputs.isPresent()) {
            return Optional.of(
                    ofClassifier(record.classifier().get(), outputs.getAsInt(), model, adapter));
        }
        return outputs.isPresent() && hasOutputsOfItsOwn(model, adapter)
                ? Optional.of(unnamed(outputs.getAsInt(), model))
                : OwnHead.labels(model);
    }

    /** Tells whether an adapter brings a head, or the model's own one in another size. */
    private static boolean hasOutputsOfItsOwn(AdaptedModel model, Adapter adapter) {
        return adapter.headConfig().isPresent()
                || OutputLayer.of(model).filter(layer -> layer.isResizedBy(adapter)).isPresent();
    }

    /** Returns the names of the outputs of a classifier of PEFT. */
    private static List<String> ofClassifier(
            String config, int outputs, AdaptedModel model, Adapter adapter) throws IOException {
        JsonFields fields = fields(config, adapter);
        Optional<List<String>> told = DescribedOutputs.of(fields, model.directory(), outputs);
        List<String> labels = told.isPresent() ? told.get() : unnamed(outputs, model);
        requireFitting(fields.source(), labels, model, adapter);
        return labels;
    }

    private static JsonFields fields(String config, Adapter adapter) throws IOException {
        return JsonFields.parse(MODEL + " of adapter " + quote(adapter.name()), config);
    }

    /**
     * Tells whether an adapter says more of its outputs than their number: it has labels, or a
     * classifier of PEFT that names alone do not describe.
     */
    public static boolean areGivenBy(Adapter adapter) {
        return adapter.record().labels().isPresent() || isClassifier(adapter);
    }

    /** Tells whether an adapter has a classifier of PEFT that names alone do not describe. */
    private static boolean isClassifier(Adapter adapter) {
        return adapter.record().classifier().isPresent();
    }

    /** Tells whether an adapter has a classifier of PEFT whose outputs {@link #of} can't name. */
    public static boolean areUnresolved(AdaptedModel model, Adapter adapter) throws IOException {
        return isClassifier(adapter) && !giveSeveral(model, adapter);
    }

    /**
     * Tells whether an adapter has a classifier of PEFT that gives an input any number of classes,
     * as {@code problem_type} tells.
     */
    public static boolean giveSeveral(AdaptedModel model, Adapter adapter) throws IOException {
        Optional<String> config = adapter.record().classifier();
        OptionalInt outputs = outputs(model, adapter);
        return config.isPresent()
                && outputs.isPresent()
                && DescribedOutputs.giveSeveral(
                        fields(config.get(), adapter), model.directory(), outputs.getAsInt());
    }

    /**
     * Records the names of the outputs of a classifier of PEFT, once the adapter is in a model. If
     * they are unknown, the adapter still gives logits, and what was read stays with it so that
     * {@link #of} says why. It stays, too, if an input may have several of the classes, which the
     * names do not say.
     */
    public static void resolve(AdaptedModel model, Adapter adapter) throws IOException {
        try {
            if (isClassifier(adapter) && !giveSeveral(model, adapter)) {
                adapter.setRecord(adapter.record().withLabels(of(model, adapter)));
            }
        } catch (MalformedFileException e) {
            LOGGER.debug("The outputs of adapter '{}' have no names", adapter.name(), e);
        }
    }

    /**
     * Names the outputs of an adapter that was trained by hand, wherever it is saved or exported.
     * Names must be as many as the outputs and different; none are for a single number.
     */
    public static void set(AdaptedModel model, String adapterName, List<String> labels) {
        Adapter adapter = model.adapter(adapterName);
        try {
            requireFitting("labels of adapter " + quote(adapterName), labels, model, adapter);
        } catch (MalformedFileException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
        adapter.setRecord(adapter.record().withLabels(Optional.of(labels)));
    }

    /** Refuses names that can't be those of the outputs that a model has with an adapter. */
    public static void requireFitting(
            String source, List<String> labels, AdaptedModel model, Adapter adapter)
            throws MalformedFileException {
        OptionalInt outputs = outputs(model, adapter);
        LabelsFile.requireFitting(source, labels, outputs);
        // the layers of native Blocks have no names by which a head is known
        if (outputs.isEmpty() && model.directory().isPresent()) {
            throw new MalformedFileException(
                    source,
                    "names the outputs of a head, but neither the adapter nor the model has one;"
                            + " remove it, or train a head");
        }
    }

    /**
     * Returns the outputs of the head that an adapter brings, or else of the model's own one with
     * it.
     */
    private static OptionalInt outputs(AdaptedModel model, Adapter adapter) {
        return Stream.concat(
                        adapter.headConfig().map(HeadConfig::outputs).stream(),
                        OutputLayer.of(model).map(layer -> layer.in(adapter).outputs()).stream())
                .mapToInt(Integer::intValue)
                .findFirst();
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
     * Writes the names of a model's outputs, none for a number, as {@code id2label}, {@code
     * label2id} and {@code num_labels} of its configuration, as HuggingFace does, with {@code
     * problem_type} if it was trained, so that it is known what is predicted.
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
            config.addProperty(
                    "problem_type", labels.isEmpty() ? OwnHead.REGRESSION : OwnHead.SINGLE);
        }
    }

    /**
     * Returns the names for a description, as many as outputs: a single number has none of its own.
     */
    public static List<String> shown(List<String> labels) {
        return labels.isEmpty() ? List.of("LABEL_0") : labels;
    }

    /**
     * Tells whether the outputs of a model with an adapter are those of tokens and have names: the
     * adapter brings a head without pooling and labels, or no head to a model that has such
     * outputs.
     */
    public static boolean areOfTokens(AdaptedModel model, Adapter adapter) {
        return adapter.headConfig().isPresent()
                ? adapter.headConfig().get().pooling() == HeadConfig.Pooling.NONE
                        && areGivenBy(adapter)
                : model.directory().isPresent()
                        && OwnHead.classifiesTokens(model.directory().get());
    }
}
