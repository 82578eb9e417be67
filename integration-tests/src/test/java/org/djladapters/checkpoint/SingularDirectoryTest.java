/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.djladapters.adapter.AdapterConfig;
import org.djladapters.adapter.compound.CompoundBasis;
import org.djladapters.adapter.compound.CompoundConfig;
import org.djladapters.adapter.lora.LoraConfig;
import org.djladapters.adapter.lora.LoraInit;
import org.djladapters.adapter.loraxs.LoraXsConfig;
import org.djladapters.hub.OpenOptions;
import org.djladapters.io.JsonFiles;
import org.djladapters.io.MalformedFileException;
import org.djladapters.model.AdaptedModel;
import org.djladapters.model.Models;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Files of adapters that start from the singular vectors of a weight. */
class SingularDirectoryTest {

    private static final String BERT = "tiny-bert-classifier";

    @TempDir Path folder;

    private void copy(String checkpoint, String field, String value) throws IOException {
        Path peft = TinyAdapters.resource("checkpoints/" + checkpoint + "-" + BERT);
        for (String file : new String[] {"adapter_config.json", "adapter_model.safetensors"}) {
            Files.copy(peft.resolve(file), folder.resolve(file));
        }
        Path file = folder.resolve("adapter_config.json");
        JsonObject json = JsonFiles.read(file).getAsJsonObject();
        json.addProperty(field, value);
        Files.writeString(file, JsonFiles.text(json));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "psoft | psoft_svd | lowrank | train the adapter with psoft_svd='full'",
                "psoft | ab_svd_init | zeros | where psoft_init or pissa_init is expected",
                "lora-pissa-peft020 | init_lora_weights | pissa_niter_4 | was drawn at random",
                "lora-pissa-peft020 | init_lora_weights | corda | convert it to plain LoRA",
            })
    void whatCanNotBeHadAgainIsRefused(
            String checkpoint, String field, String value, String problem) throws Exception {
        copy(checkpoint, field, value);
        try (AdaptedModel model = TinyAdapters.open(BERT)) {
            assertThatThrownBy(() -> AdapterDirectory.load(model, "a", folder))
                    .isInstanceOf(MalformedFileException.class)
                    .hasMessageContaining("the field '" + field + "' is '" + value + "'")
                    .hasMessageContaining(problem)
                    .hasMessageNotContaining("\n");
            assertThat(model.names()).isEmpty();
        }
    }

    @Test
    void peftIsToldOfTheStart() throws Exception {
        try (AdaptedModel model = TinyAdapters.open(BERT)) {
            model.add(
                    "a",
                    LoraConfig.builder()
                            .optRank(2)
                            .optInit(LoraInit.PISSA)
                            .optPlusRatio(16)
                            .optTargets("query")
                            .build());
            AdapterDirectory.save(model, "a", folder.resolve("saved"));
        }
        JsonObject json =
                JsonFiles.read(folder.resolve("saved/adapter_config.json")).getAsJsonObject();
        assertThat(json.get("init_lora_weights").getAsString()).isEqualTo("pissa");
        assertThat(json.toString()).doesNotContain("plus");
    }

    static Stream<AdapterConfig> ofTheVectorsOfTheBase() {
        return Stream.of(
                LoraXsConfig.builder().optRank(3).optTargets("query").build(),
                CompoundConfig.builder()
                        .optOrders(1)
                        .optBasis(CompoundBasis.SINGULAR)
                        .optBlockSize(8)
                        .optTargets("query")
                        .build());
    }

    @ParameterizedTest
    @MethodSource("ofTheVectorsOfTheBase")
    void otherWeightsThanThoseOfTheTrainingAreRefused(AdapterConfig config) throws Exception {
        // without the option the weights are compared before their singular vectors are
        OpenOptions anyBase = OpenOptions.builder().optAnyBase(true).build();
        try (AdaptedModel model = AdaptedModel.open(Models.directory(BERT), anyBase)) {
            model.add("a", config);
            Path saved = folder.resolve("saved");
            AdapterDirectory.save(model, "a", saved);
            AdapterDirectory.load(model, "same", saved);
            model.add(
                    "change",
                    LoraConfig.builder()
                            .optRank(1)
                            .optInit(LoraInit.RANDOM)
                            .optTargets("layer.1.attention.self.query")
                            .build());
            model.mergeAndUnload("change");
            assertThatThrownBy(() -> AdapterDirectory.load(model, "other", saved))
                    .isInstanceOf(MalformedFileException.class)
                    .hasMessageContaining(
                            "layer.1.attention.self.query has other singular vectors than the"
                                    + " adapter was trained with")
                    .hasMessageNotContaining("\n");
            assertThat(model.names()).isEmpty();
        }
    }
}
