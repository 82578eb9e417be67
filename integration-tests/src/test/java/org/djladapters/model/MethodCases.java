/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.model;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;
import org.djladapters.adapter.AdapterConfig;
import org.djladapters.adapter.Bias;
import org.djladapters.adapter.MethodConfig;
import org.djladapters.adapter.Targets;
import org.djladapters.adapter.WeightSpec;
import org.djladapters.adapter.adalora.AdaLoraConfig;
import org.djladapters.adapter.baseline.BaselineConfig;
import org.djladapters.adapter.beft.BeftConfig;
import org.djladapters.adapter.boft.BoftConfig;
import org.djladapters.adapter.c3a.C3aConfig;
import org.djladapters.adapter.c3a.C3aInit;
import org.djladapters.adapter.compound.CompoundBasis;
import org.djladapters.adapter.compound.CompoundConfig;
import org.djladapters.adapter.compound.RotatedSide;
import org.djladapters.adapter.deft.DeftConfig;
import org.djladapters.adapter.delora.DeloraConfig;
import org.djladapters.adapter.fourierft.FourierFtConfig;
import org.djladapters.adapter.gralora.GraloraConfig;
import org.djladapters.adapter.hira.HiraConfig;
import org.djladapters.adapter.hra.HraConfig;
import org.djladapters.adapter.ia3.Ia3Config;
import org.djladapters.adapter.lntuning.LnTuningConfig;
import org.djladapters.adapter.loha.LoHaConfig;
import org.djladapters.adapter.lokr.LoKrConfig;
import org.djladapters.adapter.lora.LoraConfig;
import org.djladapters.adapter.lora.LoraInit;
import org.djladapters.adapter.loraxs.LoraXsConfig;
import org.djladapters.adapter.miss.MissConfig;
import org.djladapters.adapter.oft.OftConfig;
import org.djladapters.adapter.peanut.PeanutConfig;
import org.djladapters.adapter.psoft.PsoftConfig;
import org.djladapters.adapter.randlora.RandLoraConfig;
import org.djladapters.adapter.road.RoadConfig;
import org.djladapters.adapter.road.RoadVariant;
import org.djladapters.adapter.shira.ShiraConfig;
import org.djladapters.adapter.supertuning.SupertuningConfig;
import org.djladapters.adapter.tinylora.TinyLoraConfig;
import org.djladapters.adapter.tokens.TokensConfig;
import org.djladapters.adapter.unilora.UniLoraConfig;
import org.djladapters.adapter.vblora.VbLoraConfig;
import org.djladapters.adapter.vera.PveraConfig;
import org.djladapters.adapter.vera.VeraConfig;
import org.djladapters.adapter.waveft.WaveFtConfig;
import org.djladapters.model.MethodCase.Start;
import org.djladapters.rotation.CompoundLayout;
import org.djladapters.rotation.EntryRule;
import org.djladapters.rotation.OrthogonalMap;

/** All methods with their main options, each on models where it makes sense. */
final class MethodCases {

    private static final String BERT = "tiny-bert-classifier";
    private static final String GPT2 = "tiny-gpt2";
    private static final String LLAMA = "tiny-llama";
    private static final String VIT = "tiny-vit";
    private static final String RESNET = "tiny-resnet";

    /** At the start these are multiplied by zeros. */
    private static final String DOWN = "lora_A.weight";

    private static final String EMBEDDING_UP = "lora_embedding_B";
    private static final String RANKS = "vera_lambda_d";

    private MethodCases() {}

    static Stream<MethodCase> all() {
        return Stream.of(
                        compound(),
                        lora(),
                        oft(),
                        boft(),
                        ia3(),
                        vera(),
                        hra(),
                        c3a(),
                        road(),
                        unilora(),
                        psoft(),
                        loraXs(),
                        adaLora(),
                        loha(),
                        lokr(),
                        fourierFt(),
                        shira(),
                        vblora(),
                        miss(),
                        beft(),
                        randLora(),
                        tinyLora(),
                        delora(),
                        gralora(),
                        hira(),
                        lnTuning(),
                        pvera(),
                        waveFt(),
                        deft(),
                        peanut(),
                        supertuning(),
                        tokens(),
                        baselines())
                .flatMap(cases -> cases);
    }

    /**
     * The first row of each method, and the first of each that trains weights of the model as well:
     * for what depends on an adapter's state and not on its arithmetic.
     */
    static Stream<MethodCase> firstOfEachMethod() {
        Set<String> seen = new HashSet<>();
        return all().filter(method -> seen.add(method.config().method() + method.trainsWeights()));
    }

    /** The first row of each method with each choice of options. */
    static Stream<MethodCase> firstOfAllOptions() {
        Set<String> seen = new HashSet<>();
        return all().filter(method -> seen.add(method.name().replaceFirst(" on \\S+$", "")));
    }

