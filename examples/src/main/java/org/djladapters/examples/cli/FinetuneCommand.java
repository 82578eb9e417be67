/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.cli;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.djladapters.data.RetrievalData;
import org.djladapters.examples.report.SearchGain;
import org.djladapters.model.AdaptedModel;
import org.djladapters.model.SpentBudget;
import org.djladapters.task.option.Guard;
import org.djladapters.tuning.FineTuner;
import org.djladapters.tuning.FineTuningResult;
import org.djladapters.tuning.SearchChange;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Trains an adapter for a task. */
@Command(
        name = "finetune",
        header = {
            "Trains an adapter on labelled texts or images, prompts with responses, or pairs of"
                    + " texts.",
            "",
            "  adapters finetune --model model --train train.tsv --dev dev.tsv --output out",
            "  adapters finetune --model model --method lora --rank 8 --seed 1 \\",
            "      --train images/train --dev images/dev --output out",
            "  adapters finetune --model model --task token-classification \\",
            "      --train train.conll --dev dev.conll --output out",
            "  adapters finetune --model model --task question-answering \\",
            "      --train train.json --dev dev.json --output out",
            "  adapters finetune --model model --budget 5000 --train tickets.csv \\",
            "      --dev-split 0.1 --text-column message --label-column topic --output out",
            "  adapters finetune --model model --task embedding --train pairs.tsv \\",
            "      --dev dev.tsv --corpus corpus.tsv --output out",
            ""
        },
        description =
                "The last line is the result as JSON. The same command, run again"
                        + " after an interruption, resumes.")
final class FinetuneCommand extends ProgramCommand {

    @Mixin private ModelOption model;

    @Mixin private DataOptions data;

    @Mixin private GuardOptions guard;

    @Mixin private AdapterOutput output;

    @Mixin private SearchPageOption page;

    @Mixin private MethodOptions method;

    @Mixin private BudgetOption budget;

    @Mixin private TrainingOptions training;

    @Mixin private DropoutOption dropout;

    @Mixin private CheckpointingOption checkpointing;

    @Mixin private ProductOptions products;

    @OptionGroup.In(OptionGroup.COMPUTATION)
    @Option(
            names = "--spark",
            paramLabel = "URL",
            description =
                    "Master of a Spark cluster whose processes share the batches of every step"
                            + " (--accumulate): spark://HOST:PORT, or local-cluster[2,1,2048] for"
                            + " two processes on this machine. All its machines must see the files"
                            + " under the same paths. Default: none, this process trains alone.")
    private String spark;

    @Mixin private ProgressOptions shown;

    /** What this process is in a group that trains together. */
    private GroupMember member = GroupMember.ALONE;

    /** Has this process train as a member of a group. */
    void join(GroupMember group) {
        member = group;
    }

    @Override
    public Integer call() throws Exception {
        method.config();
        OptionalLong number = budget.get();
        if (number.isPresent()) {
            method.requireFree();
        }
        training.check();
        if (spark != null) {
            return trainOnCluster();
        }
        if (member.isInGroup()) {
            products.requireOneType();
        }
        if (training.resumes()) {
            FineTuner.interruptedPrecision(output.folder())
                    .ifPresent(begun -> products.resume(output.folder(), begun));
        }
        products.check();
        Optional<Guard> guarded = guard.read(training.task(), data);
        page.check(training.task());
        DataOptions.Examples examples = data.read(training.task());
        page.check(examples.dev().orElse(examples.train()));
        Progress progress = shown.progress();
        JavaHeap.giveBackGarbage(examples.train().size());
        NativeHeap.shareMemory();
        try (AdaptedModel opened =
                model.open(
                        products.toTrain(method.config()),
                        dropout,
                        checkpointing,
                        FileAccessOption.towerOf(examples.train()))) {
            if (member.isInGroup()) {
                train(opened, examples, guarded, number, member.progress());
                return 0;
            }
            return Interruption.watch(
                    progress,
                    err(),
                    null,
                    watch -> train(opened, examples, guarded, number, watch));
        }
    }

