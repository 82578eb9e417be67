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
import ai.djl.training.GradientCollector;
import ai.djl.training.ParameterStore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.assertj.core.data.Offset;
import org.djladapters.adapter.Adapter;
import org.djladapters.adapter.HeadConfig;
import org.djladapters.adapter.compound.CompoundConfig;
import org.djladapters.archive.TensorRecord;
import org.djladapters.archive.TorchArchive;
import org.djladapters.checkpoint.merged.Export;
import org.djladapters.checkpoint.merged.LinearProducts;
import org.djladapters.checkpoint.merged.MergedModel;
import org.djladapters.model.AdaptedModel;
import org.djladapters.model.Models;
import org.djladapters.model.RetypedModel;
import org.djladapters.model.combination.AdapterAlgebra;
import org.djladapters.rotation.programs.TransformKernel;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Models whose weights are 16 bits wide; bfloat16 is a type that DJL has no arrays of. */
class NarrowWeightsTest {

    private static final String WEIGHT = "vit.encoder.layer.0.attention.attention.query.weight";

    @TempDir Path folder;

    @ParameterizedTest
    @EnumSource(
            value = DataType.class,
            names = {"BFLOAT16", "FLOAT16"})
    void areExportedInTheirOwnType(DataType type) throws Exception {
        Path directory = folder.resolve("narrow");
        Path exported = folder.resolve("exported");
        Path adapter = folder.resolve("adapter");
        RetypedModel.write(Models.directory("tiny-vit"), directory, type);
        CompoundConfig config =
                TinyAdapters.config("tiny-vit").optModulesToSave(List.of("classifier")).build();
        try (AdaptedModel model = AdaptedModel.open(directory);
                NDManager manager = NDManager.newBaseManager("PyTorch")) {
            TinyAdapters.disturb(model, model.add("a", config), 7);
            MergedModel.export(
                    Export.of(model, model.active()), exported, Map.of(), LinearProducts.PORTABLE);
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

    @ParameterizedTest
    @EnumSource(
            value = DataType.class,
            names = {"BFLOAT16", "FLOAT16"})
    void mayGetANewHead(DataType type) throws Exception {
        Path directory = folder.resolve("narrow");
        RetypedModel.write(Models.directory("tiny-dinov2"), directory, type);
        Path exported = folder.resolve("exported");
        try (AdaptedModel model = AdaptedModel.open(directory);
                NDManager manager = NDManager.newBaseManager("PyTorch")) {
            HeadConfig head = new HeadConfig(2, HeadConfig.Pooling.MEAN);
            Adapter adapter = model.add("a", TinyAdapters.config("tiny-dinov2").build(), head);
            TinyAdapters.disturb(model, adapter, 7);
            NDArray weight = model.baseParameters().values().iterator().next();
            NDArray image = manager.arange(2f * 3 * 32 * 32).sin().reshape(2, 3, 32, 32);
            NDList pixels = new NDList(TransformKernel.cast(image, weight, manager));
            float[] logits = model.predict(pixels).get(0).toFloatArray();

            MergedModel.export(
                    Export.of(model, model.active()), exported, Map.of(), LinearProducts.PORTABLE);

            try (AdaptedModel merged = AdaptedModel.open(exported)) {
                assertThat(merged.predict(pixels).get(0).toFloatArray()).isEqualTo(logits);
            }
            ParameterStore store = new ParameterStore(manager, false);
            try (GradientCollector collector = manager.getEngine().newGradientCollector()) {
                collector.backward(model.block().forward(store, pixels, true).get(0).sum());
            }
            assertThat(adapter.parameters().values())
                    .allMatch(p -> p.getArray().getGradient().abs().sum().getFloat() > 0);
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
}
