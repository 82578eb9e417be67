/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.djladapters.adapter.AdapterConfig;
import org.djladapters.adapter.WeightAdapter;
import org.djladapters.adapter.compound.CompoundBasis;
import org.djladapters.adapter.compound.CompoundConfig;
import org.djladapters.adapter.loraxs.LoraXsConfig;
import org.djladapters.adapter.psoft.PsoftConfig;
import org.djladapters.io.MalformedFileException;
import org.djladapters.model.AdaptedModel;
import org.djladapters.model.SharedModels;
import org.djladapters.model.combination.AdapterAlgebra;
import org.djladapters.model.combination.Combination;
import org.djladapters.rotation.OrthogonalMap;
import org.djladapters.safetensors.SafetensorsFile;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Adapters from singular vectors that were trained where the decomposition of a weight gives the
 * negatives of some pairs of vectors. The two vectors of a pair are negated together, and the signs
 * of a product are exact, so what is right here is equal bit by bit.
 */
class SingularSignsTest {

    @RegisterExtension static final SharedModels MODELS = new SharedModels();

    private static final String BERT = "tiny-bert-classifier";
    private static final int SIZE = 8;
    private static final Set<Integer> NEGATED = Set.of(0, 3, 6);

    /**
     * The methods, with matrices of parameters between singular vectors of this many directions.
     */
    @SuppressWarnings("ImmutableEnumChecker") // nothing changes them
    enum Method {
        PSOFT("psoft_R.weight", PsoftConfig.builder().optRank(SIZE).optTargets("query").build()),
        PSOFT_MATRIX(
                "psoft_R.weight",
                PsoftConfig.builder()
                        .optRank(SIZE)
                        .optMap(OrthogonalMap.MATRIX)
                        .optSymmetric(true)
                        .optTargets("query")
                        .build()),
        LORAXS("loraxs_R", LoraXsConfig.builder().optRank(SIZE).optTargets("query").build()),
        COMPOUND(
                "compound",
                CompoundConfig.builder()
                        .optOrders(1)
                        .optBasis(CompoundBasis.SINGULAR)
                        .optBlockSize(SIZE)
                        .optTargets("query")
                        .build());

        private final String parameter;
        private final AdapterConfig config;

        Method(String parameter, AdapterConfig config) {
            this.parameter = parameter;
            this.config = config;
        }

        String signs() {
            return config.method() + "_signs";
        }
    }

    @TempDir Path folder;

    private AdaptedModel model;

    @BeforeEach
    void open() throws IOException {
        model = MODELS.open(BERT);
    }

    private Map<String, String> outputs(String adapter) throws IOException {
        model.activate(adapter);
        return TinyAdapters.predictions(model);
    }

    /**
     * Adds an adapter "here" and one "there" that does the same with the negatives of some pairs,
     * and saves that one.
     */
    private Path trainedElsewhere(Method method) throws Exception {
        model.add("here", method.config);
        TinyAdapters.disturb(model, model.adapter("here"), 7);
        model.add("there", method.config);
        model.adapter("here")
                .targetModules()
                .forEach(
                        (module, block) ->
                                turn(
                                        method,
                                        block,
                                        model.adapter("there").targetModules().get(module)));
        model.refresh();
        Path saved = folder.resolve("there");
        AdapterDirectory.save(model, "there", saved);
        return saved;
    }

    private static void turn(Method method, WeightAdapter here, WeightAdapter there) {
        NDArray signs = there.fixed().get(method.signs());
        try (NDManager scope = signs.getManager().newSubManager()) {
            long[] stored = signs.toLongArray();
            NEGATED.forEach(i -> stored[i] = -stored[i]);
            NDArray turned = scope.create(stored);
            there.matchFixed(method.signs(), turned);
            WeightAdapter.set(signs, turned);
            here.getDirectParameters()
                    .forEach(
                            p -> {
                                NDArray value = p.getValue().getArray();
                                float[] values = value.toFloatArray();
                                if (p.getKey().equals(method.parameter)) {
                                    conjugate(values);
                                }
                                WeightAdapter.set(
                                        there.getDirectParameters().get(p.getKey()).getArray(),
                                        scope.create(values, value.getShape()));
                            });
        }
    }

