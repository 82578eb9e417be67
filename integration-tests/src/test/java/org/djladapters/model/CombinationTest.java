/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;
import static org.djladapters.model.Passes.assertBitEqual;
import static org.djladapters.model.Passes.assertClose;
import static org.djladapters.model.Passes.difference;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Parameter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.djladapters.adapter.Adapter;
import org.djladapters.adapter.AdapterConfig;
import org.djladapters.adapter.Bias;
import org.djladapters.adapter.Targets;
import org.djladapters.adapter.WeightAdapter;
import org.djladapters.adapter.boft.BoftConfig;
import org.djladapters.adapter.compound.CompoundConfig;
import org.djladapters.adapter.ia3.Ia3Config;
import org.djladapters.adapter.lora.LoraConfig;
import org.djladapters.adapter.oft.OftConfig;
import org.djladapters.model.combination.AdapterAlgebra;
import org.djladapters.model.combination.Combination;
import org.djladapters.rotation.EntryRule;
import org.djladapters.rotation.OrthogonalMap;
import org.djladapters.rotation.programs.LowRankKernel;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Sums of LoRA adapters and interpolated orthogonal ones. */
class CombinationTest {

    @RegisterExtension static final SharedModels MODELS = new SharedModels();

    private static final String BERT = "tiny-bert-classifier";
    private static final String QUERY = "bert.encoder.layer.0.attention.self.query";

    /** Weights of size 1 with changes of that size are rounded to 6e-8 some ten times. */
    private static final double FLOAT32 = 2e-6;

    /** Such errors pass through two layers, whose norms and products enlarge them. */
    private static final double OUTPUTS = 2e-5;

    private NDManager manager;

    @BeforeEach
    void open() {
        manager = NDManager.newBaseManager("PyTorch");
    }

    @AfterEach
    void close() {
        manager.close();
    }

    private static Targets someKinds(String name) {
        return switch (name) {
            case "tiny-resnet" -> Targets.of("classifier.1", "shortcut.convolution");
            case "tiny-gpt2" -> Targets.of("c_attn", "lm_head");
            default -> Targets.of("query", "classifier");
        };
    }

    private static AdaptedModel twoLoras(String name) throws Exception {
        AdaptedModel model = AdaptedModel.open(Models.directory(name));
        LoraConfig.Builder a = LoraConfig.builder().optRank(2).optAlpha(3);
        LoraConfig.Builder b = LoraConfig.builder().optRank(3).optAlpha(2).optRsLora(true);
        add(model, "a", a.optTargets(Models.everyKind(name)).build(), 1);
        add(model, "b", b.optTargets(someKinds(name)).build(), 2);
        return model;
    }

    private static void add(AdaptedModel model, String name, AdapterConfig config, long seed) {
        model.add(name, config);
        Passes.perturb(model, name, seed);
    }

    /** What an adapter adds to the base model's parameters. */
    private Map<String, NDArray> changes(AdaptedModel model, String name) {
        Map<String, NDArray> changes = new LinkedHashMap<>();
        model.mergedWeights(manager, name)
                .forEach((key, w) -> changes.put(key, w.sub(model.baseParameters().get(key))));
        return changes;
    }

    private static NDArray sum(NDArray a, double x, NDArray b, double y) {
        return a == null ? b.mul(y) : b == null ? a.mul(x) : a.mul(x).add(b.mul(y));
    }

    static Stream<Arguments> exactWays() {
        return Stream.of(BERT, "tiny-gpt2", "tiny-resnet")
                .flatMap(
                        name ->
                                Stream.of(Combination.cat(), Combination.svd(5))
                                        .map(how -> Arguments.of(name, how)));
    }

