/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.djladapters.adapter.Adapter;
import org.djladapters.adapter.AdapterConfig;
import org.djladapters.adapter.HeadConfig;
import org.djladapters.adapter.Targets;
import org.djladapters.adapter.baseline.BaselineConfig;
import org.djladapters.adapter.compound.CompoundBasis;
import org.djladapters.adapter.compound.CompoundConfig;
import org.djladapters.adapter.compound.RotatedSide;
import org.djladapters.adapter.lora.LoraConfig;
import org.djladapters.checkpoint.head.LabelsFile;
import org.djladapters.io.JsonFiles;
import org.djladapters.model.AdaptedModel;
import org.djladapters.model.SharedModels;
import org.djladapters.rotation.EntryRule;
import org.djladapters.rotation.OrthogonalMap;
import org.djladapters.safetensors.SafetensorsFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class AdapterDirectoryTest {

    @RegisterExtension static final SharedModels MODELS = new SharedModels();

    /** The same models, as another process would have them. */
    @RegisterExtension static final SharedModels OTHERS = new SharedModels();

    @TempDir Path folder;

    @ParameterizedTest
    @MethodSource("org.djladapters.model.Models#names")
    void aSavedAdapterGivesTheSameOutputsInAnotherProcess(String name) throws Exception {
        for (AdapterDirectory.Layout layout : AdapterDirectory.Layout.values()) {
            assertSurvives(name, TinyAdapters.config(name).build(), null, layout);
        }
    }

    @ParameterizedTest
    @EnumSource(OrthogonalMap.class)
    void everyMapSurvives(OrthogonalMap map) throws Exception {
        for (AdapterDirectory.Layout layout : AdapterDirectory.Layout.values()) {
            CompoundConfig config =
                    TinyAdapters.config("tiny-bert").optMap(map).optTerms(3).build();
            assertSurvives("tiny-bert", config, null, layout);
        }
    }

    @ParameterizedTest
    @EnumSource(EntryRule.class)
    void everyOptionSurvives(EntryRule rule) throws Exception {
        CompoundConfig config =
                CompoundConfig.builder()
                        .optOrders(2, 1)
                        .optBlocks(3)
                        .optRule(rule)
                        .optShared(rule == EntryRule.MAXIMUM)
                        .optChain(2)
                        .optAdded(rule == EntryRule.AVERAGE)
                        .optOffsets(true)
                        .optScaling(true)
                        .optModuleDropout(0.25)
                        .optTargets(
                                Targets.builder()
                                        .optSuffixes(List.of("query", "dense"))
                                        .optExcludedSuffixes(List.of("pooler.dense"))
                                        .optLayers(List.of(1))
                                        .optLayersPattern("layer")
                                        .build())
                        .build();
        assertSurvives("tiny-bert", config, null, AdapterDirectory.Layout.PACKED);
        if (!config.added()) { // sums that start at the identity are not the reference's
            assertSurvives("tiny-bert", config, null, AdapterDirectory.Layout.REFERENCE);
        }
    }

    @ParameterizedTest
    @EnumSource(RotatedSide.class)
    void optionsThatTheReferenceHasNotSurvive(RotatedSide side) throws Exception {
        CompoundConfig config =
                TinyAdapters.config("tiny-bert")
                        .optGains(true)
                        .optStrided(true)
                        .optSide(side)
                        .optChain(2)
                        .optOffsets(true)
                        .build();
        assertSurvives("tiny-bert", config, null, AdapterDirectory.Layout.PACKED);
    }

    /** The reference would take such an adapter for another one. */
    @Test
    void optionsThatTheReferenceHasNotAreNotWrittenForIt() throws Exception {
        CompoundConfig.Builder config = TinyAdapters.config("tiny-bert");
        assertNotForTheReference(config.optStrided(true).build(), "strided blocks");
        assertNotForTheReference(config.optGains(true).build(), "gains");
        CompoundConfig.Builder both = TinyAdapters.config("tiny-bert");
        assertNotForTheReference(both.optSide(RotatedSide.BOTH).build(), "the side both");
        CompoundConfig.Builder chain = TinyAdapters.config("tiny-bert");
        assertNotForTheReference(
                chain.optChain(2).optOffsets(true).build(), "offsets by parts of a block");
    }

    private void assertNotForTheReference(CompoundConfig config, String option) throws Exception {
        Path directory = folder.resolve("reference");
        try (AdaptedModel model = TinyAdapters.open("tiny-bert")) {
            model.add("a", config);
            assertThatThrownBy(
                            () ->
                                    AdapterDirectory.save(
                                            model,
                                            "a",
                                            directory,
                                            AdapterDirectory.Layout.REFERENCE))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("The reference implementation has no " + option);
        }
        assertThat(directory).doesNotExist();
    }

    @Test
    void patternsAndTheSingularBasisSurvive() throws Exception {
        CompoundConfig config =
                TinyAdapters.config("tiny-bert")
                        .optBasis(CompoundBasis.SINGULAR)
                        .optDirections(24)
                        .optOrdersPattern(Map.of("query", List.of(2, 1), "value", List.of(1)))
                        .optBlockSizePattern(Map.of("value", 7))
                        .build();
        assertSurvives("tiny-bert", config, null, AdapterDirectory.Layout.PACKED);
    }

    @Test
    void modulesTrainedInFullSurvive() throws Exception {
        AdapterConfig compound =
                CompoundConfig.builder()
                        .optOrders(1)
                        .optBlocks(4)
                        .optTargets("query")
                        .optModulesToSave(List.of("classifier"))
                        .build();
        assertSurvives("tiny-bert-classifier", compound, null, AdapterDirectory.Layout.PACKED);
        assertSurvives(
                "tiny-bert-classifier",
                BaselineConfig.head().withModulesToSave(List.of("classifier")),
                null,
                AdapterDirectory.Layout.PACKED);
    }

    @ParameterizedTest
    @EnumSource(HeadConfig.Pooling.class)
    void aHeadSurvives(HeadConfig.Pooling pooling) throws Exception {
        HeadConfig head = new HeadConfig(2, pooling);
        assertSurvives("tiny-bert", BaselineConfig.head(), head, AdapterDirectory.Layout.PACKED);
        assertSurvives(
                "tiny-dinov2",
                TinyAdapters.config("tiny-dinov2").build(),
                head,
                AdapterDirectory.Layout.REFERENCE);
    }

    @Test
    void aCardTellsWhatTheAdapterIsAndHowItWasTrained() throws Exception {
        Path directory = folder.resolve("adapter");
        try (AdaptedModel model = TinyAdapters.open("tiny-bert")) {
            model.add("a", TinyAdapters.config("tiny-bert").build());
            String provenance =
                    """
                    {"metrics": {"accuracy": 0.75, "f1": 0.8137254901960784},
                     "options": {"epochs": "3", "learning_rate": "0.0010000000474974513"}}
                    """;
            AdapterDirectory.save(
                    model,
                    "a",
                    directory,
                    AdapterDirectory.Layout.PACKED,
                    Map.of(AdapterDirectory.PROVENANCE, provenance));
        }

        assertThat(directory.resolve("README.md"))
                .content()
                .contains(
                        "base_model: tiny-bert",
                        "library_name: djl-adapters",
                        "# compound adapter for tiny-bert",
                        "| method and options | compound(orders [1, 2], block size 16, targets"
                                + " all-linear) |",
                        "| accuracy | 0.75 |",
                        "| f1 | 0.8137 |",
                        "| epochs | 3 |",
                        "| learning_rate | 0.001 |",
                        "model.predict(inputs)",
                        "AdaptedModel.open(Path.of(\"tiny-bert\"))")
                .doesNotContain("PEFT,");
    }

    @Test
    void theCardOfAnAdapterThatPeftLoadsShowsHowToPredictThere() throws Exception {
        Path directory = folder.resolve("adapter");
        try (AdaptedModel model = TinyAdapters.open("tiny-bert")) {
            model.add("a", LoraConfig.builder().optRank(2).build());
            AdapterDirectory.save(model, "a", directory);
        }

        assertThat(directory.resolve("README.md"))
                .content()
                .contains(
                        "library_name: peft",
                        "PeftModel.from_pretrained(base, \"this folder\")",
                        "model(**tokenizer(text, return_tensors=\"pt\"))");
    }

    private void assertSurvives(
            String name, AdapterConfig config, HeadConfig head, AdapterDirectory.Layout layout)
            throws IOException {
        Path directory = folder.resolve("adapter");
        AdaptedModel model = MODELS.open(name);
        Map<String, String> base = TinyAdapters.predictions(model);
        Adapter adapter = head == null ? model.add("a", config) : model.add("a", config, head);
        TinyAdapters.disturb(model, adapter, 7);
        Map<String, String> outputs = TinyAdapters.predictions(model);
        assertThat(outputs).isNotEqualTo(base);
        AdapterDirectory.save(model, "a", directory, layout);

        AdaptedModel other = OTHERS.open(name);
        Adapter loaded = AdapterDirectory.load(other, "a", directory);

        assertThat(TinyAdapters.predictions(other)).isEqualTo(outputs);
        assertThat(loaded.toString()).isEqualTo(adapter.toString());
        assertThat(loaded.config().targets()).isEqualTo(config.targets());
        assertThat(loaded.config().moduleDropout()).isEqualTo(config.moduleDropout());
        assertThat(loaded.parameters().values())
                .allMatch(parameter -> parameter.getArray().hasGradient());
    }

    @Test
    void anAdapterOfNativeBlocksSurvives() throws Exception {
        Path directory = folder.resolve("adapter");
        NDArray x;
        float[] expected;
        try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
            x = manager.arange(16f).reshape(2, 8);
            try (AdaptedModel model = nativeBlocks()) {
                CompoundConfig config =
                        CompoundConfig.builder().optOrders(1, 2).optBlocks(1).build();
                TinyAdapters.disturb(model, model.add("a", config), 7);
                expected = model.predict(new NDList(x)).singletonOrThrow().toFloatArray();
                AdapterDirectory.save(model, "a", directory);
            }
            try (AdaptedModel model = nativeBlocks()) {
                assertThat(model.predict(new NDList(x)).singletonOrThrow().toFloatArray())
                        .isNotEqualTo(expected);
                AdapterDirectory.load(model, "a", directory);
                assertThat(model.predict(new NDList(x)).singletonOrThrow().toFloatArray())
                        .isEqualTo(expected);
            }
        }
    }

    /** Two linear layers of fixed numbers. */
    private static AdaptedModel nativeBlocks() {
        Model base = Model.newInstance("native", "PyTorch");
        Block block =
                new SequentialBlock()
                        .add(Linear.builder().setUnits(12).build())
                        .add(Linear.builder().setUnits(6).build());
        NDManager manager = base.getNDManager();
        block.initialize(manager, DataType.FLOAT32, new Shape(2, 8));
        for (Parameter parameter : block.getParameters().values()) {
            NDArray array = parameter.getArray();
            array.setRequiresGradient(false);
            array.set(
                    new NDIndex(":"),
                    manager.arange((float) array.size()).sin().reshape(array.getShape()));
        }
        base.setBlock(block);
        return AdaptedModel.of(base);
    }

    @ParameterizedTest
    @CsvSource({"PACKED, 3", "REFERENCE, 4"})
    void theLayoutShowsInTheRank(AdapterDirectory.Layout layout, int rank) throws Exception {
        Path directory = folder.resolve("adapter");
        try (AdaptedModel model = TinyAdapters.open("tiny-bert")) {
            model.add("a", TinyAdapters.config("tiny-bert").build());
            AdapterDirectory.save(model, "a", directory, layout);
        }
        try (SafetensorsFile file =
                SafetensorsFile.open(directory.resolve("adapter_model.safetensors"))) {
            assertThat(file.tensors().keySet())
                    .contains("base_model.model.encoder.layer.0.attention.self.query.compound");
            assertThat(file.tensors().values())
                    .allMatch(entry -> entry.shape().dimension() == rank)
                    .allMatch(entry -> entry.dataType() == DataType.FLOAT32);
            assertThat(file.metadata()).containsEntry("format", "pt");
        }
    }

    @Test
    void aCheckpointOfTheForkIsWrittenAsItWas() throws Exception {
        Path original = TinyAdapters.resource("checkpoints/compound-tiny-bert-classifier");
        Path directory = folder.resolve("adapter");
        try (AdaptedModel model = TinyAdapters.open("tiny-bert-classifier")) {
            AdapterDirectory.load(model, "a", original);
            AdapterDirectory.save(model, "a", directory, AdapterDirectory.Layout.REFERENCE);
        }
        assertThat(JsonFiles.read(directory.resolve("adapter_config.json")).getAsJsonObject())
                .satisfies(
                        json -> {
                            var expected =
                                    JsonFiles.read(original.resolve("adapter_config.json"))
                                            .getAsJsonObject();
                            assertThat(json.keySet()).isEqualTo(expected.keySet());
                            for (String name : List.of("r", "compound_pattern", "target_modules")) {
                                assertThat(json.get(name)).isEqualTo(expected.get(name));
                            }
                        });
    }

    @Test
    void aHeadWithoutPoolingIsSavedAndGivesEveryPositionItsOutputs() throws Exception {
        Path directory = folder.resolve("adapter");
        HeadConfig head = new HeadConfig(3, HeadConfig.Pooling.NONE);
        AdaptedModel model = MODELS.open("tiny-bert");
        try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
            Adapter adapter = model.add("a", BaselineConfig.head(), head);
            TinyAdapters.disturb(model, adapter, 7);
            NDList inputs = TinyAdapters.inputs(model, manager);
            Shape tokens = inputs.get(0).getShape();
            NDArray hidden;
            AdaptedModel.Scope base = model.disable();
            try (base) {
                hidden = model.predict(inputs).get("last_hidden_state");
            }
            NDArray logits = model.predict(inputs).singletonOrThrow();
            Map<String, Parameter> parameters = adapter.parameters();
            NDArray expected =
                    Linear.linear(
                                    hidden,
                                    parameters.get("head.weight").getArray(),
                                    parameters.get("head.bias").getArray())
                            .singletonOrThrow();
            assertThat(logits.getShape()).isEqualTo(tokens.add(3));
            assertThat(logits.allClose(expected, 1e-5, 1e-5, false)).isTrue();
            assertThat(model.block().getOutputShapes(inputs.getShapes()))
                    .containsExactly(tokens.add(3));

            AdapterDirectory.save(model, "a", directory);

            assertThat(directory.resolve("head_config.json")).content().contains("\"none\"");
            Adapter loaded = AdapterDirectory.load(model, "b", directory);
            assertThat(loaded.headConfig()).contains(head);
            model.activate("b");
            assertThat(model.predict(inputs).singletonOrThrow()).isEqualTo(logits);
        }
    }

    @Test
    void textsAreWrittenAlong() throws Exception {
        Path directory = folder.resolve("adapter");
        List<String> labels = List.of("yes", "no", "\"perhaps\"");
        try (AdaptedModel model = TinyAdapters.open("tiny-bert")) {
            model.add("a", BaselineConfig.head(), new HeadConfig(3, HeadConfig.Pooling.CLS));
            Map<String, String> texts =
                    Map.of(
                            AdapterDirectory.LABELS,
                            LabelsFile.text(labels),
                            AdapterDirectory.PROVENANCE,
                            "{}");
            AdapterDirectory.save(model, "a", directory, AdapterDirectory.Layout.PACKED, texts);

            assertThat(AdapterDirectory.labels(directory)).isEqualTo(labels);
            assertThat(directory.resolve("provenance.json")).hasContent("{}");
            assertThatThrownBy(
                            () ->
                                    AdapterDirectory.save(
                                            model,
                                            "a",
                                            directory,
                                            AdapterDirectory.Layout.PACKED,
                                            Map.of("../evil", "")))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("can't hold the file '../evil'");

            // an older adapter is replaced as a whole
            AdapterDirectory.save(model, "a", directory);
            assertThat(AdapterDirectory.labels(directory)).isEmpty();
            assertThat(directory.resolve("provenance.json")).doesNotExist();
        }
    }

    @Test
    void aFolderWithOtherFilesIsNotReplaced() throws Exception {
        Path directory = Files.createDirectory(folder.resolve("precious"));
        Files.writeString(directory.resolve("thesis.txt"), "years of work");
        try (AdaptedModel model = TinyAdapters.open("tiny-bert")) {
            model.add("a", TinyAdapters.config("tiny-bert").build());

            assertThatThrownBy(() -> AdapterDirectory.save(model, "a", directory))
                    .isInstanceOf(FileAlreadyExistsException.class);
        }
        assertThat(directory.resolve("thesis.txt")).hasContent("years of work");
        assertThat(folder.toFile().list()).containsExactly("precious");
    }

    @Test
    void whatCantBeWrittenLeavesNothing() throws Exception {
        Path file = Files.writeString(folder.resolve("file"), "");
        try (AdaptedModel model = TinyAdapters.open("tiny-bert")) {
            model.add("a", TinyAdapters.config("tiny-bert").build());

            assertThatThrownBy(() -> AdapterDirectory.save(model, "a", file.resolve("adapter")))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("could not be written");
        }
        assertThat(folder.toFile().list()).containsExactly("file");
    }
}
