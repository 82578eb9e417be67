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
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.djladapters.adapter.AdapterConfig;
import org.djladapters.adapter.Methods;
import org.djladapters.adapter.method.MethodDescriptor;
import org.djladapters.data.RetrievalData;
import org.djladapters.data.TaskKind;
import org.djladapters.examples.compare.Comparison;
import org.djladapters.examples.compare.ComparisonResult;
import org.djladapters.examples.compare.MethodSummary;
import org.djladapters.examples.compare.SearchSummary;
import org.djladapters.model.AdaptedModel;
import org.djladapters.model.ModelSpec;
import org.djladapters.model.SpentBudget;
import org.djladapters.task.option.AdaptedTexts;
import org.djladapters.tuning.FineTuner;
import org.djladapters.tuning.ProgressListener;
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
            "  adapters compare --task embedding --methods compound,lora \\",
            "      --budget 5000,20000 --model model --train pairs.tsv --dev dev.tsv \\",
            "      --corpus corpus.tsv --output comparison",
            ""
        },
        description =
                "Every method is trained with its default settings, or with --budget in the layout"
                    + " that spends that best; head, full and bitfit stay as they are. For a search"
                    + " (--task embedding) it is trained for queries alone and for both sides,"
                    + " unless --adapt chooses, and compared with the model as it is. The same"
                    + " command, run again after an interruption or with more methods or seeds,"
                    + " does only what is missing.")
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

    @OptionGroup.In(OptionGroup.METHOD)
    @Option(
            names = BudgetOption.NAME,
            split = ",",
            paramLabel = "N",
            description =
                    "Choose the adapted layers and the rank, block size or orders of every method"
                            + " so that at most this many parameters are trained, without a head;"
                            + " several, such as 1000,5000, are compared as lora-1000, lora-5000."
                            + " Default: no budget.")
    private List<Long> budgets = List.of();

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
        requireDifferentBudgets();
        Comparison.Builder comparison = comparison();
        DataOptions.Examples examples = data.read(training.task());
        comparison.setTrain(examples.train());
        examples.dev().ifPresent(comparison::setDev);
        examples.devSplit().ifPresent(comparison::optDevSplit);
        if (isSearch(examples)) {
            if (spec().commandLine().getParseResult().hasMatchedOption("--rounds")) {
                throw wrong(
                        "--rounds is for the times of steps, which a comparison of searches does"
                                + " not show; leave it out");
            }
            comparison.optTexts(texts());
        }
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
                        Map<String, Map<String, SpentBudget>> spent = spend(opened.spec(), watch);
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

    private boolean isSearch(DataOptions.Examples examples) {
        return training.task().equals(Optional.of(TaskKind.EMBEDDING))
                && RetrievalData.search(examples.dev().orElse(examples.train())).isPresent();
    }

    /** Returns the trainings of queries alone and of both sides, unless the texts are given. */
    private Map<AdaptedTexts, Consumer<FineTuner.Builder>> texts() {
        Map<AdaptedTexts, Consumer<FineTuner.Builder>> trainings = new LinkedHashMap<>();
        for (AdaptedTexts texts :
                training.adapted()
                        .map(List::of)
                        .orElse(List.of(AdaptedTexts.QUERY, AdaptedTexts.BOTH))) {
            trainings.put(texts, tuner -> training.apply(tuner, texts));
        }
        return trainings;
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

    private void requireDifferentBudgets() {
        budgets.forEach(budget -> BudgetOption.check(spec(), budget));
        if (new HashSet<>(budgets).size() < budgets.size()) {
            throw wrong("The budgets must be different, got " + budgets);
        }
    }

    /**
     * Chooses layouts for the budgets, for the methods that adapt weights: by the method, then by
     * the name of what is trained.
     */
    private Map<String, Map<String, SpentBudget>> spend(ModelSpec model, ProgressListener notes) {
        Map<String, Map<String, SpentBudget>> spent = new LinkedHashMap<>();
        for (String name : methods) {
            MethodDescriptor method = Methods.descriptor(name);
            Map<String, SpentBudget> layouts = new LinkedHashMap<>();
            for (long budget : method.adaptsWeights() ? budgets : List.<Long>of()) {
                String trained = budgets.size() == 1 ? name : name + "-" + budget;
                SpentBudget chosen = SpentBudget.of(model, method, budget);
                String layout = chosen.layout().toString();
                if (layouts.values().stream().anyMatch(l -> l.layout().toString().equals(layout))) {
                    notes.onNote(trained + " is left out: its layout is that of another budget");
                } else {
                    layouts.put(trained, chosen);
                }
            }
            spent.put(name, layouts);
        }
        return spent;
    }

    private static Map<String, AdapterConfig> configs(Map<String, Map<String, SpentBudget>> spent) {
        Map<String, AdapterConfig> configs = new LinkedHashMap<>();
        spent.forEach(
                (method, layouts) -> {
                    layouts.forEach((trained, chosen) -> configs.put(trained, chosen.config()));
                    if (layouts.isEmpty()) {
                        configs.put(method, Methods.defaultConfig(method));
                    }
                });
        return configs;
    }

    private void show(
            AdaptedModel opened,
            ComparisonResult result,
            Map<String, Map<String, SpentBudget>> spent,
            double seconds) {
        Table table = new Table();
        result.table().forEach(row -> table.add(row.toArray()));
        table.print(out());
        result.sentences().forEach(out()::println);
        ResultLine line =
                new ResultLine()
                        .text("metric", result.metric())
                        .list(
                                "methods",
                                result.methods().stream()
                                        .map(method -> line(result.metric(), method))
                                        .toList())
                        .text("output", result.output().toString());
        if (result.isSearch()) {
            result.best(true).ifPresent(best -> line.text("best", best));
            result.best(false).ifPresent(best -> line.text("best_without_new_index", best));
        }
        line.computed(opened).seconds(seconds);
        if (!budgets.isEmpty()) {
            if (budgets.size() == 1) {
                line.count("budget", budgets.get(0));
            }
            List<ResultLine> layouts = new ArrayList<>();
            spent.values().stream()
                    .flatMap(chosen -> chosen.entrySet().stream())
                    .forEach(
                            chosen ->
                                    layouts.add(
                                            new ResultLine()
                                                    .text("method", chosen.getKey())
                                                    .text(
                                                            "layout",
                                                            chosen.getValue()
                                                                    .layout()
                                                                    .toString())));
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
                .count("file_bytes", method.fileBytes());
        method.search()
                .ifPresentOrElse(
                        search -> add(search, line),
                        () -> line.number("step_time", method.stepTime().orElse(Double.NaN)));
        method.peakMemory().ifPresent(bytes -> line.count("peak_memory", bytes));
        return line;
    }

    private static void add(SearchSummary search, ResultLine line) {
        line.text("adapt", search.texts().toString())
                .flag("new_index", search.texts().passages())
                .seconds(search.seconds());
        search.changes()
                .forEach(
                        (name, change) ->
                                line.line(
                                        name + "_change",
                                        new ResultLine()
                                                .number("before", change.before())
                                                .number("after", change.after())
                                                .number("difference", change.difference().value())
                                                .numbers(
                                                        "interval",
                                                        change.difference().low(),
                                                        change.difference().high())));
    }

    /** The names of all methods, for the help. */
    private static final class MethodNames implements Iterable<String> {

        @Override
        public Iterator<String> iterator() {
            return Methods.names().iterator();
        }
    }
}
