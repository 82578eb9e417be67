/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.util.StringPair;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class InputEncoderTest {

    private NDManager manager;

    @BeforeEach
    void open() {
        manager = NDManager.newBaseManager("PyTorch");
    }

    @AfterEach
    void close() {
        manager.close();
    }

    private static InputEncoder.Builder builder() throws IOException {
        return InputEncoder.builder()
                .setModel(TestData.tinyBert())
                .setInputs(List.of("input_ids", "attention_mask", "token_type_ids"));
    }

    @Test
    void shortTextsAreFilledUp() throws IOException {
        try (InputEncoder encoder = builder().build()) {
            NDList inputs = encoder.encode(manager, List.of("the dog", "the movie is great"));
            // [CLS] the dog [SEP] and two times [PAD], then [CLS] the movie is great [SEP]
            assertThat(inputs.get(0))
                    .isEqualTo(
                            manager.create(
                                    new long[][] {{2, 93, 115, 3, 0, 0}, {2, 93, 94, 97, 176, 3}}));
            assertThat(inputs.get(1).toLongArray())
                    .containsExactly(1, 1, 1, 1, 0, 0, 1, 1, 1, 1, 1, 1);
            assertThat(inputs.get(2).toLongArray()).containsOnly(0);
            assertThat(inputs).allMatch(array -> array.getManager() == manager);
        }
    }

    @Test
    void pairsHaveTwoTypesOfTokens() throws IOException {
        try (InputEncoder encoder = builder().build()) {
            NDList inputs =
                    encoder.encodePairs(manager, List.of(new StringPair("the dog", "is lazy")));
            assertThat(inputs.get(0).toLongArray()).containsExactly(2, 93, 115, 3, 97, 179, 3);
            assertThat(inputs.get(2).toLongArray()).containsExactly(0, 0, 0, 0, 1, 1, 1);
        }
    }

    @Test
    void longTextsAreTruncated() throws IOException {
        String text = "dog ".repeat(200);
        try (InputEncoder encoder = builder().optMaxLength(8).build();
                InputEncoder wide = builder().build()) {
            assertThat(encoder.encode(manager, List.of(text)).get(0).getShape())
                    .isEqualTo(new Shape(1, 8));
            assertThat(encoder.length(text)).isEqualTo(8);
            assertThat(wide.length(text)).as("the positions of the model").isEqualTo(64);
            assertThat(wide.length("the dog")).isEqualTo(4);
        }
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder().optMaxLength(65).build())
                .withMessageContaining("65 exceeds the 64 positions");
    }

    @Test
    void charactersThatAreHalfOrNoneAreTextToo() throws IOException {
        try (InputEncoder encoder = builder().build()) {
            for (String text :
                    List.of("", " ", "a\0b", "half \ud83d", "\ude00", "whole \ud83d\ude00")) {
                assertThat(encoder.encode(manager, List.of(text)).get(0).getShape().get(0))
                        .isEqualTo(1);
            }
        }
    }

    @Test
    void nothingIsNoText() throws IOException {
        try (InputEncoder encoder = builder().build()) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> encoder.encode(manager, List.of()))
                    .withMessage("There are no texts to encode");
            assertThatThrownBy(() -> encoder.encode(manager, Arrays.asList("a", null)))
                    .hasMessage("a text to encode is null");
        }
        assertThatThrownBy(() -> InputEncoder.builder().setModel(TestData.tinyBert()).build())
                .hasMessage("setInputs is missing");
    }
}
