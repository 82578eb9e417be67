/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.zoo;

import ai.djl.Device;
import ai.djl.inference.Predictor;
import ai.djl.ndarray.NDList;
import ai.djl.repository.zoo.ZooModel;
import ai.djl.translate.Translator;
import java.io.IOException;
import java.nio.file.Path;
import org.djladapters.checkpoint.AdapterDirectory;
import org.djladapters.data.encoding.TokenizerFile;
import org.djladapters.hub.OpenOptions;
import org.djladapters.model.AdaptedModel;
import org.djladapters.task.TaskModel;

/**
 * A base model with an adapter, as a model zoo gives it: its predictors take and give what the
 * adapter was trained for.
 *
 * @param <I> the type that is predicted from
 * @param <O> the type of predictions
 */
public final class AdaptedZooModel<I, O> extends ZooModel<I, O> {

    /** The name that the adapter has in {@link #adapted()}. */
    public static final String ADAPTER = "adapter";

    private final TaskModel<?, ?> task;

    private AdaptedZooModel(TaskModel<?, ?> task, Translator<I, O> translator) {
        super(task.model().model(), translator);
        this.task = task;
    }

    /** Makes something for a model with an adapter. */
    @FunctionalInterface
    interface Made<T> {
        T of(AdaptedModel model) throws IOException;
    }

    /** Opens a base with an adapter, whose task predicts one type from another. */
    static <I, O> AdaptedZooModel<I, O> open(
            Path base, Path adapter, OpenOptions options, Class<I> input, Class<O> output)
            throws IOException {
        return open(
                base,
                adapter,
                options,
                adapted -> {
                    TaskModel<I, O> task = TaskModel.of(adapted, input, output, ADAPTER);
                    return new AdaptedZooModel<>(task, task.translator());
                });
    }

    /** Opens a base with an adapter and a translator that need not be one of its task. */
    static <I, O> AdaptedZooModel<I, O> openWith(
            Path base, Path adapter, OpenOptions options, Made<Translator<I, O>> translator)
            throws IOException {
        return open(
                base,
                adapter,
                options,
                adapted -> {
                    TaskModel<NDList, NDList> task =
                            TaskModel.of(adapted, NDList.class, NDList.class, ADAPTER);
                    return new AdaptedZooModel<>(task, translator.of(adapted));
                });
    }

    private static <I, O> AdaptedZooModel<I, O> open(
            Path base, Path adapter, OpenOptions options, Made<AdaptedZooModel<I, O>> model)
            throws IOException {
        TokenizerFile.checkIn(base); // translators of others open it as well
        AdaptedModel adapted = AdaptedModel.open(base, options);
        try {
            AdapterDirectory.load(adapted, ADAPTER, adapter);
            return model.of(adapted);
        } catch (IOException | RuntimeException e) {
            adapted.close();
            throw e;
        }
    }

    /**
     * Creates a predictor, which refuses to work while the model shows another adapter.
     *
     * @throws IllegalArgumentException if the device is not that of the model
     */
    @Override
    public <P, Q> Predictor<P, Q> newPredictor(Translator<P, Q> translator, Device device) {
        Device own = getNDManager().getDevice();
        if (!own.equals(device)) {
            throw new IllegalArgumentException(
                    "The model predicts on the device that it was opened on, %s, not on %s"
                            .formatted(own, device));
        }
        return task.newPredictor(translator);
    }

    @Override
    public Predictor<I, O> newPredictor(Device device) {
        return newPredictor(getTranslator(), device);
    }

    /**
     * Returns the model with its adapter, to which others can be added.
     *
     * @return the model, closed with this one
     */
    public AdaptedModel adapted() {
        return task.model();
    }

    /** Releases the base model, its adapters and everything native. */
    @Override
    public void close() {
        task.close();
        task.model().close();
    }
}
