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
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.djladapters.adapter.Adapter;
import org.djladapters.adapter.AdapterConfig;
import org.djladapters.adapter.Bias;
import org.djladapters.adapter.HeadConfig;
import org.djladapters.adapter.boft.BoftConfig;
import org.djladapters.adapter.compound.CompoundConfig;
import org.djladapters.adapter.lora.LoraConfig;
import org.djladapters.adapter.lora.LoraInit;
import org.djladapters.adapter.oft.OftConfig;
import org.djladapters.adapter.vera.VeraConfig;
import org.djladapters.io.MalformedFileException;
import org.djladapters.model.AdaptedModel;
import org.djladapters.rotation.NeumannSeries;
import org.djladapters.rotation.OrthogonalMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The values of an adapter are exchanged for those of a directory while the model serves. */
class HotSwapTest {

    private static final String MODEL = "tiny-bert-classifier";

    /**
     * The scaling is in B instead of a factor, which rounds every entry of B once more, and so the
     * transformed weights: a few units in the last place of sums of some 64 products of size one.
     */
    private static final float FLOAT32 = 40 * Math.ulp(1f);

    @TempDir Path folder;

    private AdaptedModel model;
    private NDManager manager;

    @BeforeEach
    void open() throws IOException {
        model = TinyAdapters.open(MODEL);
        manager = NDManager.newBaseManager("PyTorch");
    }

    @AfterEach
    void close() {
        manager.close();
        model.close();
    }

    private static LoraConfig.Builder lora(int rank) {
        return LoraConfig.builder().optRank(rank).optTargets("query", "value");
    }

    private NDArray logits() throws IOException {
        NDList inputs = TinyAdapters.inputs(model, manager);
        return TinyAdapters.named(model.predict(inputs), "logits");
    }

    /** Saves a disturbed adapter and returns what it gives. */
    private NDArray save(AdapterConfig config, String directory) throws IOException {
        TinyAdapters.disturb(model, model.add("other", config), 11);
        List<String> active = model.active();
        model.activate("other");
        NDArray logits = logits();
        model.activate(active.toArray(String[]::new));
        AdapterDirectory.save(model, "other", folder.resolve(directory));
        model.delete("other");
        return logits;
    }

    private Adapter served(AdapterConfig config) {
        Adapter adapter = model.add("served", config);
        TinyAdapters.disturb(model, adapter, 5);
        return adapter;
    }

    private void swap(String directory) throws IOException {
        AdapterDirectory.swap(model, "served", folder.resolve(directory));
    }

    private static void assertClose(NDArray actual, NDArray expected) {
        float largest = Math.max(1, expected.abs().max().getFloat());
        assertThat(actual.sub(expected).abs().max().getFloat()).isLessThan(FLOAT32 * largest);
    }

    @Test
    void aSmallerRankAndAnotherScalingDoWhatTheyDid() throws Exception {
        for (boolean dora : new boolean[] {false, true}) {
            served(lora(6).optAlpha(7).optDora(dora).build());
            LoraConfig.Builder other =
                    lora(2).optDora(dora).optRsLora(true).optRankPattern(Map.of("value", 3));
            NDArray expected = save(other.build(), "smaller");

            swap("smaller");

            assertClose(logits(), expected);
            // what is saved now does the same
            AdapterDirectory.save(model, "served", folder.resolve("again"));
            NDArray swapped = logits();
            model.delete("served");
            AdapterDirectory.load(model, "served", folder.resolve("again"));
            assertThat(logits()).isEqualTo(swapped);
            model.delete("served");
        }
    }

    @Test
    void embeddingsAndConvolutionsAreTakenToo() throws Exception {
        LoraConfig.Builder embeddings = LoraConfig.builder().optTargets("word_embeddings");
        served(embeddings.optRank(4).build());
        NDArray expected = save(embeddings.optRank(3).build(), "embeddings");
        swap("embeddings");
        assertClose(logits(), expected);

        close();
        model = TinyAdapters.open("tiny-resnet");
        manager = NDManager.newBaseManager("PyTorch");
        LoraConfig.Builder convolutions = LoraConfig.builder().optTargets("convolution");
        served(convolutions.optRank(3).build());
        NDArray other = save(convolutions.optRank(2).build(), "convolutions");
        swap("convolutions");
        assertClose(logits(), other);
    }

    @Test
    void layersThatTheOtherHasNotAreAsInTheBase() throws Exception {
        for (boolean dora : new boolean[] {false, true}) {
            served(lora(4).optDora(dora).build());
            LoraConfig query =
                    lora(4).optDora(dora).optInit(LoraInit.RANDOM).optTargets("query").build();
            NDArray expected = save(query, "query");

            swap("query");

            assertClose(logits(), expected);
            model.delete("served");
        }
    }

    @Test
    void aBiasThatTheOtherHasNotIsZero() throws Exception {
        served(lora(4).optLoraBias(true).build());
        NDArray expected = save(lora(4).build(), "unbiased");

        swap("unbiased");

        assertThat(logits()).isEqualTo(expected);
    }

