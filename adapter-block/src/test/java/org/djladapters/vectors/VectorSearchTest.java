/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.vectors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VectorSearchTest {

    private static VectorTable random(int count, int width) {
        Random random = new Random(3);
        float[] rows = new float[count * width];
        for (int i = 0; i < rows.length; i++) {
            rows[i] = (float) random.nextGaussian();
        }
        List<String> ids = IntStream.range(0, count).mapToObj(i -> "p" + i).toList();
        return VectorTable.of(ids, Optional.empty(), rows, Map.of()).cut(width);
    }

    private static float[] query(int width) {
        Random random = new Random(4);
        float[] query = new float[width];
        for (int i = 0; i < width; i++) {
            query[i] = (float) random.nextGaussian();
        }
        return query;
    }

    private static double product(float[] query, float[] row) {
        double sum = 0;
        for (int i = 0; i < row.length; i++) {
            sum += (double) query[i] * row[i];
        }
        return sum;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 8, 63, 130})
    void vectorsOfFloatAreFoundByTheirProducts(int width) {
        VectorTable table = random(50, width);
        float[] query = query(width);

        List<VectorSearch.Hit> hits = VectorSearch.of(table).search(query, 50);

        List<String> expected =
                table.ids().stream()
                        .sorted(
                                Comparator.comparingDouble(
                                        id ->
                                                -product(
                                                        query,
                                                        table.row(table.place(id).getAsInt()))))
                        .toList();
        if (width > 1) { // with one number there are two vectors alone
            assertThat(hits).extracting(VectorSearch.Hit::id).isEqualTo(expected);
        }
        for (VectorSearch.Hit hit : hits) {
            assertThat(hit.id()).isEqualTo(table.ids().get(hit.place()));
            assertThat((double) hit.score())
                    .isCloseTo(product(query, table.row(hit.place())), within(1e-4));
        }
    }

    /** Each number is off by half a step at the most. */
    @Test
    void int8StandsForTheMiddleOfItsSteps() {
        int width = 33;
        VectorTable table = random(40, width);
        QuantizedVectors int8 = QuantizedVectors.of(table, VectorEncoding.INT8);
        float[] query = query(width);
        double bound = 0;
        for (int i = 0; i < width; i++) {
            bound += Math.abs(query[i]) * (int8.highest()[i] - int8.lowest()[i]) / 255 * 0.51;
        }

        for (VectorSearch.Hit hit : VectorSearch.of(int8).search(query, 40)) {
            assertThat((double) hit.score())
                    .isCloseTo(product(query, table.row(hit.place())), within(bound));
        }
    }

    @Test
    void aDimensionWithOneNumberKeepsIt() {
        float[] rows = {0.5f, 1, 0.5f, -1};
        VectorTable table = VectorTable.of(List.of("a", "b"), Optional.empty(), rows, Map.of());
        QuantizedVectors int8 = QuantizedVectors.of(table, VectorEncoding.INT8);

        List<VectorSearch.Hit> hits = VectorSearch.of(int8).search(new float[] {4, 1}, 1);

        assertThat(hits.get(0).score()).isCloseTo(3, within(0.01f));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 8, 63, 64, 65, 130})
    void bitsAreCountedAndTheirProductsTaken(int width) {
        VectorTable table = random(40, width);
        QuantizedVectors binary = QuantizedVectors.of(table, VectorEncoding.BINARY);
        float[] query = query(width);

        for (VectorSearch.Hit hit : VectorSearch.of(binary).search(query, 40)) {
            float[] row = table.row(hit.place());
            long equal = IntStream.range(0, width).filter(i -> query[i] > 0 == row[i] > 0).count();
            assertThat(hit.score()).isEqualTo((float) equal);
        }
        VectorSearch twice = VectorSearch.of(binary).rescoredBy(binary, 40);
        for (VectorSearch.Hit hit : twice.search(query, 40)) {
            float[] signs = table.row(hit.place());
            for (int i = 0; i < width; i++) {
                signs[i] = signs[i] > 0 ? 1 : -1;
            }
            assertThat((double) hit.score()).isCloseTo(product(query, signs), within(1e-3));
        }
    }

    /** As many as asked for times the multiplier, and those as near as the last of them. */
    @Test
    void onlyTheNearestAreLookedAtAgain() {
        float[] rows = {1, 1, 1, 1, 1, -0.1f, 1, -0.2f, -1, -1};
        VectorTable table =
                VectorTable.of(List.of("a", "b", "c", "d", "e"), Optional.empty(), rows, Map.of());
        VectorSearch bits = VectorSearch.of(QuantizedVectors.of(table, VectorEncoding.BINARY));
        float[] query = {1, 0.5f};

        float[] two = bits.rescoredBy(table, 2).scores(query, 1);
        float[] three = bits.rescoredBy(table, 3).scores(query, 1);

        float left = Float.NEGATIVE_INFINITY;
        assertThat(two).containsExactly(1.5f, 1.5f, left, left, left);
        assertThat(three).containsExactly(1.5f, 1.5f, 0.95f, 0.9f, left);
        assertThat(bits.rescoredBy(table, 3).search(query, 1))
                .containsExactly(new VectorSearch.Hit("a", 0, 1.5f));
        assertThat(bits.search(query, 9)).extracting(VectorSearch.Hit::place).startsWith(0, 1, 2);
    }

    @Test
    void whatDoesNotFitIsRefused() {
        VectorTable table = random(3, 4);
        VectorSearch search = VectorSearch.of(table);
        assertThatThrownBy(() -> search.search(new float[3], 1))
                .hasMessageStartingWith("The query has 3 numbers where the vectors have 4");
        assertThatThrownBy(() -> search.search(new float[] {1, 2, Float.NaN, 0}, 1))
                .hasMessageStartingWith("The query has a number that is not finite");
        assertThatThrownBy(() -> search.search(query(4), 0)).hasMessageEndingWith("got 0");
        assertThatThrownBy(() -> search.rescoredBy(table, 0)).hasMessageEndingWith("got 0");
        assertThatThrownBy(() -> search.rescoredBy(random(4, 4), 2))
                .hasMessageContaining("of the same texts and width");
    }
}
