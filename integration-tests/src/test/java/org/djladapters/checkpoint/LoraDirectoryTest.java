/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.djladapters.adapter.Adapter;
import org.djladapters.adapter.Bias;
import org.djladapters.adapter.lora.LoraConfig;
import org.djladapters.io.MalformedFileException;
import org.djladapters.model.AdaptedModel;
import org.djladapters.model.SharedModels;
import org.djladapters.safetensors.SafetensorsFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** LoRA on disk: every option survives, and the peculiarities of PEFT's files are understood. */
class LoraDirectoryTest {

    @RegisterExtension static final SharedModels MODELS = new SharedModels();

    private static final String MODEL = "tiny-bert-classifier";
    private static final String QUERY =
            "base_model.model.bert.encoder.layer.0.attention.self.query.";
    private static final String EMBEDDINGS = "base_model.model.bert.embeddings.word_embeddings.";

    @TempDir Path folder;

    private static LoraConfig.Builder lora() {
        return LoraConfig.builder().optRank(2).optTargets("query", "value");
    }

    /** Saves a disturbed adapter, changes its tensors, and returns what it gave. */
    private Map<String, String> save(LoraConfig config, Consumer<Map<String, NDArray>> change)
            throws IOException {
        Path directory = folder.resolve("adapter");
        Path path = directory.resolve("adapter_model.safetensors");
        AdaptedModel model = MODELS.open(MODEL);
        try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
            TinyAdapters.disturb(model, model.add("a", config), 3);
            AdapterDirectory.save(model, "a", directory);
            Map<String, NDArray> tensors;
            try (SafetensorsFile file = SafetensorsFile.open(path)) {
                tensors = new LinkedHashMap<>(file.readAll(manager));
            }
            change.accept(tensors);
            SafetensorsFile.write(path, tensors, Map.of());
            return TinyAdapters.predictions(model);
        }
    }

    private Map<String, String> load() throws IOException {
        AdaptedModel model = MODELS.open(MODEL);
        AdapterDirectory.load(model, "a", folder.resolve("adapter"));
        return TinyAdapters.predictions(model);
    }

    private void assertRefused(String message) throws IOException {
        AdaptedModel model = MODELS.open(MODEL);
        assertThatThrownBy(() -> AdapterDirectory.load(model, "a", folder.resolve("adapter")))
                .isInstanceOf(MalformedFileException.class)
                .hasMessageContaining(message)
                .hasMessageNotContaining("\n");
        assertThat(model.names()).isEmpty();
    }

    private static void rename(Map<String, NDArray> tensors, String from, String to) {
        assertThat(tensors).containsKey(from);
        tensors.put(to, tensors.remove(from));
    }

    @ParameterizedTest
    @CsvSource({"default", "query", "weight", "lora_A", "a-b"})
    void theAdaptersNameInKeysIsUnderstood(String name) throws Exception {
        LoraConfig config = lora().optDora(true).optModulesToSave(List.of("classifier")).build();
        Map<String, String> outputs =
                save(
                        config,
                        t -> {
                            for (String part : List.of("lora_A", "lora_B")) {
                                rename(
                                        t,
                                        QUERY + part + ".weight",
                                        QUERY + part + "." + name + ".weight");
                            }
                            String magnitude = QUERY + "lora_magnitude_vector";
                            rename(t, magnitude, magnitude + "." + name + ".weight");
                            String head = "base_model.model.classifier.";
                            rename(
                                    t,
                                    head + "weight",
                                    head + "modules_to_save." + name + ".weight");
                        });

        assertThat(load()).isEqualTo(outputs);
    }

    @Test
    void aMagnitudeMayBeAWeight() throws Exception {
        String magnitude = QUERY + "lora_magnitude_vector";
        Map<String, String> outputs =
                save(
                        lora().optDora(true).build(),
                        t -> rename(t, magnitude, magnitude + ".weight"));

        assertThat(load()).isEqualTo(outputs);
    }

    @Test
    void copiesThatPeftWritesButDoesNotReadAreLeftOut() throws Exception {
        String head = "base_model.model.classifier.";
        LoraConfig config =
                lora().optBias(Bias.ALL).optModulesToSave(List.of("classifier")).build();
        Map<String, String> outputs =
                save(
                        config,
                        t -> {
                            NDArray other = t.get(head + "bias").mul(3);
                            t.put(head + "original_module.bias", other);
                            t.put(head + "modules_to_save.bias", other);
                            t.put(QUERY + "boft_P", other);
                        });

        assertThat(load()).isEqualTo(outputs);
    }

    @Test
    void biasesOfAdaptedModulesHaveTheNamesOfPeft() throws Exception {
        for (Bias bias : List.of(Bias.ADAPTED, Bias.ALL)) {
            save(
                    lora().optBias(bias).build(),
                    t -> {
                        assertThat(t).containsKey(QUERY + "base_layer.bias");
                        assertThat(t.containsKey(QUERY.replace("query", "key") + "bias"))
                                .isEqualTo(bias == Bias.ALL);
                    });
        }
    }

    @Test
    void biasesThatPeftForgotStayThoseOfTheBase() throws Exception {
        save(
                lora().optBias(Bias.ADAPTED).build(),
                t -> t.keySet().removeIf(key -> key.endsWith("base_layer.bias")));
        AdaptedModel model = MODELS.open(MODEL);
        Adapter adapter = AdapterDirectory.load(model, "a", folder.resolve("adapter"));

        assertThat(adapter.savedModules()).hasSize(4);
        for (Map.Entry<String, Parameter> bias : adapter.savedModules().entrySet()) {
            try (NDArray values = bias.getValue().getArray().stopGradient()) {
                assertThat(values).isEqualTo(model.baseParameters().get(bias.getKey()));
            }
        }

        save(lora().optBias(Bias.ADAPTED).build(), t -> t.remove(QUERY + "base_layer.bias"));
        assertRefused("has no tensor '" + QUERY + "base_layer.bias'");
    }

    @Test
    void anEmbeddingThatIsSavedAlongMustBeThatOfTheModel() throws Exception {
        LoraConfig config = lora().optTargets("word_embeddings").build();
        for (double factor : new double[] {1, 2}) {
            Map<String, String> outputs =
                    save(
                            config,
                            t -> {
                                assertThat(t)
                                        .containsOnlyKeys(
                                                EMBEDDINGS + "lora_embedding_A",
                                                EMBEDDINGS + "lora_embedding_B");
                                t.put(EMBEDDINGS + "base_layer.weight", embeddings(t).mul(factor));
                            });
            if (factor == 1) {
                assertThat(load()).isEqualTo(outputs);
            } else {
                assertRefused(
                        "which differs from the base model's and is not trained by the adapter");
            }
        }
    }

    private static NDArray embeddings(Map<String, NDArray> tensors) {
        NDManager manager = tensors.values().iterator().next().getManager();
        try (AdaptedModel model = TinyAdapters.open(MODEL)) {
            NDArray weight = model.baseParameters().get("bert.embeddings.word_embeddings.weight");
            return manager.create(weight.toFloatArray(), weight.getShape());
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Factors of ones have the same product whatever their rank, which alpha is divided by. */
    @Test
    void aRankBeyondTheSizeOfTheWeightLoads() throws Exception {
        save(lora().build(), t -> {});
        float[] before = logits();
        writeOnes(2);
        float[] expected = logits();
        assertThat(expected).isNotEqualTo(before);
        replace("\"r\": 2", "\"r\": 50");
        writeOnes(50);

        // float32 of sums that are grouped otherwise
        assertThat(logits()).containsExactly(expected, within(1e-4f));
    }

    /** Replaces all factors by ones of another rank. */
    private void writeOnes(int rank) throws IOException {
        Path path = folder.resolve("adapter/adapter_model.safetensors");
        try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
            Map<String, NDArray> tensors = new LinkedHashMap<>();
            try (SafetensorsFile file = SafetensorsFile.open(path)) {
                for (String name : file.tensors().keySet()) {
                    boolean down = name.contains("lora_A");
                    tensors.put(
                            name, manager.ones(down ? new Shape(rank, 32) : new Shape(32, rank)));
                }
            }
            SafetensorsFile.write(path, tensors, Map.of());
        }
    }

    private float[] logits() throws IOException {
        AdaptedModel model = MODELS.open(MODEL);
        try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
            AdapterDirectory.load(model, "a", folder.resolve("adapter"));
            NDList inputs = TinyAdapters.inputs(model, manager);
            return TinyAdapters.output(model.predict(inputs), "logits");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    "init_lora_weights": true  | "init_lora_weights": "pissa_niter_4" | drawn at random
                    "init_lora_weights": true  | "init_lora_weights": "corda"         | fits only a base
                    "init_lora_weights": true  | "init_lora_weights": "magic"         | true, false, gaussian, pissa or olora
                    "use_qalora": false        | "use_qalora": true                   | 'use_qalora' is 'true', an option
                    "layer_replication": null  | "layer_replication": [[0, 1], [0, 1]] | 'layer_replication'
                    "target_parameters": null  | "target_parameters": ["w"]           | 'target_parameters'
                    "trainable_token_indices": null | "trainable_token_indices": [1]  | 'trainable_token_indices'
                    "rank_pattern": {}         | "rank_pattern": {"query": "x"}       | an object with numbers as values
                    "rank_pattern": {}         | "rank_pattern": {"query": 1.5}       | a whole number
                    "rank_pattern": {}         | "rank_pattern": {"query(": 1}        | not a regular expression
                    "rank_pattern": {}         | "rank_pattern": {"query": 3}         | has the shape (2, 32) where (3, 32)
                    "alpha_pattern": {}        | "alpha_pattern": []                  | an object with numbers as values
                    "lora_alpha": 8            | "lora_alpha": 0                      | alpha must be positive
                    "use_dora": false          | "use_dora": true                     | has no tensor
                    "lora_bias": false         | "lora_bias": true                    | has no tensor
                    "bias": "none"             | "bias": "oft_only"                   | none, all or lora_only
                    """)
    void whatChangesTheMathematicsIsRefused(String text, String replacement, String message)
            throws IOException {
        save(lora().build(), t -> {});
        replace(text, replacement);

        assertRefused(message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    "init_lora_weights": true  | "init_lora_weights": "eva"
                    "eva_config": null         | "eva_config": {"rho": 2.0}
                    "loftq_config": {}         | "loftq_config": {"bits": 4}
                    "fan_in_fan_out": false    | "fan_in_fan_out": true
                    "megatron_core": "megatron.core" | "megatron_core": "other"
                    "qalora_group_size": 16    | "qalora_group_size": 32
                    "use_rslora": false        | "use_rslora": false, "arrow_config": null
                    """)
    void whatMattersToTrainingAloneIsTaken(String text, String replacement) throws IOException {
        Map<String, String> outputs = save(lora().build(), t -> {});
        replace(text, replacement);

        assertThat(load()).isEqualTo(outputs);
    }

    private void replace(String text, String replacement) throws IOException {
        Path file = folder.resolve("adapter/adapter_config.json");
        String config = Files.readString(file);
        assertThat(config).contains(text);
        Files.writeString(file, config.replace(text, replacement));
    }
}
