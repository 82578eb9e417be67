/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NarrowStorageTest {

    private static final String SOURCE =
            """
            class Sum(Module):
              __parameters__ = ["weight", ]
              __buffers__ = ["steps", ]
              weight : Tensor
              steps : Tensor
              def forward(self, x: Tensor) -> Tensor:
                return torch.add(torch.add(x, self.weight), self.steps)
            """;

    @TempDir Path folder;

    @ParameterizedTest
    @CsvSource({
        "1, 1",
        "-2.5, -2.5",
        "1.00390625, 1", // halfway: to the even one
        "1.01171875, 1.015625",
        "1.0039064, 1.0078125",
        "1e-45, 0",
        "3.4028234663852886e38, 3.3895313892515355e38",
        "-3.4028234663852886e38, -3.3895313892515355e38",
        "Infinity, Infinity",
        "-Infinity, -Infinity"
    })
    void numbersAreRoundedAndStayFinite(float number, float rounded) {
        short bits = NarrowStorage.rounded(Float.floatToRawIntBits(number));
        assertThat(Float.intBitsToFloat(bits << Short.SIZE)).isEqualTo(rounded);
    }

    @Test
    void whatIsNoNumberStaysSo() {
        for (int bits : new int[] {0x7fffffff, 0xffffffff, 0x7f800001}) {
            assertThat(Float.intBitsToFloat(NarrowStorage.rounded(bits) << Short.SIZE)).isNaN();
        }
    }

    @Test
    void constantsAreBoundedButNotRounded() {
        assertThat(NarrowStorage.bounded(0.044715)).isEqualTo(0.044715);
        assertThat(NarrowStorage.bounded(-Float.MAX_VALUE)).isEqualTo(-3.3895313892515355e38);
        assertThat(NarrowStorage.bounded(Double.NEGATIVE_INFINITY)).isInfinite();
    }

    @Test
    void floatsOfAnArchiveAreRoundedAndIntegersStay() throws IOException {
        Path wide = folder.resolve("wide.pt");
        Path narrow = folder.resolve("narrow.pt");
        ScriptArchive.builder("Sum", SOURCE)
                .optTensor("weight", DataType.FLOAT32, new Shape(2), floats(259 / 256f, -3))
                .optTensor("steps", DataType.INT64, new Shape(), longs(3))
                .write(wide);

        TorchArchive.open(wide).edit().roundToBfloat16().write(narrow);

        TorchArchive archive = TorchArchive.open(narrow);
        TensorRecord weight = archive.module().tensor("weight").orElseThrow().tensor();
        assertThat(weight.dataType()).isEqualTo(DataType.BFLOAT16);
        ByteBuffer bytes = archive.read(weight);
        assertThat(Float.intBitsToFloat(bytes.getShort() << Short.SIZE)).isEqualTo(1.015625f);
        assertThat(bytes.remaining()).isEqualTo(Short.BYTES);
        TensorRecord steps = archive.module().tensor("steps").orElseThrow().tensor();
        assertThat(steps.dataType()).isEqualTo(DataType.INT64);
        assertThat(archive.read(steps).getLong()).isEqualTo(3);
    }

    @Test
    void tensorsAreRoundedBeforeOthersTakeTheirPlace() throws IOException {
        ArchiveEditor editor = TinyModels.open("tiny-bert").edit().roundToBfloat16();
        assertThatThrownBy(editor::roundToBfloat16)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("rounded once");
    }

    private static ByteBuffer floats(float... numbers) {
        ByteBuffer bytes = ByteBuffer.allocate(4 * numbers.length).order(ByteOrder.LITTLE_ENDIAN);
        for (float number : numbers) {
            bytes.putFloat(number);
        }
        return bytes.flip();
    }

    private static ByteBuffer longs(long number) {
        return ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(number).flip();
    }
}
