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
import com.google.gson.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.djladapters.adapter.Adapter;
import org.djladapters.adapter.Targets;
import org.djladapters.adapter.boft.BoftConfig;
import org.djladapters.adapter.oft.OftConfig;
import org.djladapters.io.JsonFiles;
import org.djladapters.io.MalformedFileException;
import org.djladapters.model.AdaptedModel;
import org.djladapters.model.SharedModels;
import org.djladapters.rotation.NeumannSeries;
import org.djladapters.rotation.OrthogonalMap;
import org.djladapters.safetensors.SafetensorsFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Directories of OFT and BOFT adapters. */
class RotatedInputsTest {

    @RegisterExtension static final SharedModels MODELS = new SharedModels();

    @TempDir Path folder;

    @Test
    void aSizeThatPeftAdjustedIsAdjustedAgain() throws Exception {
        AdaptedModel model = MODELS.open("tiny-bert");
        Targets query = Targets.of("query");
        int inputs = model.targetModules(query).get(0).weight().inputs();
        model.add("saved", OftConfig.builder().optBlocks(1).optTargets(query).build());
        AdapterDirectory.save(model, "saved", folder.resolve("adapter"));
        rewrite("\"oft_block_size\": 0", "\"oft_block_size\": " + 3 * inputs);
        rewrite("\"r\": 1", "\"r\": 0");

        Adapter adapter = AdapterDirectory.load(model, "loaded", folder.resolve("adapter"));

        assertThat(((OftConfig) adapter.config()).blockSize()).isEqualTo(3 * inputs);
        assertThat(adapter.targetModules().values())
                .allMatch(a -> a.toString().startsWith("OftAdapter(1 block of " + inputs));
    }

    @Test
    void bothANumberAndASizeAreRefused() throws Exception {
        AdaptedModel model = MODELS.open("tiny-bert");
        model.add("saved", BoftConfig.builder().optTargets("query").build());
        AdapterDirectory.save(model, "saved", folder.resolve("adapter"));
        rewrite("\"boft_block_num\": 0", "\"boft_block_num\": 2");

        assertRefused(
                model,
                "the fields 'boft_block_num' and 'boft_block_size' are 2 and 4; one of them"
                        + " must be 0 and the other not");
    }

