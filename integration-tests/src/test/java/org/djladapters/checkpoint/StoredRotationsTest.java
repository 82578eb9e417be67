/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.djladapters.adapter.AdapterConfig;
import org.djladapters.adapter.baseline.BaselineConfig;
import org.djladapters.adapter.compound.CompoundBasis;
import org.djladapters.adapter.compound.CompoundConfig;
import org.djladapters.adapter.compound.RotatedSide;
import org.djladapters.model.AdaptedModel;
import org.djladapters.rotation.CompoundLayout;
import org.djladapters.rotation.EntryRule;
import org.djladapters.rotation.OrthogonalMap;
import org.djladapters.safetensors.SafetensorsFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StoredRotationsTest {

    private static final String MODULE = "encoder.layer.0.attention.self.query";

    /** Products of entries of float32 weights with minors, which the model makes in float32. */
    private static final double SINGLE = 1e-5;

    @TempDir private Path folder;

    @ParameterizedTest
    @CsvSource({
        "CAYLEY, PACKED, false",
        "CAYLEY, REFERENCE, true",
        "EXPONENTIAL, PACKED, true",
        "GIVENS, REFERENCE, false",
    })
    void theRotationsAreThoseThatTheModelMultipliesBy(
            OrthogonalMap map, AdapterDirectory.Layout layout, boolean shared) throws Exception {
        CompoundConfig config =
                TinyAdapters.config("tiny-bert").optMap(map).optShared(shared).build();
        try (AdaptedModel model = TinyAdapters.open("tiny-bert");
                NDManager manager = NDManager.newBaseManager("PyTorch")) {
            TinyAdapters.disturb(model, model.add("a", config), 3);
            AdapterDirectory.save(model, "a", folder.resolve("a"), layout);
            String weight = MODULE + ".weight";
            NDArray base = model.baseParameters().get(weight).duplicate();

            StoredRotations rotations = StoredRotations.read(folder.resolve("a")).get(MODULE);

            int width = (int) base.getShape().get(0);
            CompoundLayout blocks = config.form(width).layout();
            assertThat(rotations.size()).isEqualTo(blocks.size());
            assertThat(rotations.blocks()).isEqualTo(shared ? 1 : blocks.blocks());
            float[] merged = model.mergedWeights(manager).get(weight).toFloatArray();
            float[] expected = rotated(base.toFloatArray(), width, blocks, rotations);
            assertThat(merged).hasSameSizeAs(expected);
            for (int i = 0; i < merged.length; i++) {
                assertThat((double) merged[i]).isCloseTo(expected[i], within(SINGLE));
            }
            base.close();
        }
    }

    /** C^T W, entry by entry. */
    private static float[] rotated(
            float[] weight, int rows, CompoundLayout layout, StoredRotations rotations) {
        int columns = weight.length / rows;
        float[] result = weight.clone();
        for (int block = 0; block < layout.blocks(); block++) {
            double[][] q = rotations.matrix(0, rotations.blocks() == 1 ? 0 : block);
            int at = block * layout.blockSize();
            for (int order : layout.orders()) {
                List<List<Integer>> subsets = subsets(0, layout.size(), order);
                for (int i = 0; i < subsets.size(); i++) {
                    for (int column = 0; column < columns; column++) {
                        double sum = 0;
                        for (int j = 0; j < subsets.size(); j++) {
                            sum +=
                                    minor(q, subsets.get(j), subsets.get(i))
                                            * weight[(at + j) * columns + column];
                        }
                        result[(at + i) * columns + column] = (float) sum;
                    }
                }
                at += subsets.size();
            }
        }
        return result;
    }

    private static List<List<Integer>> subsets(int from, int n, int k) {
        if (k == 0) {
            return List.of(List.of());
        }
        List<List<Integer>> subsets = new ArrayList<>();
        for (int i = from; i < n; i++) {
            for (List<Integer> rest : subsets(i + 1, n, k - 1)) {
                List<Integer> subset = new ArrayList<>(List.of(i));
                subset.addAll(rest);
                subsets.add(subset);
            }
        }
        return subsets;
    }

    /** Orders 1 and 2 only. */
    private static double minor(double[][] q, List<Integer> rows, List<Integer> columns) {
        int i = rows.get(0);
        int j = columns.get(0);
        if (rows.size() == 1) {
            return q[i][j];
        }
        int k = rows.get(1);
        int l = columns.get(1);
        return q[i][j] * q[k][l] - q[i][l] * q[k][j];
    }

    @Test
    void whatIsNoRotationIsRefused() throws Exception {
        CompoundConfig.Builder config = TinyAdapters.config("tiny-bert");
        assertRefused(config.optMap(OrthogonalMap.MATRIX).build(), "map is 'matrix'");
        assertRefused(config.optMap(OrthogonalMap.NEUMANN).build(), "map is 'neumann'");
        assertRefused(
                config.optMap(OrthogonalMap.CAYLEY).optRule(EntryRule.MAXIMUM).build(),
                "rule 'max'");
        assertRefused(
                TinyAdapters.config("tiny-bert").optBasis(CompoundBasis.SINGULAR).build(),
                "act on singular vectors of the weights");
        assertRefused(TinyAdapters.config("tiny-bert").optGains(true).build(), "they have gains");
        for (RotatedSide side : List.of(RotatedSide.INPUT, RotatedSide.BOTH)) {
            assertRefused(
                    TinyAdapters.config("tiny-bert").optSide(side).build(), "(side " + side + ")");
        }
        assertRefused(BaselineConfig.head(), "not that of a compound adapter");
    }

    private void assertRefused(AdapterConfig config, String reason) throws Exception {
        Path directory = folder.resolve("refused");
        try (AdaptedModel model = TinyAdapters.open("tiny-bert")) {
            model.add("a", config);
            AdapterDirectory.save(model, "a", directory);
        }
        assertThatThrownBy(() -> StoredRotations.read(directory))
                .hasMessageContainingAll(reason, "adapter_config.json");
    }

    @Test
    void modulesHaveTheirOwnOrders() throws Exception {
        Path directory = folder.resolve("a");
        try (AdaptedModel model = TinyAdapters.open("tiny-bert")) {
            CompoundConfig config =
                    TinyAdapters.config("tiny-bert")
                            .optOrdersPattern(Map.of("value", List.of(1)))
                            .optBlockSizePattern(Map.of("value", 4))
                            .build();
            model.add("a", config);
            AdapterDirectory.save(model, "a", directory);
        }
        Map<String, StoredRotations> modules = StoredRotations.read(directory);
        StoredRotations value = modules.get(MODULE.replaceFirst("\\w+$", "value"));
        assertThat(value.orders()).containsExactly(1);
        assertThat(value.layout(32).blocks()).isEqualTo(8);
        assertThat(value.size()).isEqualTo(4);
        assertThat(modules.get(MODULE).orders()).containsExactly(1, 2);
        assertThat(modules.get(MODULE).layout(32).blocks()).isEqualTo(2);
    }

    @Test
    void tensorsOfWrongShapesAreRefused() throws Exception {
        Path directory = folder.resolve("a");
        try (AdaptedModel model = TinyAdapters.open("tiny-bert");
                NDManager manager = NDManager.newBaseManager("PyTorch")) {
            model.add("a", TinyAdapters.config("tiny-bert").build());
            AdapterDirectory.save(model, "a", directory);
            Path tensors = directory.resolve("adapter_model.safetensors");
            Files.delete(tensors);
            Map<String, NDArray> wrong =
                    Map.of(
                            "base_model.model." + MODULE + ".compound",
                            manager.zeros(new Shape(1, 2, 5)));
            SafetensorsFile.write(tensors, wrong, Map.of());
            assertThatThrownBy(() -> StoredRotations.read(directory))
                    .hasMessageContainingAll("adapter_model.safetensors", "(1, 2, 5)");
            SafetensorsFile.write(
                    tensors,
                    Map.of("x", manager.zeros(wrong.values().iterator().next().getShape())),
                    Map.of());
            assertThatThrownBy(() -> StoredRotations.read(directory))
                    .hasMessageContaining("no tensor of a compound adapter");
        }
    }

    @Test
    void numbersThatAreNotFiniteAreRefused() throws Exception {
        Path directory = folder.resolve("a");
        try (AdaptedModel model = TinyAdapters.open("tiny-bert");
                NDManager manager = NDManager.newBaseManager("PyTorch")) {
            model.add("a", TinyAdapters.config("tiny-bert").build());
            AdapterDirectory.save(model, "a", directory);
            SafetensorsFile.write(
                    directory.resolve("adapter_model.safetensors"),
                    Map.of(
                            "base_model.model." + MODULE + ".compound",
                            manager.full(new Shape(1, 2, 6), Float.NaN)),
                    Map.of());
            assertThatThrownBy(() -> StoredRotations.read(directory))
                    .hasMessageContaining(MODULE + ".compound' has infinite or undefined values");
        }
    }

    @Test
    void placesThatAreNotThereAreRefused() throws Exception {
        Path directory = folder.resolve("a");
        try (AdaptedModel model = TinyAdapters.open("tiny-bert")) {
            model.add("a", TinyAdapters.config("tiny-bert").build());
            AdapterDirectory.save(model, "a", directory);
        }
        StoredRotations rotations = StoredRotations.read(directory).get(MODULE);
        assertThatThrownBy(() -> rotations.matrix(0, 2))
                .hasMessageContaining("no rotation of link 0 and block 2; there are 1 links and 2");
    }
}
