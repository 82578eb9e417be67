/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.model;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.training.ParameterStore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import org.djladapters.rotation.programs.TransformKernel;

/** What the tests of adapted models do again and again. */
final class Passes {

    private Passes() {}

    /** Runs a model file as anybody would, without this library. */
    static NDList stock(Path file, NDList inputs, NDManager manager)
            throws IOException, MalformedModelException {
        String name = String.valueOf(file.getFileName()).replaceAll("\\.pt$", "");
        try (Model model = Model.newInstance(name, Device.cpu(), "PyTorch")) {
            model.load(file.getParent(), name, Map.of("trainParam", "true"));
            NDList outputs =
                    model.getBlock().forward(new ParameterStore(manager, false), inputs, false);
            outputs.attach(manager);
            return outputs;
        }
    }

    /** A training pass, with sockets plugged. */
    static NDList training(AdaptedModel model, NDList inputs) {
        NDManager manager = inputs.get(0).getManager();
        return model.block().forward(new ParameterStore(manager, false), inputs, true);
    }

    /** A number that all outputs change; sums of normalized outputs would not change. */
    static NDArray loss(NDList outputs) {
        Random random = new Random(2);
        NDArray loss = null;
        for (NDArray output : outputs) {
            NDManager manager = output.getManager();
            float[] weights = new float[Math.toIntExact(output.size())];
            for (int i = 0; i < weights.length; i++) {
                weights[i] = (float) random.nextGaussian();
            }
            NDArray array = manager.create(weights, output.getShape());
            NDArray part = TransformKernel.cast(array, output, manager).mul(output).sum();
            loss = loss == null ? part : loss.add(part);
        }
        return loss;
    }

    static void whileDisabled(AdaptedModel model, Runnable action) {
        AdaptedModel.Scope scope = model.disable();
        try {
            action.run();
        } finally {
            scope.close();
        }
    }

    /** Moves all parameters of an adapter away from where they start. */
    static void perturb(AdaptedModel model, String adapter, long seed) {
        perturb(model, adapter, seed, 0.2);
    }

    /** The same by numbers of a standard deviation. */
    static void perturb(AdaptedModel model, String adapter, long seed, double deviation) {
        Random random = new Random(seed);
        for (Parameter parameter : model.adapter(adapter).parameters().values()) {
            NDArray array = parameter.getArray();
            float[] noise = new float[(int) array.size()];
            for (int i = 0; i < noise.length; i++) {
                noise[i] = (float) (deviation * random.nextGaussian());
            }
            parameter.freeze(true);
            try (NDManager scope = array.getManager().newSubManager()) {
                NDArray added = scope.create(noise, array.getShape());
                array.addi(added.toType(array.getDataType(), false));
            }
            parameter.freeze(false);
        }
        model.refresh();
    }

    /** Copies of all parameters of the base model. */
    static Map<String, byte[]> baseBytes(AdaptedModel model) {
        Map<String, byte[]> bytes = new LinkedHashMap<>();
        model.baseParameters().forEach((name, array) -> bytes.put(name, bytes(array)));
        return bytes;
    }

    static byte[] bytes(NDArray array) {
        byte[] bytes = new byte[array.toByteBuffer().remaining()];
        array.toByteBuffer().get(bytes);
        return bytes;
    }

    /**
     * Compares bit by bit, which holds on every processor where both come from the same operations
     * on the same numbers in one process, or differ by what is exact: a factor of 1, a summand of
     * 0, rows or parameters put elsewhere. Passes that compute otherwise are compared by {@link
     * #assertClose}.
     */
    static void assertBitEqual(NDList actual, NDList expected) {
        assertThat(actual).hasSameSizeAs(expected);
        for (int i = 0; i < actual.size(); i++) {
            assertThat(actual.get(i).getShape()).isEqualTo(expected.get(i).getShape());
            assertThat(bytes(actual.get(i))).isEqualTo(bytes(expected.get(i)));
        }
    }

    static boolean isBitEqual(NDList actual, NDList expected) {
        return java.util.Arrays.equals(bytes(actual.get(0)), bytes(expected.get(0)));
    }

    /** Compares relative to the largest expected value, or 1. */
    static void assertClose(NDList actual, NDList expected, double tolerance) {
        assertThat(actual).hasSameSizeAs(expected);
        for (int i = 0; i < actual.size(); i++) {
            assertThat(difference(actual.get(i), expected.get(i))).isLessThan(tolerance);
        }
    }

    static double difference(NDArray actual, NDArray expected) {
        assertThat(actual.getShape()).isEqualTo(expected.getShape());
        float scale = Math.max(1, expected.abs().max().toType(FLOAT, false).getFloat());
        return actual.sub(expected).abs().max().toType(FLOAT, false).getFloat() / scale;
    }

    private static final ai.djl.ndarray.types.DataType FLOAT =
            ai.djl.ndarray.types.DataType.FLOAT32;

    /** Input tokens for models with {@code input_ids} and {@code attention_mask} and the like. */
    static NDList tokens(AdaptedModel model, NDManager manager, int rows, int length) {
        NDList inputs = new NDList();
        for (String name : model.inputNames()) {
            boolean ids = name.equals("input_ids");
            NDArray array = ids ? ids(manager, rows, length) : rest(manager, name, rows, length);
            inputs.add(array);
        }
        return inputs;
    }

    private static NDArray rest(NDManager manager, String name, int rows, int length) {
        NDArray ones = manager.ones(new Shape(rows, length), ai.djl.ndarray.types.DataType.INT64);
        return name.equals("attention_mask") ? ones : ones.mul(0);
    }

    private static NDArray ids(NDManager manager, int rows, int length) {
        long[] ids = new long[rows * length];
        for (int i = 0; i < ids.length; i++) {
            ids[i] = 5 + (i * 7L + (i / length) * 31L) % 80;
        }
        return manager.create(ids, new Shape(rows, length));
    }
}
