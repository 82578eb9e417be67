/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.djladapters.adapter.Targets;
import org.djladapters.io.MalformedFileException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class TargetFieldsTest {

    private static final List<String> PATHS = List.of("encoder.layer.1.query", "h.1.query");

    @TempDir private Path folder;

    static Stream<Arguments> selections() {
        Targets.Builder query = Targets.builder().optSuffixes(List.of("query"));
        return Stream.of(
                Arguments.of(Targets.of("query", "value"), "{'target_modules': ['query','value']}"),
                Arguments.of(Targets.allLinear(), "{'target_modules': 'all-linear'}"),
                Arguments.of(Targets.byModelType(), "{'target_modules': null}"),
                Arguments.of(
                        Targets.builder().optRegex(".*query").build(),
                        "{'target_modules': '.*query'}"),
                Arguments.of(
                        query.optExcludedSuffixes(List.of("self.query")).build(),
                        "{'target_modules': ['query'], 'exclude_modules': ['self.query']}"),
                Arguments.of(
                        query.optExcludedSuffixes(List.of()).optExcludedRegex("h.*").build(),
                        "{'target_modules': ['query'], 'exclude_modules': 'h.*'}"),
                Arguments.of(
                        query.optExcludedRegex(null)
                                .optLayers(List.of(1))
                                .optLayersPattern("h")
                                .build(),
                        "{'target_modules': ['query'], 'layers_to_transform': [1],"
                                + " 'layers_pattern': 'h'}"));
    }

    @ParameterizedTest
    @MethodSource("selections")
    void aSelectionIsReadAsItWasWritten(Targets targets, String json) throws IOException {
        Map<String, JsonElement> written = new LinkedHashMap<>();
        TargetFields.write(targets, written);
        JsonObject object = new JsonObject();
        written.forEach(object::add);

        assertThat(read(object.toString())).isEqualTo(targets);
        assertThat(read(json.replace('\'', '"'))).isEqualTo(targets);
    }

    @Test
    void withoutTargetsThoseOfTheModelTypeAreMeant() throws IOException {
        assertThat(read("{}")).isEqualTo(Targets.byModelType());
    }

    @Test
    void oneLayerOrPatternMayStandForAList() throws IOException {
        assertThat(
                        read(
                                """
                                {"target_modules": ["query"], "layers_to_transform": 1,
                                 "layers_pattern": ["layer", "h"]}
                                """))
                .isEqualTo(
                        Targets.builder()
                                .optSuffixes(List.of("query"))
                                .optLayers(List.of(1))
                                .optLayersPattern("(?:layer|h)")
                                .build());
    }

    @Test
    void layersOfAnythingButAListAreWrittenAsAListOfModules() {
        Targets.Builder first = Targets.builder().optLayers(List.of(1));
        Targets modules = Targets.of(PATHS.toArray(new String[0]));

        assertThat(TargetFields.portable(first.build(), PATHS)).isEqualTo(modules);
        assertThat(TargetFields.portable(first.optRegex(".*query").build(), PATHS))
                .isEqualTo(modules);
    }

    @Test
    void whatPeftTakesIsWrittenAsItIs() {
        Targets listed =
                Targets.builder().optSuffixes(List.of("query")).optLayers(List.of(1)).build();

        assertThat(TargetFields.portable(listed, PATHS)).isEqualTo(listed);
        assertThat(TargetFields.portable(Targets.allLinear(), PATHS))
                .isEqualTo(Targets.allLinear());
        assertThat(TargetFields.portable(Targets.none(), List.of())).isEqualTo(Targets.none());
    }

    @Test
    void contradictionsAreFaultsOfTheFile() {
        assertThatThrownBy(() -> read("{\"layers_pattern\": \"h\"}"))
                .isInstanceOf(MalformedFileException.class)
                .hasMessageContaining("adapter_config.json")
                .hasMessageContaining("The layers pattern 'h'");
    }

    private Targets read(String json) throws IOException {
        Path file = folder.resolve("adapter_config.json");
        Files.writeString(file, json);
        return TargetFields.read(ConfigFields.read(file));
    }
}
