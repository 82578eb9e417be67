/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.assertj.core.data.Offset;
import org.djladapters.adapter.CompoundConfig;
import org.djladapters.archive.ModuleNode;
import org.djladapters.archive.TensorAttribute;
import org.djladapters.archive.TensorRecord;
import org.djladapters.archive.TorchArchive;
import org.djladapters.rotation.TransformKernel;
import org.djladapters.surgery.AdaptedModel;
import org.djladapters.surgery.AdapterAlgebra;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Models whose weights are 16 bits wide; bfloat16 is a type that DJL has no arrays of. */
class NarrowWeightsTest {

    private static final String WEIGHT = "vit.encoder.layer.0.attention.attention.query.weight";

    @TempDir Path folder;

    @ParameterizedTest
    @CsvSource({"BFLOAT16, BFloat16Storage", "FLOAT16, HalfStorage"})
    void areExportedInTheirOwnType(DataType type, String storage) throws Exception {
        Path directory = Files.createDirectory(folder.resolve("narrow"));
        Path exported = folder.resolve("exported");
        Path adapter = folder.resolve("adapter");
        narrow(directory.resolve("tiny-vit.pt"), type, storage);
        CompoundConfig config =
                TinyAdapters.config("tiny-vit").optModulesToSave(List.of("classifier")).build();
        try (AdaptedModel model = AdaptedModel.open(directory);
                NDManager manager = NDManager.newBaseManager("PyTorch")) {
            TinyAdapters.disturb(model, model.add("a", config), 7);
            MergedModel.export(model, exported);
            AdapterDirectory.save(model, "a", adapter);
            Map<String, NDArray> weights = model.mergedWeights(manager);
            for (String name : List.of(WEIGHT, "classifier.bias")) {
                TensorRecord written = tensor(exported.resolve("tiny-vit.pt"), name);
                assertThat(written.dataType()).isEqualTo(type);
                assertThat(floats(exported.resolve("tiny-vit.pt"), written, manager))
                        .isEqualTo(wide(weights.get(name)))
                        .isNotEqualTo(wide(model.baseParameters().get(name)));
            }
        }
        try (AdaptedModel model = AdaptedModel.open(directory);
                AdaptedModel merged = AdaptedModel.open(exported);
                NDManager manager = NDManager.newBaseManager("PyTorch")) {
            AdapterDirectory.load(model, "a", adapter);
            Map<String, NDArray> weights = model.mergedWeights(manager);
            weights.forEach(
                    (name, weight) ->
                            assertThat(wide(merged.baseParameters().get(name)))
                                    .isEqualTo(wide(weight)));
            NDArray image = manager.arange(2f * 3 * 32 * 32).sin().reshape(2, 3, 32, 32);
            NDList pixels = new NDList(TransformKernel.cast(image, weights.get(WEIGHT), manager));
            float[] adapted = wide(model.predict(pixels).get(0));
            float[] mixed = wide(model.predict(pixels, List.of("a", AdaptedModel.BASE)).get(0));
            for (int i = 0; i < adapted.length / 2; i++) {
                // 8 bits of a number below 8, rounded a few times on the way
                assertThat(mixed[i]).isCloseTo(adapted[i], Offset.offset(0.1f));
            }
            AdapterAlgebra.toLora(model, "a", "lora", 500);
            model.activate("lora");
            float[] converted = wide(model.predict(pixels).get(0));
            for (int i = 0; i < adapted.length; i++) {
                assertThat(converted[i]).isCloseTo(adapted[i], Offset.offset(0.1f));
            }
            model.activate("a");
            model.mergeAndUnload();
            assertThat(wide(model.predict(pixels).get(0))).isEqualTo(adapted);
            assertThat(model.mergedWeights(manager).keySet()).isEqualTo(weights.keySet());
        }
    }

    private static float[] wide(NDArray array) {
        return array.toType(DataType.FLOAT32, true).toFloatArray();
    }

    private static TensorRecord tensor(Path archive, String name) throws IOException {
        int dot = name.lastIndexOf('.');
        return TorchArchive.open(archive)
                .module("model." + name.substring(0, dot))
                .orElseThrow()
                .tensor(name.substring(dot + 1))
                .orElseThrow()
                .tensor();
    }

    private static float[] floats(Path archive, TensorRecord tensor, NDManager manager)
            throws IOException {
        ByteBuffer bytes = TorchArchive.open(archive).read(tensor);
        if (tensor.dataType() == DataType.FLOAT16) {
            return wide(manager.create(bytes, tensor.shape(), DataType.FLOAT16));
        }
        float[] values = new float[bytes.remaining() / Short.BYTES];
        for (int i = 0; i < values.length; i++) {
            values[i] = Float.intBitsToFloat(bytes.getShort() << Short.SIZE);
        }
        return values;
    }

    /** Copies the model with every number of its weights made narrow. */
    private static void narrow(Path target, DataType type, String storage) throws IOException {
        Path source = TinyAdapters.resource("models/tiny-vit/tiny-vit.pt");
        Set<String> entries = new HashSet<>();
        for (ModuleNode node : TorchArchive.open(source).module().stream().toList()) {
            for (TensorAttribute attribute : node.tensors()) {
                if (attribute.tensor().dataType() == DataType.FLOAT32) {
                    entries.add("data/" + attribute.tensor().storageKey());
                }
            }
        }
        try (ZipFile zip = new ZipFile(source.toFile());
                ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(target));
                NDManager manager = NDManager.newBaseManager("PyTorch")) {
            for (ZipEntry entry : zip.stream().toList()) {
                byte[] bytes = zip.getInputStream(entry).readAllBytes();
                String name = entry.getName().substring(entry.getName().indexOf('/') + 1);
                if (name.equals("data.pkl")) {
                    bytes =
                            new String(bytes, StandardCharsets.ISO_8859_1)
                                    .replace("ctorch\nFloatStorage\n", "ctorch\n" + storage + "\n")
                                    .getBytes(StandardCharsets.ISO_8859_1);
                } else if (entries.contains(name)) {
                    bytes = narrow(bytes, type, manager);
                }
                store(out, entry.getName(), bytes);
            }
        }
    }

    private static byte[] narrow(byte[] floats, DataType type, NDManager manager) {
        ByteBuffer wide = ByteBuffer.wrap(floats).order(ByteOrder.LITTLE_ENDIAN);
        if (type == DataType.FLOAT16) {
            Shape shape = new Shape(floats.length / Float.BYTES);
            ByteBuffer half =
                    manager.create(wide, shape, DataType.FLOAT32)
                            .toType(DataType.FLOAT16, true)
                            .toByteBuffer(false);
            byte[] bytes = new byte[half.remaining()];
            half.get(bytes);
            return bytes;
        }
        ByteArrayOutputStream upper = new ByteArrayOutputStream();
        for (int i = 0; i < floats.length; i += Float.BYTES) {
            upper.write(floats, i + Short.BYTES, Short.BYTES);
        }
        return upper.toByteArray();
    }

    private static void store(ZipOutputStream zip, String name, byte[] bytes) throws IOException {
        CRC32 crc = new CRC32();
        crc.update(bytes);
        ZipEntry entry = new ZipEntry(name);
        entry.setMethod(ZipEntry.STORED);
        entry.setSize(bytes.length);
        entry.setCrc(crc.getValue());
        zip.putNextEntry(entry);
        zip.write(bytes);
        zip.closeEntry();
    }
}