    /** One of each method on the model that is made in other types. */
    static List<MethodCase> ofEachMethod() {
        return List.of(
                compound("scaling", VIT, orders(1, 2).optBlockSize(16).optScaling(true), w -> 0),
                compound("singular", VIT, singular(16).optScaling(true), w -> 0),
                lora("", VIT, rank(2), w -> 0),
                lora("dora", VIT, rank(2).optDora(true), w -> 0).starts(Start.ROUNDED),
                lora("bias", VIT, rank(2).optLoraBias(true).optBias(Bias.ADAPTED), w -> 0),
                oft("", VIT, OftConfig.builder().optBlockSize(8), w -> 0),
                oft("coft", VIT, OftConfig.builder().optBlockSize(8).optConstrained(3), w -> 0),
                boft("factors", VIT, BoftConfig.builder().optFactors(2), w -> 0),
                ia3(
                        "feed-forward",
                        VIT,
                        Ia3Config.builder().optFeedforward("output.dense"),
                        w -> 0),
                linearVera("", VIT, VeraConfig.builder().optRank(8), w -> 0),
                hra(VIT, HraConfig.builder().optRank(4)),
                c3a("", VIT, C3aConfig.builder().optBlockSize(8), w -> 0),
                road("bias", VIT, RoadConfig.builder().optGroupSize(8).optBias(Bias.ALL), w -> 0),
                unilora("", VIT, UniLoraConfig.builder().optRank(2)),
                psoft("", VIT, PsoftConfig.builder().optRank(8), w -> 0),
                loraXs("", VIT, LoraXsConfig.builder().optRank(8), w -> 0),
                adaLora("", VIT, AdaLoraConfig.builder()),
                loha("", VIT, LoHaConfig.builder(), w -> 0),
                lokr("", VIT, LoKrConfig.builder(), w -> 0),
                fourierFt("", VIT, FourierFtConfig.builder(), w -> 0),
                shira("", VIT, ShiraConfig.builder()),
                vblora("", VIT, VbLoraConfig.builder()),
                miss("", VIT, MissConfig.builder(), w -> 0),
                beft(VIT),
                randLora("", VIT, RandLoraConfig.builder()),
                tinyLora("", VIT, TinyLoraConfig.builder()),
                delora(VIT, DeloraConfig.builder()),
                gralora("", VIT, GraloraConfig.builder(), w -> 0),
                hira(VIT),
                lnTuning(VIT),
                pvera(VIT),
                waveFt(VIT),
                deft(VIT),
                peanut(VIT),
                supertuning(VIT),
                on(
                                Targets.of("query", "output.dense"),
                                "pissa",
                                VIT,
                                rank(2).optInit(LoraInit.PISSA),
                                w -> 0)
                        .starts(Start.ROUNDED),
                MethodCase.of("", VIT, head(), w -> 0),
                MethodCase.of("", VIT, BaselineConfig.full(), w -> 0),
                MethodCase.of("", VIT, BaselineConfig.bitfit(), w -> 0));
    }

    /** Layers of all kinds whose inputs are vectors. */
    static Targets layers(String model) {
        return switch (model) {
            case RESNET -> Targets.builder().optRegex(".*encoder.*convolution").build();
            case GPT2 -> Targets.of("c_attn", "mlp.c_proj");
            case LLAMA -> Targets.of("q_proj", "down_proj");
            case VIT -> Targets.of("query", "output.dense", "projection");
            case "tiny-deberta-v3" -> Targets.of("query_proj", "output.dense");
            default -> Targets.of("query", "output.dense");
        };
    }

    /** An adapter of another method on the same layers. */
    static AdapterConfig other(MethodCase method) {
        MethodConfig.Builder<?> config =
                method.config() instanceof CompoundConfig
                        ? rank(2)
                        : orders(1).optBlockSize(8).optScaling(true);
        return config.optTargets(layers(method.model())).build();
    }

    private static MethodCase compound(
            String options,
            String model,
            CompoundConfig.Builder config,
            ToLongFunction<WeightSpec> size) {
        return on(layers(model), options, model, config, size);
    }

    private static MethodCase lora(
            String options,
            String model,
            LoraConfig.Builder config,
            ToLongFunction<WeightSpec> size) {
        return on(layers(model), options, model, config, size).holdsStill(DOWN);
    }

    private static MethodCase oft(
            String options,
            String model,
            OftConfig.Builder config,
            ToLongFunction<WeightSpec> size) {
        return on(layers(model), options, model, config, size);
    }

    private static MethodCase boft(
            String options,
            String model,
            BoftConfig.Builder config,
            ToLongFunction<WeightSpec> size) {
        return on(layers(model), options, model, config, size);
    }

    private static MethodCase ia3(
            String options,
            String model,
            Ia3Config.Builder config,
            ToLongFunction<WeightSpec> size) {
        return on(layers(model), options, model, config, size);
    }

    private static MethodCase linearVera(
            String options,
            String model,
            VeraConfig.Builder config,
            ToLongFunction<WeightSpec> size) {
        Targets targets = model.equals(VIT) ? Targets.of("query", "dense") : layers(model);
        return on(targets, options, model, config, size).holdsStill(RANKS);
    }

    private static MethodCase on(
            Targets targets,
            String options,
            String model,
            MethodConfig.Builder<?> config,
            ToLongFunction<WeightSpec> size) {
        return MethodCase.of(options, model, config.optTargets(targets).build(), size);
    }

    private static CompoundConfig.Builder orders(int... orders) {
        return CompoundConfig.builder().optOrders(orders);
    }

    private static LoraConfig.Builder rank(int rank) {
        return LoraConfig.builder().optRank(rank);
    }

    private static BaselineConfig head() {
        return BaselineConfig.head().withModulesToSave(List.of("classifier"));
    }

    private static boolean isHead(String parameter) {
        return parameter.startsWith("classifier.");
    }

    private static boolean isBias(String parameter) {
        return parameter.endsWith(".bias");
    }

    /** The strictly upper triangles of matrices. */
    private static long triangles(long count, long size) {
        return count * (size * (size - 1) / 2);
    }