    /** E M E with the signs E, of a matrix or, where there are fewer values, the first triangle. */
    private static void conjugate(float[] values) {
        int next = 0;
        boolean matrix = values.length == SIZE * SIZE;
        for (int i = 0; i < SIZE; i++) {
            for (int j = matrix ? 0 : i + 1; j < SIZE; j++, next++) {
                if (NEGATED.contains(i) != NEGATED.contains(j)) {
                    values[next] = -values[next];
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void areTakenFromTheFile(Method method) throws Exception {
        Path saved = trainedElsewhere(method);
        Map<String, String> expected = outputs("here");

        AdapterDirectory.load(model, "loaded", saved);

        assertThat(outputs("loaded")).isEqualTo(expected);
        AdapterDirectory.save(model, "loaded", folder.resolve("again"));
        AdapterDirectory.load(model, "again", folder.resolve("again"));
        assertThat(outputs("again")).isEqualTo(expected);
    }

    @ParameterizedTest
    @EnumSource
    void areThoseOfThisMachineWhereTheFileSaysSo(Method method) throws Exception {
        trainedElsewhere(method);
        Map<String, String> expected = outputs("here");
        AdapterDirectory.save(model, "here", folder.resolve("here"));

        AdapterDirectory.load(model, "loaded", folder.resolve("here"));

        assertThat(outputs("loaded")).isEqualTo(expected);
    }

    /** A file of PEFT, and one that an older version wrote, which the check refuses. */
    @ParameterizedTest
    @EnumSource
    void areNotKnownWithoutARecord(Method method) throws Exception {
        Path saved = trainedElsewhere(method);
        Map<String, String> expected = outputs("here");
        boolean ofPeft = method == Method.PSOFT || method == Method.PSOFT_MATRIX;
        edit(saved, ofPeft ? List.of("_signs", "_check") : List.of("_signs"), Map.of());

        if (ofPeft) {
            AdapterDirectory.load(model, "loaded", saved);
            assertThat(outputs("loaded")).isNotEqualTo(expected);
        } else {
            assertThatThrownBy(() -> AdapterDirectory.load(model, "loaded", saved))
                    .isInstanceOf(MalformedFileException.class)
                    .hasMessageContaining(
                            "has other singular vectors than the adapter was trained");
        }
    }

    @ParameterizedTest
    @EnumSource
    void adaptersOfOtherSignsAreNotPutInEachOthersPlace(Method method) throws Exception {
        Path saved = trainedElsewhere(method);
        Map<String, String> expected = outputs("here");

        assertThatThrownBy(() -> AdapterDirectory.swap(model, "here", saved))
                .isInstanceOf(MalformedFileException.class)
                .hasMessageContaining("trained with other signs of the singular vectors")
                .hasMessageNotContaining("\n");

        assertThat(outputs("here")).isEqualTo(expected);
    }

    @Test
    void adaptersOfOtherSignsAreNotInterpolated() throws Exception {
        trainedElsewhere(Method.COMPOUND);
        assertThatThrownBy(
                        () ->
                                AdapterAlgebra.combine(
                                        model,
                                        "between",
                                        Map.of("here", 0.5, "there", 0.5),
                                        Combination.geodesic()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("other signs of the singular vectors")
                .hasMessageNotContaining("\n");
    }

    @ParameterizedTest
    @EnumSource
    void ofEntriesThatAVectorDoesNotHaveAreRefused(Method method) throws Exception {
        Path saved = trainedElsewhere(method);
        for (long entry : new long[] {0, 33, -33, Long.MIN_VALUE}) {
            edit(saved, List.of(), Map.of("_signs", entry));
            assertThatThrownBy(() -> AdapterDirectory.load(model, "loaded", saved))
                    .isInstanceOf(MalformedFileException.class)
                    .hasMessageContaining("no entry " + entry)
                    .hasMessageNotContaining("\n");
        }
    }

    /** Writes the tensors anew without some, and with another first number in others. */
    private static void edit(Path directory, List<String> without, Map<String, Long> first)
            throws IOException {
        Path path = directory.resolve("adapter_model.safetensors");
        try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
            Map<String, NDArray> tensors = new LinkedHashMap<>();
            Map<String, String> metadata;
            try (SafetensorsFile file = SafetensorsFile.open(path)) {
                metadata = file.metadata();
                file.readAll(manager)
                        .forEach(
                                (name, array) -> {
                                    if (without.stream().noneMatch(name::endsWith)) {
                                        tensors.put(name, array);
                                    }
                                });
            }
            tensors.replaceAll(
                    (name, array) -> {
                        String end = name.substring(name.lastIndexOf('_'));
                        if (array.getDataType() != DataType.INT64 || !first.containsKey(end)) {
                            return array;
                        }
                        long[] values = array.toLongArray();
                        values[0] = first.get(end);
                        return manager.create(values, array.getShape());
                    });
            Files.delete(path);
            SafetensorsFile.write(path, tensors, metadata);
        }
    }
}
