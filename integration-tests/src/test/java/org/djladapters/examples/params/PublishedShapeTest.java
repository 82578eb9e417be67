/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.params;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import ai.djl.ndarray.types.Shape;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.djladapters.adapter.AdapterConfig;
import org.djladapters.adapter.MethodConfig;
import org.djladapters.adapter.TargetModule;
import org.djladapters.adapter.Targets;
import org.djladapters.adapter.baseline.BaselineConfig;
import org.djladapters.adapter.boft.BoftConfig;
import org.djladapters.adapter.compound.CompoundConfig;
import org.djladapters.adapter.ia3.Ia3Config;
import org.djladapters.adapter.lora.LoraConfig;
import org.djladapters.adapter.oft.OftConfig;
import org.djladapters.adapter.vera.VeraConfig;
import org.djladapters.model.AdaptedModel;
import org.djladapters.model.ModelSpec;
import org.djladapters.model.Models;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PublishedShapeTest {

    /** What exports have besides: poolers and task heads. */
    private static final String BESIDES = "(pooler|classifier|lm_head)\\..*";

    /**
     * The sizes of the released models without poolers and heads. LLaMA's heads of 32,000 x 4,096
     * and 128,256 x 4,096 make 6,738,415,616 and 8,030,261,248 of the last two.
     */
    @ParameterizedTest
    @CsvSource({
        "minilm, 22565376",
        "bert-base, 108891648",
        "deberta-v3-base, 183831552",
        "dinov2-small, 22056576",
        "dinov2-large, 304368640",
        "vit-base, 85798656",
        "llama-7b, 6607343616",
        "llama-3-8b, 7504924672"
    })
    void hasAsManyNumbersAsTheModel(String name, long size) {
        ModelSpec spec = PublishedShape.of(name).spec();

        assertThat(spec.size()).isEqualTo(size);
        assertThat(spec.adapter(BaselineConfig.full()).size()).isEqualTo(size);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"tiny-bert", "tiny-deberta-v3", "tiny-dinov2", "tiny-vit", "tiny-llama"})
    void aFamilyHasTheSitesAndParametersOfItsExports(String name) throws IOException {
        Path export = Models.directory(name);
        ModelSpec described = PublishedShape.spec(config(export));
        try (AdaptedModel model = AdaptedModel.open(export)) {
            assertThat(sites(described)).isEqualTo(sites(model.spec()));
            assertThat(parameters(described)).isEqualTo(parameters(model.spec()));
        }
    }

    /** Kind, shape and bias by path. */
    private static Map<String, String> sites(ModelSpec model) {
        return model.targetModules().stream()
                .filter(site -> !plain(site.path() + ".").matches(BESIDES))
                .collect(
                        Collectors.toMap(site -> plain(site.path()), PublishedShapeTest::describe));
    }

    private static String describe(TargetModule site) {
        return "%s %s %s %s %s"
                .formatted(
                        site.kind(),
                        site.weight().shape(),
                        site.weight().biased(),
                        plain(site.parameter()),
                        site.bias() == null ? "" : plain(site.bias()));
    }

    private static Map<String, Shape> parameters(ModelSpec model) {
        return model.adapter(BaselineConfig.full()).trained().entrySet().stream()
                .filter(entry -> !plain(entry.getKey()).matches(BESIDES))
                .collect(Collectors.toMap(entry -> plain(entry.getKey()), Map.Entry::getValue));
    }

    /** Without the name that a model has in one with a head. */
    private static String plain(String path) {
        return path.replaceFirst("^vit\\.", "");
    }

    @ParameterizedTest
    @ValueSource(strings = {"tiny-bert", "tiny-deberta-v3", "tiny-dinov2", "tiny-llama"})
    void countsWhatAnAdaptedModelTrains(String name) throws IOException {
        Path export = Models.directory(name);
        ModelSpec described = PublishedShape.spec(config(export));
        Targets layers =
                Targets.builder()
                        .optRegex("(encoder|model).*(query|value|q_proj|down_proj|dense).*")
                        .build();
        List<AdapterConfig> methods =
                List.of(
                        on(layers, CompoundConfig.builder().optOrders(1, 2).optBlockSize(16)),
                        on(layers, LoraConfig.builder().optRank(2)),
                        on(layers, OftConfig.builder().optBlockSize(8)),
                        on(layers, BoftConfig.builder().optFactors(2)),
                        on(layers, Ia3Config.builder()),
                        on(layers, VeraConfig.builder().optRank(4)));
        try (AdaptedModel model = AdaptedModel.open(export)) {
            for (AdapterConfig method : methods) {
                long size = model.add(method.method(), method).size();
                assertThat(described.adapter(method).size()).as("%s", method).isEqualTo(size);
            }
        }
    }

    @Test
    void namesAreDifferentAndAnUnknownOneIsRefused() {
        Set<String> names = new HashSet<>(PublishedShape.names());
        assertThat(names).hasSize(8);
        for (String name : names) {
            assertThat(PublishedShape.of(name).name()).isEqualTo(name);
        }
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PublishedShape.of("bert"))
                .withMessage(
                        "There is no published shape 'bert'; the shapes are minilm, bert-base,"
                            + " deberta-v3-base, dinov2-small, dinov2-large, vit-base, llama-7b,"
                            + " llama-3-8b");
    }

    @ParameterizedTest
    @CsvSource({
        "minilm, 384, 1536, 6",
        "bert-base, 768, 3072, 12",
        "deberta-v3-base, 768, 3072, 12",
        "dinov2-small, 384, 1536, 12",
        "dinov2-large, 1024, 4096, 24",
        "vit-base, 768, 3072, 12"
    })
    void countsInEncodersAsTheFormulasDo(String name, int width, int wide, int layers) {
        int[][] all = {
            {width, width},
            {width, width},
            {width, width},
            {width, width},
            {wide, width},
            {width, wide}
        };
        assertFormulas(PublishedShape.of(name).spec(), all, new int[][] {all[0], all[2]}, layers);
    }

    @ParameterizedTest
    @CsvSource({"llama-7b, 4096, 11008", "llama-3-8b, 1024, 14336"})
    void countsInDecodersAsTheFormulasDo(String name, int keys, int wide) {
        int[][] all = {
            {4096, 4096},
            {keys, 4096},
            {keys, 4096},
            {4096, 4096},
            {wide, 4096},
            {wide, 4096},
            {4096, wide}
        };
        assertFormulas(PublishedShape.of(name).spec(), all, new int[][] {all[0], all[2]}, 32);
    }

    /** Layers as (out, in), of which a model has so many each. */
    private static void assertFormulas(ModelSpec model, int[][] all, int[][] usual, long layers) {
        long outs = 0;
        long both = 0;
        long oft = 0;
        long boft = 0;
        long sized = 0;
        for (int[] layer : all) {
            long out = layer[0];
            long in = layer[1];
            outs += out;
            both += out + in;
            oft += in / 32 * (32 * 31 / 2);
            boft += 2 * (in / 8) * (8 * 7 / 2) + out;
            sized += out / 128 * triangle(128, 1, 2, 3);
        }
        long blocked = 0;
        long usualBoth = 0;
        for (int[] layer : usual) {
            blocked += 3 * triangle(layer[0] / 3, 1, 2);
            usualBoth += (long) layer[0] + layer[1];
        }
        Targets queryAndValue = Targets.byModelType();
        assertSize(
                model,
                CompoundConfig.builder().optOrders(1, 2, 3).optBlockSize(128),
                layers * sized);
        assertSize(
                model,
                CompoundConfig.builder()
                        .optOrders(1, 2, 3)
                        .optBlockSize(128)
                        .optScaling(true)
                        .optChain(2),
                layers * (2 * sized + outs));
        assertSize(
                model,
                CompoundConfig.builder().optOrders(1, 2).optBlocks(3).optTargets(queryAndValue),
                layers * blocked);
        for (long rank : new long[] {1, 2, 4, 8}) {
            LoraConfig.Builder lora = LoraConfig.builder().optRank((int) rank);
            assertSize(model, lora, layers * rank * both);
            assertSize(model, lora.optTargets(queryAndValue), layers * rank * usualBoth);
        }
        assertSize(model, OftConfig.builder().optBlockSize(32), layers * oft);
        assertSize(model, BoftConfig.builder().optBlockSize(8).optFactors(2), layers * boft);
        assertSize(model, Ia3Config.builder(), layers * outs);
        assertSize(model, VeraConfig.builder(), layers * (outs + 256L * all.length));
    }

    /** n(n-1)/2 with the largest n of which the binomials fill a block. */
    private static long triangle(int block, int... orders) {
        long n = 1;
        while (filled(n + 1, orders) <= block) {
            n++;
        }
        return n * (n - 1) / 2;
    }

    private static long filled(long n, int... orders) {
        long sum = 0;
        for (int order : orders) {
            sum +=
                    switch (order) {
                        case 1 -> n;
                        case 2 -> n * (n - 1) / 2;
                        default -> n * (n - 1) * (n - 2) / 6;
                    };
        }
        return sum;
    }

    private static void assertSize(
            ModelSpec model, MethodConfig.Builder<?> builder, long expected) {
        AdapterConfig config = builder.build();
        assertThat(model.adapter(config).size()).as("%s", config).isEqualTo(expected);
    }

    private static AdapterConfig on(Targets targets, MethodConfig.Builder<?> builder) {
        return builder.optTargets(targets).build();
    }

    private static JsonObject config(Path export) throws IOException {
        return JsonParser.parseString(Files.readString(export.resolve("config.json")))
                .getAsJsonObject();
    }
}
