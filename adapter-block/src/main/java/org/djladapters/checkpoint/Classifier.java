/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.checkpoint;

import static org.djladapters.io.MalformedFileException.quote;

import ai.djl.ndarray.types.Shape;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.djladapters.adapter.Adapter;
import org.djladapters.adapter.HeadConfig;
import org.djladapters.adapter.HeadConfig.Activation;
import org.djladapters.adapter.HeadConfig.PairEncoding;
import org.djladapters.adapter.HeadConfig.Pooling;
import org.djladapters.adapter.TargetModule;
import org.djladapters.adapter.format.ConfigFields;
import org.djladapters.hub.ModelDirectory;
import org.djladapters.hub.architecture.Architectures;
import org.djladapters.hub.architecture.ClassifierForm;
import org.djladapters.io.MalformedFileException;
import org.djladapters.model.AdaptedModel;
import org.djladapters.model.pass.Heads;
import org.djladapters.safetensors.SafetensorsFile;

/**
 * The classifier that an adapter of PEFT brings to an encoder: {@code
 * AutoModelForSequenceClassification} or {@code AutoModelForImageClassification} was trained, and
 * the model at hand is what these hold as their encoder.
 *
 * @param names where the checkpoint keeps encoder and classifier
 * @param head what the classifier computes from the outputs of the encoder
 */
record Classifier(ModuleNames names, HeadConfig head) {

    private static final String SEQUENCES = "SEQ_CLS";

    /** The modules that give the logits of classifiers of sequences. */
    private static final List<String> OUTPUTS =
            List.of("classifier", "classifier.out_proj", "score");

    private static final String EXPORT =
            "export the classifier that it was trained on, with its head"
                    + " (examples/export/export_model.py), and load it there";

    /**
     * Finds the classifier of an adapter whose tensors are those of a classifier while the model is
     * its encoder; empty if the model has the names of the adapter's modules or nothing is known of
     * its type. A classifier that is not of sequences, or needs what neither the adapter nor the
     * model has, is refused.
     */
    static Optional<Classifier> find(AdaptedModel model, ConfigFields fields, Path tensors)
            throws IOException {
        Optional<ClassifierForm> known = form(model.directory());
        if (known.isEmpty() || holds(model, known.get().encoder())) {
            return Optional.empty();
        }
        ClassifierForm form = known.get();
        try (SafetensorsFile file = SafetensorsFile.open(tensors)) {
            Set<String> stored = file.tensors().keySet();
            String encoder = TensorNames.of(form.encoder() + ".", ModuleNames.SAME);
            if (stored.stream().noneMatch(name -> name.startsWith(encoder))) {
                return Optional.empty();
            }
            if (!isOfSequences(fields, form.images())) {
                throw otherTask(fields);
            }
            String weight = find(stored, form.output() + ".weight");
            if (weight == null) {
                throw new MalformedFileException(
                        tensors,
                        "holds no classifier, since that of the original model was not trained,"
                                + " and this model has none; "
                                + EXPORT);
            }
            int outputs = rows(file, weight, tensors);
            return Optional.of(of(form, outputs, model, tensors, stored));
        }
    }

    /** Tells whether PEFT saved a classifier of whole texts or images with an adapter. */
    static boolean isSaved(AdaptedModel model, Path config, Path tensors) throws IOException {
        boolean images = model.inputNames().equals(List.of("pixel_values"));
        if (!isOfSequences(ConfigFields.read(config), images)) {
            return false;
        }
        try (SafetensorsFile file = SafetensorsFile.open(tensors)) {
            Set<String> stored = file.tensors().keySet();
            return OUTPUTS.stream().anyMatch(output -> find(stored, output + ".weight") != null);
        }
    }

    private static int rows(SafetensorsFile file, String weight, Path path)
            throws MalformedFileException {
        Shape shape = file.tensors().get(weight).shape();
        if (shape.dimension() != 2 || shape.size() == 0) {
            throw new MalformedFileException(
                    path,
                    ("tensor %s has the shape %s where that of a matrix is "
                                    + "needed; save the adapter again")
                            .formatted(quote(weight), shape));
        }
        return Math.toIntExact(shape.get(0));
    }

    private static Classifier of(
            ClassifierForm form, int outputs, AdaptedModel model, Path tensors, Set<String> stored)
            throws IOException {
        boolean bringsLayer =
                form.hidden() != null && find(stored, form.hidden() + ".weight") != null;
        boolean pools =
                model.outputNames().contains("pooler_output")
                        || (!bringsLayer && Heads.arePooled(model.baseModel()));
        boolean pooled = form.isPooledByEncoder() && pools;
        if (pooled || form.hidden() == null) {
            Pooling pooling = pooled ? Pooling.POOLER : form.pooling();
            return new Classifier(names(form, false), head(outputs, pooling, Optional.empty()));
        }
        if (!bringsLayer) {
            throw new MalformedFileException(
                    tensors,
                    ("has a classifier that takes what the layer %s gives, which "
                                    + "neither the adapter nor this model has; %strain the adapter "
                                    + "with %s as modules_to_save")
                            .formatted(
                                    quote(form.hidden()),
                                    form.isPooledByEncoder()
                                            ? "take a model with its pooler (a checkpoint of it,"
                                                    + " or an export by"
                                                    + " examples/export/export_model.py), or "
                                            : "",
                                    names(form, true).headModules()));
        }
        Activation activation =
                form.activationOf(model.directory().orElseThrow().fields("config.json"));
        HeadConfig head = head(outputs, form.pooling(), Optional.of(activation));
        return new Classifier(names(form, true), head);
    }

