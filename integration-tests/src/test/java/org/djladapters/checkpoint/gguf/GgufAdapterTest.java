/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.checkpoint.gguf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.assertj.core.data.Offset;
import org.djladapters.adapter.AdapterConfig;
import org.djladapters.adapter.TargetModule;
import org.djladapters.adapter.Targets;
import org.djladapters.adapter.WeightAdapter;
import org.djladapters.adapter.compound.CompoundConfig;
import org.djladapters.adapter.lora.LoraAdapter;
import org.djladapters.adapter.lora.LoraConfig;
import org.djladapters.adapter.lora.LoraTerm;
import org.djladapters.checkpoint.TinyAdapters;
import org.djladapters.model.AdaptedModel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The file is read as the description of GGUF says, by a reader that the writer does not know. */
class GgufAdapterTest {

    private static final Path HUB = Path.of("src/test/resources/hub");

    private static final double ROUNDING = 1e-5;

    @TempDir private Path folder;

    @ParameterizedTest
    @CsvSource({
        "tiny-llama, llama, self_attn.q_proj, attn_q, 4",
        "tiny-llama, llama, self_attn.k_proj, attn_k, 2",
        "tiny-llama, llama, mlp.down_proj, ffn_down, 0",
        "mistral-window, llama, self_attn.k_proj, attn_k, 2",
        "tiny-qwen2, qwen2, self_attn.q_proj, attn_q, 0",
        "phi3-window, phi3, mlp.gate_up_proj, ffn_up, 0",
        "tiny-gpt2, gpt2, attn.c_attn, attn_qkv, 0"
    })
    void holdsWhatIsAddedToTheWeights(
            String name, String architecture, String module, String weight, int headsOfPairs)
            throws Exception {
        AdapterConfig config =
                LoraConfig.builder().optTargets(Targets.of(module)).optRank(3).optAlpha(5).build();
        Path file = folder.resolve("adapter.gguf");
        try (AdaptedModel model = AdaptedModel.open(HUB.resolve(name));
                NDManager manager = NDManager.newBaseManager("PyTorch")) {
            model.add("a", config);
            TinyAdapters.disturb(model, model.adapter("a"), 7);
            GgufAdapter.write(model, "a", file);
            Gguf gguf = Gguf.read(file);

            assertThat(gguf.entries)
                    .containsExactly(
                            Map.entry("general.type", "adapter"),
                            Map.entry("general.architecture", architecture),
                            Map.entry("adapter.type", "lora"),
                            Map.entry("adapter.lora.alpha", 0f));
            Map<TargetModule, WeightAdapter> modules = model.adapter("a").targetModules();
            assertThat(gguf.tensors).hasSize(2 * modules.size());
            int layer = 0;
            for (WeightAdapter adapter : modules.values()) {
                LoraTerm term = ((LoraAdapter) adapter).term(manager);
                String expected = "blk.%d.%s.weight.lora_".formatted(layer++, weight);
                float[][] product =
                        product(gguf.tensors.get(expected + "b"), gguf.tensors.get(expected + "a"));
                NDArray added = term.up().matMul(term.down()).mul(term.factor());
                long out = added.getShape().get(0);
                for (int row = 0; row < out; row++) {
                    assertThat(product[row])
                            .containsExactly(
                                    added.get(place(row, out, headsOfPairs)).toFloatArray(),
                                    Offset.offset((float) ROUNDING));
                }
            }
        }
    }

    /** Returns which row of W' stands in a row of a file, whose heads have their pairs together. */
    private static long place(int row, long out, int heads) {
        if (heads == 0) {
            return row;
        }
        long size = out / heads;
        long inside = row % size;
        return row - inside + inside / 2 + inside % 2 * (size / 2);
    }

    private static float[][] product(float[][] up, float[][] down) {
        float[][] product = new float[up.length][down[0].length];
        for (int i = 0; i < up.length; i++) {
            for (int j = 0; j < down[0].length; j++) {
                for (int k = 0; k < down.length; k++) {
                    product[i][j] += up[i][k] * down[k][j];
                }
            }
        }
        return product;
    }

