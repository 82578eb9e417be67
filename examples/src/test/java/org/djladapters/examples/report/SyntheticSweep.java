/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import org.djladapters.adapter.Methods;
import org.djladapters.checkpoint.Provenance;
import org.djladapters.data.LabelSpace;
import org.djladapters.data.TaskKind;
import org.djladapters.examples.outputs.ExampleOutputs;
import org.djladapters.examples.outputs.ExampleOutputs.Kind;
import org.djladapters.examples.sweep.JointTuning;
import org.djladapters.examples.sweep.RateTrial;
import org.djladapters.examples.sweep.RunKey;
import org.djladapters.examples.sweep.RunResult;
import org.djladapters.examples.sweep.RunResult.EpochPoint;
import org.djladapters.examples.sweep.RunSetup;

/**
 * Writes what a sweep leaves, of methods that were never trained: examples are hard or easy, and a
 * method gets right what is within its ability, which varies with the seed.
 */
final class SyntheticSweep {

    private final String suite;
    private final Path folder;
    private final List<RunResult> runs = new ArrayList<>();
    private final List<RateTrial> trials = new ArrayList<>();
    private int size = 300;
    private boolean tested = true;
    private List<Double> rates = List.of(0.5, 1.0, 2.0);
    private List<String> training = List.of("--epochs", "2");
    private JointTuning joint;
    private String precision;
    private String processor;

    SyntheticSweep(String suite, Path folder) throws IOException {
        this.suite = suite;
        this.folder = folder;
        Files.createDirectories(folder.resolve("outputs"));
    }

    /** Has this many examples in every task that is added from here on. */
    SyntheticSweep examples(int count) {
        size = count;
        return this;
    }

    /** Leaves test data alone. */
    SyntheticSweep untested() {
        tested = false;
        return this;
    }

    /** Tries these factors of learning rates in what is added from here on. */
    SyntheticSweep rates(Double... factors) {
        rates = List.of(factors);
        return this;
    }

    /** Tunes the rates of head and adapter together in what is added from here on. */
    SyntheticSweep joint() {
        joint = new JointTuning(List.of(0.5, 1.0, 2.0), List.of(21L, 22L));
        return this;
    }

    /** Computes what is added from here on in a type, null for float32, on a processor. */
    SyntheticSweep computedIn(String type, String on) {
        precision = type;
        processor = on;
        return this;
    }

    /** Gives these options to all that is added from here on. */
    SyntheticSweep options(String... options) {
        training = List.of(options);
        return this;
    }

    /**
     * Adds runs of a method on a task with the seeds 1, 2, …
     *
     * @param kind what the task gives for every example
     * @param ability about the share of examples that it gets right
     */
    SyntheticSweep add(
            String method,
            String family,
            long parameters,
            String task,
            Kind kind,
            double ability,
            int seeds)
            throws IOException {
        for (int seed = 1; seed <= seeds; seed++) {
            RunKey key = new RunKey(task, method, seed);
            Random random = new Random(key.toString().hashCode());
            double own = ability + 0.008 * random.nextGaussian();
            Map<String, ExampleOutputs> outputs = new LinkedHashMap<>();
            outputs.put("dev", outputs(task + " dev", kind, own, random));
            if (tested) {
                outputs.put("test", outputs(task + " test", kind, own, random));
            }
            String name = "outputs/%s-%08x.safetensors".formatted(task, key.hashCode());
            ExampleOutputs.write(folder.resolve(name), outputs);
            runs.add(run(key, family, parameters, outputs, name, null));
        }
        return this;
    }

    /** Adds a run that failed. */
    SyntheticSweep fail(String method, String family, String task, long seed, String reason) {
        RunKey key = new RunKey(task, method, seed);
        runs.add(run(key, family, 0, Map.of(), null, reason));
        return this;
    }

    /** Adds a trial of a search for layouts. */
    SyntheticSweep search(String layout, String task, double value, int layouts) {
        return trial(new RunKey(task, layout, 1), 1, value, layouts);
    }

