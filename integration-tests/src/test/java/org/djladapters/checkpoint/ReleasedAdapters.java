/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.checkpoint;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.djladapters.adapter.AdapterConfig;
import org.djladapters.adapter.Bias;
import org.djladapters.adapter.HeadConfig;
import org.djladapters.adapter.Targets;
import org.djladapters.adapter.adalora.AdaLoraConfig;
import org.djladapters.adapter.baseline.BaselineConfig;
import org.djladapters.adapter.beft.BeftConfig;
import org.djladapters.adapter.boft.BoftConfig;
import org.djladapters.adapter.c3a.C3aConfig;
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
import org.djladapters.checkpoint.AdapterDirectory.Layout;
import org.djladapters.data.LabelledData;
import org.djladapters.data.MultiLabelData;
import org.djladapters.data.PreferenceData;
import org.djladapters.data.TextData;
import org.djladapters.model.AdaptedModel;
import org.djladapters.rotation.EntryRule;
import org.djladapters.rotation.NeumannSeries;
import org.djladapters.rotation.OrthogonalMap;
import org.djladapters.safetensors.SafetensorsFile;
import org.djladapters.task.option.Thresholds;
import org.djladapters.tuning.FineTuner;

/**
 * Writes the adapter directories by which later versions are held to what a release wrote: one of
 * every method and every option that has a say in the form on disk, each with inputs and the
 * outputs for them.
 */
final class ReleasedAdapters {

    static final String EXPECTED = "expected.safetensors";
    private static final String BERT = "tiny-bert-classifier";
    private static final String NAME = "released";
    private static final List<String> FILES = List.of("adapter_config.json", AdapterFiles.TENSORS);

    private ReleasedAdapters() {}

    /** An adapter as a release may write it. */
    private record Case(String name, String model, AdapterConfig config, Layout layout) {

        Case(String name, String model, AdapterConfig config) {
            this(name, model, config, Layout.PACKED);
        }

        String directory() {
            return name + "-" + model;
        }
    }

    /**
     * Writes the directories of a release. What an earlier release wrote with the same bytes is
     * left out.
     *
     * @param root the folder of all releases
     * @param release the name of the new one, which must not be there yet
     */
    static void write(Path root, String release) throws Exception {
        List<Path> earlier = directories(root);
        Path folder = Files.createDirectory(root.resolve(release));
        for (Case one : cases().toList()) {
            Path directory = folder.resolve(one.directory());
            try (AdaptedModel model = TinyAdapters.open(one.model())) {
                model.model().getNDManager().getEngine().setRandomSeed(1);
                TinyAdapters.disturb(model, model.add(NAME, one.config()), 7);
                AdapterDirectory.save(model, NAME, directory, one.layout());
                record(model, directory);
            }
            removeIfKnown(directory, earlier);
        }
        // what training writes tells of the time it took, so that no two are alike
        fineTune(
                folder.resolve("lora-head-labels-tiny-bert"),
                TextData.of(
                        List.of(
                                TextData.Row.of("up", "a b c"),
                                TextData.Row.of("down", "d e"),
                                TextData.Row.of("up", "a c b a"),
                                TextData.Row.of("down", "e d d e"))),
                "query",
                tuner -> tuner.optPooling(HeadConfig.Pooling.CLS));
        fineTune(
                folder.resolve("lora-head-several-labels-tiny-bert"),
                MultiLabelData.of(
                        List.of(
                                MultiLabelData.Row.of(List.of("up", "down"), "a b c"),
                                MultiLabelData.Row.of(List.of("down"), "d e"))),
                "query",
                tuner -> tuner.optPooling(HeadConfig.Pooling.CLS).optThresholds(Thresholds.TUNED));
        fineTune(
                folder.resolve("lora-preference-tiny-llama"),
                PreferenceData.of(
                        List.of(
                                PreferenceData.Row.of("a b", "c", "d e"),
                                PreferenceData.Row.of("d e", "d", "a c"))),
                "q_proj",
                tuner -> tuner.optBeta(0.2).optLabelSmoothing(0.1));
    }

    /** Returns the name of the model that an adapter's directory is for. */
    static String model(Path directory) {
        return directory.getFileName().toString().replaceFirst(".*(?=tiny-)", "");
    }

    /** All directories of all releases. */
    static List<Path> directories(Path root) throws IOException {
        try (Stream<Path> found = Files.find(root, 2, (path, a) -> isAdapter(path))) {
            return found.sorted().toList();
        }
    }

    private static boolean isAdapter(Path path) {
        return AdapterDirectory.holdsAdapter(path);
    }

