/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.hub.architecture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Options of ViT and DINOv2 are honoured or refused by name; what they compute is compared with
 * transformers in the integration tests.
 */
class ImageEncodersTest {

    private static final String DINO = "dinov2";
    private static final String REGISTERS = "dinov2_with_registers";

    @Test
    void takeTransformersSizesWhereTheConfigurationHasNone() throws IOException {
        assertThat(values("vit", ""))
                .containsEntry("hidden_size", 768)
                .containsEntry("tokens", 14 * 14 + 1)
                .containsEntry("eps", 1e-12)
                .containsEntry("qkv", "Linear");
        assertThat(values(DINO, ""))
                .containsEntry("intermediate_size", 4 * 768)
                .containsEntry("side", 16)
                .containsEntry("registers", 0)
                .containsEntry("eps", 1e-6);
        assertThat(values(REGISTERS, ""))
                .containsEntry("side", 14)
                .containsEntry("registers", 4)
                .containsEntry("base", REGISTERS);
    }

    @Test
    void takePairsForSizes() throws IOException {
        String pairs = "image_size: [32, 24], patch_size: [8, 4]";

        assertThat(values("vit", pairs))
                .containsEntry("image_height", 32)
                .containsEntry("image_width", 24)
                .containsEntry("patch_height", 8)
                .containsEntry("patch_width", 4)
                .containsEntry("tokens", 25);
        assertThat(values(DINO, "image_size: [28, 28]")).containsEntry("side", 2);
    }

    /** Two thirds of 4 · 1536 = 6144 are 4096; of 2 · 100 = 200 they are 133, in eights 136. */
    @ParameterizedTest
    @CsvSource({"1536, 4, 4096", "100, 2, 136", "16, 2.7, 32", "10, 1.55, 16"})
    void makeGatedLayersTwoThirdsAsWide(int hidden, double ratio, int width) throws IOException {
        String config =
                "use_swiglu_ffn: true, num_attention_heads: 1, hidden_size: %d, mlp_ratio: %s";

        assertThat(values(DINO, config.formatted(hidden, ratio)))
                .containsEntry("gated", true)
                .containsEntry("intermediate_size", width);
    }

    @ParameterizedTest
    @ValueSource(strings = {"vit", DINO, REGISTERS})
    void refuseWhatTheyDoNotCompute(String type) {
        assertRefused(
                type, "num_attention_heads: 7", "num_attention_heads is 7 where a divisor of");
        assertRefused(type, "hidden_act: 'x'", "hidden_act is x, which is not computed here");
        assertRefused(type, "patch_size: 225", "patch_size is 225 where a size of at most 224");
        assertRefused(type, "image_size: [8]", "image_size is [8] where a number or a pair is");
        assertRefused(
                type,
                "image_size: [8, 0]",
                "image_size is [8,0] where a whole number of at least 1 is");
        assertRefused(
                type,
                "image_size: 'x'",
                "image_size is \"x\" where a whole number of at least 1 is expected");
        assertRefused(type, "qkv_bias: 'no'", "qkv_bias is \"no\" where true or false is expected");
        assertRefused(
                type, "num_channels: 0", "num_channels is 0 where a whole number of at least 1 is");
    }

    @ParameterizedTest
    @ValueSource(strings = {DINO, REGISTERS})
    void fitPositionsOfSquaresOnly(String type) {
        assertRefused(
                type,
                "image_size: [28, 42]",
                "image_size is [28,42], which is not computed here: what is computed is squares");
        assertRefused(type, "patch_size: [14, 7]", "patch_size is [14,7], which is not computed");
        assertRefused(type, "mlp_ratio: 0", "mlp_ratio is 0 where a positive number is expected");
        assertRefused(type, "use_swiglu_ffn: 1", "use_swiglu_ffn is 1 where true or false");
    }

    @Test
    void refuseWhatTheNewerOnesDoNotCompute() {
        assertRefused(
                "dinov3_vit", "hidden_size: 30", "num_attention_heads is null where a number");
        assertRefused("dinov3_vit", "patch_size: [8, 4]", "patch_size is [8,4], which is not");
        assertRefused("clip_vision_model", "image_size: [64, 96]", "what is computed is squares");
        assertRefused("siglip_text_model", "hidden_act: 'x'", "hidden_act is x, which is not");
        assertRefused("clip", "text_config: {num_hidden_layers: 0}", "num_hidden_layers is 0");
        assertRefused(
                "siglip",
                "vision_config: {layer_norm_eps: 0.1}",
                "layer_norm_eps is 1.0E-6, which is not computed here: the same number");
    }

    /** Files of before version 4.24 of transformers have a tower's fields under another name. */
    @Test
    void takeTowersFromTheOlderNames() throws IOException {
        assertThat(
                        values(
                                "clip",
                                "text_config: {hidden_size: 8}, text_config_dict: {hidden_size: 16,"
                                        + " eos_token_id: 2}"))
                .containsEntry("text_hidden_size", 16)
                .containsEntry("vision_hidden_size", 768)
                .containsEntry("highest", true);
    }

    private static void assertRefused(String type, String entries, String message) {
        assertThatThrownBy(() -> values(type, entries))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("config.json")
                .hasMessageContaining(message);
    }

    private static Map<String, Object> values(String type, String entries) throws IOException {
        String text = "{model_type: '%s', %s}".formatted(type, entries).replace(", }", "}");
        ConfigReader config =
                new ConfigReader(
                        Path.of("config.json"), JsonParser.parseString(text).getAsJsonObject());
        return Architectures.of(config).program().describe(config, ModelHead.IMAGE).values();
    }
}