    /** Has the processes of a cluster do all else, with the same options. */
    private int trainOnCluster() throws Exception {
        int batches = training.accumulated();
        if (batches < 2) {
            throw wrong(
                    "--spark has processes share the batches of a step, and a step has one; give"
                            + " their number by --accumulate, at least 2 (each has --batch-size"
                            + " examples)");
        }
        products.requireOneType();
        List<String> options =
                Usage.repeated(
                        spec(),
                        Set.of("--model", "--teacher", "--teacher-adapter"),
                        Set.of("--spark", "--quiet", "--json", "--verbose"));
        ClusterTraining cluster =
                new ClusterTraining(spark, "finetune " + output.folder().getFileName(), options);
        return Interruption.watch(
                shown.progress(),
                err(),
                null,
                watch -> {
                    String result = run(cluster, batches, watch);
                    watch.clear();
                    out().print(result);
                    out().flush();
                });
    }

    private static String run(ClusterTraining cluster, int batches, Interruption watch)
            throws IOException {
        try {
            return cluster.run(batches, watch);
        } catch (IOException e) {
            watch.leaveIfAsked(); // the cluster ends, too, when this program is asked to stop
            throw e;
        }
    }

    private void train(
            AdaptedModel opened,
            DataOptions.Examples examples,
            Optional<Guard> guarded,
            OptionalLong number,
            Progress watch)
            throws IOException {
        Optional<SpentBudget> spent =
                number.isPresent()
                        ? Optional.of(method.spend(opened.spec(), number.getAsLong()))
                        : Optional.empty();
        spent.ifPresent(chosen -> watch.onNote("budget: " + chosen.layout()));
        FineTuner.Builder builder =
                FineTuner.builder()
                        .setModel(opened)
                        .setConfig(spent.map(SpentBudget::config).orElseGet(method::config))
                        .setOutput(member.output(output.folder()))
                        .optProcessGroup(member.group())
                        .optOverwrite(output.overwrites())
                        .optListener(watch);
        examples.apply(builder);
        training.apply(builder);
        training.fetchTeacher(builder);
        guarded.ifPresent(chosen -> builder.optGuard(chosen.search(), chosen.tolerance()));
        FineTuner tuner = builder.build();
        FineTuningResult result = tuner.run();
        ResultLine line = line(result, number, spent);
        RetrievalData.search(tuner.options().dev()).ifPresent(line::search);
        watch.clear();
        String metric = result.provenance().options().get("metric");
        result.search().ifPresent(change -> report(change, metric, "", line));
        result.guard()
                .ifPresent(
                        change -> {
                            ResultLine own = new ResultLine();
                            report(change, metric, "guard, ", own);
                            line.line("guard", own).flag("guard_passed", result.isGuardPassed());
                        });
        try {
            if (member.isFirst()) {
                page.write(result, line, watch);
            }
        } finally {
            // hours of training are told, whatever becomes of the page
            out().println(member.describe(line.computed(opened)));
        }
    }

    private void report(SearchChange change, String metric, String title, ResultLine line) {
        SearchChangeReport report = new SearchChangeReport(new SearchGain(change), metric);
        report.print(title, out());
        report.describe(line);
    }

    private static ResultLine line(
            FineTuningResult result, OptionalLong budget, Optional<SpentBudget> spent) {
        ResultLine line =
                new ResultLine()
                        .metrics(result.metrics())
                        .sizes(result.trainableParameters(), result.adapterParameters())
                        .seconds(result.seconds())
                        .count("best_epoch", result.bestEpoch())
                        .count("best_step", result.bestStep())
                        .start(result)
                        .text("adapter", result.adapterDirectory().toString());
        spent.ifPresent(chosen -> line.budget(budget.getAsLong(), chosen));
        return line;
    }
}