    private static Stream<MethodCase> compound() {
        // order 1 and 2 of a matrix of size 5 fill 15 coordinates of a block of 16
        ToLongFunction<WeightSpec> two = w -> triangles(w.features() / 16, 5);
        return Stream.concat(
                singular(),
                Stream.of(
                        compound("", BERT, orders(1, 2).optBlockSize(16), two),
                        compound("", GPT2, orders(1, 2).optBlockSize(16), two),
                        compound("", VIT, orders(1, 2).optBlockSize(16), two),
                        compound("", RESNET, orders(1, 2).optBlockSize(16), two),
                        compound(
                                "scaling",
                                LLAMA,
                                orders(1).optBlocks(1).optScaling(true),
                                w -> triangles(1, w.features()) + w.features()),
                        compound(
                                "chain with offsets",
                                BERT,
                                orders(1).optBlockSize(8).optChain(2).optOffsets(true),
                                w -> triangles(2 * w.features() / 8, 8)),
                        compound(
                                "added chain",
                                LLAMA,
                                orders(1).optBlockSize(8).optChain(2).optAdded(true),
                                w -> triangles(2 * w.features() / 8, 8)),
                        compound(
                                "shared",
                                VIT,
                                orders(1).optBlockSize(8).optShared(true),
                                w -> triangles(1, 8)),
                        compound(
                                "matrix",
                                GPT2,
                                orders(1).optBlockSize(8).optMap(OrthogonalMap.MATRIX),
                                w -> w.features() / 8 * 64L),
                        compound(
                                "exponential",
                                RESNET,
                                orders(1).optBlockSize(8).optMap(OrthogonalMap.EXPONENTIAL),
                                w -> triangles(w.features() / 8, 8)),
                        compound(
                                "givens",
                                BERT,
                                orders(1, 2).optBlockSize(16).optMap(OrthogonalMap.GIVENS),
                                two),
                        compound(
                                "gains",
                                BERT,
                                orders(1, 2).optBlockSize(16).optGains(true),
                                w -> two.applyAsLong(w) + w.features() / 16 * 5L),
                        compound(
                                "strided",
                                VIT,
                                orders(1, 2).optBlockSize(16).optStrided(true),
                                two),
                        compound(
                                "strided chain with offsets",
                                GPT2,
                                orders(1)
                                        .optBlockSize(8)
                                        .optChain(2)
                                        .optOffsets(true)
                                        .optStrided(true),
                                w -> triangles(2 * w.features() / 8, 8)),
                        input(BERT, orders(1, 2).optBlockSize(16)),
                        input(GPT2, orders(1, 2).optBlockSize(16).optStrided(true)),
                        input(VIT, orders(1, 2).optBlockSize(16)),
                        input(RESNET, orders(1, 2).optBlocks(1)),
                        compound(
                                "side both with gains",
                                LLAMA,
                                orders(1).optBlockSize(8).optSide(RotatedSide.BOTH).optGains(true),
                                w -> (w.features() / 8 + w.inputs() / 8) * (triangles(1, 8) + 8)),
                        compound(
                                        "average",
                                        BERT,
                                        orders(1, 2).optBlockSize(16).optRule(EntryRule.AVERAGE),
                                        two)
                                .starts(Start.ELSEWHERE),
                        compound(
                                        "module dropout and a saved head",
                                        BERT,
                                        orders(1, 2)
                                                .optBlockSize(16)
                                                .optModuleDropout(0.5)
                                                .optModulesToSave(List.of("classifier")),
                                        two)
                                .saves(MethodCases::isHead)
                                .draws(),
                        compound(
                                "patterns of orders and block sizes",
                                BERT,
                                orders(1, 2)
                                        .optBlockSize(16)
                                        .optOrdersPattern(Map.of("query", List.of(1)))
                                        .optBlockSizePattern(Map.of("^bert.encoder.layer.0.*", 8)),
                                MethodCases::compoundSizeByPattern)));
    }

    /** Orders 1 and 2 of a matrix of size 3 fill 6 coordinates of a block of 8. */
    private static long compoundSizeByPattern(WeightSpec weight) {
        int block = weight.path().startsWith("bert.encoder.layer.0.") ? 8 : 16;
        int two = block == 8 ? 3 : 5;
        int size = weight.path().endsWith("query") ? block : two;
        return triangles(weight.features() / block, size);
    }

    private static CompoundConfig.Builder singular(int blockSize) {
        return orders(1, 2).optBlockSize(blockSize).optBasis(CompoundBasis.SINGULAR);
    }

    /** The directions of a weight are as many as its smaller side. */
    private static Stream<MethodCase> singular() {
        ToLongFunction<WeightSpec> two =
                w -> triangles(Math.max(1, Math.min(w.inputs(), w.features()) / 16), 5);
        Stream<MethodCase> everywhere =
                Stream.of(BERT, GPT2, LLAMA, VIT, RESNET)
                        .map(model -> compound("singular", model, singular(16), two));
        return Stream.concat(
                everywhere,
                Stream.of(
                        on(Models.everyKind(BERT), "singular", BERT, singular(16), two),
                        compound(
                                "singular chain with offsets in few directions",
                                GPT2,
                                singular(6).optDirections(12).optChain(2).optOffsets(true),
                                w -> triangles(4, 3))));
    }

    private static MethodCase input(String model, CompoundConfig.Builder config) {
        return compound(
                "side input",
                model,
                config.optSide(RotatedSide.INPUT),
                w -> {
                    CompoundLayout layout = config.build().form(w.inputs()).layout();
                    return (long) layout.blocks() * layout.triangle();
                });
    }

