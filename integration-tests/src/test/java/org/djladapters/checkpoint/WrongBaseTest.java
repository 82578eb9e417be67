/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.djladapters.adapter.Adapter;
import org.djladapters.adapter.AdapterConfig;
import org.djladapters.adapter.Targets;
import org.djladapters.adapter.lora.LoraConfig;
import org.djladapters.hub.OpenOptions;
import org.djladapters.io.MalformedFileException;
import org.djladapters.model.AdaptedModel;
import org.djladapters.model.Models;
import org.djladapters.safetensors.SafetensorsFile;
import org.djladapters.task.TaskModel;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** An adapter knows the base model that it was trained on, in whatever form it comes. */
class WrongBaseTest {

    private static final String BERT = "tiny-bert";

    @TempDir private Path folder;

    private Path adapter;

    @BeforeEach
    void save() throws IOException {
        adapter = save(Models.directory(BERT), "adapter");
    }

    private static AdapterConfig lora(String... targets) {
        return LoraConfig.builder().optRank(2).optTargets(targets).build();
    }

    private Path save(Path base, String name) throws IOException {
        try (AdaptedModel model = AdaptedModel.open(base)) {
            TinyAdapters.disturb(model, model.add("a", lora("query", "value")), 3);
            AdapterDirectory.save(model, "a", folder.resolve(name));
        }
        return folder.resolve(name);
    }

    /** The model with an adapter merged into it that changes it by less than a thousandth. */
    private Path merged() throws IOException {
        Path merged = folder.resolve("merged");
        try (AdaptedModel model = TinyAdapters.open(BERT)) {
            Adapter small =
                    model.add(
                            "small",
                            LoraConfig.builder()
                                    .optRank(2)
                                    .optAlpha(1)
                                    .optTargets(Targets.allLinear())
                                    .build());
            TinyAdapters.disturb(model, small, 5);
            model.update(
                    () ->
                            small.parameters()
                                    .values()
                                    .forEach(
                                            parameter -> {
                                                parameter.getArray().setRequiresGradient(false);
                                                parameter.getArray().muli(0.3f);
                                            }));
            try (TaskModel<NDList, NDList> task = TaskModel.of(model, NDList.class, NDList.class)) {
                task.export(merged);
            }
        }
        return merged;
    }

    private static OpenOptions anyBase() {
        return OpenOptions.builder().optAnyBase(true).build();
    }

    @Test
    void aModelWithAnAdapterMergedIsAnotherOne() throws Exception {
        Path merged = merged();
        try (AdaptedModel model = AdaptedModel.open(merged)) {
            assertThatThrownBy(() -> AdapterDirectory.load(model, "a", adapter))
                    .isInstanceOf(MalformedFileException.class)
                    .hasMessageStartingWith(
                            adapter.resolve("adapter_model.safetensors")
                                    + ": was trained on the base model 'tiny-bert', whose weights"
                                    + " are not those of this model: they differ in '")
                    .hasMessageEndingWith(
                            "; load it into the model that it was trained on, before adapters are"
                                    + " merged into that for good (mergeAndUnload), or allow any"
                                    + " base (--any-base, optAnyBase)");
            assertThat(model.names()).isEmpty();
            model.add("a", lora("query", "value"));
            assertThatThrownBy(() -> AdapterDirectory.replace(model, "a", adapter))
                    .hasMessageContaining("was trained on the base model 'tiny-bert'");
            assertThatThrownBy(() -> AdapterDirectory.swap(model, "a", adapter))
                    .hasMessageContaining("was trained on the base model 'tiny-bert'");
        }
        try (AdaptedModel model = AdaptedModel.open(merged, anyBase())) {
            assertThat(AdapterDirectory.load(model, "a", adapter).size()).isPositive();
        }
    }