    /** Adds a trial of a factor of the learning rate. */
    SyntheticSweep trial(String method, String task, long seed, double factor) {
        return trial(new RunKey(task, method, seed), factor, 0.5, null);
    }

    private SyntheticSweep trial(RunKey key, double factor, double value, Integer layouts) {
        trials.add(
                new RateTrial(
                        suite,
                        key,
                        setup(key, "compound"),
                        factor,
                        null,
                        3e-3 * factor,
                        "accuracy",
                        value,
                        4_704,
                        60,
                        layouts,
                        null));
        return this;
    }

    private ExampleOutputs outputs(String data, Kind kind, double ability, Random random) {
        Random examples = new Random(data.hashCode());
        boolean[] right = new boolean[size];
        double[] gold = new double[size];
        for (int i = 0; i < size; i++) {
            double difficulty = examples.nextDouble();
            gold[i] = examples.nextInt(2);
            right[i] = difficulty + 0.15 * random.nextGaussian() < ability;
        }
        return switch (kind) {
            case CLASSES -> classes(gold, right);
            case SCORES -> scores(examples, ability, random);
            case RANKS -> ExampleOutputs.of(Kind.RANKS, ranks(right, random));
            case SPANS -> spans(right, random);
            case LOSSES -> losses(right);
            default -> ExampleOutputs.of(Kind.HITS, hits(right));
        };
    }

    private static ExampleOutputs classes(double[] gold, boolean[] right) {
        double[] predicted = new double[gold.length];
        for (int i = 0; i < gold.length; i++) {
            predicted[i] = right[i] ? gold[i] : 1 - gold[i];
        }
        LabelSpace space = new LabelSpace(TaskKind.CLASSIFICATION, List.of("0", "1"));
        return ExampleOutputs.ofLabels(space, gold, predicted);
    }

    private ExampleOutputs scores(Random examples, double ability, Random random) {
        float[] gold = new float[size];
        float[] predicted = new float[size];
        for (int i = 0; i < size; i++) {
            gold[i] = (float) examples.nextGaussian();
            double noise = Math.sqrt(1 - ability * ability);
            predicted[i] = (float) (ability * gold[i] + noise * random.nextGaussian());
        }
        return ExampleOutputs.of(Kind.SCORES, gold, predicted);
    }

    private static float[] ranks(boolean[] right, Random random) {
        float[] ranks = new float[right.length];
        for (int i = 0; i < ranks.length; i++) {
            ranks[i] = right[i] ? 1 : 2 + random.nextInt(20);
        }
        return ranks;
    }

    private static ExampleOutputs spans(boolean[] right, Random random) {
        float[] found = new float[right.length];
        float[] predicted = new float[right.length];
        float[] there = new float[right.length];
        for (int i = 0; i < right.length; i++) {
            there[i] = i % 2;
            predicted[i] = right[i] ? there[i] : random.nextInt(2);
            found[i] = right[i] ? there[i] : 0;
        }
        return ExampleOutputs.of(Kind.SPANS, found, predicted, there);
    }

    private static ExampleOutputs losses(boolean[] right) {
        float[] losses = new float[right.length];
        float[] tokens = new float[right.length];
        for (int i = 0; i < right.length; i++) {
            tokens[i] = 10;
            losses[i] = right[i] ? 5 : 15;
        }
        return ExampleOutputs.of(Kind.LOSSES, losses, tokens);
    }

    private static float[] hits(boolean[] right) {
        float[] hits = new float[right.length];
        for (int i = 0; i < hits.length; i++) {
            hits[i] = right[i] ? 1 : 0;
        }
        return hits;
    }

