/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import org.djladapters.adapter.AdapterConfig;
import org.djladapters.adapter.Bias;
import org.djladapters.adapter.MethodConfig;
import org.djladapters.adapter.baseline.BaselineConfig;
import org.djladapters.adapter.boft.BoftConfig;
import org.djladapters.adapter.compound.CompoundConfig;
import org.djladapters.adapter.ia3.Ia3Config;
import org.djladapters.adapter.lora.LoraConfig;
import org.djladapters.adapter.lora.LoraInit;
import org.djladapters.adapter.oft.OftConfig;
import org.djladapters.adapter.vera.VeraConfig;
import org.djladapters.rotation.EntryRule;
import org.djladapters.rotation.NeumannSeries;
import org.djladapters.rotation.OrthogonalMap;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** The options that choose a method of adapting and set it up. */
@OptionGroup.In(OptionGroup.METHOD)
final class MethodOptions {

    /** PEFT's default too. */
    private static final int DEFAULT_RANK = 8;

    @Spec(Spec.Target.SELF)
    private CommandSpec own;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    @Option(
            names = "--method",
            paramLabel = "METHOD",
            converter = MethodConverter.class,
            description =
                    "compound, lora, oft, boft, ia3 or vera; or, for comparison, head"
                            + " (only the task head), full (all weights) or bitfit (all biases)."
                            + " Default: compound.")
    private Method method = Method.COMPOUND;

    @Mixin private TargetOptions targets;

    @Option(
            names = "--orders",
            split = ",",
            paramLabel = "K",
            description = "compound: orders of the compound matrices in a block. Default: 1,2,3.")
    private int[] orders = {1, 2, 3};

    @Option(
            names = "--blocks",
            paramLabel = "N",
            description =
                    "compound, oft, boft: number of blocks in every layer. Default: as"
                            + " --block-size gives.")
    private Integer blocks;

    @Option(
            names = "--block-size",
            paramLabel = "N",
            description =
                    "compound, oft, boft: size of the blocks in every layer. Default:"
                            + " 128 for compound, 32 for oft, 4 for boft.")
    private Integer blockSize;

    @Option(
            names = "--scaling",
            description = "compound: train a factor for every output feature as well.")
    private boolean scaling;

    @Option(
            names = "--chain",
            paramLabel = "N",
            description = "compound: number of rotations applied one after another. Default: 1.")
    private Integer chain;

    @Option(
            names = "--added",
            description = "compound: add the rotations of a chain instead of multiplying them.")
    private boolean added;

    @Option(
            names = "--offsets",
            description =
                    "compound: shift the blocks of every rotation of a chain against"
                            + " those of the one before.")
    private boolean offsets;

    @Option(
            names = "--share",
            description = "compound, oft: let all blocks of a layer share one rotation.")
    private boolean share;

    @Option(
            names = "--map",
            paramLabel = "MAP",
            converter = MapConverter.class,
            description =
                    "compound, oft: how a rotation is made from its parameters: cayley"
                            + " or neumann; for compound also exponential or givens. Default:"
                            + " cayley.")
    private OrthogonalMap map;

    @Option(
            names = "--series",
            paramLabel = "SERIES",
            converter = SeriesConverter.class,
            description =
                    "oft: the last term of the Neumann series counts last-once, as in"
                            + " PEFT since 0.18, or last-twice, as in PEFT before 0.18 and in"
                            + " compound. Default: last-once.")
    private NeumannSeries series;

    @Option(
            names = "--terms",
            paramLabel = "N",
            description = "compound, oft: number of terms of the Neumann series. Default: 5.")
    private Integer terms;

    @Option(
            names = "--entry",
            paramLabel = "RULE",
            converter = EntryConverter.class,
            description =
                    "compound: how entries of higher orders are computed: comp"
                            + " (determinant), max, avg or perm (permanent). Default: comp.")
    private EntryRule entry;

    @Option(
            names = "--no-orthogonal",
            description = "compound: train full matrices that are not kept orthogonal.")
    private boolean free;

    @Option(
            names = "--constrained",
            paramLabel = "EPS",
            description =
                    "oft: bound on how far the rotations may move from the identity."
                            + " Default: no bound.")
    private Double constrained;

