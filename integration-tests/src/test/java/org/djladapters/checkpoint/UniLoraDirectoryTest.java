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
import ai.djl.nn.Parameter;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.djladapters.adapter.Adapter;
import org.djladapters.adapter.Targets;
import org.djladapters.adapter.unilora.UniLoraConfig;
import org.djladapters.io.JsonFiles;
import org.djladapters.io.MalformedFileException;
import org.djladapters.model.AdaptedModel;
import org.djladapters.safetensors.SafetensorsFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The vector that all layers share, beside what holds for all methods. */
class UniLoraDirectoryTest {

    private static final String BERT = "tiny-bert-classifier";
    private static final String VECTOR = "unilora_theta_d";

    @TempDir Path temporary;

    private static UniLoraConfig.Builder config() {
        return UniLoraConfig.builder()
                .optRank(2)
                .optVectorLength(48)
                .optInitialBound(1)
                .optTargets("query", "output.dense");
    }

    private Path saved(UniLoraConfig config, String name) throws IOException {
        Path folder = temporary.resolve(name);
        try (AdaptedModel model = TinyAdapters.open(BERT)) {
            TinyAdapters.disturb(model, model.add("a", config), 3);
            AdapterDirectory.save(model, "a", folder);
        }
        return folder;
    }

    private static Set<String> tensors(Path folder) throws IOException {
        try (SafetensorsFile file =
                SafetensorsFile.open(folder.resolve("adapter_model.safetensors"))) {
            return file.tensors().keySet();
        }
    }

    private static void change(Path folder, String part, UnaryOperator<NDArray> change)
            throws IOException {
        Path path = folder.resolve("adapter_model.safetensors");
        Map<String, NDArray> tensors = new TreeMap<>();
        try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
            try (SafetensorsFile file = SafetensorsFile.open(path)) {
                for (String name : file.tensors().keySet()) {
                    NDArray stored = file.read(manager, name);
                    tensors.put(name, name.contains(part) ? change.apply(stored) : stored);
                }
            }
            SafetensorsFile.write(path, tensors, Map.of("format", "pt"));
        }
    }

    private static float[] logits(AdaptedModel model, NDManager manager) throws Exception {
        NDList inputs = TinyAdapters.inputs(model, manager);
        return TinyAdapters.named(model.predict(inputs), "logits").toFloatArray();
    }

    @Test
    void theVectorIsThereOnceForAllLayers() throws Exception {
        try (AdaptedModel model = TinyAdapters.open(BERT)) {
            Adapter adapter = model.add("a", config().build());
            Parameter vector = adapter.parameters().get(VECTOR);

            assertThat(adapter.targetModules()).hasSizeGreaterThan(1);
            assertThat(adapter.parameters()).containsOnlyKeys(VECTOR);
            assertThat(adapter.size()).isEqualTo(48);
            assertThat(adapter.adapterSize()).isEqualTo(48);
            assertThat(model.block().getParameters().values()).containsExactly(vector);
        }
        assertThat(tensors(saved(config().build(), "saved")))
                .containsExactly("base_model." + VECTOR);
    }

    @Test
    void indicesInAFileAreTheOnesThatCount() throws Exception {
        Path folder = saved(config().optSaveIndices(true).build(), "saved");
        change(folder, "unilora_scales_B", array -> array.mul(0));
        try (AdaptedModel model = TinyAdapters.open(BERT);
                NDManager manager = NDManager.newBaseManager("PyTorch")) {
            float[] base = logits(model, manager);
            AdapterDirectory.load(model, "a", folder);

            assertThat(logits(model, manager)).isEqualTo(base);
        }
    }

    @Test
    void anIndexThatTheVectorDoesNotHaveIsRefused() throws Exception {
        Path folder = saved(config().optSaveIndices(true).build(), "saved");
        change(folder, "layer.0.attention.self.query.unilora_indices_A", array -> array.add(1));
        assertRefused(folder, "uses entry 48 of a vector that has those from 0 to 47");
    }

    @Test
    void indicesMustBeWholeNumbers() throws Exception {
        Path folder = saved(config().optSaveIndices(true).build(), "saved");
        change(folder, "unilora_indices_A", array -> array.div(2f));
        assertRefused(folder, "where whole numbers are needed");
    }

    @Test
    void aModelWithoutOneOfTheLayersIsRefusedIfTheFileHasThem() throws Exception {
        Path folder = saved(config().optSaveIndices(true).build(), "saved");
        Path file = folder.resolve("adapter_config.json");
        JsonObject json = JsonFiles.read(file).getAsJsonObject();
        json.addProperty("target_modules", ".*query");
        Files.writeString(file, JsonFiles.text(json));
        assertRefused(folder, "has the tensor");
    }

    private static void assertRefused(Path folder, String problem) throws Exception {
        try (AdaptedModel model = TinyAdapters.open(BERT)) {
            assertThatThrownBy(() -> AdapterDirectory.load(model, "a", folder))
                    .isInstanceOf(MalformedFileException.class)
                    .hasMessageContaining(problem)
                    .hasMessageNotContaining("\n");
            assertThat(model.names()).isEmpty();
        }
    }

    @Test
    void aVectorTakesThePlaceOfOneThatIsUsedTheSameWayOnly() throws Exception {
        Path other = saved(config().build(), "other");
        Path seed = saved(config().optSeed(1).build(), "seed");
        Path length = saved(config().optVectorLength(49).build(), "length");
        try (AdaptedModel model = TinyAdapters.open(BERT);
                NDManager manager = NDManager.newBaseManager("PyTorch")) {
            model.add("a", config().build());
            assertThatThrownBy(() -> AdapterDirectory.swap(model, "a", seed))
                    .hasMessageContaining("uses the entries of its vector otherwise");
            assertThatThrownBy(() -> AdapterDirectory.swap(model, "a", length))
                    .hasMessageContaining("has different options");
            AdapterDirectory.swap(model, "a", other);
            float[] swapped = logits(model, manager);
            AdapterDirectory.load(model, "b", other);
            model.activate("b");

            assertThat(logits(model, manager)).isEqualTo(swapped);
        }
    }

    /** PEFT may find more layers by the same choice, and would draw other indices for all. */
    @Test
    void theFileNamesTheVeryLayers() throws Exception {
        Targets but = Targets.of("query", "output.dense").excluding("attention.output.dense");
        assertThat(modules(saved(config().optTargets(but).build(), "but")))
                .contains("layer.0.attention.self.query", "layer.0.output.dense")
                .doesNotContain("attention.output.dense");
        assertThat(modules(saved(config().optTargets(Targets.allLinear()).build(), "all")))
                .contains("layer.0.attention.self.query", "layer.0.output.dense")
                .doesNotContain("all-linear", "classifier");
    }

    private static String modules(Path folder) throws IOException {
        JsonObject json = JsonFiles.read(folder.resolve("adapter_config.json")).getAsJsonObject();
        assertThat(json.has("exclude_modules")).isFalse();
        return json.get("target_modules").toString();
    }
}
