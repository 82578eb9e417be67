/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.beft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.ParameterStore;
import org.djladapters.adapter.Rotated;
import org.djladapters.adapter.WeightAdapter;
import org.djladapters.adapter.WeightSpec;
import org.djladapters.adapter.WeightSpec.Kind;
import org.junit.jupiter.api.Test;

class BeftAdapterTest {

    private static final Shape LINEAR = new Shape(4, 6);
    private static final BeftConfig CONFIG = BeftConfig.builder().build();

    @Test
    void changesTheBiasAlone() {
        try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
            NDArray weight = manager.randomNormal(0, 1, LINEAR, DataType.FLOAT64);
            NDArray bias = manager.randomNormal(0, 1, new Shape(4), DataType.FLOAT64);
            WeightAdapter adapter =
                    Rotated.moved(CONFIG.newAdapter(Rotated.spec(Kind.LINEAR, LINEAR)), 1, manager);
            NDArray change = adapter.getParameters().get("beft_bias").getArray();

            NDList changed =
                    adapter.forward(
                            new ParameterStore(manager, false), new NDList(weight, bias), false);

            assertThat(changed.get(0)).isEqualTo(weight);
            assertThat(changed.get(1)).isEqualTo(bias.add(change.reshape(4)));
            assertThat(adapter).hasToString("BeftAdapter(4 numbers)");
            assertThat(CONFIG).hasToString("beft(targets all-linear)");
        }
    }

    @Test
    void aLayerWithoutABiasIsRefused() {
        WeightSpec none = new WeightSpec("layer", Kind.LINEAR, LINEAR, DataType.FLOAT32, false);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> CONFIG.newAdapter(none))
                .withMessageContaining("has no bias");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> CONFIG.newAdapter(Rotated.spec(Kind.EMBEDDING, LINEAR)))
                .withMessageContaining("leave it out of the targets");
    }
}
