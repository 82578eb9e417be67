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
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Packed weights in archives, and tensors that are dropped for them. */
class PackedWeightsTest {

    private static final String SOURCE =
            """
            class M(Module):
              __parameters__ = ["weight", "bias", ]
              weight : Tensor
              bias : Tensor
              other : __torch__.N
              def forward(self, x: Tensor) -> Tensor:
                return torch.linear(x, self.weight, self.bias)
            class N(Module):
              __parameters__ = ["weight", ]
              weight : Tensor
              def forward(self, x: Tensor) -> Tensor:
                return torch.linear(x, self.weight)
            """;

    @TempDir Path folder;

    private Path plain;
    private Path packed;

    @BeforeEach
    void packAnArchive() throws IOException {
        plain = folder.resolve("plain.pt");
        packed = folder.resolve("packed.pt");
        ScriptArchive.builder("M", SOURCE)
                .optTensor("weight", DataType.FLOAT32, new Shape(3, 5), ByteBuffer.allocate(60))
                .optTensor("bias", DataType.FLOAT32, new Shape(3), ByteBuffer.allocate(12))
                .optTied("other.weight", "weight")
                .write(plain);
        TorchArchive archive = TorchArchive.open(plain);
        ModuleNode root = archive.module();
        PackedWeights weights =
                new PackedWeights(
                        3,
                        5,
                        ByteBuffer.allocate(15),
                        ByteBuffer.allocate(24),
                        Optional.of(ByteBuffer.allocate(12)));
        archive.edit()
                .addPackedWeights(archive.classOf(root), "packed", Map.of(root.objectId(), weights))
                .dropTensor("", "weight")
                .dropTensor("other", "weight")
                .write(packed);
    }

    @Test
    void theyAreReadAndAreNoModule() throws IOException {
        TorchArchive archive = TorchArchive.open(packed);
        archive.requireIntact();
        archive.requireNoFileAccess();
        assertThat(archive.module().children()).hasSize(1);
        assertThat(archive.data().tensors())
                .extracting(TensorRecord::dataType)
                .contains(DataType.INT8, DataType.FLOAT64, DataType.INT64);
    }

    @Test
    void droppedTensorsAreEmptyAndTheirElementsAreGone() throws IOException {
        TorchArchive archive = TorchArchive.open(packed);
        for (ModuleNode node : archive.module().stream().toList()) {
            TensorRecord weight = node.tensor("weight").orElseThrow().tensor();
            assertThat(weight.shape()).isEqualTo(new Shape(0));
            assertThat(weight.storageElements()).isZero();
        }
        assertThat(sizes(plain).values()).contains(60L);
        assertThat(sizes(packed).values()).doesNotContain(60L);
    }

    /** The engine has the elements of the other one in the same place. */
    @Test
    void aTensorThatAnotherSharesIsEmptyAndTheOtherIsWhole() throws IOException {
        TorchArchive archive = TorchArchive.open(plain);
        archive.edit().dropTensor("other", "weight").write(packed);
        TorchArchive read = TorchArchive.open(packed);
        ModuleNode other = read.module().children().get(0);
        assertThat(other.tensor("weight").orElseThrow().tensor().shape()).isEqualTo(new Shape(0));
        assertThat(read.read(read.module().tensor("weight").orElseThrow().tensor()).remaining())
                .isEqualTo(60);
    }

    private static Map<String, Long> sizes(Path archive) throws IOException {
        Map<String, Long> sizes = new LinkedHashMap<>();
        try (ZipFile zip = new ZipFile(archive.toFile())) {
            zip.stream().forEach(entry -> sizes.put(entry.getName(), entry.getSize()));
        }
        return sizes;
    }

    /** The engine believes what it packs. */
    @ParameterizedTest
    @CsvSource({
        "LinearPackedParamsBase, Conv2dPackedParamsBase, which can't be read",
        "_rebuild_qtensor, _rebuild_tensor_v2, not described as TorchScript does",
        "QInt8Storage, CharStorage, of a kind that can't be read",
        "QInt8Storage, QUInt8Storage, are not supported",
        "per_channel_affine, per_tensor_affine, of a kind that can't be read",
        "DoubleStorage, LongStorage, of a kind that can't be read"
    })
    void otherFormsAreRefused(String word, String other, String reason) throws IOException {
        Path damaged = folder.resolve("damaged.pt");
        replace(word, other, damaged);
        assertThatThrownBy(() -> TorchArchive.open(damaged))
                .isInstanceOf(ArchiveException.class)
                .hasMessageContaining(reason);
    }

    /** A bias, and rows, of other sizes than the matrix has. */
    @Test
    void otherSizesAreRefused() throws IOException {
        for (List<Integer> sizes : List.of(List.of(3, 4), List.of(5, 2), List.of(15, 14))) {
            for (int occurrence = 0; occurrence < 4; occurrence++) {
                Path damaged = folder.resolve("damaged.pt");
                String from = "J" + (char) sizes.get(0).intValue() + "\0\0\0";
                String to = "J" + (char) sizes.get(1).intValue() + "\0\0\0";
                if (replace(from, to, occurrence, damaged)) {
                    assertThatThrownBy(() -> TorchArchive.open(damaged))
                            .as("%s, %d", sizes, occurrence)
                            .isInstanceOf(ArchiveException.class);
                }
            }
        }
    }

    private void replace(String word, String other, Path target) throws IOException {
        assertThat(replace(word, other, 0, target)).isTrue();
    }

    /** Replaces an occurrence in {@code data.pkl}; false if there are fewer. */
    private boolean replace(String word, String other, int occurrence, Path target)
            throws IOException {
        boolean found = false;
        try (ZipFile zip = new ZipFile(packed.toFile());
                ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(target))) {
            for (ZipEntry entry : zip.stream().map(e -> (ZipEntry) e).toList()) {
                byte[] bytes;
                try (InputStream in = zip.getInputStream(entry)) {
                    bytes = in.readAllBytes();
                }
                if (entry.getName().endsWith("/data.pkl")) {
                    String text = new String(bytes, StandardCharsets.ISO_8859_1);
                    int start = text.indexOf("LinearPackedParamsBase");
                    start = word.startsWith("J") ? start : start - 1;
                    for (int i = 0; i <= occurrence && start >= 0; i++) {
                        start = text.indexOf(word, start + 1);
                    }
                    found = start >= 0;
                    if (found) {
                        text =
                                text.substring(0, start)
                                        + other
                                        + text.substring(start + word.length());
                    }
                    bytes = text.getBytes(StandardCharsets.ISO_8859_1);
                }
                ZipEntry copy = new ZipEntry(entry.getName());
                copy.setMethod(ZipEntry.STORED);
                copy.setSize(bytes.length);
                CRC32 sum = new CRC32();
                sum.update(bytes);
                copy.setCrc(sum.getValue());
                out.putNextEntry(copy);
                out.write(bytes);
                out.closeEntry();
            }
        }
        return found;
    }
}