    private static HeadConfig head(int outputs, Pooling pooling, Optional<Activation> hidden) {
        return new HeadConfig(outputs, pooling, hidden, true, PairEncoding.CROSS);
    }

    private static ModuleNames names(ClassifierForm form, boolean hiddenLayer) {
        // a classifier that pools by itself leaves the pooler of its encoder out
        String absent = form.isPooledByEncoder() ? null : "pooler";
        return new ModuleNames(
                form.encoder(), hiddenLayer ? form.hidden() : null, form.output(), absent);
    }

    private static Optional<ClassifierForm> form(Optional<ModelDirectory> directory)
            throws IOException {
        return modelType(directory).flatMap(type -> Architectures.traits(type).classifier());
    }

    private static Optional<String> modelType(Optional<ModelDirectory> directory)
            throws IOException {
        return directory.isPresent() ? directory.get().modelType() : Optional.empty();
    }

    /**
     * Tells whether PEFT would also adapt the pooler of an encoder, for which an adapter has
     * nothing, if it were given the adapter's targets.
     */
    static boolean leavesPoolerOut(ModuleNames names, AdaptedModel model, Adapter adapter)
            throws IOException {
        Optional<String> pooler =
                modelType(model.directory()).flatMap(type -> Architectures.traits(type).pooler());
        return names.absent() == null
                && model.targetModules().stream().noneMatch(TargetModule::isHead)
                && pooler.filter(adapter.config().targets()::selects).isPresent()
                && adapter.targetModules().keySet().stream()
                        .noneMatch(module -> module.path().equals(pooler.get()));
    }

    private static boolean holds(AdaptedModel model, String module) {
        return model.baseParameters().keySet().stream().anyMatch(p -> p.startsWith(module + "."));
    }

    /** Returns the name under which a file has a tensor, null if it has none. */
    private static String find(Set<String> stored, String name) {
        return stored.stream().filter(n -> TensorNames.isSaved(n, name)).findFirst().orElse(null);
    }

    /**
     * Tells whether a configuration says that whole texts or images are classified, with an answer
     * if it says nothing.
     */
    static boolean isOfSequences(ConfigFields fields, boolean otherwise) throws IOException {
        String task = fields.string("task_type", "");
        String type = modelClass(fields);
        if (!task.isEmpty()) {
            return task.equals(SEQUENCES);
        }
        return type.isEmpty()
                ? otherwise
                : type.endsWith("ForSequenceClassification")
                        || type.endsWith("ForImageClassification");
    }

    /** Returns the class of the model that was trained, empty if it is not said. */
    private static String modelClass(ConfigFields fields) {
        return fields.within("auto_mapping").text("base_model_class").orElse("");
    }

    private static MalformedFileException otherTask(ConfigFields fields) throws IOException {
        String task = fields.string("task_type", modelClass(fields));
        return fields.invalid(
                task.isEmpty()
                        ? "the adapter is for a model with a head, but its kind is unknown;"
                                + " write \"task_type\": \"SEQ_CLS\" into the file if whole texts"
                                + " are classified, or "
                                + EXPORT
                        : "the adapter was trained for "
                                + quote(task)
                                + ", but an exported encoder can only have a classifier of"
                                + " whole texts or images; "
                                + EXPORT);
    }

    /** Returns where a checkpoint keeps the modules of a model and an adapter's head, if any. */
    static ModuleNames names(AdaptedModel model, Optional<HeadConfig> head) throws IOException {
        if (head.isEmpty() || !head.get().classifier()) {
            return ModuleNames.SAME;
        }
        HeadConfig config = head.get();
        ClassifierForm form = form(model.directory()).orElse(null);
        if (form == null || !form.hasShape(config)) {
            throw new IllegalArgumentException(
                    ("The head (%s pooling) is not a classifier that models of this type have; make"
                                    + " it a separate head (classifier = false)")
                            .formatted(config.pooling()));
        }
        return names(form, config.hidden().isPresent());
    }

    /** Adds the fields by which PEFT recognizes the classifier to an adapter's configuration. */
    static void write(ModuleNames names, AdaptedModel model, JsonObject config) throws IOException {
        if (names.output() != null && !form(model.directory()).orElseThrow().images()) {
            config.addProperty("task_type", SEQUENCES);
        }
    }
}
