/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.cli;

import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.djladapters.adapter.AdapterConfig;
import org.djladapters.adapter.TargetModule;
import org.djladapters.model.AdaptedModel;
import org.djladapters.model.AdapterSpec;
import org.djladapters.model.ModelSpec;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Shows what of a model can be adapted, and what a method would train. */
@Command(
        name = "inspect",
        header = {
            "Lists the modules of a model that can be adapted.",
            "",
            "  adapters inspect --model model",
            "  adapters inspect --model model --method lora --rank 8 --targets query,value",
            ""
        },
        description =
                "With options of a method it also prints how many parameters the"
                        + " method would train.")
final class InspectCommand implements Callable<Integer> {

    @Spec private CommandSpec spec;

    @Mixin private ModelOption model;

    @Mixin private MethodOptions method;

    @Override
    public Integer call() throws IOException {
        try (AdaptedModel opened = model.open()) {
            if (method.isGiven()) {
                showAdapter(opened.spec(), method.config());
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

    private void showAdapter(ModelSpec model, AdapterConfig config) {
        AdapterSpec adapter = model.adapter(config);
        Warnings.print(adapter.warnings(), spec.commandLine().getErr());
        Table table = new Table();
        boolean laidOut =
                adapter.targetModules().values().stream().anyMatch(b -> !b.layout().isEmpty());
        table.add("module", "kind", "shape", "trainable", laidOut ? "layout" : "");
        adapter.targetModules()
                .forEach(
                        (target, block) ->
                                table.add(
                                        target.path(),
                                        kind(target),
                                        shape(target),
                                        "%,d".formatted(block.size()),
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
        long saved = adapter.size() - adapter.adapterSize();
        if (saved > 0) {
            out().printf(
                            "%,d more trainable parameters in modules that are trained in full%n",
                            saved);
        }
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

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }
}