    private static Stream<MethodCase> lora() {
        ToLongFunction<WeightSpec> two = w -> 2L * (w.inputs() + w.features());
        ToLongFunction<WeightSpec> dora = w -> 2L * (w.inputs() + w.features()) + w.features();
        Stream<MethodCase> everywhere =
                Models.names()
                        .flatMap(
                                model ->
                                        Stream.of(
                                                on(Models.everyKind(model), "", model, rank(2), two)
                                                        .holdsStill(DOWN, EMBEDDING_UP),
                                                on(
                                                                Models.everyKind(model),
                                                                "dora",
                                                                model,
                                                                rank(2).optDora(true),
                                                                dora)
                                                        .holdsStill(DOWN, EMBEDDING_UP)
                                                        .starts(Start.ROUNDED)));
        Stream<MethodCase> options =
                Stream.of(
                        lora("gaussian", BERT, rank(2).optInit(LoraInit.GAUSSIAN), two),
                        lora("random", LLAMA, rank(2).optInit(LoraInit.RANDOM), two)
                                .starts(Start.ELSEWHERE)
                                .holdsStill(),
                        lora("pissa", BERT, rank(2).optInit(LoraInit.PISSA), two)
                                .starts(Start.ROUNDED)
                                .holdsStill(),
                        lora("pissa", GPT2, rank(2).optInit(LoraInit.PISSA).optAlpha(3), two)
                                .starts(Start.ROUNDED)
                                .holdsStill(),
                        lora(
                                        "pissa dora",
                                        LLAMA,
                                        rank(2).optInit(LoraInit.PISSA).optDora(true),
                                        dora)
                                .starts(Start.ROUNDED)
                                .holdsStill(),
                        lora("olora", BERT, rank(2).optInit(LoraInit.OLORA), two)
                                .starts(Start.ROUNDED)
                                .holdsStill(),
                        lora("rank-stabilized", GPT2, rank(2).optRsLora(true).optAlpha(3.5), two),
                        lora(
                                "with a bias of its own",
                                VIT,
                                rank(2).optLoraBias(true),
                                w -> two.applyAsLong(w) + w.features()),
                        lora(
                                "rank and alpha patterns",
                                BERT,
                                rank(2).optRankPattern(
                                                Map.of("query", 3, "^bert.encoder.layer.0.*", 1))
                                        .optAlphaPattern(
                                                Map.of("layer.1.attention.self.query", 0.5)),
                                MethodCases::sizeByPattern),
                        lora("dropout", RESNET, rank(2).optDropout(0.5), two).draws(),
                        lora("bias all", BERT, rank(2).optBias(Bias.ALL), two)
                                .saves(MethodCases::isBias),
                        lora("bias adapted", BERT, rank(2).optBias(Bias.ADAPTED), two)
                                .saves(
                                        p ->
                                                p.endsWith("query.bias")
                                                        || p.endsWith("output.dense.bias")),
                        lora(
                                        "saved head",
                                        VIT,
                                        rank(2).optModulesToSave(List.of("classifier")),
                                        two)
                                .saves(MethodCases::isHead));
        return Stream.concat(everywhere, options);
    }

    /** The first layer has rank 1, whatever else is said of its modules; see ModulePatterns. */
    private static long sizeByPattern(WeightSpec weight) {
        int other = weight.path().endsWith("query") ? 3 : 2;
        int rank = weight.path().startsWith("bert.encoder.layer.0.") ? 1 : other;
        return (long) rank * (weight.inputs() + weight.features());
    }

    private static Stream<MethodCase> oft() {
        ToLongFunction<WeightSpec> eight = w -> triangles(w.inputs() / 8, 8);
        Stream<MethodCase> everywhere =
                Stream.of(BERT, GPT2, LLAMA, VIT, RESNET)
                        .map(model -> oft("", model, OftConfig.builder().optBlockSize(8), eight));
        OftConfig.Builder neumann =
                OftConfig.builder().optBlockSize(8).optMap(OrthogonalMap.NEUMANN).optTerms(4);
        return Stream.concat(
                everywhere,
                Stream.of(
                        oft("neumann", BERT, neumann, eight),
                        oft(
                                "shared",
                                LLAMA,
                                OftConfig.builder().optBlocks(4).optShared(true),
                                w -> triangles(1, w.inputs() / 4)),
                        oft(
                                "coft",
                                GPT2,
                                OftConfig.builder().optBlockSize(8).optConstrained(3),
                                eight),
                        oft(
                                        "shared coft with trained biases",
                                        VIT,
                                        OftConfig.builder()
                                                .optBlockSize(8)
                                                .optShared(true)
                                                .optConstrained(0.5)
                                                .optBias(Bias.ALL),
                                        w -> triangles(1, 8))
                                .saves(MethodCases::isBias),
                        oft(
                                        "module dropout",
                                        BERT,
                                        OftConfig.builder().optBlocks(2).optModuleDropout(0.5),
                                        w -> triangles(2, w.inputs() / 2))
                                .draws()));
    }

    private static Stream<MethodCase> boft() {
        ToLongFunction<WeightSpec> one = w -> triangles(w.inputs() / 4, 4) + w.features();
        ToLongFunction<WeightSpec> two = w -> 2 * triangles(w.inputs() / 4, 4) + w.features();
        return Stream.of(
                boft("", BERT, BoftConfig.builder(), one),
                boft("", VIT, BoftConfig.builder(), one),
                boft("", RESNET, BoftConfig.builder(), one),
                boft("two factors", GPT2, BoftConfig.builder().optFactors(2), two),
                boft("two factors", LLAMA, BoftConfig.builder().optFactors(2), two),
                boft("two factors", RESNET, BoftConfig.builder().optFactors(2), two),
                boft(
                        "of two blocks",
                        LLAMA,
                        BoftConfig.builder().optBlocks(2),
                        w -> triangles(2, w.inputs() / 2) + w.features()),
                boft(
                                "dropout",
                                BERT,
                                BoftConfig.builder()
                                        .optFactors(2)
                                        .optDropout(0.5)
                                        .optModuleDropout(0.25),
                                two)
                        .draws());
    }