    @ParameterizedTest(name = "{0}, {1}")
    @MethodSource("exactWays")
    void changesAddUpWhateverRanksAndModulesAre(String name, Combination how) throws Exception {
        try (AdaptedModel model = twoLoras(name)) {
            Map<String, byte[]> bytes = Passes.baseBytes(model);
            Map<String, NDArray> a = changes(model, "a");
            Map<String, NDArray> b = changes(model, "b");

            Map<String, Double> weights = Map.of("b", -1.5, "a", 0.7);
            Adapter c = AdapterAlgebra.combine(model, "c", weights, how);

            TreeSet<String> both = new TreeSet<>(a.keySet());
            both.addAll(b.keySet());
            Map<String, NDArray> changes = changes(model, "c");
            assertThat(changes.keySet()).containsExactlyInAnyOrderElementsOf(both);
            changes.forEach(
                    (key, change) ->
                            assertThat(difference(change, sum(a.get(key), 0.7, b.get(key), -1.5)))
                                    .as(key)
                                    .isLessThan(FLOAT32));
            assertThat(((LoraConfig) c.config()).rank()).isEqualTo(5);
            assertThat(model.active()).containsExactly("a");
            assertThat(Passes.baseBytes(model)).containsExactlyEntriesOf(bytes);
            assertBitEqual(list(changes(model, "a")), list(a));
        }
    }

    private static NDList list(Map<String, NDArray> arrays) {
        return new NDList(arrays.values());
    }

    @Test
    void aSumOfSmallerRankIsTheNearest() throws Exception {
        try (AdaptedModel model = twoLoras(BERT)) {
            Map<String, Double> weights = Map.of("a", 1.0, "b", 1.0);
            AdapterAlgebra.combine(model, "exact", weights, Combination.cat());
            AdapterAlgebra.combine(model, "near", weights, Combination.svd(3));

            NDArray exact = changes(model, "exact").get(QUERY + ".weight");
            NDArray near = changes(model, "near").get(QUERY + ".weight");
            double best = LowRankKernel.factor(List.of(exact), 3, manager).get(0).error();
            assertThat(best).isGreaterThan(0.01);
            double error = near.sub(exact).norm().getFloat() / exact.norm().getFloat();
            assertThat(error).isCloseTo(best, within(FLOAT32));
        }
    }

    @ParameterizedTest
    @CsvSource({"0.5, 2", "1, -0.25", "-2, -1", "0, 1"})
    void aLinearCombinationAddsTheMatrices(double x, double y) throws Exception {
        AdaptedModel model = MODELS.open(BERT);
        LoraConfig config = LoraConfig.builder().optRank(2).optAlpha(3).optTargets("query").build();
        add(model, "a", config, 1);
        add(model, "b", config, 2);

        Map<String, Double> weights = Map.of("a", x, "b", y);
        AdapterAlgebra.combine(model, "c", weights, Combination.linear());

        NDArray down = sum(a(model, "a"), root(x), a(model, "b"), root(y));
        NDArray up =
                sum(
                        b(model, "a"),
                        Math.signum(x) * root(x),
                        b(model, "b"),
                        Math.signum(y) * root(y));
        NDArray change = changes(model, "c").get(QUERY + ".weight");
        assertThat(difference(change, up.matMul(down))).isLessThan(FLOAT32);
    }

    private static double root(double weight) {
        return Math.sqrt(Math.abs(weight) * 3 / 2);
    }

    private NDArray a(AdaptedModel model, String name) {
        return values(model, name, "lora_A.weight");
    }

    private NDArray b(AdaptedModel model, String name) {
        return values(model, name, "lora_B.weight");
    }

    private NDArray values(AdaptedModel model, String name, String parameter) {
        Parameter found = model.adapter(name).parameters().get(QUERY + "." + parameter);
        NDArray values = found.getArray().stopGradient();
        values.attach(manager);
        return values;
    }

    @ParameterizedTest
    @CsvSource({"cat", "linear", "svd(2)"})
    void biasesOfLoraAddUp(String how) throws Exception {
        AdaptedModel model = MODELS.open(BERT);
        LoraConfig.Builder config = LoraConfig.builder().optRank(2).optTargets("query");
        add(model, "a", config.optLoraBias(true).build(), 1);
        add(model, "b", config.optLoraBias(false).build(), 2);
        add(model, "d", config.optLoraBias(true).optAlpha(2).build(), 3);
        String bias = QUERY + ".bias";
        NDArray expected = sum(changes(model, "a").get(bias), -2, changes(model, "d").get(bias), 3);

        Map<String, Double> weights = Map.of("a", -2.0, "b", 1.0, "d", 3.0);
        AdapterAlgebra.combine(model, "c", weights, way(how));

        assertThat(difference(changes(model, "c").get(bias), expected)).isLessThan(FLOAT32);
    }