    @Test
    void oldLayoutsOfOftAreRefused() throws Exception {
        Path directory = Files.createDirectory(folder.resolve("adapter"));
        String fields = "{\"peft_type\": \"OFT\", \"r\": 8, \"target_modules\": [\"query\"]%s}";
        Path config = directory.resolve("adapter_config.json");
        AdaptedModel model = MODELS.open("tiny-bert");
        try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
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

    @ParameterizedTest
    @CsvSource(
            nullValues = "null",
            textBlock =
                    """
                    null,                  LAST_TWICE
                    0.16.0,                LAST_TWICE
                    0.17,                  LAST_TWICE
                    0.17.1,                LAST_TWICE
                    0.17.1.dev0,           LAST_TWICE
                    0.18.0.rc0,            LAST_ONCE
                    0.18.0,                LAST_ONCE
                    0.18.1.dev0@0123abc,   LAST_ONCE
                    0.19.0.dev0,           LAST_ONCE
                    0.19.0.dev0@UNKNOWN,   LAST_ONCE
                    0.20.0,                LAST_ONCE
                    v0.20.0.post1+cpu,     LAST_ONCE
                    1.0,                   LAST_ONCE
                    2,                     LAST_ONCE
                    """)
    void theVersionOfPeftTellsTheSeries(String version, NeumannSeries series) throws Exception {
        AdaptedModel model = MODELS.open("tiny-bert");
        saveSeries(model, NeumannSeries.LAST_ONCE);
        rewriteVersion(version == null ? "null" : "\"" + version + "\"");

        Adapter adapter = AdapterDirectory.load(model, "loaded", folder.resolve("adapter"));

        assertThat(((OftConfig) adapter.config()).series()).isEqualTo(series);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    ""                     | is '' where a version such as 0.18.0 is expected
                    "latest"               | is 'latest' where a version such as 0.18.0 is expected
                    "0.x"                  | write the version of PEFT that trained it
                    "0,20"                 | write the version of PEFT that trained it
                    "0.20.0.rc.rc.rc.rc"   | write the version of PEFT that trained it
                    "0.20.0 (main)"        | write the version of PEFT that trained it
                    "99999999.0"           | write the version of PEFT that trained it
                    20                     | is '20' where a string is expected
                    ["0.20.0"]             | where a string is expected
                    "0.17.2.dev0@0123abc"  | write 0.17.1 there if it trained the adapter before that
                    """,
            quoteCharacter = '`')
    void aVersionThatDoesNotTellTheSeriesIsRefused(String version, String message)
            throws Exception {
        AdaptedModel model = MODELS.open("tiny-bert");
        saveSeries(model, NeumannSeries.LAST_ONCE);
        rewriteVersion(version);

        assertRefused(model, "the field 'peft_version' is '");
        assertRefused(model, message);
        rewrite("\"use_cayley_neumann\": true", "\"use_cayley_neumann\": false");
        Adapter exact = AdapterDirectory.load(model, "exact", folder.resolve("adapter"));
        assertThat(((OftConfig) exact.config()).map()).isEqualTo(OrthogonalMap.CAYLEY);
    }

    @ParameterizedTest
    @EnumSource(NeumannSeries.class)
    void theSeriesIsWrittenSoThatEveryPeftTakesItForWhatItIs(NeumannSeries series)
            throws Exception {
        AdaptedModel model = MODELS.open("tiny-bert");
        saveSeries(model, series);

        JsonObject fields =
                JsonFiles.read(folder.resolve("adapter").resolve("adapter_config.json"))
                        .getAsJsonObject();
        Adapter loaded = AdapterDirectory.load(model, "loaded", folder.resolve("adapter"));

        if (series == NeumannSeries.LAST_ONCE) {
            assertThat(fields.get("peft_version").getAsString()).isEqualTo("0.18.0");
        } else {
            assertThat(fields.has("peft_version")).isFalse();
        }
        assertThat(loaded.config()).hasToString(model.adapter("saved").config().toString());
    }

    @Test
    void onlyTheSeriesNeedsAVersion() throws Exception {
        AdaptedModel model = MODELS.open("tiny-bert");
        model.add("saved", OftConfig.builder().optBlockSize(8).optTargets("query").build());
        AdapterDirectory.save(model, "saved", folder.resolve("adapter"));

        assertThat(folder.resolve("adapter").resolve("adapter_config.json"))
                .content()
                .doesNotContain("peft_version");
    }

    @Test
    void theTensorsTellTheNumberOfButterflyFactors() throws Exception {
        AdaptedModel model = MODELS.open("tiny-bert");
        BoftConfig.Builder config = BoftConfig.builder().optTargets("query");
        Adapter one = model.add("one", config.build());
        TinyAdapters.disturb(model, one, 3);
        Map<String, String> outputs = TinyAdapters.predictions(model);
        AdapterDirectory.save(model, "one", folder.resolve("adapter"));
        rewrite("\"boft_n_butterfly_factor\": 1", "\"boft_n_butterfly_factor\": 2");

        Adapter loaded = AdapterDirectory.load(model, "loaded", folder.resolve("adapter"));
        model.activate("loaded");

        assertThat(((BoftConfig) loaded.config()).factors()).isEqualTo(1);
        assertThat(TinyAdapters.predictions(model)).isEqualTo(outputs);
        AdapterDirectory.swap(model, "one", folder.resolve("adapter"));
        model.add("two", config.optFactors(2).build());
        assertThatThrownBy(() -> AdapterDirectory.swap(model, "two", folder.resolve("adapter")))
                .isInstanceOf(MalformedFileException.class)
                .hasMessageContaining("has different options");
    }

    private void saveSeries(AdaptedModel model, NeumannSeries series) throws Exception {
        OftConfig.Builder config = OftConfig.builder().optBlockSize(8).optTargets("query");
        config.optMap(OrthogonalMap.NEUMANN).optSeries(series);
        TinyAdapters.disturb(model, model.add("saved", config.build()), 3);
        AdapterDirectory.save(model, "saved", folder.resolve("adapter"));
    }

    private void rewriteVersion(String json) throws Exception {
        rewrite("\"peft_version\": \"0.18.0\"", "\"peft_version\": " + json);
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