    @Test
    void whatDoesNotFitIsRefusedAndChangesNothing() throws Exception {
        served(lora(4).build());
        NDArray before = logits();
        save(lora(5).build(), "larger");
        assertRefused(
                "larger",
                "can't take the place of adapter 'served': Module"
                        + " bert.encoder.layer.0.attention.self.query: The other adapter has rank"
                        + " 5, but there is room for rank 4 only; load it as a separate adapter");
        save(lora(4).optRankPattern(Map.of("layer.1.attention.self.value", 9)).build(), "last");
        assertRefused("last", "bert.encoder.layer.1.attention.self.value: The other adapter");
        save(lora(4).optDora(true).build(), "dora");
        assertRefused("dora", "Only one of the adapters uses DoRA");
        save(lora(4).optLoraBias(true).build(), "bias");
        assertRefused("bias", "has a LoRA bias, for which there is no place");
        save(lora(4).optTargets("query", "key").build(), "targets");
        assertRefused("targets", "key.lora_A.weight', for which this model");
        save(lora(4).optBias(Bias.ALL).build(), "biases");
        assertRefused("biases", "trains other parameters of the base");
        save(CompoundConfig.builder().optOrders(1).build(), "method");
        assertRefused("method", "is of the method 'compound', but adapter 'served' is of 'lora'");

        assertThat(logits()).isEqualTo(before);
    }

    @Test
    void otherMethodsTakeTheSameShapesOnly() throws Exception {
        CompoundConfig.Builder config = CompoundConfig.builder().optBlocks(2);
        served(config.optOrders(1).build());
        NDArray before = logits();
        save(config.optOrders(1, 2).build(), "orders");
        assertRefused(
                "orders", "The other adapter has different options: its compound is of" + " shape");
        save(config.optOrders(1).optTargets("query").build(), "query");
        assertRefused("query", "has no tensor");

        assertThat(logits()).isEqualTo(before);
    }

    static Stream<Arguments> otherOptions() {
        CompoundConfig.Builder compound = CompoundConfig.builder().optOrders(1).optBlocks(2);
        OftConfig.Builder series =
                OftConfig.builder().optBlockSize(8).optMap(OrthogonalMap.NEUMANN);
        return Stream.of(
                Arguments.of(
                        compound.optTargets("query").build(),
                        compound.optMap(OrthogonalMap.EXPONENTIAL).build()),
                Arguments.of(
                        series.optTargets("query").build(),
                        series.optSeries(NeumannSeries.LAST_TWICE).build()),
                Arguments.of(
                        BoftConfig.builder().optTargets("query").build(),
                        BoftConfig.builder().optTargets("query").optFactors(2).build()));
    }

    @ParameterizedTest
    @MethodSource("otherOptions")
    void parametersOfTheSameShapesThatDoSomethingElseAreRefused(
            AdapterConfig config, AdapterConfig other) throws Exception {
        served(config);
        NDArray before = logits();
        save(other, "other");

        assertRefused("other", "The other adapter has different options");
        assertThat(logits()).isEqualTo(before);
    }

    @Test
    void whatMattersInTrainingOnlyMayDiffer() throws Exception {
        BoftConfig.Builder config = BoftConfig.builder().optTargets("query");
        served(config.build());
        NDArray same = save(config.optDropout(0.5).build(), "dropout");

        swap("dropout");
        assertThat(logits()).isEqualTo(same);
    }

    @Test
    void matricesThatLayersShareMustBeTheSame() throws Exception {
        VeraConfig.Builder config = VeraConfig.builder().optRank(4).optTargets("query", "value");
        served(config.build());
        NDArray same = save(config.build(), "same");
        swap("same");
        assertThat(logits()).isEqualTo(same);

        save(config.optSeed(3).build(), "seed");
        assertRefused("seed", "shares other matrices among its layers");
        assertThat(logits()).isEqualTo(same);
    }

    private void assertRefused(String directory, String message) {
        assertThatThrownBy(() -> swap(directory))
                .isInstanceOf(MalformedFileException.class)
                .hasMessageStartingWith(folder.resolve(directory).toString())
                .hasMessageContaining(message)
                .hasMessageNotContaining("\n");
    }

    @Test
    void anotherHeadIsRefused() throws Exception {
        close();
        model = TinyAdapters.open("tiny-bert");
        manager = NDManager.newBaseManager("PyTorch");
        model.add("served", lora(4).build(), new HeadConfig(2, HeadConfig.Pooling.MEAN));
        model.add("other", lora(4).build(), new HeadConfig(3, HeadConfig.Pooling.MEAN));
        AdapterDirectory.save(model, "other", folder.resolve("head"));

        assertRefused("head", "has a different head than adapter 'served'");
    }

    @Test
    void aMergedAdapterIsNotSwapped() throws Exception {
        served(lora(4).build());
        save(lora(4).build(), "same");
        model.merge("served");
        NDArray merged = logits();

        assertThatThrownBy(() -> swap("same"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("Adapter 'served' is merged; unmerge it before it is swapped");
        assertThatThrownBy(() -> AdapterDirectory.swap(model, "none", folder.resolve("same")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("There is no adapter 'none'");
        assertThat(logits()).isEqualTo(merged);
    }
}
