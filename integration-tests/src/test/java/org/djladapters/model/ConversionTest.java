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
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.djladapters.adapter.Adapter;
import org.djladapters.adapter.AdapterConfig;
import org.djladapters.adapter.Bias;
import org.djladapters.adapter.HeadConfig;
import org.djladapters.adapter.baseline.BaselineConfig;
import org.djladapters.adapter.boft.BoftConfig;
import org.djladapters.adapter.c3a.C3aConfig;
import org.djladapters.adapter.compound.CompoundConfig;
import org.djladapters.adapter.ia3.Ia3Config;
import org.djladapters.adapter.lora.LoraConfig;
import org.djladapters.adapter.oft.OftConfig;
import org.djladapters.adapter.road.RoadConfig;
import org.djladapters.adapter.vera.VeraConfig;
import org.djladapters.checkpoint.AdapterDirectory;
import org.djladapters.model.combination.AdapterAlgebra;
import org.djladapters.model.combination.Combination;
import org.djladapters.model.combination.LoraConversion;
import org.djladapters.rotation.OrthogonalMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Adapters of any method as LoRA. */
class ConversionTest {

    @RegisterExtension static final SharedModels MODELS = new SharedModels();

    private static final String BERT = "tiny-bert-classifier";

    /** The longest side of an adapted weight is 320, so this is every rank. */
    private static final int FULL = 500;

    /** Parameters rounded to float32 and products of up to 64 summands, through two layers. */
    private static final double OUTPUTS = 2e-5;

    /** What singular values lose in float64, where W' - W is smaller than W. */
    private static final double FLOAT64 = 1e-12;

    @TempDir private Path folder;

    private NDManager manager;

    @BeforeEach
    void open() {
        manager = NDManager.newBaseManager("PyTorch");
    }

    @AfterEach
    void close() {
        manager.close();
    }

    static Stream<Arguments> methods() {
        String gpt = "tiny-gpt2";
        String resnet = "tiny-resnet";
        LoraConfig.Builder lora = LoraConfig.builder().optRank(3);
        CompoundConfig.Builder compound =
                CompoundConfig.builder().optOrders(1, 2).optBlocks(2).optScaling(true);
        OftConfig.Builder oft = OftConfig.builder().optBlockSize(4);
        BoftConfig.Builder boft = BoftConfig.builder().optBlockSize(4).optFactors(2);
        Ia3Config.Builder ia3 = Ia3Config.builder();
        return Stream.of(
                Arguments.of(BERT, lora.optTargets(Models.everyKind(BERT)).build()),
                Arguments.of(gpt, lora.optTargets(Models.everyKind(gpt)).build()),
                Arguments.of(resnet, lora.optTargets(Models.everyKind(resnet)).build()),
                Arguments.of(BERT, lora.optTargets("query").optLoraBias(true).build()),
                Arguments.of(
                        gpt,
                        lora.optTargets(Models.everyKind(gpt))
                                .optLoraBias(false)
                                .optDora(true)
                                .build()),
                Arguments.of(BERT, compound.optTargets("query", "word_embeddings").build()),
                Arguments.of(gpt, compound.optTargets("c_attn", "wte").build()),
                Arguments.of(resnet, compound.optTargets("convolution").build()),
                Arguments.of(BERT, oft.optTargets("query", "dense").build()),
                Arguments.of(gpt, oft.optTargets("c_fc", "c_proj").build()),
                Arguments.of(resnet, oft.optTargets("layer.1.convolution").build()),
                Arguments.of(BERT, boft.optTargets("query", "dense").build()),
                Arguments.of(resnet, boft.optTargets("layer.1.convolution").build()),
                Arguments.of(
                        BERT,
                        ia3.optTargets("query", "output.dense").optFeedforward("dense").build()),
                Arguments.of(gpt, ia3.optTargets("c_attn").optFeedforward().build()),
                Arguments.of(resnet, ia3.optTargets("convolution").build()),
                Arguments.of(BERT, C3aConfig.builder().optTargets("query", "dense").build()),
                Arguments.of(
                        BERT, RoadConfig.builder().optGroupSize(8).optTargets("query").build()),
                Arguments.of(
                        BERT, VeraConfig.builder().optRank(4).optTargets("query", "dense").build()),
                Arguments.of(gpt, VeraConfig.builder().optRank(4).optTargets("c_attn").build()));
    }