    @Test
    void theProvenanceTellsTheNameOfTheBase() throws Exception {
        Files.writeString(
                adapter.resolve("provenance.json"), "{\"base\": {\"name\": \"acme-bert\"}}");
        try (AdaptedModel model = AdaptedModel.open(merged())) {
            assertThatThrownBy(() -> AdapterDirectory.load(model, "a", adapter))
                    .hasMessageContaining("was trained on the base model 'acme-bert'");
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = DataType.class,
            names = {"FLOAT32", "BFLOAT16", "FLOAT16"})
    void aCheckpointOfTheModelIsTheSameInEveryType(DataType type) throws Exception {
        Path checkpoint = folder.resolve("checkpoint");
        try (AdaptedModel model = TinyAdapters.open(BERT);
                TaskModel<NDList, NDList> task = TaskModel.of(model, NDList.class, NDList.class)) {
            task.exportCheckpoint(checkpoint);
        }
        OpenOptions options = OpenOptions.builder().optDataType(type).build();
        try (AdaptedModel model = AdaptedModel.open(checkpoint, options)) {
            assertThat(AdapterDirectory.load(model, "a", adapter).size()).isPositive();
            AdapterDirectory.save(model, "a", folder.resolve("again"));
        }
        // and what was saved with narrow weights is known to the model of wide ones
        try (AdaptedModel model = TinyAdapters.open(BERT)) {
            assertThat(AdapterDirectory.load(model, "a", folder.resolve("again")).size())
                    .isPositive();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"tiny-gpt2", "tiny-deberta-v3", "tiny-resnet", "tiny-llama"})
    void anExportOfTheModelIsTheSame(String name) throws Exception {
        Path saved = folder.resolve("saved");
        Path export = folder.resolve("export");
        try (AdaptedModel model = TinyAdapters.open(name)) {
            AdapterConfig config = TinyAdapters.config(name).build();
            TinyAdapters.disturb(model, model.add("a", config), 3);
            AdapterDirectory.save(model, "a", saved);
            model.delete("a");
            try (TaskModel<NDList, NDList> task = TaskModel.of(model, NDList.class, NDList.class)) {
                task.export(export);
            }
        }
        try (SafetensorsFile file =
                SafetensorsFile.open(saved.resolve("adapter_model.safetensors"))) {
            assertThat(file.metadata()).containsKey("base_weights");
        }
        try (AdaptedModel model = AdaptedModel.open(export)) {
            assertThat(AdapterDirectory.load(model, "a", saved).size()).isPositive();
        }
    }

    @Test
    void whatWasMergedForGoodIsPartOfTheBase() throws Exception {
        Path export = folder.resolve("export");
        try (AdaptedModel model = TinyAdapters.open(BERT)) {
            AdapterDirectory.load(model, "first", adapter);
            model.mergeAndUnload("first");
            model.add("second", lora("query"));
            AdapterDirectory.save(model, "second", folder.resolve("second"));
            model.unload();
            try (TaskModel<NDList, NDList> task = TaskModel.of(model, NDList.class, NDList.class)) {
                task.export(export);
            }
        }
        try (AdaptedModel model = AdaptedModel.open(export)) {
            assertThat(AdapterDirectory.load(model, "b", folder.resolve("second")).size())
                    .isPositive();
        }
        try (AdaptedModel model = TinyAdapters.open(BERT)) {
            assertThatThrownBy(() -> AdapterDirectory.load(model, "b", folder.resolve("second")))
                    .hasMessageContaining("whose weights are not those of this model");
        }
    }

    /** PEFT writes no such metadata, and somebody else may write anything. */
    @ParameterizedTest
    @ValueSource(strings = {"", "AAAA", "not base64"})
    void whatCanNotBeComparedIsTaken(String metadata) throws Exception {
        Path tensors = adapter.resolve("adapter_model.safetensors");
        try (AdaptedModel model = AdaptedModel.open(merged());
                SafetensorsFile file = SafetensorsFile.open(tensors)) {
            var arrays = file.readAll(model.model().getNDManager());
            SafetensorsFile.write(
                    tensors,
                    arrays,
                    metadata.isEmpty() ? Map.of() : Map.of("base_weights", metadata));
            assertThat(AdapterDirectory.load(model, "a", adapter).size()).isPositive();
        }
    }

    @Test
    void anotherShapeIsExplainedByTheModelThatItWasTrainedOn() throws Exception {
        Path config = adapter.resolve("adapter_config.json");
        String text = Files.readString(config);
        for (List<String> change :
                List.of(
                        List.of("\"r\": 2", "\"r\": 3", "has the shape (2, "),
                        List.of("\"query\"", "\"query\", \"key\"", "has no tensor '"))) {
            assertThat(text).contains(change.get(0));
            Files.writeString(config, text.replace(change.get(0), change.get(1)));
            try (AdaptedModel model = TinyAdapters.open(BERT)) {
                assertThatThrownBy(() -> AdapterDirectory.load(model, "a", adapter))
                        .hasMessageContaining(change.get(2))
                        .hasMessageEndingWith(
                                "the adapter was trained on 'tiny-bert' (load it there), or"
                                        + " adapter_config.json has the wrong options");
            }
        }
    }
}
