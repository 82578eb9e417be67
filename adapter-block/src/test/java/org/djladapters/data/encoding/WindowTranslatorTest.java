/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.data.encoding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class WindowTranslatorTest {

    @Test
    void theModelReadsAtMost64WindowsAtOnce() {
        try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
            NDArray ids = manager.arange(130 * 3f).reshape(new Shape(130, 3));
            NDArray mask = ids.duplicate();
            List<Long> passes = new ArrayList<>();

            NDList outputs =
                    WindowTranslator.inGroups(
                            new NDList(ids, mask),
                            group -> {
                                passes.add(group.get(0).getShape().get(0));
                                NDArray sum = group.get(0).add(group.get(1));
                                sum.setName("sum");
                                return new NDList(sum, group.get(1).mul(3));
                            });

            assertThat(passes).containsExactly(64L, 64L, 2L);
            assertThat(outputs.get("sum").toFloatArray()).isEqualTo(ids.mul(2).toFloatArray());
            assertThat(outputs.get(1).toFloatArray()).isEqualTo(ids.mul(3).toFloatArray());
            assertThat(outputs.get(1).getManager()).isSameAs(manager);
        }
    }

    @Test
    void aTextOfMoreThan256WindowsIsRefused() {
        assertThatCode(() -> WindowTranslator.requireReadable(256)).doesNotThrowAnyException();
        assertThatThrownBy(() -> WindowTranslator.requireReadable(1257))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "The text has 1,257 windows, the parts that the model reads, but at most"
                                + " 256 are read for a prediction; split the text");
    }
}
