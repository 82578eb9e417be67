/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Map;
import java.util.stream.Stream;
import org.djladapters.adapter.Adapter;
import org.djladapters.adapter.AdapterConfig;
import org.djladapters.adapter.ia3.Ia3Config;
import org.djladapters.adapter.vera.VeraConfig;
import org.djladapters.io.JsonFiles;
import org.djladapters.io.MalformedFileException;
import org.djladapters.model.AdaptedModel;
import org.djladapters.safetensors.SafetensorsFile;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** IA3 and VeRA on models, and their files. */
class Ia3AndVeraTest {

    private static final String BERT = "tiny-bert-classifier";

    @TempDir Path temporary;

    private Path folder;

    @BeforeEach
    void nameFolder() {
        folder = temporary.resolve("adapter");
    }

    static Stream<String> checkpoints() {
        return Stream.of("ia3-" + BERT, "vera-" + BERT);
    }

    @ParameterizedTest
    @MethodSource("checkpoints")
    void filesAreThoseOfPeft(String name) throws Exception {
        Path peft = TinyAdapters.resource("checkpoints/" + name);
        try (AdaptedModel model = TinyAdapters.open(BERT)) {
            AdapterDirectory.load(model, "a", peft);
            AdapterDirectory.save(model, "a", folder);
        }
        JsonObject expected = fields(peft);
        expected.add("auto_mapping", fields(folder).get("auto_mapping"));
        assertThat(fields(folder)).isEqualTo(expected);
        try (SafetensorsFile theirs = SafetensorsFile.open(tensors(peft));
                SafetensorsFile ours = SafetensorsFile.open(tensors(folder));
                NDManager manager = NDManager.newBaseManager("PyTorch")) {
            assertThat(ours.tensors().keySet()).isEqualTo(theirs.tensors().keySet());
            for (String tensor : theirs.tensors().keySet()) {
                assertThat(ours.read(manager, tensor)).isEqualTo(theirs.read(manager, tensor));
            }
        }
    }

    private static JsonObject fields(Path directory) throws IOException {
        return JsonFiles.read(directory.resolve("adapter_config.json")).getAsJsonObject();
    }

    private static Path tensors(Path directory) {
        return directory.resolve("adapter_model.safetensors");
    }

    /** PEFT wants all feed-forward modules of a list in the list of targets. */
    @Test
    void feedforwardModulesThatAreNoTargetsAreWrittenAsAnExpression() throws Exception {
        AdapterConfig config =
                Ia3Config.builder().optTargets("dense").optFeedforward("output.dense").build();
        try (AdaptedModel model = TinyAdapters.open(BERT)) {
            model.add("a", config);
            AdapterDirectory.save(model, "a", folder);
            Adapter loaded = AdapterDirectory.load(model, "b", folder);

            assertThat(fields(folder).get("feedforward_modules").getAsString())
                    .isEqualTo("(.*\\.)?(output\\.dense)");
            assertThat(shapes(loaded)).isEqualTo(shapes(model.adapter("a")));
        }
    }

    private static Map<String, Shape> shapes(Adapter adapter) {
        Map<String, Shape> shapes = new java.util.TreeMap<>();
        adapter.parameters().forEach((name, value) -> shapes.put(name, value.getShape()));
        return shapes;
    }

    /** Foreign projections need not be those of the seed. */
    @Test
    void projectionsOfAFileAreUsed() throws Exception {
        try (AdaptedModel model = TinyAdapters.open(BERT);
                AdaptedModel fresh = TinyAdapters.open(BERT);
                NDManager manager = NDManager.newBaseManager("PyTorch")) {
            Adapter adapter = model.add("a", VeraConfig.builder().optRank(8).build());
            TinyAdapters.disturb(model, adapter, 3);
            adapter.shared().get("vera_A").muli(2);
            model.refresh();
            AdapterDirectory.save(model, "a", folder);

            AdapterDirectory.load(fresh, "a", folder);

            NDList inputs = TinyAdapters.inputs(model, manager);
            assertThat(TinyAdapters.exactly(fresh.predict(inputs)))
                    .isEqualTo(TinyAdapters.exactly(model.predict(inputs)));
        }
    }

    @Test
    void projectionsThatDoNotFitAreRefused() throws Exception {
        try (AdaptedModel model = TinyAdapters.open(BERT)) {
            model.add("a", VeraConfig.builder().optRank(8).optTargets("query").build());
            AdapterDirectory.save(model, "a", folder);
            String config = Files.readString(folder.resolve("adapter_config.json"));
            Files.writeString(
                    folder.resolve("adapter_config.json"),
                    config.replace("\"query\"", "\"query\", \"intermediate.dense\""));

            assertThatThrownBy(() -> AdapterDirectory.load(model, "b", folder))
                    .isInstanceOf(MalformedFileException.class)
                    .hasMessageContaining("has no tensor 'base_model.model");

            rename("base_model.vera_A", "base_model.vera_C");
            Files.writeString(folder.resolve("adapter_config.json"), config);

            assertThatThrownBy(() -> AdapterDirectory.load(model, "b", folder))
                    .isInstanceOf(MalformedFileException.class)
                    .hasMessageContaining("'base_model.vera_C', for which this model");
            assertThat(model.names()).containsExactly("a");
        }
    }

    private void rename(String from, String to) throws IOException {
        try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
            Map<String, NDArray> all = new java.util.LinkedHashMap<>();
            try (SafetensorsFile file = SafetensorsFile.open(tensors(folder))) {
                for (String name : new ArrayList<>(file.tensors().keySet())) {
                    all.put(name.equals(from) ? to : name, file.read(manager, name));
                }
            }
            SafetensorsFile.write(tensors(folder), all, Map.of());
        }
    }
}
