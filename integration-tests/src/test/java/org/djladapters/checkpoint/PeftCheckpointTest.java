/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.djladapters.surgery.AdaptedModel;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Adapters that PEFT 0.17.1 and the fork with compound adapters saved, with the outputs that these
 * gave for them, not merged and merged.
 */
class PeftCheckpointTest {

    /**
     * Two layers of sums of some 64 products of size one in float32, whose order differs between
     * the two programs: some 40 units in the last place of the largest output.
     */
    private static final float FLOAT32 = 40 * Math.ulp(1f);

    static List<String> checkpoints() throws IOException {
        try (Stream<Path> directories = Files.list(TinyAdapters.resource("checkpoints"))) {
            return directories.map(d -> d.getFileName().toString()).sorted().toList();
        }
    }

    @ParameterizedTest
    @MethodSource("checkpoints")
    void givesTheRecordedOutputs(String name) throws Exception {
        Path directory = TinyAdapters.resource("checkpoints/" + name);
        Path recorded = directory.resolve("expected.safetensors");
        try (AdaptedModel model = TinyAdapters.open(name.substring(name.indexOf("tiny-")));
                NDManager manager = NDManager.newBaseManager("PyTorch");
                SafetensorsFile expected = SafetensorsFile.open(recorded)) {
            NDList inputs = TinyAdapters.inputs(model, recorded, manager);

            assertLogits(model, inputs, expected, "output_base.logits");
            AdapterDirectory.load(model, "trained", directory);
            assertThat(model.active()).containsExactly("trained");
            assertLogits(model, inputs, expected, "output.logits");
            model.merge();
            assertLogits(model, inputs, expected, "output_merged.logits");
            model.unmerge();
            try (AdaptedModel.Scope base = model.disable()) {
                assertThat(base).isNotNull();
                assertLogits(model, inputs, expected, "output_base.logits");
            }
        }
    }

    private static void assertLogits(
            AdaptedModel model, NDList inputs, SafetensorsFile expected, String name)
            throws Exception {
        NDArray logits = expected.read(inputs.get(0).getManager(), name);
        NDArray actual = TinyAdapters.named(model.predict(inputs), "logits");
        assertThat(actual.getShape()).isEqualTo(logits.getShape());
        float largest = Math.max(1, logits.abs().max().getFloat());
        assertThat(actual.sub(logits).abs().max().getFloat())
                .as("largest difference of %s", name)
                .isLessThan(FLOAT32 * largest);
    }
}