    private static Stream<MethodCase> ia3() {
        return Stream.of(
                ia3("", LLAMA, Ia3Config.builder(), WeightSpec::features),
                ia3("", RESNET, Ia3Config.builder(), WeightSpec::features),
                ia3("", VIT, Ia3Config.builder().optBias(Bias.ALL), WeightSpec::features)
                        .saves(MethodCases::isBias),
                ia3(
                        "feed-forward",
                        BERT,
                        Ia3Config.builder().optFeedforward("output.dense"),
                        w -> w.path().endsWith("output.dense") ? w.inputs() : w.features()),
                ia3(
                        "feed-forward",
                        GPT2,
                        Ia3Config.builder().optFeedforward("mlp.c_proj"),
                        w -> w.path().endsWith("mlp.c_proj") ? w.inputs() : w.features()),
                ia3(
                        "feed-forward",
                        RESNET,
                        Ia3Config.builder().optFeedforwardRegex(".*layer\\.1\\.convolution"),
                        MethodCases::channelsOrFeatures));
    }

    /** A convolution has a factor for every channel. */
    private static long channelsOrFeatures(WeightSpec weight) {
        boolean feedforward = weight.path().endsWith("layer.1.convolution");
        return feedforward ? weight.shape().get(1) : weight.features();
    }

    private static Stream<MethodCase> vera() {
        return Stream.of(
                linearVera("", BERT, VeraConfig.builder().optRank(8), w -> w.features() + 8),
                linearVera("", VIT, VeraConfig.builder().optRank(8), w -> w.features() + 8),
                linearVera(
                        "of a wide rank from a seed",
                        GPT2,
                        VeraConfig.builder().optRank(64).optSeed(5).optSaveProjections(false),
                        w -> w.features() + 64),
                linearVera(
                                "dropout",
                                LLAMA,
                                VeraConfig.builder().optRank(8).optDInitial(0.3).optDropout(0.5),
                                w -> w.features() + 8)
                        .draws());
    }

    private static Stream<MethodCase> hra() {
        return Stream.of(BERT, GPT2, LLAMA, VIT, RESNET)
                .map(model -> hra(model, HraConfig.builder().optRank(4)));
    }

    private static MethodCase hra(String model, HraConfig.Builder config) {
        return on(layers(model), "", model, config, w -> 4L * w.inputs()).starts(Start.ROUNDED);
    }

    private static Stream<MethodCase> unilora() {
        return Stream.of(
                unilora("", BERT, UniLoraConfig.builder()),
                unilora("", VIT, UniLoraConfig.builder()),
                unilora(
                        "with its indices in the file",
                        GPT2,
                        UniLoraConfig.builder().optSeed(7).optSaveIndices(true)),
                unilora("dropout", LLAMA, UniLoraConfig.builder().optDropout(0.5)).draws());
    }

    private static MethodCase unilora(String options, String model, UniLoraConfig.Builder config) {
        Targets targets = model.equals(VIT) ? Targets.of("query", "dense") : layers(model);
        config.optVectorLength(48).optInitialBound(1);
        return on(targets, options, model, config, w -> 0).shares(48).starts(Start.ELSEWHERE);
    }

    private static Stream<MethodCase> psoft() {
        ToLongFunction<WeightSpec> four = w -> triangles(1, 4) + 2 * 4;
        return Stream.concat(
                Stream.of(BERT, GPT2, LLAMA, VIT, RESNET)
                        .map(model -> psoft("", model, PsoftConfig.builder(), four)),
                Stream.of(
                        psoft(
                                "constrained neumann",
                                BERT,
                                PsoftConfig.builder()
                                        .optMap(OrthogonalMap.NEUMANN)
                                        .optConstrained(0.9),
                                four),
                        psoft(
                                "matrix without scales",
                                LLAMA,
                                PsoftConfig.builder()
                                        .optMap(OrthogonalMap.MATRIX)
                                        .optInnerScale(false)
                                        .optOuterScale(false),
                                w -> 16),
                        psoft(
                                        "symmetric with dropout",
                                        VIT,
                                        PsoftConfig.builder().optSymmetric(true).optDropout(0.5),
                                        four)
                                .draws(),
                        psoft(
                                        "module dropout",
                                        GPT2,
                                        PsoftConfig.builder().optModuleDropout(0.5),
                                        four)
                                .draws()));
    }

    private static MethodCase psoft(
            String options,
            String model,
            PsoftConfig.Builder config,
            ToLongFunction<WeightSpec> size) {
        return on(layers(model), options, model, config.optRank(4), size);
    }

    private static Stream<MethodCase> loraXs() {
        return Stream.concat(
                Stream.of(BERT, GPT2, LLAMA, VIT, RESNET)
                        .map(model -> loraXs("", model, LoraXsConfig.builder(), w -> 16)),
                Stream.of(
                        loraXs("dropout", BERT, LoraXsConfig.builder().optDropout(0.5), w -> 16)
                                .draws(),
                        loraXs(
                                        "trained biases",
                                        VIT,
                                        LoraXsConfig.builder().optAlpha(3).optBias(Bias.ALL),
                                        w -> 16)
                                .saves(MethodCases::isBias)));
    }

    private static MethodCase loraXs(
            String options,
            String model,
            LoraXsConfig.Builder config,
            ToLongFunction<WeightSpec> size) {
        return on(layers(model), options, model, config.optRank(4), size);
    }

    private static Stream<MethodCase> adaLora() {
        return Stream.concat(
                Stream.of(BERT, GPT2, LLAMA, VIT, RESNET)
                        .map(model -> adaLora("", model, AdaLoraConfig.builder())),
                Stream.of(
                        adaLora(
                                        "dropout",
                                        BERT,
                                        AdaLoraConfig.builder().optAlpha(3).optDropout(0.5))
                                .draws()));
    }

