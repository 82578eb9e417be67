/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.core.Linear;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.djladapters.adapter.Adapter;
import org.djladapters.adapter.AdapterConfig;
import org.djladapters.adapter.TargetModule;
import org.djladapters.adapter.Targets;
import org.djladapters.adapter.compound.CompoundConfig;
import org.djladapters.checkpoint.AdapterDirectory;
import org.djladapters.checkpoint.merged.Export;
import org.djladapters.checkpoint.merged.LinearProducts;
import org.djladapters.checkpoint.merged.MergedModel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Which modules of which model targets select, refuse and warn of. */
class TargetingTest {

    @RegisterExtension static final SharedModels MODELS = new SharedModels();

    private static final String BERT = "tiny-bert-classifier";
    private static final String SELF = "bert.encoder.layer.%d.attention.self.%s";

    @TempDir private Path folder;

    /** Selections of modules that every one of two layers has. */
    static Stream<Arguments> selections() {
        Targets defaults = Targets.byModelType();
        String vit = "vit.encoder.layer.%d.attention.attention.%s";
        String llama = "model.layers.%d.self_attn.%s";
        String gpt2 = "transformer.h.%d.%s";
        return Stream.of(
                Arguments.of(BERT, suffixes("query", "value"), both(SELF, "query", "value")),
                Arguments.of(BERT, suffixes("self.key"), both(SELF, "key")),
                Arguments.of(BERT, regex(".*self\\.(query|key)"), both(SELF, "query", "key")),
                Arguments.of(BERT, defaults, both(SELF, "query", "value")),
                Arguments.of("tiny-vit", defaults, both(vit, "query", "value")),
                Arguments.of("tiny-llama", defaults, both(llama, "q_proj", "v_proj")),
                Arguments.of("tiny-gpt2", defaults, both(gpt2, "attn.c_attn")),
                Arguments.of("tiny-llama", suffixes("o_proj"), both(llama, "o_proj")),
                Arguments.of(
                        "tiny-gpt2", suffixes("c_proj"), both(gpt2, "attn.c_proj", "mlp.c_proj")),
                Arguments.of("tiny-gpt2", suffixes("lm_head"), List.of("lm_head")),
                Arguments.of(
                        BERT,
                        suffixes("word_embeddings"),
                        List.of("bert.embeddings.word_embeddings")),
                Arguments.of(
                        "tiny-vit",
                        suffixes("projection"),
                        List.of("vit.embeddings.patch_embeddings.projection")),
                Arguments.of(
                        "tiny-resnet",
                        regex(".*stages\\.1.*shortcut.convolution"),
                        List.of("resnet.encoder.stages.1.layers.0.shortcut.convolution")),
                Arguments.of(
                        BERT,
                        suffixed("query", "value").optExcludedSuffixes(List.of("value")).build(),
                        both(SELF, "query")),
                Arguments.of(
                        BERT,
                        suffixed("query").optExcludedRegex(".*\\.0\\..*").build(),
                        List.of(SELF.formatted(1, "query"))),
                Arguments.of(
                        BERT,
                        suffixed("query").optLayers(List.of(1)).build(),
                        List.of(SELF.formatted(1, "query"))),
                Arguments.of(
                        BERT,
                        Targets.builder().optRegex(".*query").optLayers(List.of(1)).build(),
                        List.of(SELF.formatted(1, "query"))),
                Arguments.of(
                        "tiny-gpt2",
                        Targets.builder()
                                .optByModelType(true)
                                .optLayers(List.of(0))
                                .optLayersPattern("h")
                                .build(),
                        List.of(gpt2.formatted(0, "attn.c_attn"))));
    }