    private static void removeIfKnown(Path directory, List<Path> earlier) throws IOException {
        for (Path other : earlier) {
            if (other.getFileName().equals(directory.getFileName()) && isSame(directory, other)) {
                try (Stream<Path> files = Files.list(directory)) {
                    for (Path file : files.toList()) {
                        Files.delete(file);
                    }
                }
                Files.delete(directory);
                return;
            }
        }
    }

    private static boolean isSame(Path directory, Path other) throws IOException {
        for (String file : FILES) {
            if (Files.mismatch(directory.resolve(file), other.resolve(file)) >= 0) {
                return false;
            }
        }
        return true;
    }

    /** A trained adapter with provenance, and what else its task has: a head of its own, labels. */
    private static void fineTune(
            Path directory, LabelledData data, String target, Consumer<FineTuner.Builder> options)
            throws Exception {
        try (AdaptedModel model = TinyAdapters.open(model(directory))) {
            FineTuner.Builder tuner =
                    FineTuner.builder()
                            .setModel(model)
                            .setConfig(LoraConfig.builder().optRank(2).optTargets(target).build())
                            .setTrain(data)
                            .setDev(data)
                            .setOutput(directory)
                            .optName(NAME)
                            .optEpochs(2)
                            .optLearningRate(0.05);
            options.accept(tuner);
            tuner.build().run();
            model.activate(NAME);
            record(model, directory);
        }
    }

