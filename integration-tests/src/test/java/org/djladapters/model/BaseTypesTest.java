/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.model;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.nn.Parameter;
import ai.djl.training.GradientCollector;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.djladapters.adapter.Adapter;
import org.djladapters.checkpoint.AdapterDirectory;
import org.djladapters.model.MethodCase.Start;
import org.djladapters.rotation.programs.TransformKernel;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every method on a base model with weights in float16, bfloat16 and float64. */
class BaseTypesTest {

    private static final String MODEL = "tiny-vit";
    private static final Map<DataType, AdaptedModel> MODELS = new LinkedHashMap<>();

    private NDManager manager;
    private AdaptedModel model;
    private NDList inputs;
    private NDList base;

    @BeforeAll
    static void openModels(@TempDir Path folder) throws Exception {
        for (DataType type : List.of(DataType.FLOAT16, DataType.BFLOAT16, DataType.FLOAT64)) {
            Path directory = folder.resolve(type.toString());
            RetypedModel.write(Models.directory(MODEL), directory, type);
            MODELS.put(type, AdaptedModel.open(directory));
        }
    }

    @AfterAll
    static void closeModels() {
        MODELS.values().forEach(AdaptedModel::close);
        MODELS.clear();
    }

    @BeforeEach
    void openManager() {
        manager = NDManager.newBaseManager("PyTorch");
        manager.getEngine().setRandomSeed(1);
    }

    @AfterEach
    void close() {
        model.unload();
        manager.close();
    }

    static Stream<Arguments> rows() {
        return MODELS.keySet().stream()
                .flatMap(
                        type ->
                                MethodCases.ofEachMethod().stream()
                                        .map(method -> Arguments.of(type, method)));
    }

    private Adapter add(DataType type, MethodCase method) {
        model = MODELS.get(type);
        NDArray weight = model.baseParameters().values().iterator().next();
        inputs = new NDList();
        for (NDArray input : TwoAdapters.inputs(model, manager, 2)) {
            inputs.add(TransformKernel.cast(input, weight, manager));
        }
        base = model.predict(inputs);
        return model.add("a", method.config());
    }

    /** The type of the parameters of adapters, and of what losses are computed of. */
    private static DataType expected(DataType base) {
        return base == DataType.FLOAT64 ? base : DataType.FLOAT32;
    }

    /** Two layers round in some twenty places each, at worst all in one direction. */
    private static double rounding(DataType type) {
        return switch (type) {
            case FLOAT16 -> 40 * 0x1p-11;
            case BFLOAT16 -> 40 * 0x1p-8;
            // sums of some hundred products in another order
            default -> 1000 * Math.ulp(1.0);
        };
    }

    /** All types hold in float64, and DJL has no arrays of bfloat16. */
    private static double[] values(NDArray array) {
        NDArray wide = array.toType(DataType.FLOAT64, true);
        double[] values = wide.toDoubleArray();
        wide.close();
        return values;
    }

    private static double difference(NDList actual, NDList expected) {
        double[] left = values(actual.get(0));
        double[] right = values(expected.get(0));
        double difference = 0;
        double largest = 1;
        for (int i = 0; i < left.length; i++) {
            // Math.max keeps NaN, which comparisons would pass over
            difference = Math.max(difference, Math.abs(left[i] - right[i]));
            largest = Math.max(largest, Math.abs(right[i]));
        }
        return difference / largest;
    }

    private static Map<String, double[]> weights(AdaptedModel model) {
        Map<String, double[]> values = new LinkedHashMap<>();
        model.baseParameters().forEach((name, array) -> values.put(name, values(array)));
        return values;
    }

    private void assertSame(NDList actual, NDList expected) {
        assertThat(values(actual.get(0))).isEqualTo(values(expected.get(0)));
    }

    @ParameterizedTest(name = "{0}, {1}")
    @MethodSource("rows")
    void startsWithParametersOfAtLeastFloat32(DataType type, MethodCase method) {
        Adapter adapter = add(type, method);

        assertThat(adapter.parameters().values())
                .allMatch(parameter -> parameter.getArray().getDataType() == expected(type));
        if (method.start() == Start.IDENTITY) {
            assertSame(model.predict(inputs), base);
        } else if (method.start() == Start.ROUNDED) {
            assertThat(difference(model.predict(inputs), base)).isLessThan(rounding(type));
        }
    }

    @ParameterizedTest(name = "{0}, {1}")
    @MethodSource("rows")
    void mergesAndGivesTheBaseBack(DataType type, MethodCase method) {
        add(type, method);
        Map<String, double[]> before = weights(model);
        Passes.perturb(model, "a", 1);
        NDList adapted = model.predict(inputs);
        assertThat(values(adapted.get(0))).isNotEqualTo(values(base.get(0)));

        model.mergeSafely();
        assertSame(model.predict(inputs), adapted);
        model.unmerge();
        model.activate();

        assertSame(model.predict(inputs), base);
        weights(model).forEach((name, values) -> assertThat(values).isEqualTo(before.get(name)));
    }

    @ParameterizedTest(name = "{0}, {1}")
    @MethodSource("rows")
    void trainsInItsSocketsWhatItPredictsWith(DataType type, MethodCase method) {
        Adapter adapter = add(type, method);
        Passes.perturb(model, "a", 1);
        NDList adapted = model.predict(inputs);

        NDList training;
        try (GradientCollector collector = manager.getEngine().newGradientCollector()) {
            training = Passes.training(model, inputs);
            collector.backward(Passes.loss(training));
        }

        assertThat(training.get(0).getDataType()).isEqualTo(expected(type));
        assertThat(difference(training, adapted)).isLessThan(rounding(type));
        for (Map.Entry<String, Parameter> entry : adapter.parameters().entrySet()) {
            double largest = 0;
            for (double value : values(entry.getValue().getArray().getGradient())) {
                largest = Math.max(largest, Math.abs(value));
            }
            assertThat(largest).as(entry.getKey()).isFinite();
            if (!entry.getKey().endsWith("key.bias")) {
                assertThat(largest).as(entry.getKey()).isPositive();
            }
        }
    }

    @ParameterizedTest(name = "{0}, {1}")
    @MethodSource("rows")
    void isTheSameOnceSavedAndLoaded(DataType type, MethodCase method, @TempDir Path folder)
            throws Exception {
        add(type, method);
        Passes.perturb(model, "a", 1);
        NDList adapted = model.predict(inputs);
        AdapterDirectory.save(model, "a", folder.resolve("saved"));
        model.delete("a");

        AdapterDirectory.load(model, "b", folder.resolve("saved"));

        assertSame(model.predict(inputs), adapted);
    }
}
