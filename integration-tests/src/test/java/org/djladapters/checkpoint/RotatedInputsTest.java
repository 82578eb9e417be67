/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.djladapters.adapter.BoftConfig;
import org.djladapters.adapter.OftConfig;
import org.djladapters.adapter.Targets;
import org.djladapters.io.MalformedFileException;
import org.djladapters.surgery.AdaptedModel;
import org.djladapters.surgery.Adapter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Directories of OFT and BOFT adapters. */
class RotatedInputsTest {

    @TempDir Path folder;

    @Test
    void aSizeThatPeftAdjustedIsAdjustedAgain() throws Exception {
        try (AdaptedModel model = TinyAdapters.open("tiny-bert")) {
            Targets query = Targets.of("query");
            int inputs = model.sites(query).get(0).weight().inputs();
            model.add("saved", OftConfig.builder().optBlocks(1).optTargets(query).build());
            AdapterDirectory.save(model, "saved", folder.resolve("adapter"));
            rewrite("\"oft_block_size\": 0", "\"oft_block_size\": " + 3 * inputs);
            rewrite("\"r\": 1", "\"r\": 0");

            Adapter adapter = AdapterDirectory.load(model, "loaded", folder.resolve("adapter"));

            assertThat(((OftConfig) adapter.config()).blockSize()).isEqualTo(3 * inputs);
            assertThat(adapter.sites().values())
                    .allMatch(a -> a.toString().startsWith("OftAdapter(1 block of " + inputs));
        }
    }

    @Test
    void bothANumberAndASizeAreRefused() throws Exception {
        try (AdaptedModel model = TinyAdapters.open("tiny-bert")) {
            model.add("saved", BoftConfig.builder().optTargets("query").build());
            AdapterDirectory.save(model, "saved", folder.resolve("adapter"));
            rewrite("\"boft_block_num\": 0", "\"boft_block_num\": 2");

            assertRefused(
                    model,
                    "the fields 'boft_block_num' and 'boft_block_size' are 2 and 4; one of them"
                            + " must be 0 and the other not");
        }
    }

    @Test
    void oldLayoutsOfOftAreRefused() throws Exception {
        Path directory = Files.createDirectory(folder.resolve("adapter"));
        String fields = "{\"peft_type\": \"OFT\", \"r\": 8, \"target_modules\": [\"query\"]%s}";
        Path config = directory.resolve("adapter_config.json");
        try (AdaptedModel model = TinyAdapters.open("tiny-bert");
                NDManager manager = NDManager.newBaseManager("PyTorch")) {
            NDArray rotation = manager.zeros(new Shape(8, 4, 4));
            SafetensorsFile.write(
                    directory.resolve("adapter_model.safetensors"),
                    Map.of("base_model.model.encoder.layer.0.attention.self.query.oft_r", rotation),
                    Map.of());
            String old = "it is an OFT adapter of PEFT before 0.16";

            Files.writeString(config, fields.formatted(""));
            assertRefused(model, "has no field 'oft_block_size'; " + old);
            Files.writeString(config, fields.formatted(", \"oft_block_size\": 0"));
            assertRefused(model, old);
            assertThat(model.names()).isEqualTo(List.of());
            model.add("served", OftConfig.builder().optBlocks(8).optTargets("query").build());
            assertThatThrownBy(
                            () -> AdapterDirectory.swap(model, "served", folder.resolve("adapter")))
                    .isInstanceOf(MalformedFileException.class)
                    .hasMessageContaining(old);
        }
    }

    private void rewrite(String from, String to) throws Exception {
        Path config = folder.resolve("adapter").resolve("adapter_config.json");
        String text = Files.readString(config);
        assertThat(text).contains(from);
        Files.writeString(config, text.replace(from, to));
    }

    private void assertRefused(AdaptedModel model, String message) {
        assertThatThrownBy(() -> AdapterDirectory.load(model, "loaded", folder.resolve("adapter")))
                .isInstanceOf(MalformedFileException.class)
                .hasMessageContaining(message);
    }
}
