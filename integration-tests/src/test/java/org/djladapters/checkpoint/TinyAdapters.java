/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.checkpoint;

import ai.djl.inference.Predictor;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Parameter;
import ai.djl.repository.zoo.Criteria;
import ai.djl.repository.zoo.ZooModel;
import ai.djl.translate.NoopTranslator;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import org.djladapters.adapter.Adapter;
import org.djladapters.adapter.Targets;
import org.djladapters.adapter.compound.CompoundConfig;
import org.djladapters.model.AdaptedModel;
import org.djladapters.model.Models;
import org.djladapters.safetensors.SafetensorsFile;

/** The small models of the test resources with adapters that do something. */
public final class TinyAdapters {

    private TinyAdapters() {}

    public static Path resource(String name) {
        try {
            return Path.of(TinyAdapters.class.getResource("/" + name).toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    public static AdaptedModel open(String name) throws IOException {
        return AdaptedModel.open(Models.directory(name));
    }

    /** Two orders on blocks of 16 of every layer, convolutions for the model that has no others. */
    public static CompoundConfig.Builder config(String model) {
        return CompoundConfig.builder()
                .optOrders(1, 2)
                .optBlockSize(16)
                .optTargets(
                        model.equals("tiny-resnet")
                                ? Targets.of("convolution")
                                : Targets.allLinear());
    }

    /** Moves all parameters of an adapter away from where they start. */
    public static void disturb(AdaptedModel model, Adapter adapter, long seed) {
        Random random = new Random(seed);
        for (Parameter parameter : adapter.parameters().values()) {
            NDArray array = parameter.getArray();
            float[] values = new float[Math.toIntExact(array.size())];
            for (int i = 0; i < values.length; i++) {
                values[i] = (float) (0.2 * random.nextGaussian());
            }
            try (NDManager scope = array.getManager().newSubManager()) {
                array.setRequiresGradient(false);
                array.addi(scope.create(values, array.getShape()));
                array.setRequiresGradient(true);
            }
        }
        model.refresh();
    }

    /** The inputs that were recorded for a model, in the order in which it takes them. */
    public static NDList inputs(AdaptedModel model, NDManager manager) throws IOException {
        Path directory = model.directory().orElseThrow().path();
        return inputs(model, directory.resolve("expected.safetensors"), manager);
    }

    public static NDList inputs(AdaptedModel model, Path recorded, NDManager manager)
            throws IOException {
        try (SafetensorsFile file = SafetensorsFile.open(recorded)) {
            NDList inputs = new NDList();
            for (String name : model.inputNames()) {
                boolean isRecorded = file.tensors().containsKey("input." + name);
                if (!isRecorded && model.optionalInputs().contains(name)) {
                    break; // only the last ones may be left out
                }
                NDArray input = file.read(manager, "input." + name);
                input.setName(null);
                inputs.add(input);
            }
            return inputs;
        }
    }

    public static NDArray named(NDList outputs, String name) {
        return outputs.stream()
                .filter(output -> name.equals(output.getName()))
                .findFirst()
                .orElseThrow();
    }

    public static float[] output(NDList outputs, String name) {
        return named(outputs, name).toFloatArray();
    }

    /**
     * The outputs by name, each with its numbers, comparable bit by bit where the same operations
     * are done with the same numbers in one process.
     */
    public static Map<String, String> exactly(NDList outputs) {
        return outputs.stream()
                .collect(
                        Collectors.toMap(NDArray::getName, o -> Arrays.toString(o.toFloatArray())));
    }

    public static Map<String, String> predictions(AdaptedModel model) throws IOException {
        try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
            return exactly(model.predict(inputs(model, manager)));
        }
    }

    /** What DJL alone gives for an exported model. */
    public static NDList stock(Path directory, NDList inputs, NDManager manager) throws Exception {
        Criteria<NDList, NDList> criteria =
                Criteria.builder()
                        .setTypes(NDList.class, NDList.class)
                        .optModelPath(directory)
                        .optEngine("PyTorch")
                        .optTranslator(new NoopTranslator())
                        .build();
        try (ZooModel<NDList, NDList> stock = criteria.loadModel();
                Predictor<NDList, NDList> predictor = stock.newPredictor()) {
            NDList outputs = predictor.predict(inputs);
            outputs.attach(manager);
            return outputs;
        }
    }
}