    @Option(
            names = "--factors",
            paramLabel = "N",
            description = "boft: number of butterfly factors. Default: 1.")
    private Integer factors;

    @Option(
            names = "--rank",
            paramLabel = "R",
            description = "lora, vera: rank of the update. Default: 8 for lora, 256 for vera.")
    private Integer rank;

    @Option(
            names = "--alpha",
            paramLabel = "A",
            description = "lora: the update is scaled by alpha / rank. Default: 8.")
    private Double alpha;

    @Option(names = "--rslora", description = "lora: scale by alpha / sqrt(rank).")
    private boolean rsLora;

    @Option(names = "--dora", description = "lora: train the norms of the weight rows as well.")
    private boolean dora;

    @Option(
            names = "--init",
            paramLabel = "INIT",
            description =
                    "lora: how the matrices start, one of ${COMPLETION-CANDIDATES}."
                            + " Default: default.")
    private LoraInit init;

    @Option(names = "--lora-bias", description = "lora: train a change of the biases as well.")
    private boolean loraBias;

    @Option(
            names = "--rank-pattern",
            split = ",",
            paramLabel = "MODULE=R",
            description = "lora: other ranks for modules whose paths end with these names.")
    private Map<String, Integer> ranks = Map.of();

    @Option(
            names = "--alpha-pattern",
            split = ",",
            paramLabel = "MODULE=A",
            description = "lora: other alphas for modules whose paths end with these names.")
    private Map<String, Double> alphas = Map.of();

    @Option(
            names = "--dropout",
            paramLabel = "P",
            description =
                    "lora, vera: probability that an input of the update is dropped in"
                            + " a training step; boft: share of the blocks that are dropped."
                            + " Default: 0.")
    private Double dropout;

    @Option(
            names = "--feedforward",
            split = ",",
            paramLabel = "NAME",
            description =
                    "ia3: modules whose inputs are scaled instead of their outputs. Default:"
                            + " none.")
    private String[] feedforward = {};

    @Option(
            names = "--d-initial",
            paramLabel = "D",
            description = "vera: initial value of the inner factors. Default: 0.1.")
    private Double initial;

    @Option(
            names = "--bias",
            paramLabel = "BIAS",
            description =
                    "Biases of the base model that are trained too: none, adapted"
                            + " (those of adapted layers) or all. Default: none.")
    private Bias bias;

    @Option(
            names = "--module-dropout",
            paramLabel = "P",
            description =
                    "compound, oft: probability that a layer is not adapted in a"
                            + " training step. Default: 0.")
    private Double moduleDropout;

    @Option(
            names = "--modules-to-save",
            split = ",",
            paramLabel = "NAME",
            description =
                    "Modules that are trained in full and saved with the adapter."
                            + " Default: none.")
    private List<String> modulesToSave = List.of();

    /** Whether any of these options was given. */
    boolean isGiven() {
        return !given().isEmpty();
    }

    /**
     * The configuration that the options describe.
     *
     * @throws ParameterException if they contradict one another
     */
    AdapterConfig config() {
        try {
            List<String> others = new ArrayList<>(given());
            others.removeIf(method::takes);
            if (!others.isEmpty()) {
                throw new IllegalArgumentException(
                        "The method "
                                + method
                                + " takes no "
                                + String.join(", ", others)
                                + "; leave it out or choose another method");
            }
            return switch (method) {
                case COMPOUND -> compound();
                case LORA -> lora();
                case OFT -> oft();
                case BOFT -> boft();
                case IA3 -> ia3();
                case VERA -> vera();
                case HEAD -> BaselineConfig.head().withModulesToSave(modulesToSave);
                case FULL -> BaselineConfig.full().withModulesToSave(modulesToSave);
                case BITFIT -> BaselineConfig.bitfit().withModulesToSave(modulesToSave);
            };
        } catch (IllegalArgumentException e) {
            throw new ParameterException(command.commandLine(), e.getMessage(), e);
        }
    }

