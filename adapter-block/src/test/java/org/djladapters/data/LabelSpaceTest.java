/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDManager;
import com.google.gson.Gson;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LabelSpaceTest {

    @TempDir Path folder;

    @Test
    void numbersAreARegressionIfOneHasAFraction() throws IOException {
        LabelSpace space = spaceOf("5.000", "2.5", "-1", ".5", "1e-3");

        assertThat(space.kind()).isEqualTo(TaskKind.REGRESSION);
        assertThat(space.labels()).isEmpty();
        assertThat(space.outputs()).isEqualTo(1);
        assertThat(space.encode(data("5.000", "2.5", "-1"))).containsExactly(5, 2.5, -1);
    }

    @Test
    void integersAreClassesInNumericalOrder() throws IOException {
        LabelSpace space = spaceOf("10", "2", "1", "2", "3.0");

        assertThat(space.kind()).isEqualTo(TaskKind.CLASSIFICATION);
        assertThat(space.labels()).containsExactly("1", "2", "3.0", "10");
        assertThat(space.outputs()).isEqualTo(4);
        assertThat(space.encode(data("10", "1"))).containsExactly(3, 0);
    }

    @Test
    void oneLabelThatIsNoNumberMakesAClassification() throws IOException {
        LabelSpace space = spaceOf("b", "2.5", "a", "10", "NaN", "1f");

        assertThat(space.kind()).isEqualTo(TaskKind.CLASSIFICATION);
        assertThat(space.labels()).containsExactly("2.5", "10", "1f", "NaN", "a", "b");
    }

    @Test
    void theKindCanBeGiven() throws IOException {
        assertThat(LabelSpace.of(data("1", "2"), TaskKind.REGRESSION).outputs()).isEqualTo(1);
        assertThat(LabelSpace.of(data("1.5", "2"), TaskKind.CLASSIFICATION).labels())
                .containsExactly("1.5", "2");
        assertThatThrownBy(() -> LabelSpace.of(data("1", "one"), TaskKind.REGRESSION))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("line 3: label 'one' is not a number");
    }

    @Test
    void anUnknownLabelIsNamedWithItsLineAndTheKnownOnes() throws IOException {
        LabelSpace space = spaceOf("yes", "no");

        assertThatThrownBy(() -> space.encode(data("yes", "maybe")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("sentences.tsv', line 3: label 'maybe'")
                .hasMessageEndingWith("no, yes");
    }

    @Test
    void manyKnownLabelsAreNotAllListed() throws IOException {
        LabelSpace space =
                spaceOf(IntStream.range(0, 150).mapToObj(i -> "l" + i).toArray(String[]::new));

        assertThatThrownBy(() -> space.encode(data("x", "y")))
                .hasMessageEndingWith("… (150 in all)")
                .satisfies(e -> assertThat(e.getMessage().length()).isLessThan(300));
    }

    @Test
    void aSingleClassIsRefused() {
        assertThatThrownBy(() -> spaceOf("a", "a"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("All 2 examples")
                .hasMessageContaining("nothing to learn");
        assertThatThrownBy(() -> new LabelSpace(TaskKind.CLASSIFICATION, List.of("a")))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new LabelSpace(TaskKind.REGRESSION, List.of("a")))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void survivesJson() throws IOException {
        LabelSpace space = spaceOf("b", "a");
        Gson gson = new Gson();

        assertThat(gson.fromJson(gson.toJson(space), LabelSpace.class)).isEqualTo(space);
    }

    @Test
    void readsPredictionsOffTheOutputs() throws IOException {
        try (NDManager manager = NDManager.newBaseManager()) {
            float[][] logits = {{0, 2, 1}, {3, -1, 0}};
            assertThat(spaceOf("a", "b", "c").predictions(manager.create(logits)))
                    .containsExactly(1, 0);
            float[][] values = {{0.5f}, {-2}};
            assertThat(spaceOf("0.5", "1").predictions(manager.create(values)))
                    .containsExactly(0.5, -2);
        }
    }

    private LabelSpace spaceOf(String... labels) throws IOException {
        return LabelSpace.of(data(labels));
    }

    private TextData data(String... labels) throws IOException {
        return TestData.labels(folder, List.of(labels));
    }
}
