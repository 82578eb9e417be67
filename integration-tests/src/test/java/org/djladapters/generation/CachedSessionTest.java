/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.generation;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import org.djladapters.model.AdaptedModel;
import org.djladapters.safetensors.SafetensorsFile;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CachedSessionTest {

    private static final Path HUB = Path.of("src/test/resources/hub");

    @ParameterizedTest
    @ValueSource(strings = {"tiny-gpt2", "tiny-llama", "tiny-qwen2"})
    void theTokensAreThoseOfTransformers(String name) throws IOException {
        Path folder = HUB.resolve(name);
        try (AdaptedModel model = AdaptedModel.open(folder);
                NDManager manager = NDManager.newBaseManager("PyTorch");
                SafetensorsFile file =
                        SafetensorsFile.open(folder.resolve("expected.safetensors"))) {
            long[] prompt = file.read(manager, "prompt.input_ids").toLongArray();
            long[] expected = file.read(manager, "generated.input_ids").toLongArray();
            assertThat(Greedy.continued(model, 12, prompt)).containsExactly(expected);
        }
    }

    static final class Greedy {
        static long[] continued(AdaptedModel model, int count, long[] prompt) {
            try (NDManager scope = NDManager.newBaseManager("PyTorch");
                    DecoderSession session = DecoderSession.open(model)) {
                assertThat(session).isInstanceOf(CachedSession.class);
                long[] all = prompt;
                NDArray ids = scope.create(prompt, new Shape(1, prompt.length));
                for (int i = 0; i < count; i++) {
                    NDArray mask =
                            scope.ones(new Shape(1, all.length))
                                    .toType(ai.djl.ndarray.types.DataType.INT64, false);
                    ids = session.next(ids, mask).argMax(1).reshape(1, 1);
                    all = Arrays.copyOf(all, all.length + 1);
                    all[all.length - 1] = ids.getLong();
                }
                return all;
            }
        }
    }
}