    @Test
    void refusesWhatHasNoPlaceInTheFile() throws Exception {
        Path file = folder.resolve("adapter.gguf");
        try (AdaptedModel model = AdaptedModel.open(HUB.resolve("tiny-llama"))) {
            model.add("compound", CompoundConfig.builder().optOrders(1).build());
            model.add("dora", LoraConfig.builder().optDora(true).build());
            model.add("saved", LoraConfig.builder().optModulesToSave(List.of("lm_head")).build());
            for (String name : new String[] {"compound", "dora"}) {
                assertThatThrownBy(() -> GgufAdapter.write(model, name, file))
                        .hasMessageContaining("'" + name + "' is no plain LoRA");
            }
            assertThatThrownBy(() -> GgufAdapter.write(model, "saved", file))
                    .hasMessageContaining("has biases");
        }
        try (AdaptedModel model = AdaptedModel.open(HUB.resolve("tiny-bert"))) {
            model.add("a", LoraConfig.builder().build());
            assertThatThrownBy(() -> GgufAdapter.write(model, "a", file))
                    .hasMessageContaining("type bert can't be written as GGUF")
                    .hasMessageContaining("granite, llama, mistral");
        }
        try (AdaptedModel model = AdaptedModel.open(HUB.resolve("tiny-llama"))) {
            model.add("a", LoraConfig.builder().optTargets(Targets.of("embed_tokens")).build());
            assertThatThrownBy(() -> GgufAdapter.write(model, "a", file))
                    .hasMessageContaining("embed_tokens can't be adapted in a GGUF file");
        }
        assertThat(file).doesNotExist();
    }

    /** What a file holds: texts and numbers, and matrices of float32 by name. */
    private record Gguf(Map<String, Object> entries, Map<String, float[][]> tensors) {

        static Gguf read(Path file) throws Exception {
            ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file));
            bytes.order(ByteOrder.LITTLE_ENDIAN);
            assertThat(bytes.getInt()).isEqualTo(0x46554747); // GGUF
            assertThat(bytes.getInt()).as("version").isEqualTo(3);
            long tensorCount = bytes.getLong();
            long entryCount = bytes.getLong();
            Map<String, Object> entries = new LinkedHashMap<>();
            for (int i = 0; i < entryCount; i++) {
                String key = text(bytes);
                int type = bytes.getInt();
                entries.put(key, type == 8 ? text(bytes) : (Object) bytes.getFloat());
            }
            Map<String, long[]> places = new LinkedHashMap<>();
            for (int i = 0; i < tensorCount; i++) {
                String name = text(bytes);
                assertThat(bytes.getInt()).as("dimensions").isEqualTo(2);
                long columns = bytes.getLong();
                long rows = bytes.getLong();
                assertThat(bytes.getInt()).as("float32").isZero();
                places.put(name, new long[] {rows, columns, bytes.getLong()});
            }
            int start = (bytes.position() + 31) / 32 * 32;
            Map<String, float[][]> tensors = new LinkedHashMap<>();
            places.forEach(
                    (name, place) -> {
                        assertThat(place[2] % 32).as("alignment").isZero();
                        bytes.position(start + (int) place[2]);
                        float[][] matrix = new float[(int) place[0]][(int) place[1]];
                        for (float[] row : matrix) {
                            for (int j = 0; j < row.length; j++) {
                                row[j] = bytes.getFloat();
                            }
                        }
                        tensors.put(name, matrix);
                    });
            assertThat(bytes.limit() % 32).isZero();
            return new Gguf(entries, tensors);
        }

        private static String text(ByteBuffer bytes) {
            byte[] utf8 = new byte[(int) bytes.getLong()];
            bytes.get(utf8);
            return new String(utf8, StandardCharsets.UTF_8);
        }
    }
}
