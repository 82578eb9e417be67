/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.cli;

import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import org.djladapters.adapter.AdapterConfig;
import org.djladapters.adapter.AdapterSpec;
import org.djladapters.adapter.TargetModule;
import org.djladapters.adapter.WeightAdapter;
import org.djladapters.model.AdaptedModel;
import org.djladapters.model.ModelSpec;
import org.djladapters.model.SpentBudget;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Lists the modules of a model that can be adapted, and the parameters of a method. */
@Command(
        name = "inspect",
        header = {
            "Lists the modules of a model that can be adapted.",
            "",
            "  adapters inspect --model model",
            "  adapters inspect --model model --method lora --rank 8 --targets query,value",
            "  adapters inspect --model model --budget 5000",
            ""
        },
        description =
                "With options of a method it also prints how many parameters the method would"
                        + " train, and their coverage: the share of a layer's outputs that they"
                        + " can change. The last line is then the result as JSON.")
final class InspectCommand extends ProgramCommand {

    @Mixin private ModelOption model;

    @Mixin private MethodOptions method;

    @Mixin private BudgetOption budget;

    @Override
    public Integer call() throws IOException {
        OptionalLong number = budget.get();
        boolean given = number.isEmpty() && method.isGiven();
        AdapterConfig config = given ? method.config() : null; // wrong options cost no model
        try (AdaptedModel opened = model.open()) {
            if (number.isPresent()) {
                SpentBudget spent = method.spend(opened.spec(), number.getAsLong());
                out().println("layout: " + spent.layout());
                ResultLine line = showAdapter(opened.spec(), spent.config());
                out().println(line.budget(number.getAsLong(), spent));
            } else if (given) {
                out().println(showAdapter(opened.spec(), config));
            } else {
                showModules(opened.spec());
            }
        }
        return 0;
    }

    private void showModules(ModelSpec model) {
        Table table = new Table();
        table.add("module", "kind", "shape");
        for (TargetModule target : model.targetModules()) {
            table.add(target.path(), kind(target), shape(target));
        }
        table.print(out());
        out().printf(
                        "%,d modules can be adapted; the base model has %,d parameters%n",
                        model.targetModules().size(), model.size());
    }

    private ResultLine showAdapter(ModelSpec model, AdapterConfig config) {
        AdapterSpec adapter = model.adapter(config);
        Warnings.print(adapter.warnings(), err());
        Table table = new Table();
        boolean laidOut =
                adapter.targetModules().values().stream().anyMatch(b -> !b.layout().isEmpty());
        table.add("module", "kind", "shape", "trainable", "coverage, %", laidOut ? "layout" : "");
        adapter.targetModules()
                .forEach(
                        (target, block) ->
                                table.add(
                                        target.path(),
                                        kind(target),
                                        shape(target),
                                        "%,d".formatted(block.size()),
                                        percent(coverage(target, block)),
                                        block.layout()));
        table.print(out());
        long base = model.size();
        out().printf(
                        "%,d trainable parameters in %,d of %,d modules, %.4f %% of the base"
                                + " model's %,d%n",
                        adapter.adapterSize(),
                        adapter.targetModules().size(),
                        model.targetModules().size(),
                        100.0 * adapter.adapterSize() / base,
                        base);
        if (!adapter.targetModules().isEmpty()) {
            out().printf(
                            "%s %% of the outputs of these modules can be changed%n",
                            percent(adapter.coverage()));
        }
        long saved = adapter.size() - adapter.adapterSize();
        if (saved > 0) {
            out().printf(
                            "%,d more trainable parameters in modules that are trained in full%n",
                            saved);
        }
        adapter.hint().ifPresent(hint -> out().println("hint: " + hint));
        return line(model, adapter);
    }

    private static ResultLine line(ModelSpec model, AdapterSpec adapter) {
        List<ResultLine> modules = new ArrayList<>();
        adapter.targetModules()
                .forEach(
                        (target, block) ->
                                modules.add(
                                        new ResultLine()
                                                .text("module", target.path())
                                                .count("trainable_parameters", block.size())
                                                .number("coverage", coverage(target, block))));
        return new ResultLine()
                .text("method", adapter.config().method())
                .text("settings", adapter.config().toString())
                .count("base_parameters", model.size())
                .sizes(adapter.size(), adapter.adapterSize())
                .number("coverage", adapter.coverage())
                .list("modules", modules);
    }

    private static double coverage(TargetModule target, WeightAdapter block) {
        return (double) block.covered() / target.weight().features();
    }

    private static String percent(double share) {
        return "%.1f".formatted(100 * share);
    }

    private static String kind(TargetModule target) {
        return target.kind().name().toLowerCase(Locale.ROOT);
    }

    private static String shape(TargetModule target) {
        Shape shape = target.weight().shape();
        return Arrays.stream(shape.getShape())
                .mapToObj(Long::toString)
                .collect(Collectors.joining("x"));
    }
}