    private RunResult run(
            RunKey key,
            String family,
            long parameters,
            Map<String, ExampleOutputs> outputs,
            String file,
            String failure) {
        ExampleOutputs dev = outputs.get("dev");
        String metric = dev == null ? null : dev.kind().metrics().get(0);
        boolean atEdge = family.equals("lora") && rates.size() > 1;
        return new RunResult(
                suite,
                key,
                setup(key, family),
                family,
                metric,
                metrics(dev),
                metrics(outputs.get("test")),
                atEdge ? 1.5e-3 : 3e-3,
                null,
                atEdge ? 0.5 : 1,
                null,
                atEdge,
                2,
                List.of(new EpochPoint(1, 0.7, Map.of()), new EpochPoint(2, 0.5, Map.of())),
                parameters,
                parameters + 385,
                family.equals("compound") ? 0.96 : null,
                4 * parameters + 2_000,
                60 + Math.sqrt((double) parameters) / 10,
                900L + parameters / 1_000,
                1,
                processor,
                Map.of("djl", "0.36.0"),
                "2026-01-02T03:04:05Z",
                file,
                failure);
    }

    private static Map<String, Double> metrics(ExampleOutputs outputs) {
        Map<String, Double> metrics = new LinkedHashMap<>();
        if (outputs != null) {
            outputs.kind().metrics().forEach(m -> metrics.put(m, outputs.value(m)));
        }
        return metrics;
    }

    private RunSetup setup(RunKey key, String family) {
        Provenance.Source data =
                new Provenance.Source("data <of> " + key.task(), "fedcba9876543210", size);
        List<String> options = new ArrayList<>(training);
        options.addAll(List.of("--method", family, "--targets", key.method()));
        return new RunSetup(
                new Provenance.Base("base <b>", "0123456789abcdef"),
                Map.of("train", data, "dev", data),
                0.1,
                options,
                rates,
                precision,
                joint);
    }

    /** Writes the lines; the outputs are there already. */
    Path write() throws IOException {
        Path lines = folder.resolve("runs.jsonl");
        Files.deleteIfExists(lines);
        RunResult.lines(lines).append(runs);
        if (!trials.isEmpty()) {
            Path beside = folder.resolve("rates.jsonl");
            Files.deleteIfExists(beside);
            RateTrial.lines(beside).append(trials);
        }
        return lines;
    }

    /** A method of a made-up sweep. */
    record Made(String name, String family, long parameters, double ability, int seeds) {}

    /** Some fifteen methods whose names and sizes are those of a real sweep. */
    static List<Made> many() {
        List<Made> made =
                new ArrayList<>(
                        List.of(
                                new Made("head alone", "head", 0, 0.55, 5),
                                new Made("all weights", "full", 22_565_376, 0.80, 3),
                                new Made("LoRA, rank 8", "lora", 331_776, 0.79, 5),
                                new Made("LoRA, rank 1", "lora", 41_472, 0.775, 3),
                                new Made("LoRA, rank 1, on value", "lora", 4_608, 0.745, 3),
                                new Made("compound, 4,700", "compound", 4_704, 0.77, 5),
                                new Made("compound, 1,000", "compound", 1_008, 0.72, 5),
                                new Made("compound, 31,000", "compound", 31_104, 0.785, 3),
                                new Made("compound, strided blocks", "compound", 4_704, 0.765, 3),
                                new Made("compound, with gains", "compound", 4_690, 0.775, 1),
                                new Made("IA3, value and output", "ia3", 4_608, 0.73, 3),
                                new Made("VeRA, rank 16", "vera", 5_200, 0.72, 3),
                                new Made("HRA, rank 1", "hra", 4_608, 0.75, 1),
                                new Made("OFT, blocks of 32", "oft", 321_408, 0.785, 1)));
        for (String rival : List.of("psoft", "lora-xs", "uni-lora", "c3a", "road")) {
            boolean there = Methods.names().contains(rival);
            String family = there ? rival : "boft";
            made.add(new Made(rival.toUpperCase(Locale.ROOT) + ", 1,000", family, 1_020, 0.70, 3));
            made.add(new Made(rival.toUpperCase(Locale.ROOT) + ", 4,700", family, 4_650, 0.755, 3));
        }
        return made;
    }
}
