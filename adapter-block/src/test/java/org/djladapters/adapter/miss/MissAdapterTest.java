/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.miss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import ai.djl.ndarray.types.Shape;
import org.djladapters.adapter.AddedMatrixFixture;
import org.djladapters.adapter.Rotated;
import org.djladapters.adapter.WeightAdapter;
import org.djladapters.adapter.WeightSpec.Kind;
import org.ejml.simple.SimpleMatrix;
import org.junit.jupiter.api.Test;

class MissAdapterTest extends AddedMatrixFixture {

    private static final Shape LINEAR = new Shape(4, 6);
    private static final MissConfig CONFIG = MissConfig.builder().optRank(4).build();

    MissAdapterTest() {
        super(CONFIG, LINEAR);
    }

    /** Input i has row i modulo r of the block. */
    @Override
    protected SimpleMatrix change(WeightAdapter adapter) {
        SimpleMatrix block = matrix(adapter, "miss_block");
        SimpleMatrix change = new SimpleMatrix(4, 6);
        for (int i = 0; i < 4; i++) {
            for (int j = 0; j < 6; j++) {
                change.set(i, j, block.get(j % 4, i % block.getNumCols()));
            }
        }
        return change;
    }

    @Test
    void startsWithTheWeightAsItIs() {
        assertStartsWithTheWeight(4 * 4);
    }

    @Test
    void whatItCanNotAdaptIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> CONFIG.newAdapter(Rotated.spec(Kind.EMBEDDING, LINEAR)))
                .withMessageContaining("leave it out of the targets");
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () ->
                                MissConfig.builder()
                                        .optRank(7)
                                        .build()
                                        .newAdapter(Rotated.spec(Kind.LINEAR, LINEAR)))
                .withMessageContaining("choose a rank of at most 6");
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () ->
                                MissConfig.builder()
                                        .optRank(2)
                                        .optMiniRank(3)
                                        .build()
                                        .newAdapter(Rotated.spec(Kind.LINEAR, LINEAR)))
                .withMessageContaining("does not divide 4 outputs");
    }

    @Test
    void repeatsASmallerBlockAlongTheOutputs() {
        MissConfig mini = MissConfig.builder().optRank(4).optMiniRank(2).build();
        WeightAdapter adapter =
                Rotated.moved(mini.newAdapter(Rotated.spec(Kind.LINEAR, LINEAR)), 0.5, manager);
        assertThat(adapter.size()).isEqualTo(4 * 2);
        assertAdded(adapter);
    }

    @Test
    void canMultiplyBlocksOfTheWeight() {
        MissConfig config = MissConfig.builder().optRank(2).optBlocks(true).build();
        WeightAdapter adapter = config.newAdapter(Rotated.spec(Kind.LINEAR, LINEAR));
        adapter.initializeFrom(weight);
        Rotated.moved(adapter, 0.5, manager);
        double[] blocks = parameter(adapter, "miss_block").toDoubleArray();
        SimpleMatrix expected = Rotated.matrix(weight);
        for (int i = 0; i < 2; i++) {
            SimpleMatrix block =
                    new SimpleMatrix(
                            2,
                            2,
                            true,
                            blocks[4 * i],
                            blocks[4 * i + 1],
                            blocks[4 * i + 2],
                            blocks[4 * i + 3]);
            for (int j = 0; j < 3; j++) {
                SimpleMatrix part = expected.extractMatrix(2 * i, 2 * i + 2, 2 * j, 2 * j + 2);
                expected.insertIntoThis(2 * i, 2 * j, part.plus(part.mult(block)).plus(block));
            }
        }
        Rotated.assertClose(Rotated.adapted(adapter, weight, false), expected);
        assertThat(config).hasToString("miss(rank 2, blocks of the weight, targets all-linear)");
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () ->
                                MissConfig.builder()
                                        .optRank(3)
                                        .optBlocks(true)
                                        .build()
                                        .newAdapter(Rotated.spec(Kind.LINEAR, LINEAR)))
                .withMessageContaining("do not divide 6 inputs and 4 outputs");
    }

    @Test
    void readsAsText() {
        assertThat(CONFIG).hasToString("miss(rank 4, targets all-linear)");
        assertThat(moved(Kind.LINEAR, LINEAR, 0)).hasToString("MissAdapter(rank 4)");
    }
}