    private static MethodCase adaLora(String options, String model, AdaLoraConfig.Builder config) {
        ToLongFunction<WeightSpec> size = w -> 2L * (w.inputs() + w.features() + 1);
        return on(layers(model), options, model, config.optRank(2), size)
                .holdsStill("lora_A", "lora_B");
    }

    private static Stream<MethodCase> loha() {
        ToLongFunction<WeightSpec> two = w -> 4L * (w.inputs() + w.features());
        return Stream.concat(
                Stream.of(BERT, GPT2, LLAMA, VIT, RESNET)
                        .map(model -> loha("", model, LoHaConfig.builder(), two)),
                Stream.of(
                        loha(
                                "effective",
                                RESNET,
                                LoHaConfig.builder().optEffective(true),
                                w -> two.applyAsLong(w) - effectiveSaving(w)),
                        loha(
                                "rank and alpha patterns",
                                BERT,
                                LoHaConfig.builder()
                                        .optRankPattern(Map.of("query", 1))
                                        .optAlphaPattern(Map.of("query", 3.0)),
                                w ->
                                        w.path().endsWith("query")
                                                ? two.applyAsLong(w) / 2
                                                : two.applyAsLong(w)),
                        loha(
                                        "module dropout with trained biases",
                                        VIT,
                                        LoHaConfig.builder()
                                                .optModuleDropout(0.5)
                                                .optBias(Bias.ALL),
                                        two)
                                .saves(MethodCases::isBias)
                                .draws()));
    }

    /** Rank 2: channels instead of the entries of a filter, but two cores. */
    private static long effectiveSaving(WeightSpec weight) {
        long channels = weight.shape().get(1);
        long pixels = weight.inputs() / channels;
        return pixels == 1 ? 0 : 4 * (weight.inputs() - channels) - 8 * pixels;
    }

    private static MethodCase loha(
            String options,
            String model,
            LoHaConfig.Builder config,
            ToLongFunction<WeightSpec> size) {
        return on(layers(model), options, model, config.optRank(2), size)
                .holdsStill("hada_w1_a", "hada_w1_b", "hada_w2_a", "hada_t1", "hada_t2");
    }

    private static Stream<MethodCase> lokr() {
        ToLongFunction<WeightSpec> one = MethodCases::kroneckerSize;
        return Stream.concat(
                Stream.of(BERT, GPT2, LLAMA)
                        .map(model -> lokr("", model, LoKrConfig.builder(), one)),
                Stream.of(
                        lokr(
                                "both factored",
                                BERT,
                                LoKrConfig.builder().optDecomposeBoth(true).optFactor(4),
                                w -> 4 + 4 + (w.features() + w.inputs()) / 4L),
                        lokr(
                                "effective",
                                RESNET,
                                LoKrConfig.builder().optRank(1).optFactor(2).optEffective(true),
                                w -> 4 + effectiveSize(w)),
                        lokr(
                                "not factored",
                                RESNET,
                                LoKrConfig.builder().optRank(64).optFactor(2),
                                w -> 4 + w.shape().size() / 4)));
    }

    /** The divisors of 32, 64, 96 and 128 that are nearest to their roots, and rank 1. */
    private static long kroneckerSize(WeightSpec weight) {
        Map<Integer, Integer> smaller = Map.of(32, 4, 64, 8, 96, 8, 128, 8);
        long rows = smaller.get(weight.features());
        long columns = smaller.get(weight.inputs());
        return rows * columns + weight.features() / rows + weight.inputs() / columns;
    }

    private static long effectiveSize(WeightSpec weight) {
        long channels = weight.shape().get(1);
        long pixels = weight.inputs() / channels;
        return (weight.features() + channels) / 2 + (pixels == 1 ? 0 : pixels);
    }

    private static MethodCase lokr(
            String options,
            String model,
            LoKrConfig.Builder config,
            ToLongFunction<WeightSpec> size) {
        if (config.build().rank() == LoKrConfig.DEFAULT_RANK) {
            config.optRank(1);
        }
        return on(layers(model), options, model, config, size)
                .holdsStill("lokr_w1_b", "lokr_w2", "lokr_w2_a", "lokr_w2_b", "lokr_t2");
    }

    private static Stream<MethodCase> fourierFt() {
        return Stream.concat(
                Stream.of(BERT, GPT2, LLAMA, VIT)
                        .map(model -> fourierFt("", model, FourierFtConfig.builder(), w -> 24)),
                Stream.of(
                        fourierFt(
                                "pattern and seed",
                                BERT,
                                FourierFtConfig.builder()
                                        .optSeed(5)
                                        .optScaling(30)
                                        .optFrequencyPattern(Map.of("query", 8)),
                                w -> w.path().endsWith("query") ? 8 : 24),
                        fourierFt(
                                        "module dropout with trained biases",
                                        VIT,
                                        FourierFtConfig.builder()
                                                .optModuleDropout(0.5)
                                                .optBias(Bias.ALL),
                                        w -> 24)
                                .saves(MethodCases::isBias)
                                .draws()));
    }

    private static MethodCase fourierFt(
            String options,
            String model,
            FourierFtConfig.Builder config,
            ToLongFunction<WeightSpec> size) {
        return on(linearLayers(model), options, model, config.optFrequencies(24), size);
    }

    private static Stream<MethodCase> shira() {
        return Stream.concat(
                Stream.of(BERT, GPT2, LLAMA, VIT)
                        .map(model -> shira("", model, ShiraConfig.builder())),
                Stream.of(shira("seed", BERT, ShiraConfig.builder().optSeed(5))));
    }