    @ParameterizedTest(name = "{0}, {1}")
    @MethodSource("methods")
    void atFullRankItDoesTheSame(String name, AdapterConfig config) throws Exception {
        AdaptedModel model = MODELS.open(name);
        model.add("a", config);
        Passes.perturb(model, "a", 1);
        NDList inputs = TwoAdapters.inputs(model, manager, 2);
        NDList base = active(model, inputs);
        NDList expected = active(model, inputs, "a");
        assertThat(difference(expected.get(0), base.get(0))).isGreaterThan(1e-3);

        LoraConversion made = AdapterAlgebra.toLora(model, "a", "lora", FULL);

        assertThat(made.error()).isLessThan(FLOAT64);
        assertThat(made.errors())
                .hasSameSizeAs(model.adapter("a").targetModules())
                .allSatisfy((path, error) -> assertThat(error).isLessThan(FLOAT64));
        assertBitEqual(model.predict(inputs), expected);
        assertClose(active(model, inputs, "lora"), expected, OUTPUTS);
    }

    private static NDList active(AdaptedModel model, NDList inputs, String... names) {
        model.activate(names);
        return model.predict(inputs);
    }

    @Test
    void aLoraNeedsNoMoreThanItsRank() throws Exception {
        AdaptedModel model = MODELS.open(BERT);
        model.add("a", LoraConfig.builder().optRank(3).optTargets(Models.everyKind(BERT)).build());
        Passes.perturb(model, "a", 1);

        LoraConversion same = AdapterAlgebra.toLora(model, "a", "same", 3);
        LoraConversion less = AdapterAlgebra.toLora(model, "a", "less", 2);

        assertThat(same.error()).isLessThan(FLOAT64);
        assertThat(less.error()).isGreaterThan(0.01);
        NDList inputs = TwoAdapters.inputs(model, manager, 2);
        assertClose(active(model, inputs, "same"), active(model, inputs, "a"), OUTPUTS);
    }

    @Test
    void theErrorFallsWithTheRankAndIsThatOfTheWeights() throws Exception {
        try (AdaptedModel model = rotated()) {
            double before = 1;
            for (int rank : new int[] {1, 4, 16, 24}) {
                LoraConversion made = AdapterAlgebra.toLora(model, "a", "r" + rank, rank);
                assertThat(made.error()).isLessThan(before).isPositive();
                before = made.error();
                assertThat(distance(model, "r" + rank)).isCloseTo(made.error(), within(1e-5));
            }
        }
    }

    private static AdaptedModel rotated() throws Exception {
        AdaptedModel model = AdaptedModel.open(Models.directory(BERT));
        model.add(
                "a",
                OftConfig.builder()
                        .optMap(OrthogonalMap.CAYLEY)
                        .optTargets("query", "dense")
                        .build());
        Passes.perturb(model, "a", 1);
        return model;
    }

    /** How far the weights are from those of {@code a}, relative to what that changes. */
    private double distance(AdaptedModel model, String name) {
        double[] squares = new double[2];
        Map<String, NDArray> near = model.mergedWeights(manager, name);
        model.mergedWeights(manager, "a")
                .forEach(
                        (key, weight) -> {
                            squares[0] += square(near.get(key).sub(weight));
                            squares[1] += square(weight.sub(model.baseParameters().get(key)));
                        });
        return Math.sqrt(squares[0] / squares[1]);
    }

    private static double square(NDArray array) {
        return array.square().sum().getFloat();
    }

    @Test
    void aRankBeyondAWeightIsCutAndSaved() throws Exception {
        AdaptedModel model = MODELS.open(BERT);
        model.add(
                "a", OftConfig.builder().optBlockSize(8).optTargets("query", "classifier").build());
        Passes.perturb(model, "a", 1);

        Adapter made = AdapterAlgebra.toLora(model, "a", "lora", 8).adapter();

        LoraConfig config = (LoraConfig) made.config();
        assertThat(config.rank("classifier")).isEqualTo(3);
        assertThat(config.scaling("classifier")).isEqualTo(1);
        assertThat(config.rank("bert.encoder.layer.1.attention.self.query")).isEqualTo(8);
        AdapterDirectory.save(model, "lora", folder.resolve("lora"));
        AdapterDirectory.load(model, "loaded", folder.resolve("lora"));
        NDList inputs = TwoAdapters.inputs(model, manager, 2);
        assertBitEqual(active(model, inputs, "loaded"), active(model, inputs, "lora"));
    }