    private static Combination way(String how) {
        return Stream.of(
                        Combination.cat(),
                        Combination.linear(),
                        Combination.svd(2),
                        Combination.geodesic())
                .filter(way -> way.toString().equals(how))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void whatElseOneAdapterTrainsIsCopied() throws Exception {
        AdaptedModel model = MODELS.open(BERT);
        LoraConfig.Builder config = LoraConfig.builder().optRank(2).optTargets("query");
        add(model, "b", config.build(), 2);
        config.optModulesToSave(List.of("classifier")).optBias(Bias.ADAPTED);
        add(model, "a", config.build(), 1);
        Map<String, Double> weights = Map.of("b", 0.0, "a", 1.0);

        Adapter c = AdapterAlgebra.combine(model, "c", weights, Combination.cat());

        Adapter a = model.adapter("a");
        assertThat(c.savedModules().keySet()).isEqualTo(a.savedModules().keySet()).hasSize(4);
        NDList inputs = TwoAdapters.inputs(model, manager, 2);
        model.activate("a");
        NDList expected = model.predict(inputs);
        model.activate("c");
        assertClose(model.predict(inputs), expected, OUTPUTS);

        add(model, "d", config.build(), 3);
        refused(model, Map.of("a", 1.0, "d", 1.0), Combination.cat(), "at most one does so");
    }

    static Stream<Arguments> rotations() {
        CompoundConfig.Builder compound = CompoundConfig.builder().optOrders(1, 2).optBlocks(2);
        return Stream.of(
                Arguments.of(BERT, compound.optTargets("query", "dense").build()),
                Arguments.of(
                        "tiny-gpt2",
                        CompoundConfig.builder()
                                .optOrders(1, 2)
                                .optBlocks(2)
                                .optMap(OrthogonalMap.EXPONENTIAL)
                                .optShared(true)
                                .optTargets("c_attn", "wpe")
                                .build()),
                Arguments.of("tiny-resnet", compound.optTargets("convolution").build()),
                Arguments.of(BERT, oft("query", "dense").optBlockSize(8).build()),
                Arguments.of(BERT, oft("query").optBlockSize(8).optConstrained(1).build()),
                Arguments.of("tiny-gpt2", oft("c_attn").optBlocks(4).optShared(true).build()),
                Arguments.of("tiny-resnet", oft("shortcut.convolution").optBlockSize(4).build()),
                Arguments.of(BERT, boft("query", "dense").optBlockSize(8).build()),
                Arguments.of("tiny-resnet", boft("shortcut.convolution").optBlockSize(4).build()));
    }

    private static OftConfig.Builder oft(String... targets) {
        return OftConfig.builder().optMap(OrthogonalMap.CAYLEY).optTargets(targets);
    }

    private static BoftConfig.Builder boft(String... targets) {
        return BoftConfig.builder().optTargets(targets);
    }

    @ParameterizedTest(name = "{0}, {1}")
    @MethodSource("rotations")
    void interpolationIsAlongTheGroup(String name, AdapterConfig config) throws Exception {
        AdaptedModel model = MODELS.open(name);
        add(model, "a", config, 1);
        unscale(model);
        NDList inputs = TwoAdapters.inputs(model, manager, 2);
        between(model, "same", 1);
        between(model, "none", 0);
        between(model, "half", 0.5);
        between(model, "again", 0.5);
        between(model, "back", -1);

        NDList base = active(model, inputs);
        NDList a = active(model, inputs, "a");
        assertThat(difference(a.get(0), base.get(0))).isGreaterThan(0.01);
        assertClose(active(model, inputs, "same"), a, OUTPUTS);
        assertClose(active(model, inputs, "none"), base, OUTPUTS);
        assertClose(active(model, inputs, "half", "again"), a, OUTPUTS);
        assertClose(active(model, inputs, "a", "back"), base, OUTPUTS);
        assertKeepsSizes(model);
    }

    static Stream<AdapterConfig> products() {
        return Stream.of(
                boft("query").optBlockSize(8).optFactors(2).build(),
                CompoundConfig.builder()
                        .optOrders(1, 2)
                        .optBlocks(2)
                        .optChain(2)
                        .optOffsets(true)
                        .optTargets("query")
                        .build());
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("products")
    void productsOfRotationsStayOrthogonal(AdapterConfig config) throws Exception {
        AdaptedModel model = MODELS.open(BERT);
        add(model, "a", config, 1);
        unscale(model);
        NDList inputs = TwoAdapters.inputs(model, manager, 2);
        between(model, "same", 1);
        between(model, "none", 0);
        between(model, "half", 0.5);

        assertClose(active(model, inputs, "same"), active(model, inputs, "a"), OUTPUTS);
        assertClose(active(model, inputs, "none"), active(model, inputs), OUTPUTS);
        assertKeepsSizes(model);
    }

    /** Factors of the outputs are no part of the group. */
    private static void unscale(AdaptedModel model) {
        model.adapter("a")
                .parameters()
                .forEach(
                        (key, parameter) -> {
                            if (key.endsWith("_s")) {
                                try (NDManager scope =
                                                model.model().getNDManager().newSubManager();
                                        NDArray ones = parameter.getArray().onesLike()) {
                                    ones.attach(scope);
                                    WeightAdapter.set(parameter.getArray(), ones);
                                }
                            }
                        });
        model.refresh();
    }

    private static void between(AdaptedModel model, String name, double weight) {
        AdapterAlgebra.combine(model, name, Map.of("a", weight), Combination.geodesic());
    }

    private static NDList active(AdaptedModel model, NDList inputs, String... names) {
        model.activate(names);
        return model.predict(inputs);
    }

    /** Orthogonal matrices on either side leave the Frobenius norm of a weight as it is. */
    private void assertKeepsSizes(AdaptedModel model) {
        model.mergedWeights(manager, "half")
                .forEach(
                        (key, weight) -> {
                            float norm = model.baseParameters().get(key).norm().getFloat();
                            assertThat(weight.norm().getFloat() / norm)
                                    .as(key)
                                    .isCloseTo(1f, within((float) FLOAT32));
                        });
    }

    @Test
    void twoRotationsAddTheirAnglesAndFactors() throws Exception {
        AdaptedModel model = MODELS.open(BERT);
        AdapterConfig config =
                CompoundConfig.builder()
                        .optOrders(1)
                        .optBlockSize(2)
                        .optScaling(true)
                        .optTargets("query")
                        .build();
        add(model, "a", config, 1);
        add(model, "b", config, 2);

        Map<String, Double> weights = Map.of("a", 0.25, "b", 0.5);
        AdapterAlgebra.combine(model, "c", weights, Combination.geodesic());

        // a block of size 2 turns by 2 atan(theta)
        NDArray angles = values(model, "a", "compound").atan().mul(0.25);
        angles = angles.add(values(model, "b", "compound").atan().mul(0.5));
        assertThat(difference(values(model, "c", "compound"), angles.tan())).isLessThan(FLOAT32);
        NDArray factors = values(model, "a", "compound_s").sub(1).mul(0.25).add(1);
        factors = factors.add(values(model, "b", "compound_s").sub(1).mul(0.5));
        assertThat(difference(values(model, "c", "compound_s"), factors)).isLessThan(FLOAT32);
    }

    static Stream<Arguments> refusals() {
        LoraConfig.Builder lora = LoraConfig.builder().optRank(2).optTargets("query");
        CompoundConfig.Builder compound =
                CompoundConfig.builder().optOrders(1, 2).optBlocks(2).optTargets("query");
        AdapterConfig plain = lora.build();
        AdapterConfig rotation = compound.build();
        return Stream.of(
                Arguments.of("linear", plain, lora.optRank(3).build(), "by cat or svd"),
                Arguments.of("cat", plain, lora.optDora(true).build(), "'b' uses DoRA"),
                Arguments.of("cat", plain, rotation, "convert it to LoRA first"),
                Arguments.of("geodesic", plain, plain, "of the method lora"),
                Arguments.of(
                        "geodesic",
                        Ia3Config.builder().optTargets("query").build(),
                        Ia3Config.builder().optTargets("query").build(),
                        "of the method ia3"),
                Arguments.of("geodesic", rotation, compound.optBlocks(4).build(), "options"),
                Arguments.of(
                        "geodesic",
                        rotation,
                        compound.optBlocks(2).optTargets("value").build(),
                        "different modules"),
                Arguments.of(
                        "geodesic",
                        neumann(),
                        neumann(),
                        "Module " + QUERY + ": Only matrices of the maps cayley and exponential"),
                Arguments.of(
                        "geodesic",
                        compound.optTargets("query").optMap(OrthogonalMap.MATRIX).build(),
                        compound.build(),
                        "not those of 'matrix'"),
                Arguments.of(
                        "geodesic",
                        compound.optMap(OrthogonalMap.CAYLEY).optRule(EntryRule.PERMANENT).build(),
                        compound.build(),
                        "Interpolation needs orthogonal matrices"));
    }

    private static AdapterConfig neumann() {
        return OftConfig.builder()
                .optMap(OrthogonalMap.NEUMANN)
                .optBlockSize(8)
                .optTargets("query")
                .build();
    }

    @ParameterizedTest(name = "{0} of {1} and {2}")
    @MethodSource("refusals")
    void whatDoesNotFitIsRefused(String how, AdapterConfig a, AdapterConfig b, String message)
            throws Exception {
        AdaptedModel model = MODELS.open(BERT);
        add(model, "a", a, 1);
        add(model, "b", b, 2);
        refused(model, Map.of("a", 1.0, "b", 0.5), way(how), message);
    }

    private static void refused(
            AdaptedModel model, Map<String, Double> weights, Combination how, String message) {
        List<String> names = model.names();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> AdapterAlgebra.combine(model, "new", weights, how))
                .withMessageContaining(message);
        assertThat(model.names()).isEqualTo(names);
    }

    @Test
    void namesAndNumbersAreChecked() throws Exception {
        try (AdaptedModel model = twoLoras(BERT)) {
            Combination cat = Combination.cat();
            refused(model, Map.of("a", 1.0, "x", 1.0), cat, "no adapter 'x'");
            refused(model, Map.of("a", Double.NaN), cat, "must be a finite number");
            refused(model, Map.of(), cat, "nothing to combine");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> AdapterAlgebra.combine(model, "a", Map.of("b", 1.0), cat))
                    .withMessageContaining("adapter 'a' already");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> Combination.svd(0))
                    .withMessageContaining("at least 1");
        }
    }

    @Test
    void oneAdapterIsCombinedWithNothingElse() throws Exception {
        try (AdaptedModel model = twoLoras(BERT)) {
            Map<String, NDArray> b = changes(model, "b");
            for (String how : List.of("cat", "linear")) {
                AdapterAlgebra.combine(model, how, Map.of("b", -1.0), way(how));
                changes(model, how)
                        .forEach(
                                (key, change) ->
                                        assertThat(difference(change, b.get(key).neg()))
                                                .as(key)
                                                .isLessThan(FLOAT32));
            }
        }
    }

    @Test
    void aBiasNeedsAPlaceInEveryModule() throws Exception {
        AdaptedModel model = MODELS.open(BERT);
        LoraConfig.Builder config = LoraConfig.builder().optRank(2);
        add(model, "a", config.optTargets("query").optLoraBias(true).build(), 1);
        config.optLoraBias(false);
        add(model, "b", config.optTargets("word_embeddings").build(), 2);
        refused(
                model,
                Map.of("a", 1.0, "b", 1.0),
                Combination.cat(),
                "while bert.embeddings.word_embeddings has none");
    }
}