    private static MethodCase shira(String options, String model, ShiraConfig.Builder config) {
        ToLongFunction<WeightSpec> two = w -> 2L * (w.inputs() + w.features());
        return on(linearLayers(model), options, model, config.optRank(2), two);
    }

    private static Stream<MethodCase> vblora() {
        return Stream.of(
                vblora("", BERT, VbLoraConfig.builder()),
                vblora("", GPT2, VbLoraConfig.builder()),
                vblora("top of three", VIT, VbLoraConfig.builder().optTop(3)),
                vblora("dropout", LLAMA, VbLoraConfig.builder().optDropout(0.5)).draws());
    }

    private static MethodCase vblora(String options, String model, VbLoraConfig.Builder config) {
        config.optRank(2).optVectors(12).optLength(8);
        ToLongFunction<WeightSpec> size = w -> 2L * (w.inputs() + w.features()) / 8 * 12;
        return on(linearLayers(model), options, model, config, size)
                .shares(12 * 8)
                .starts(Start.ELSEWHERE);
    }

    private static Stream<MethodCase> miss() {
        return Stream.concat(
                Stream.of(BERT, GPT2, LLAMA, VIT)
                        .map(
                                model ->
                                        miss(
                                                "",
                                                model,
                                                MissConfig.builder(),
                                                w -> 6L * w.features())),
                Stream.of(
                        miss("mini", BERT, MissConfig.builder().optMiniRank(8), w -> 6 * 8),
                        on(
                                linearLayers(BERT),
                                "blocks of the weight",
                                BERT,
                                MissConfig.builder().optRank(8).optBlocks(true),
                                w -> 8L * w.features()),
                        miss(
                                        "dropout",
                                        LLAMA,
                                        MissConfig.builder().optDropout(0.5),
                                        w -> 6L * w.features())
                                .draws()));
    }

    private static MethodCase miss(
            String options,
            String model,
            MissConfig.Builder config,
            ToLongFunction<WeightSpec> size) {
        return on(linearLayers(model), options, model, config.optRank(6), size);
    }

    private static Stream<MethodCase> beft() {
        return Stream.of(BERT, GPT2, VIT).map(MethodCases::beft);
    }

    private static MethodCase beft(String model) {
        BeftConfig.Builder config = BeftConfig.builder();
        return on(linearLayers(model), "", model, config, WeightSpec::features);
    }

    private static Stream<MethodCase> randLora() {
        return Stream.of(
                randLora("dropout", BERT, RandLoraConfig.builder().optDropout(0.5)).draws(),
                randLora(
                        "sparse from a seed",
                        GPT2,
                        RandLoraConfig.builder()
                                .optSparsity(RandLoraConfig.Sparsity.SPARSE)
                                .optSeed(5)
                                .optSaveProjections(false)));
    }

    private static MethodCase randLora(
            String options, String model, RandLoraConfig.Builder config) {
        ToLongFunction<WeightSpec> size =
                w -> {
                    int smaller = Math.min(w.inputs(), w.features());
                    return (smaller + 7) / 8 * (8L + smaller);
                };
        return on(linearLayers(model), options, model, config.optRank(8).optAlpha(4), size)
                .holdsStill("randlora_gamma");
    }

    private static Stream<MethodCase> tinyLora() {
        return Stream.of(
                tinyLora("tied", BERT, TinyLoraConfig.builder().optSaveProjections(false)));
    }

    private static MethodCase tinyLora(
            String options, String model, TinyLoraConfig.Builder config) {
        return on(linearLayers(model), options, model, config.optNumbers(5).optTying(1), w -> 0)
                .shares(5);
    }

    private static Stream<MethodCase> delora() {
        return Stream.of(delora(GPT2, DeloraConfig.builder()));
    }

    private static MethodCase delora(String model, DeloraConfig.Builder config) {
        ToLongFunction<WeightSpec> two = w -> 2L * (w.inputs() + w.features()) + 1;
        return on(linearLayers(model), "", model, config.optRank(2).optBound(0.5), two)
                .holdsStill("delora_A", "delora_lambda");
    }

    private static Stream<MethodCase> gralora() {
        return Stream.of(
                gralora(
                        "with the whole",
                        GPT2,
                        GraloraConfig.builder().optParts(4).optWholeRank(1),
                        w -> 5L * (w.inputs() + w.features())));
    }

    private static MethodCase gralora(
            String options,
            String model,
            GraloraConfig.Builder config,
            ToLongFunction<WeightSpec> size) {
        return on(linearLayers(model), options, model, config.optRank(4).optAlpha(4), size)
                .holdsStill("gralora_A", "gralora_A_general.weight");
    }

    private static Stream<MethodCase> hira() {
        return Stream.of(hira(RESNET));
    }

    private static MethodCase hira(String model) {
        ToLongFunction<WeightSpec> two = w -> 2L * (w.inputs() + w.features());
        return on(layers(model), "", model, HiraConfig.builder().optRank(2), two)
                .holdsStill("hira_A");
    }

    private static Stream<MethodCase> lnTuning() {
        return Stream.of(lnTuning(BERT));
    }

    private static MethodCase lnTuning(String model) {
        return MethodCase.of("", model, LnTuningConfig.all(), w -> 0)
                .saves(p -> p.matches("(?i).*layernorm[^.]*\\.(weight|bias)"));
    }

    private static Stream<MethodCase> pvera() {
        return Stream.of(pvera(BERT));
    }

    private static MethodCase pvera(String model) {
        PveraConfig.Builder config = PveraConfig.builder().optRank(8);
        return on(linearLayers(model), "", model, config, w -> w.features() + 16)
                .holdsStill("pvera_lambda_d");
    }

    private static Stream<MethodCase> waveFt() {
        return Stream.of(waveFt(GPT2));
    }

