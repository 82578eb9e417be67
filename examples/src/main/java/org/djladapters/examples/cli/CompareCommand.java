/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import org.djladapters.adapter.AdapterConfig;
import org.djladapters.adapter.Methods;
import org.djladapters.adapter.method.MethodDescriptor;
import org.djladapters.examples.compare.Comparison;
import org.djladapters.examples.compare.ComparisonResult;
import org.djladapters.examples.compare.MethodSummary;
import org.djladapters.model.AdaptedModel;
import org.djladapters.model.ModelSpec;
import org.djladapters.model.SpentBudget;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Compares methods on the same data. */
@Command(
        name = "compare",
        header = {
            "Trains several methods on the same data and compares their quality and cost.",
            "",
            "  adapters compare --methods compound,lora,head --model model \\",
            "      --train train.tsv --dev dev.tsv --output comparison",
            "  adapters compare --methods compound,full --seeds 1 --model model \\",
            "      --train images/train --dev images/dev --output comparison",
            ""
        },
        description =
                "Every method is trained with its default settings, or with --budget in the layout"
                        + " that spends that best; head, full and bitfit stay as they are. The same"
                        + " command, run again after an interruption or with more methods or"
                        + " seeds, does only what is missing.")
final class CompareCommand extends ProgramCommand {

    private static final String INTERRUPTED =
            "Interrupted, finished runs and epochs are kept; run the same command again to resume";

    @Mixin private ModelOption model;

    @Mixin private DataOptions data;

    @OptionGroup.In(OptionGroup.OUTPUT)
    @Option(
            names = "--output",
            required = true,
            paramLabel = "DIR",
            description =
                    "Folder to write to: comparison.md, comparison.png, runs.jsonl and"
                            + " the adapters.")
    private Path output;

    @OptionGroup.In(OptionGroup.METHOD)
    @Option(
            names = "--methods",
            required = true,
            split = ",",
            paramLabel = "METHOD",
            completionCandidates = MethodNames.class,
            description = "Methods to compare: ${COMPLETION-CANDIDATES}.")
    private List<String> methods;

    @Mixin private BudgetOption budget;

    @OptionGroup.In(OptionGroup.TRAINING)
    @Option(
            names = "--seeds",
            paramLabel = "N",
            description =
                    "How often each method is trained, with seeds counted from --seed."
                            + " Default: ${DEFAULT-VALUE}.")
    private int seeds = 3;

    @OptionGroup.In(OptionGroup.MEASUREMENT)
    @Option(
            names = "--rounds",
            paramLabel = "N",
            description =
                    "Number of training steps of each method that are timed. Default:"
                            + " ${DEFAULT-VALUE}.")
    private int rounds = 7;

    @Mixin private TrainingOptions training;

    @Mixin private DropoutOption dropout;

    @Mixin private CheckpointingOption checkpointing;

    @Mixin private ProductOptions products;

    @Mixin private ProgressOptions shown;

    @Override
    public Integer call() throws Exception {
        training.check();
        Comparison.precision(output).ifPresent(products::keep);
        products.check();
        requireDifferent();
        OptionalLong number = budget.get();
        Comparison.Builder comparison = comparison();
        DataOptions.Examples examples = data.read(training.task());
        comparison.setTrain(examples.train());
        examples.dev().ifPresent(comparison::setDev);
        examples.devSplit().ifPresent(comparison::optDevSplit);
        Progress progress = shown.progress();
        long start = System.nanoTime();
        JavaHeap.giveBackGarbage(examples.train().size());
        NativeHeap.shareMemory();
        try (AdaptedModel opened =
                model.open(
                        products,
                        dropout,
                        checkpointing,
                        FileAccessOption.towerOf(examples.train()))) {
            return Interruption.watch(
                    progress,
                    err(),
                    INTERRUPTED,
                    watch -> {
                        Map<String, SpentBudget> spent = spend(opened.spec(), number);
                        ComparisonResult result =
                                comparison
                                        .setModel(opened)
                                        .setMethods(configs(spent))
                                        .optListener(watch)
                                        .build()
                                        .run();
                        show(opened, result, spent, (System.nanoTime() - start) / 1e9);
                    });
        }
    }

    private Comparison.Builder comparison() {
        return checked(
                () ->
                        Comparison.builder()
                                .setOutput(output)
                                .optSeeds(seeds)
                                .optRounds(rounds)
                                .optTraining(training::apply));
    }

    private void requireDifferent() {
        Set<String> different = new HashSet<>();
        for (String method : methods) {
            checked(() -> Methods.descriptor(method));
            if (!different.add(method)) {
                throw wrong("The method '" + method + "' is named twice; name every method once");
            }
        }
    }

    /** Chooses layouts for a budget, for the methods that adapt weights. */
    private Map<String, SpentBudget> spend(ModelSpec model, OptionalLong number) {
        Map<String, SpentBudget> spent = new LinkedHashMap<>();
        if (number.isEmpty()) {
            return spent;
        }
        for (String name : methods) {
            MethodDescriptor method = Methods.descriptor(name);
            if (method.adaptsWeights()) {
                spent.put(name, SpentBudget.of(model, method, number.getAsLong()));
            }
        }
        return spent;
    }

    private Map<String, AdapterConfig> configs(Map<String, SpentBudget> spent) {
        Map<String, AdapterConfig> configs = new LinkedHashMap<>();
        for (String method : methods) {
            configs.put(
                    method,
                    spent.containsKey(method)
                            ? spent.get(method).config()
                            : Methods.defaultConfig(method));
        }
        return configs;
    }

    private void show(
            AdaptedModel opened,
            ComparisonResult result,
            Map<String, SpentBudget> spent,
            double seconds) {
        Table table = new Table();
        result.table().forEach(row -> table.add(row.toArray()));
        table.print(out());
        ResultLine line =
                new ResultLine()
                        .text("metric", result.metric())
                        .list(
                                "methods",
                                result.methods().stream()
                                        .map(method -> line(result.metric(), method))
                                        .toList())
                        .text("output", result.output().toString())
                        .computed(opened)
                        .seconds(seconds);
        if (budget.get().isPresent()) {
            line.count("budget", budget.get().getAsLong());
            List<ResultLine> layouts = new ArrayList<>();
            spent.forEach(
                    (method, chosen) ->
                            layouts.add(
                                    new ResultLine()
                                            .text("method", method)
                                            .text("layout", chosen.layout().toString())));
            line.list("layouts", layouts);
        }
        out().println(line);
    }

    private static ResultLine line(String metric, MethodSummary method) {
        ResultLine line =
                new ResultLine()
                        .text("method", method.method())
                        .count("runs", method.values().size());
        if (!method.failures().isEmpty()) {
            line.text("failed", method.failures().get(0));
        }
        if (method.values().isEmpty()) {
            return line;
        }
        line.number(metric, method.mean())
                .number(metric + "_std", method.deviation())
                .sizes(method.trainableParameters(), method.adapterParameters())
                .count("file_bytes", method.fileBytes())
                .number("step_time", method.stepTime().orElse(Double.NaN));
        method.peakMemory().ifPresent(bytes -> line.count("peak_memory", bytes));
        return line;
    }

    /** The names of all methods, for the help. */
    private static final class MethodNames implements Iterable<String> {

        @Override
        public Iterator<String> iterator() {
            return Methods.names().iterator();
        }
    }
}
