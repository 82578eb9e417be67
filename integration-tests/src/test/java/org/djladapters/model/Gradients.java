/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.GradientCollector;
import ai.djl.training.Trainer;
import ai.djl.training.loss.Loss;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import org.djladapters.safetensors.SafetensorsFile;

/** The gradients of an adapter, for tests that compute them in two ways. */
final class Gradients {

    private Gradients() {}

    /** Finds a small HuggingFace checkpoint. */
    static Path hub(String name) {
        try {
            return Path.of(Gradients.class.getResource("/hub/" + name).toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The inputs of a model's first run in Python, those that it may be given without left out. */
    static NDList inputs(AdaptedModel model) {
        return inputs(model, model.model().getNDManager());
    }

    static NDList inputs(AdaptedModel model, NDManager owner) {
        Path directory = model.directory().orElseThrow().path();
        try (SafetensorsFile file =
                SafetensorsFile.open(directory.resolve("expected.safetensors"))) {
            Map<String, NDArray> all = file.readAll(owner);
            NDList inputs = new NDList();
            for (String name : model.inputNames()) {
                NDArray input = all.get("input." + name);
                if (input != null) {
                    input.setName(null);
                    inputs.add(input);
                }
            }
            return inputs;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    static Trainer trainer(AdaptedModel model) {
        return model.newTrainer(new DefaultTrainingConfig(Loss.l2Loss()));
    }

    /** The gradients of the parameters of the adapter "a", by their names. */
    static Map<String, double[]> of(AdaptedModel model, Function<Trainer, NDArray> loss) {
        try (Trainer trainer = trainer(model)) {
            try (GradientCollector collector = trainer.newGradientCollector()) {
                collector.backward(loss.apply(trainer));
            }
            Map<String, double[]> gradients = new LinkedHashMap<>();
            model.adapter("a")
                    .parameters()
                    .forEach(
                            (name, parameter) -> {
                                NDArray gradient = parameter.getArray().getGradient();
                                gradients.put(name, values(gradient));
                            });
            return gradients;
        }
    }

    static double[] values(NDArray array) {
        try (NDManager scope = array.getManager().newSubManager()) {
            NDArray wide = array.toType(DataType.FLOAT64, false);
            wide.attach(scope);
            return wide.toDoubleArray();
        }
    }
}