    private static MethodCase waveFt(String model) {
        WaveFtConfig.Builder config = WaveFtConfig.builder().optFrequencies(24);
        return on(linearLayers(model), "", model, config, w -> 24);
    }

    private static Stream<MethodCase> deft() {
        return Stream.of(deft(GPT2));
    }

    private static MethodCase deft(String model) {
        DeftConfig.Builder config = DeftConfig.builder().optRank(2);
        ToLongFunction<WeightSpec> two = w -> 2L * (w.inputs() + w.features());
        return on(linearLayers(model), "", model, config, two);
    }

    private static Stream<MethodCase> peanut() {
        return Stream.of(peanut(BERT));
    }

    private static MethodCase peanut(String model) {
        PeanutConfig.Builder config =
                PeanutConfig.builder()
                        .optRank(2)
                        .optDepth(1)
                        .optActivation(PeanutConfig.Activation.TANH);
        return on(linearLayers(model), "", model, config, w -> 4L * w.features() + 8)
                .holdsStill(
                        "peanut_A.weight", "peanut_encoders.0.weight", "peanut_decoders.0.weight");
    }

    private static Stream<MethodCase> supertuning() {
        return Stream.of(supertuning(BERT));
    }

    private static MethodCase supertuning(String model) {
        SupertuningConfig.Builder config = SupertuningConfig.builder().optSparsity(0.75);
        return on(linearLayers(model), "", model, config, w -> w.shape().size() / 4);
    }

    private static Stream<MethodCase> tokens() {
        TokensConfig config = TokensConfig.builder().optTokens(List.of(57, 12)).build();
        return Stream.of(MethodCase.of("", BERT, config, w -> 2L * w.features()));
    }

    private static Stream<MethodCase> c3a() {
        ToLongFunction<WeightSpec> eight = w -> w.inputs() * (long) w.features() / 8;
        return Stream.concat(
                Stream.of(BERT, GPT2, LLAMA, VIT)
                        .map(model -> c3a("", model, C3aConfig.builder().optBlockSize(8), eight)),
                Stream.of(
                        c3a(
                                        "elsewhere",
                                        LLAMA,
                                        C3aConfig.builder()
                                                .optBlockSize(8)
                                                .optInit(C3aInit.GAUSSIAN),
                                        eight)
                                .starts(Start.ELSEWHERE),
                        c3a(
                                "block size pattern",
                                BERT,
                                C3aConfig.builder()
                                        .optBlockSize(8)
                                        .optBlockSizePattern(Map.of("query", 32)),
                                w ->
                                        w.path().endsWith("query")
                                                ? eight.applyAsLong(w) / 4
                                                : eight.applyAsLong(w)),
                        c3a(
                                        "module dropout with trained biases",
                                        BERT,
                                        C3aConfig.builder()
                                                .optBlockSize(8)
                                                .optModuleDropout(0.5)
                                                .optBias(Bias.ALL),
                                        eight)
                                .saves(MethodCases::isBias)
                                .draws()));
    }

    private static MethodCase c3a(
            String options,
            String model,
            C3aConfig.Builder config,
            ToLongFunction<WeightSpec> size) {
        return on(linearLayers(model), options, model, config, size);
    }

    private static Stream<MethodCase> road() {
        return Stream.concat(
                Stream.of(BERT, GPT2, LLAMA, VIT)
                        .map(
                                model ->
                                        road(
                                                "",
                                                model,
                                                RoadConfig.builder().optGroupSize(8),
                                                WeightSpec::features)),
                Stream.of(
                        road(
                                "of two",
                                BERT,
                                RoadConfig.builder().optVariant(RoadVariant.ROAD_2).optGroupSize(2),
                                w -> 2L * w.features()),
                        road(
                                        "of four with trained biases",
                                        VIT,
                                        RoadConfig.builder()
                                                .optVariant(RoadVariant.ROAD_4)
                                                .optGroupSize(16)
                                                .optBias(Bias.ALL),
                                        w -> 4L * w.features())
                                .saves(MethodCases::isBias),
                        road(
                                        "module dropout",
                                        LLAMA,
                                        RoadConfig.builder().optGroupSize(8).optModuleDropout(0.5),
                                        WeightSpec::features)
                                .draws()));
    }

    private static MethodCase road(
            String options,
            String model,
            RoadConfig.Builder config,
            ToLongFunction<WeightSpec> size) {
        return on(linearLayers(model), options, model, config, size);
    }

    private static Targets linearLayers(String model) {
        return model.equals(VIT) ? Targets.of("query", "output.dense") : layers(model);
    }

    private static Stream<MethodCase> baselines() {
        ToLongFunction<WeightSpec> none = w -> 0;
        return Stream.of(
                MethodCase.of("", BERT, head(), none).saves(MethodCases::isHead),
                MethodCase.of("", VIT, head(), none).saves(MethodCases::isHead),
                MethodCase.of("", BERT, BaselineConfig.full(), none).saves(p -> true),
                // its head is the embedding
                MethodCase.of("", GPT2, BaselineConfig.full(), none)
                        .saves(p -> !p.equals("lm_head.weight")),
                MethodCase.of("", LLAMA, BaselineConfig.full(), none).saves(p -> true),
                MethodCase.of("", RESNET, BaselineConfig.full(), none).saves(p -> true),
                MethodCase.of("", BERT, BaselineConfig.bitfit(), none).saves(MethodCases::isBias),
                MethodCase.of("", GPT2, BaselineConfig.bitfit(), none).saves(MethodCases::isBias),
                MethodCase.of("", VIT, BaselineConfig.bitfit(), none).saves(MethodCases::isBias));
    }
}
