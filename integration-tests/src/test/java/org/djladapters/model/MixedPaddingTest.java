/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.djladapters.model.AdaptedModel.BASE;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import java.nio.file.Path;
import java.util.List;
import org.djladapters.adapter.lora.LoraConfig;
import org.junit.jupiter.api.Test;

/** Rows of different lengths in a batch of several adapters. */
class MixedPaddingTest {

    /** Sums in float32 in another order, through two layers of hidden states of about 1. */
    private static final float ROUNDING = 2e-5f;

    /**
     * A row has what it has by itself wherever its mask is 1, whether it shares a pass with longer
     * rows or not: an adapter of embeddings has a pass of its own, one of linear layers has not.
     */
    @Test
    void aRowHasItsOwnOutputsWhereItsMaskIs() throws Exception {
        try (AdaptedModel model = AdaptedModel.open(Path.of("src/test/resources/hub/tiny-bert"));
                NDManager manager = NDManager.newBaseManager("PyTorch")) {
            model.add("linear", lora("query"));
            model.add("embedding", lora("word_embeddings"));
            Passes.perturb(model, "linear", 1);
            Passes.perturb(model, "embedding", 2);
            NDList inputs = TwoAdapters.inputs(model, manager, 2);
            int length = Math.toIntExact(inputs.get(0).getShape().get(1));
            int own = length / 2;
            NDArray mask = inputs.get(model.inputNames().indexOf("attention_mask"));
            mask.set(new NDIndex("0, %d:".formatted(own)), 0);

            NDArray shared = model.predict(inputs, List.of("linear", BASE)).get(0);
            NDArray apart = model.predict(inputs, List.of("embedding", BASE)).get(0);

            for (String name : List.of("linear", "embedding")) {
                model.activate(name);
                NDList first = new NDList(inputs.stream().map(x -> x.get("0:1")).toList());
                String places = "0, :%d".formatted(own);
                NDArray alone = model.predict(first).get(0).get(places);
                NDArray mixed = (name.equals("linear") ? shared : apart).get(places);
                assertThat(mixed.sub(alone).abs().max().getFloat()).isLessThan(ROUNDING);
            }
        }
    }

    private static LoraConfig lora(String target) {
        return LoraConfig.builder().optRank(2).optTargets(target).build();
    }
}