    @Test
    void trainedModulesAndBiasesAreCopied() throws Exception {
        AdaptedModel model = MODELS.open(BERT);
        CompoundConfig config =
                CompoundConfig.builder()
                        .optOrders(1)
                        .optTargets("query")
                        .optModulesToSave(List.of("classifier"))
                        .optBias(Bias.ADAPTED)
                        .build();
        model.add("a", config);
        Passes.perturb(model, "a", 1);

        Adapter made = AdapterAlgebra.toLora(model, "a", "lora", FULL).adapter();

        assertThat(made.savedModules()).hasSize(4);
        NDList inputs = TwoAdapters.inputs(model, manager, 2);
        assertClose(active(model, inputs, "lora"), active(model, inputs, "a"), OUTPUTS);
    }

    @Test
    void aHeadIsCopied() throws Exception {
        AdaptedModel model = MODELS.open("tiny-bert");
        HeadConfig head = new HeadConfig(3, HeadConfig.Pooling.MEAN);
        model.add("a", BoftConfig.builder().optTargets("query").build(), head);
        Passes.perturb(model, "a", 1);

        AdapterAlgebra.toLora(model, "a", "lora", FULL);

        NDList inputs = TwoAdapters.inputs(model, manager, 2);
        NDList outputs = active(model, inputs, "lora");
        assertThat(outputs.get(0).getShape().get(1)).isEqualTo(3);
        assertClose(outputs, active(model, inputs, "a"), OUTPUTS);
    }

    @Test
    void anAdapterAtTheIdentityBecomesOne() throws Exception {
        AdaptedModel model = MODELS.open(BERT);
        model.add("a", BoftConfig.builder().optTargets("query").build());
        LoraConversion made = AdapterAlgebra.toLora(model, "a", "lora", 2);
        assertThat(made.error()).isZero();
        NDList inputs = TwoAdapters.inputs(model, manager, 2);
        assertBitEqual(active(model, inputs, "lora"), active(model, inputs));
    }

    @Test
    void nothingIsLeftBehind() throws Exception {
        try (AdaptedModel model = rotated()) {
            Parameter first = model.adapter("a").parameters().values().iterator().next();
            NDManager owner = first.getArray().getManager();
            int arrays = owner.getManagedArrays().size();
            AdapterAlgebra.toLora(model, "a", "lora", 2);
            AdapterAlgebra.toLora(model, "a", "other", 3);
            for (Combination how : List.of(Combination.cat(), Combination.svd(2))) {
                AdapterAlgebra.combine(model, "sum", Map.of("lora", 1.0, "other", -1.0), how);
                model.delete("sum");
            }
            AdapterAlgebra.combine(model, "back", Map.of("a", -1.0), Combination.geodesic());
            for (String name : List.of("lora", "other", "back")) {
                model.delete(name);
            }
            assertThat(owner.getManagedArrays()).hasSize(arrays);
        }
    }

    @Test
    void whatLoraCanNotExpressIsRefused() throws Exception {
        try (AdaptedModel model = rotated()) {
            model.add("bitfit", BaselineConfig.bitfit());
            Adapter damaged =
                    model.add("damaged", BoftConfig.builder().optTargets("query").build());
            Parameter first = damaged.parameters().values().iterator().next();
            first.freeze(true);
            first.getArray().muli(0).addi(Float.NaN);

            refused(model, "bitfit", "new", 2, "transforms no weights");
            refused(model, "damaged", "new", 2, "layer.0.attention.self.query that is not finite");
            refused(model, "x", "new", 2, "no adapter 'x'");
            refused(model, "a", "a", 2, "adapter 'a' already");
            refused(model, "a", "-", 2, "can't be the name");
            refused(model, "a", "new", 0, "at least 1");
        }
    }

    private static void refused(
            AdaptedModel model, String from, String to, int rank, String message) {
        List<String> names = model.names();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> AdapterAlgebra.toLora(model, from, to, rank))
                .withMessageContaining(message);
        assertThat(model.names()).isEqualTo(names);
    }
}
