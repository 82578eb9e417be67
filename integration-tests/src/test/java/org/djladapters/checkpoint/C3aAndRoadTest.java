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
import java.util.List;
import java.util.Map;
import org.djladapters.adapter.AdapterConfig;
import org.djladapters.adapter.Targets;
import org.djladapters.adapter.c3a.C3aConfig;
import org.djladapters.adapter.c3a.C3aInit;
import org.djladapters.adapter.road.RoadConfig;
import org.djladapters.io.JsonFiles;
import org.djladapters.io.MalformedFileException;
import org.djladapters.model.AdaptedModel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Files of C3A and RoAd adapters, beside what holds for those of all methods. */
class C3aAndRoadTest {

    private static final String BERT = "tiny-bert-classifier";
    private static final String LAYER = "bert.encoder.layer.";

    @TempDir Path folder;

    /** What a saved adapter of a configuration says of itself. */
    private JsonObject saved(AdapterConfig config) throws Exception {
        try (AdaptedModel model = TinyAdapters.open(BERT)) {
            model.add("a", config);
            AdapterDirectory.save(model, "a", folder.resolve("saved"));
            AdapterDirectory.load(model, "b", folder.resolve("saved"));
        }
        return JsonFiles.read(folder.resolve("saved/adapter_config.json")).getAsJsonObject();
    }

    /** PEFT knows no size that depends on the layer. */
    @Test
    void theLargestBlocksAreWrittenAsSizes() throws Exception {
        JsonObject fields =
                saved(C3aConfig.builder().optTargets("query", "intermediate.dense").build());
        assertThat(fields.get("block_size").getAsInt()).isEqualTo(32);
        assertThat(fields.getAsJsonObject("block_size_pattern").asMap()).isEmpty();
        assertThat(fields.get("init_weights").getAsBoolean()).isTrue();
    }

    /** PEFT looks for patterns behind a dot, where an anchor matches nothing. */
    @Test
    void patternsThatPeftWouldNotFindAreWrittenAsPaths() throws Exception {
        JsonObject fields =
                saved(
                        C3aConfig.builder()
                                .optBlockSize(8)
                                .optBlockSizePattern(Map.of("^" + LAYER + "1.*", 4))
                                .optInit(C3aInit.GAUSSIAN)
                                .optTargets("query")
                                .build());
        assertThat(fields.get("block_size").getAsInt()).isEqualTo(8);
        assertThat(fields.getAsJsonObject("block_size_pattern").toString())
                .isEqualTo("{\"" + LAYER + "1.attention.self.query\":4}");
        assertThat(fields.get("init_weights").getAsString()).isEqualTo("gaussian");
    }

    /** PEFT's configuration of RoAd has no layers and no exclusions, that of C3A no exclusions. */
    @Test
    void choicesThatPeftDoesNotKnowAreWrittenAsLists() throws Exception {
        Targets.Builder targets = Targets.builder().optSuffixes(List.of("query", "key"));
        Targets some = targets.optLayers(List.of(1)).optExcludedSuffixes(List.of("key")).build();
        String only = "[\"" + LAYER + "1.attention.self.query\"]";

        JsonObject road = saved(RoadConfig.builder().optGroupSize(8).optTargets(some).build());
        assertThat(road.get("target_modules").toString()).isEqualTo(only);
        assertThat(road.keySet()).doesNotContain("exclude_modules", "layers_to_transform");

        JsonObject c3a = saved(C3aConfig.builder().optBlockSize(8).optTargets(some).build());
        assertThat(c3a.get("target_modules").toString()).isEqualTo(only);
        assertThat(c3a.keySet()).doesNotContain("exclude_modules");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "c3a | block_size | 0 | block size must be at least 1",
                "c3a | block_size | 5 | Blocks of size 5 do not divide",
                "c3a | block_size | 8 | has the shape (2, 2, 16) where (4, 4, 8) is needed",
                "c3a | init_weights | zeros? | 'zeros?' where true, false, xavier_uniform",
                "c3a | bias | road_only | none, all or c3a_only",
                "road2 | variant | road_3 | 'road_3' where road_1, road_2 or road_4",
                "road2 | group_size | 3 | must be even",
                "road2 | group_size | 10 | Groups of size 10 do not divide 32 outputs",
                "road2 | variant | road_4 | has the shape (32) where (64) is needed",
            })
    void wrongFieldsAreRefused(String method, String field, String value, String problem)
            throws Exception {
        copy(TinyAdapters.resource("checkpoints/" + method + "-" + BERT), field, value);
        try (AdaptedModel model = TinyAdapters.open(BERT)) {
            assertThatThrownBy(() -> AdapterDirectory.load(model, "a", folder))
                    .isInstanceOf(MalformedFileException.class)
                    .hasMessageContaining(problem)
                    .hasMessageNotContaining("\n");
            assertThat(model.names()).isEmpty();
        }
    }

    private void copy(Path checkpoint, String field, String value) throws IOException {
        String tensors = "adapter_model.safetensors";
        Files.copy(checkpoint.resolve(tensors), folder.resolve(tensors));
        JsonObject json =
                JsonFiles.read(checkpoint.resolve("adapter_config.json")).getAsJsonObject();
        if (value.matches("\\d+")) {
            json.addProperty(field, Integer.valueOf(value));
        } else {
            json.addProperty(field, value);
        }
        Files.writeString(folder.resolve("adapter_config.json"), JsonFiles.text(json));
    }
}