    private static void record(AdaptedModel model, Path directory) throws Exception {
        Map<String, NDArray> tensors = new LinkedHashMap<>();
        try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
            NDList inputs = TinyAdapters.inputs(model, manager);
            NDList outputs = model.predict(inputs);
            outputs.attach(manager);
            for (NDArray output : outputs) {
                tensors.put("output." + output.getName(), output);
            }
            List<String> names = model.inputNames();
            for (int i = 0; i < names.size(); i++) {
                tensors.put("input." + names.get(i), inputs.get(i));
            }
            SafetensorsFile.write(directory.resolve(EXPECTED), tensors, Map.of());
        }
    }

    private static Stream<Case> cases() {
        return Stream.of(compound(), lora(), oft(), boft(), others(), baselines())
                .flatMap(cases -> cases);
    }

    private static Case compound(String name, CompoundConfig.Builder config) {
        return new Case(
                "compound-" + name, BERT, config.optTargets("query", "output.dense").build());
    }

    private static CompoundConfig.Builder orders(int... orders) {
        return CompoundConfig.builder().optOrders(orders).optBlockSize(16);
    }

    private static Stream<Case> compound() {
        Case full = compound("full-matrices", orders(1, 2));
        return Stream.of(
                compound("orders", orders(1, 2).optScaling(true)),
                compound("blocks", CompoundConfig.builder().optOrders(1, 2, 3).optBlocks(2)),
                compound("share", orders(1, 3).optShared(true)),
                compound("chain-offsets", orders(1).optChain(2).optOffsets(true)),
                compound("chain-added", orders(1).optChain(2).optAdded(true)),
                compound("chain-strided", orders(1).optChain(2).optOffsets(true).optStrided(true)),
                compound("gains", orders(1, 2).optGains(true)),
                compound("side-input", orders(1, 2).optSide(RotatedSide.INPUT)),
                compound("side-both", orders(1).optSide(RotatedSide.BOTH).optGains(true)),
                compound("exponential", orders(1, 2).optMap(OrthogonalMap.EXPONENTIAL)),
                compound("givens", orders(1, 2).optMap(OrthogonalMap.GIVENS)),
                compound("neumann", orders(1, 2).optMap(OrthogonalMap.NEUMANN)),
                compound("neumann-3", orders(1).optMap(OrthogonalMap.NEUMANN).optTerms(3)),
                compound("matrix", orders(1, 2).optMap(OrthogonalMap.MATRIX)),
                compound("average", orders(1, 2).optRule(EntryRule.AVERAGE)),
                compound("maximum", orders(1, 2).optRule(EntryRule.MAXIMUM)),
                compound("singular", orders(1, 2).optBasis(CompoundBasis.SINGULAR)),
                compound(
                        "singular-directions",
                        orders(1).optBasis(CompoundBasis.SINGULAR).optDirections(8)),
                compound(
                        "patterns",
                        orders(1, 2)
                                .optOrdersPattern(Map.of("query", List.of(1)))
                                .optBlockSizePattern(Map.of("output.dense", 8))),
                compound("permanent", orders(1, 2).optRule(EntryRule.PERMANENT)),
                compound(
                        "dropout-saved-bias",
                        orders(1, 2)
                                .optModuleDropout(0.5)
                                .optBias(Bias.ADAPTED)
                                .optModulesToSave(List.of("classifier"))),
                new Case(full.name(), BERT, full.config(), Layout.REFERENCE),
                new Case("compound-conv1d", "tiny-gpt2", orders(1, 2).optTargets("c_attn").build()),
                new Case(
                        "compound-conv",
                        "tiny-resnet",
                        orders(1, 2).optTargets("convolution").build()));
    }

    private static Case lora(String name, String model, LoraConfig.Builder config) {
        return new Case("lora-" + name, model, config.build());
    }

    private static LoraConfig.Builder rank(String... targets) {
        return LoraConfig.builder().optRank(2).optAlpha(3).optTargets(targets);
    }

    private static Stream<Case> lora() {
        return Stream.of(
                lora("plain", BERT, rank("query", "value")),
                lora("rslora-bias", BERT, rank("query").optRsLora(true).optBias(Bias.ALL)),
                lora("dora", BERT, rank("query").optDora(true)),
                lora("own-bias", BERT, rank("query").optLoraBias(true)),
                lora(
                        "patterns",
                        BERT,
                        rank("query", "output.dense")
                                .optRankPattern(Map.of("query", 3))
                                .optAlphaPattern(Map.of("output.dense", 0.5))),
                lora("embedding", BERT, rank("word_embeddings")),
                lora("saved", BERT, rank("query").optModulesToSave(List.of("classifier"))),
                lora("conv1d", "tiny-gpt2", rank("c_attn")),
                lora("dora-conv", "tiny-resnet", rank("convolution").optDora(true)));
    }

    private static Case oft(String name, String model, OftConfig.Builder config) {
        Targets targets = Targets.of(model.equals(BERT) ? "query" : "shortcut.convolution");
        return new Case("oft-" + name, model, config.optTargets(targets).build());
    }

    private static OftConfig.Builder eight() {
        return OftConfig.builder().optBlockSize(8);
    }

    private static Stream<Case> oft() {
        return Stream.of(
                oft("cayley", BERT, eight()),
                oft("blocks-share", BERT, OftConfig.builder().optBlocks(4).optShared(true)),
                oft("constrained", BERT, eight().optConstrained(0.5)),
                oft("neumann", BERT, eight().optMap(OrthogonalMap.NEUMANN)),
                oft("neumann-2", BERT, eight().optMap(OrthogonalMap.NEUMANN).optTerms(2)),
                oft("neumann-3", BERT, eight().optMap(OrthogonalMap.NEUMANN).optTerms(3)),
                oft("neumann-6", BERT, eight().optMap(OrthogonalMap.NEUMANN).optTerms(6)),
                oft(
                        "neumann-twice",
                        BERT,
                        eight().optMap(OrthogonalMap.NEUMANN).optSeries(NeumannSeries.LAST_TWICE)),
                oft("conv", "tiny-resnet", OftConfig.builder().optBlocks(2)));
    }

    private static Case boft(String name, String model, BoftConfig.Builder config) {
        Targets targets = Targets.of(model.equals(BERT) ? "query" : "shortcut.convolution");
        return new Case("boft-" + name, model, config.optTargets(targets).build());
    }

    private static Stream<Case> boft() {
        return Stream.of(
                boft("one", BERT, BoftConfig.builder().optBias(Bias.ADAPTED)),
                boft("two-dropout", BERT, BoftConfig.builder().optFactors(2).optDropout(0.5)),
                boft("blocks", BERT, BoftConfig.builder().optBlocks(2).optModuleDropout(0.5)),
                boft("conv", "tiny-resnet", BoftConfig.builder().optFactors(2)));
    }

    private static Stream<Case> others() {
        return Stream.of(
                new Case(
                        "ia3",
                        BERT,
                        Ia3Config.builder()
                                .optFeedforward("output.dense")
                                .optTargets("query", "output.dense")
                                .build()),
                new Case("hra", BERT, HraConfig.builder().optTargets("query").build()),
                new Case(
                        "c3a",
                        BERT,
                        C3aConfig.builder()
                                .optBlockSizePattern(Map.of("key", 8))
                                .optTargets("query", "key")
                                .build()),
                new Case(
                        "road",
                        BERT,
                        RoadConfig.builder()
                                .optVariant(RoadVariant.ROAD_2)
                                .optGroupSize(8)
                                .optTargets("query")
                                .build()),
                new Case(
                        "unilora",
                        BERT,
                        UniLoraConfig.builder()
                                .optRank(2)
                                .optVectorLength(32)
                                .optTargets("query")
                                .build()),
                new Case(
                        "psoft",
                        BERT,
                        PsoftConfig.builder().optRank(4).optTargets("query").build()),
                new Case(
                        "psoft-symmetric",
                        BERT,
                        PsoftConfig.builder()
                                .optRank(4)
                                .optMap(OrthogonalMap.NEUMANN)
                                .optConstrained(0.9)
                                .optSymmetric(true)
                                .optInnerScale(false)
                                .optTargets("query")
                                .build()),
                new Case(
                        "loraxs",
                        BERT,
                        LoraXsConfig.builder().optRank(4).optTargets("query").build()),
                new Case(
                        "adalora",
                        BERT,
                        AdaLoraConfig.builder().optRank(3).optTargets("query").build()),
                new Case(
                        "loha",
                        BERT,
                        LoHaConfig.builder()
                                .optRank(2)
                                .optRankPattern(Map.of("key", 1))
                                .optAlphaPattern(Map.of("key", 3.0))
                                .optTargets("query", "key")
                                .build()),
                new Case(
                        "loha-effective",
                        "tiny-resnet",
                        LoHaConfig.builder()
                                .optRank(2)
                                .optEffective(true)
                                .optTargets("convolution")
                                .build()),
                new Case("lokr", BERT, LoKrConfig.builder().optRank(1).optTargets("query").build()),
                new Case(
                        "lokr-both",
                        BERT,
                        LoKrConfig.builder()
                                .optRank(1)
                                .optDecomposeBoth(true)
                                .optFactor(4)
                                .optTargets("query")
                                .build()),
                new Case(
                        "fourierft",
                        BERT,
                        FourierFtConfig.builder()
                                .optFrequencies(16)
                                .optSeed(5)
                                .optFrequencyPattern(Map.of("key", 8))
                                .optTargets("query", "key")
                                .build()),
                new Case(
                        "shira",
                        BERT,
                        ShiraConfig.builder().optRank(2).optSeed(5).optTargets("query").build()),
                new Case(
                        "vblora",
                        BERT,
                        VbLoraConfig.builder()
                                .optRank(2)
                                .optVectors(6)
                                .optLength(8)
                                .optTargets("query")
                                .build()),
                new Case("miss", BERT, MissConfig.builder().optRank(6).optTargets("query").build()),
                new Case(
                        "miss-mini",
                        BERT,
                        MissConfig.builder().optRank(6).optMiniRank(8).optTargets("query").build()),
                new Case("beft", BERT, BeftConfig.builder().optTargets("value").build()),
                new Case(
                        "randlora",
                        BERT,
                        RandLoraConfig.builder().optRank(8).optTargets("query").build()),
                new Case(
                        "randlora-seed",
                        BERT,
                        RandLoraConfig.builder()
                                .optRank(8)
                                .optSeed(5)
                                .optSaveProjections(false)
                                .optTargets("query")
                                .build()),
                new Case(
                        "tinylora",
                        BERT,
                        TinyLoraConfig.builder()
                                .optNumbers(5)
                                .optTying(0.5)
                                .optTargets("query")
                                .build()),
                new Case(
                        "delora",
                        BERT,
                        DeloraConfig.builder().optRank(2).optTargets("query").build()),
                new Case(
                        "gralora",
                        BERT,
                        GraloraConfig.builder()
                                .optRank(4)
                                .optWholeRank(1)
                                .optAlpha(5)
                                .optTargets("query")
                                .build()),
                new Case("hira", BERT, HiraConfig.builder().optRank(2).optTargets("query").build()),
                new Case("lntuning", BERT, LnTuningConfig.all()),
                new Case(
                        "pvera",
                        BERT,
                        PveraConfig.builder().optRank(4).optTargets("query").build()),
                new Case("tokens", BERT, TokensConfig.builder().optTokens(List.of(8, 42)).build()),
                new Case("deft", BERT, DeftConfig.builder().optRank(2).optTargets("query").build()),
                new Case(
                        "peanut",
                        BERT,
                        PeanutConfig.builder().optRank(2).optDepth(1).optTargets("query").build()),
                new Case(
                        "supertuning",
                        BERT,
                        SupertuningConfig.builder().optSparsity(0.9).optTargets("query").build()),
                new Case(
                        "waveft",
                        BERT,
                        WaveFtConfig.builder().optFrequencies(16).optTargets("query").build()),
                new Case("vera", BERT, VeraConfig.builder().optRank(4).optTargets("query").build()),
                new Case(
                        "vera-seed",
                        BERT,
                        VeraConfig.builder()
                                .optRank(64)
                                .optSeed(5)
                                .optSaveProjections(false)
                                .optDInitial(0.3)
                                .optTargets("query")
                                .build()));
    }

    private static Stream<Case> baselines() {
        return Stream.of(
                new Case(
                        "head",
                        BERT,
                        BaselineConfig.head().withModulesToSave(List.of("classifier"))),
                new Case("bitfit", BERT, BaselineConfig.bitfit()),
                new Case("full", "tiny-resnet", BaselineConfig.full()));
    }
}