    private static List<String> both(String path, String... names) {
        return IntStream.range(0, 2)
                .boxed()
                .flatMap(layer -> Stream.of(names).map(name -> path.formatted(layer, name)))
                .toList();
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("selections")
    void selectsByPath(String name, Targets targets, List<String> expected) throws Exception {
        AdaptedModel model = MODELS.open(name);
        assertThat(model.targetModules(targets).stream().map(TargetModule::path))
                .isEqualTo(expected);
    }

    /** What is linear in a model, and its task head. */
    static Stream<Arguments> linearLayers() {
        return Stream.of(
                Arguments.of(BERT, 13, List.of("classifier")),
                Arguments.of("tiny-vit", 12, List.of("classifier")),
                Arguments.of("tiny-llama", 14, List.of("lm_head")),
                Arguments.of("tiny-gpt2", 8, List.of("lm_head")),
                Arguments.of("tiny-bert", 13, List.of()));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("linearLayers")
    void allLinearLayersLeaveTheTaskHeadAlone(String name, int layers, List<String> head)
            throws Exception {
        AdaptedModel model = MODELS.open(name);
        List<TargetModule> selected = model.targetModules(Targets.allLinear());
        assertThat(selected).hasSize(layers).allMatch(TargetModule::isLinear);
        assertThat(
                        model.targetModules().stream()
                                .filter(
                                        targetModule ->
                                                targetModule.isLinear()
                                                        && !selected.contains(targetModule))
                                .map(TargetModule::path))
                .isEqualTo(head);
    }

    /** Selections of nothing, or of what can't be adapted. */
    static Stream<Arguments> refusals() {
        Targets defaults = Targets.byModelType();
        return Stream.of(
                Arguments.of(
                        BERT,
                        suffixes("qeury"),
                        "No module of the model matches the targets (qeury); the nearest names"
                                + " that can be adapted are query, "),
                Arguments.of(
                        BERT,
                        regex("query"),
                        "No module of the model matches the targets (regex query); "),
                Arguments.of(
                        BERT,
                        suffixes("query", "LayerNorm"),
                        "LayerNorm', which has no weight that can be adapted; the nearest names"),
                Arguments.of(
                        BERT,
                        suffixes("attention"),
                        "attention', which has no weight that can be adapted; the nearest names"),
                Arguments.of(
                        BERT,
                        suffixed("query").optExcludedSuffixes(List.of("query")).build(),
                        "Every module that matches the targets (query without query) is excluded;"
                                + " exclude fewer of "
                                + SELF.formatted(0, "query")),
                Arguments.of(
                        BERT,
                        Targets.builder().optExcludedRegex(".*").build(),
                        "(all-linear without regex .*) is excluded; exclude fewer of "),
                Arguments.of(
                        BERT,
                        suffixed("query").optLayers(List.of(7)).build(),
                        "No module that matches the targets (query in layers [7]) lies in these"
                                + " layers; the modules are "),
                Arguments.of(
                        BERT,
                        suffixed("query").optLayers(List.of(1)).optLayersPattern("h").build(),
                        "lies in these layers; the modules are " + SELF.formatted(0, "query")),
                Arguments.of(
                        BERT,
                        suffixed("query")
                                .optLayers(List.of(1))
                                .optExcludedRegex(".*\\.1\\..*")
                                .build(),
                        "lies in these layers without being excluded; the modules are "),
                Arguments.of(
                        "tiny-resnet",
                        Targets.allLinear(),
                        "The model has no linear layer besides its task head; name the modules,"
                                + " such as resnet."),
                Arguments.of(
                        "tiny-resnet",
                        defaults,
                        "No default targets are known for models of the type 'resnet'; name the"
                                + " targets, such as convolution, classifier.1"));
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("refusals")
    void explainsWhatCanNotBeSelectedAndChangesNothing(String name, Targets targets, String message)
            throws Exception {
        AdaptedModel model = MODELS.open(name);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> model.add("a", config(targets)))
                .withMessageContaining(message);
        assertThat(model.names()).isEmpty();
    }

    /** Selections that may not be meant so. */
    static Stream<Arguments> warnings() {
        return Stream.of(
                Arguments.of(
                        BERT,
                        suffixed("query").optExcludedSuffixes(List.of("pooler.dense")).build(),
                        "The exclusions (pooler.dense) exclude nothing; the adapted modules are "
                                + String.join(", ", both(SELF, "query"))),
                Arguments.of(
                        BERT,
                        suffixed("query").optExcludedRegex("query").build(),
                        "The exclusions (query) exclude nothing; "),
                Arguments.of(
                        BERT,
                        Targets.builder().optExcludedSuffixes(List.of("classifier")).build(),
                        "The exclusions (classifier) exclude nothing; "),
                Arguments.of(
                        BERT,
                        suffixes("query", "q_proj"),
                        "The targets (q_proj) select nothing; the adapted modules are "),
                Arguments.of(
                        "tiny-gpt2",
                        suffixes("lm_head"),
                        "The model uses lm_head.weight as transformer.wte.weight too; only the"
                            + " former is changed, the latter keeps the weight of the base model,"
                            + " also when merged"),
                Arguments.of(
                        "tiny-gpt2",
                        suffixes("wte"),
                        "The model uses transformer.wte.weight as lm_head.weight too; only the"
                                + " former is changed, "));
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("warnings")
    void warnsOfWhatMayNotBeMeant(String name, Targets targets, String warning) throws Exception {
        AdaptedModel model = MODELS.open(name);
        assertThat(model.add("a", config(targets)).warnings())
                .singleElement()
                .asString()
                .startsWith(warning);
    }

    /** Selections with nothing to warn of. */
    static Stream<Arguments> unsuspicious() {
        return Stream.of(
                Arguments.of(
                        BERT,
                        suffixed("dense").optExcludedSuffixes(List.of("pooler.dense")).build()),
                Arguments.of(BERT, Targets.allLinear()),
                Arguments.of("tiny-gpt2", Targets.allLinear()),
                Arguments.of("tiny-gpt2", Targets.byModelType()),
                Arguments.of("tiny-gpt2", suffixes("wte", "lm_head")),
                // keeps away from a module that can't be adapted
                Arguments.of(
                        BERT,
                        Targets.builder()
                                .optRegex(".*\\.output\\.(dense|LayerNorm)")
                                .optExcludedSuffixes(List.of("LayerNorm"))
                                .build()));
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("unsuspicious")
    void isSilentOtherwise(String name, Targets targets) throws Exception {
        AdaptedModel model = MODELS.open(name);
        assertThat(model.add("a", config(targets)).warnings()).isEmpty();
    }

    @Test
    void aSecondAdapterSelectsAsTheFirst() throws Exception {
        AdaptedModel model = MODELS.open(BERT);
        Adapter first = model.add("first", config(Targets.byModelType()));
        Adapter second = model.add("second", config(Targets.byModelType()));
        assertThat(second.targetModules().keySet()).isEqualTo(first.targetModules().keySet());

        assertThatIllegalArgumentException()
                .isThrownBy(() -> model.add("third", config(suffixes("qeury"))))
                .withMessageContaining("No module of the model matches the targets (qeury)");
        assertThat(model.names()).containsExactly("first", "second");
        assertThat(model.active()).containsExactly("first");

        assertThat(model.add("third", config(suffixes("key"))).targetModules()).hasSize(2);
    }

    @Test
    void theConfigurationShowsWhatWasSelectedByType() throws Exception {
        AdaptedModel model = MODELS.open(BERT);
        Adapter adapter = model.add("a", config(Targets.byModelType()));
        assertThat(adapter.config().targets()).isEqualTo(suffixes("query", "value"));

        AdapterDirectory.save(model, "a", folder.resolve("a"));
        assertThat(savedFields().get("target_modules").toString())
                .isEqualTo("[\"query\",\"value\"]");
    }

    @Test
    void aDirectoryWithoutTargetsMeansThoseOfTheModelType() throws Exception {
        AdaptedModel model = MODELS.open(BERT);
        model.add("a", config(suffixes("query", "value")));
        AdapterDirectory.save(model, "a", folder.resolve("a"));
        JsonObject fields = savedFields();
        fields.add("target_modules", null);
        Files.writeString(folder.resolve("a/adapter_config.json"), fields.toString());

        Adapter loaded = AdapterDirectory.load(model, "b", folder.resolve("a"));

        assertThat(loaded.config().targets()).isEqualTo(suffixes("query", "value"));
        assertThat(loaded.targetModules().keySet())
                .isEqualTo(model.adapter("a").targetModules().keySet());
    }

    @Test
    void aChoiceOfLayersIsSavedAsPeftTakesIt() throws Exception {
        Targets.Builder first = Targets.builder().optLayers(List.of(0));
        AdaptedModel model = MODELS.open(BERT);
        model.add("a", config(first.optRegex(".*(query|value)").build()));
        AdapterDirectory.save(model, "a", folder.resolve("a"));

        JsonObject fields = savedFields();
        assertThat(fields.get("target_modules").toString())
                .isEqualTo(
                        "[\"%s\",\"%s\"]"
                                .formatted(SELF.formatted(0, "query"), SELF.formatted(0, "value")));
        assertThat(fields.get("layers_to_transform").isJsonNull()).isTrue();
        Adapter loaded = AdapterDirectory.load(model, "b", folder.resolve("a"));
        assertThat(loaded.targetModules().keySet())
                .isEqualTo(model.adapter("a").targetModules().keySet());
    }

    @Test
    void nativeBlocksHaveNoModelType() {
        Linear block = Linear.builder().setUnits(4).build();
        Model base = Model.newInstance("native", "PyTorch");
        base.setBlock(block);
        block.initialize(base.getNDManager(), DataType.FLOAT32, new Shape(1, 3));
        try (AdaptedModel model = AdaptedModel.of(base)) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> model.add("a", config(Targets.byModelType())))
                    .withMessageStartingWith(
                            "Default targets depend on the type of the model, which is unknown"
                                    + " (model_type in config.json); name the targets, such as ");
        }
    }

    @Test
    void aTargetThatIsTrainedInFullIsRefused() throws Exception {
        for (Targets targets :
                List.of(
                        suffixes("query", "classifier"),
                        suffixes("classifier"),
                        regex("class.*"))) {
            AdaptedModel model = MODELS.open(BERT);
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> model.add("a", config(targets, "classifier")))
                    .withMessage(
                            "Module classifier is both a target and trained in full; remove"
                                    + " it from one of them");
            assertThat(model.names()).isEmpty();
        }
    }

    @Test
    void aTargetOfManyModulesGivesWayToThoseTrainedInFull() throws Exception {
        AdaptedModel model = MODELS.open(BERT);
        Adapter adapter = model.add("a", config(suffixes("dense"), "pooler"));
        assertThat(adapter.targetModules().keySet().stream().map(TargetModule::path))
                .hasSize(6)
                .doesNotContain("bert.pooler.dense");
        assertThat(adapter.warnings())
                .containsExactly(
                        "Targets in modules that are trained in full are not adapted:"
                                + " bert.pooler.dense");
    }

    @Test
    void allLinearLayersGiveWayToThoseTrainedInFull() throws Exception {
        AdaptedModel model = MODELS.open(BERT);
        Adapter adapter = model.add("a", config(Targets.allLinear(), "pooler"));
        assertThat(adapter.targetModules()).hasSize(12);
        assertThat(adapter.warnings()).isEmpty();
    }

    @Test
    void whatSharesAWeightKeepsThatOfTheBase() throws Exception {
        AdaptedModel model = MODELS.open("tiny-gpt2");
        try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
            model.add("a", config(suffixes("wte")));
            Passes.perturb(model, "a", 1);
            assertThat(model.mergedWeights(manager)).containsOnlyKeys("transformer.wte.weight");

            // the outputs are those of the transformed embedding before the base model's head
            NDList inputs = Models.runs(model, manager).get(0).inputs();
            NDArray adapted = model.predict(inputs).get(0);
            Path merged = folder.resolve("merged");
            MergedModel.export(
                    Export.of(model, List.of("a")), merged, Map.of(), LinearProducts.PORTABLE);
            try (AdaptedModel plain = AdaptedModel.open(merged)) {
                assertThat(Passes.difference(plain.predict(inputs).get(0), adapted)).isZero();
                NDArray head = plain.baseParameters().get("lm_head.weight");
                NDArray base = model.baseParameters().get("lm_head.weight");
                assertThat(Passes.difference(head, base)).isZero();
            }
            assertThat(Passes.difference(Passes.training(model, inputs).get(0), adapted))
                    .isLessThan(2e-5);
        }
    }

    @Test
    void aHeadThatSharesItsWeightIsWarnedOfWhereItIsTrainedInFull() throws Exception {
        AdaptedModel model = MODELS.open("tiny-gpt2");
        assertThat(model.add("a", config(suffixes("c_attn"), "lm_head")).warnings())
                .singleElement()
                .asString()
                .startsWith("The model uses lm_head.weight as transformer.wte.weight too");
    }

    private JsonObject savedFields() throws Exception {
        return JsonParser.parseString(Files.readString(folder.resolve("a/adapter_config.json")))
                .getAsJsonObject();
    }

    private static AdapterConfig config(Targets targets, String... modulesToSave) {
        return CompoundConfig.builder()
                .optOrders(1)
                .optBlockSize(8)
                .optTargets(targets)
                .optModulesToSave(List.of(modulesToSave))
                .build();
    }

    private static Targets.Builder suffixed(String... suffixes) {
        return Targets.builder().optSuffixes(List.of(suffixes));
    }

    private static Targets suffixes(String... suffixes) {
        return Targets.of(suffixes);
    }

    private static Targets regex(String regex) {
        return Targets.builder().optRegex(regex).build();
    }
}