    private AdapterConfig compound() {
        if (free && map != null) {
            throw new IllegalArgumentException(
                    "A map makes orthogonal matrices; leave out --map or --no-orthogonal");
        }
        CompoundConfig.Builder builder =
                CompoundConfig.builder()
                        .setOrders(orders)
                        .optShared(share)
                        .optAdded(added)
                        .optOffsets(offsets)
                        .optScaling(scaling);
        ifGiven(entry, builder::optRule);
        ifGiven(chain, builder::optChain);
        ifGiven(blocks, builder::optBlocks);
        ifGiven(blockSize, builder::optBlockSize);
        ifGiven(free ? OrthogonalMap.MATRIX : map, builder::optMap);
        ifGiven(terms, builder::optTerms);
        return common(builder);
    }

    private AdapterConfig lora() {
        LoraConfig.Builder builder =
                LoraConfig.builder()
                        .setRank(rank == null ? DEFAULT_RANK : rank)
                        .optRsLora(rsLora)
                        .optDora(dora)
                        .optLoraBias(loraBias)
                        .optRankPattern(ranks)
                        .optAlphaPattern(alphas);
        ifGiven(alpha, builder::optAlpha);
        ifGiven(init, builder::optInit);
        ifGiven(dropout, builder::optLoraDropout);
        return common(builder);
    }

    private AdapterConfig oft() {
        if (series != null && map != OrthogonalMap.NEUMANN) {
            throw new IllegalArgumentException(
                    "Only the map neumann has a series; add --map neumann or leave out --series");
        }
        OftConfig.Builder builder = OftConfig.builder().optShared(share);
        ifGiven(blocks, builder::optBlocks);
        ifGiven(blockSize, builder::optBlockSize);
        ifGiven(map, builder::optMap);
        ifGiven(series, builder::optSeries);
        ifGiven(terms, builder::optTerms);
        ifGiven(constrained, builder::optConstrained);
        return common(builder);
    }

    private AdapterConfig boft() {
        BoftConfig.Builder builder = BoftConfig.builder();
        ifGiven(blocks, builder::optBlocks);
        ifGiven(blockSize, builder::optBlockSize);
        ifGiven(factors, builder::optFactors);
        ifGiven(dropout, builder::optDropout);
        return common(builder);
    }

    private AdapterConfig ia3() {
        return common(Ia3Config.builder().optFeedforward(feedforward));
    }

    private AdapterConfig vera() {
        VeraConfig.Builder builder = VeraConfig.builder();
        ifGiven(rank, builder::optRank);
        ifGiven(initial, builder::optDInitial);
        ifGiven(dropout, builder::optDropout);
        return common(builder);
    }

    private AdapterConfig common(MethodConfig.Builder<?> builder) {
        builder.optTargets(targets.targets()).optModulesToSave(modulesToSave);
        ifGiven(bias, builder::optBias);
        ifGiven(moduleDropout, builder::optModuleDropout);
        return builder.build();
    }

    private static <T> void ifGiven(T value, Consumer<T> option) {
        if (value != null) {
            option.accept(value);
        }
    }

    private List<String> given() {
        return command.commandLine().getParseResult().matchedOptions().stream()
                .map(OptionSpec::longestName)
                .filter(name -> own.findOption(name) != null)
                .toList();
    }

    private static <T> T named(String name, Function<String, T> find) {
        try {
            return find.apply(name);
        } catch (IllegalArgumentException e) {
            throw new TypeConversionException(e.getMessage());
        }
    }

    private static final class MethodConverter implements ITypeConverter<Method> {

        @Override
        public Method convert(String name) {
            return named(name, Method::of);
        }
    }

    private static final class MapConverter implements ITypeConverter<OrthogonalMap> {

        @Override
        public OrthogonalMap convert(String name) {
            OrthogonalMap map = named(name, OrthogonalMap::of);
            if (!map.isSkew()) {
                throw new TypeConversionException(
                        "'%s' is not a map to orthogonal matrices; use --no-orthogonal instead"
                                .formatted(name));
            }
            return map;
        }
    }

    private static final class SeriesConverter implements ITypeConverter<NeumannSeries> {

        @Override
        public NeumannSeries convert(String name) {
            return named(name, NeumannSeries::of);
        }
    }

    private static final class EntryConverter implements ITypeConverter<EntryRule> {

        @Override
        public EntryRule convert(String name) {
            return named(name, EntryRule::of);
        }
    }
}
