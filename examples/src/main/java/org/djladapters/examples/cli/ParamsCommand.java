/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.djladapters.adapter.AdapterConfig;
import org.djladapters.examples.params.PublishedFigure;
import org.djladapters.examples.params.PublishedShape;
import org.djladapters.model.AdaptedModel;
import org.djladapters.model.ModelSpec;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Counts what methods train in models of well-known shapes, and what a step of them computes. */
@Command(
        name = "params",
        header = {
            "Counts the trainable parameters of methods in models of well-known shapes.",
            "",
            "  adapters params --shape bert-base --orders 1,2 --blocks 3",
            "  adapters params --model model --budget 100000",
            ""
        },
        description = {
            "It also counts the operations of a training step. The weights of"
                    + " the models are not needed.",
            "Without options of a method all methods are counted, and published"
                    + " numbers are shown beside those of the same settings here."
        })
final class ParamsCommand implements Callable<Integer> {

    /** What is counted where no method is given, as one would type it for {@code finetune}. */
    private static final List<String> METHODS =
            List.of(
                    "--orders 1,2,3 --block-size 128",
                    "--orders 1,2,3 --block-size 128 --scaling",
                    "--orders 1,2 --block-size 64",
                    "--orders 1,2,3 --blocks 3 --targets default",
                    "--orders 1,2 --blocks 3 --targets default",
                    "--orders 1,2 --blocks 3 --chain 4 --targets default",
                    "--orders 1 --block-size 64 --targets default",
                    "--method lora --rank 1 --targets default",
                    "--method lora --rank 2 --targets default",
                    "--method lora --rank 4 --targets default",
                    "--method lora --rank 8 --targets default",
                    "--method lora --rank 1",
                    "--method lora --rank 2",
                    "--method lora --rank 4",
                    "--method lora --rank 8",
                    "--method oft --block-size 32",
                    "--method boft --block-size 4",
                    "--method boft --block-size 8 --factors 2",
                    "--method ia3",
                    "--method vera",
                    "--method bitfit",
                    "--method head",
                    "--method full");

    @Spec private CommandSpec spec;

    @OptionGroup.In(OptionGroup.MODEL_AND_DATA)
    @Option(
            names = "--shape",
            split = ",",
            paramLabel = "NAME",
            completionCandidates = ShapeNames.class,
            description = "Shapes of models: ${COMPLETION-CANDIDATES}. Default: all.")
    private List<String> shapes = List.of();

    @OptionGroup.In(OptionGroup.MODEL_AND_DATA)
    @Option(
            names = "--model",
            paramLabel = "DIR",
            description = "Model, as for other commands, instead of shapes.")
    private String location;

    @OptionGroup.In(OptionGroup.TRAINING)
    @Option(
            names = "--tokens",
            paramLabel = "N",
            description = "Tokens per training step. Default: ${DEFAULT-VALUE}.")
    private int tokens = 1024;

    @OptionGroup.In(OptionGroup.METHOD)
    @Option(
            names = "--budget",
            paramLabel = "N",
            description =
                    "Show settings with at most this many trainable parameters and at"
                            + " least half as many: first compound adapters on all linear layers,"
                            + " then others.")
    private Long budget;

    @Mixin private FileAccessOption access;

    @Mixin private MethodOptions method;

    @Override
    public Integer call() throws IOException {
        requireSense();
        List<ParamsReport.Row> rows = budget == null ? rows(specs(), methods()) : layouts();
        PrintWriter out = spec.commandLine().getOut();
        ParamsReport report = new ParamsReport(rows, figures(), tokens);
        report.print(out);
        out.println(report.line());
        return 0;
    }

    private void requireSense() {
        if (tokens < 1) {
            throw new ParameterException(
                    spec.commandLine(),
                    "The number of tokens must be at least 1, got %d".formatted(tokens));
        }
        if (budget != null && budget < 1) {
            throw new ParameterException(
                    spec.commandLine(), "The budget must be at least 1, got %d".formatted(budget));
        }
        if (budget != null && method.isGiven()) {
            throw new ParameterException(
                    spec.commandLine(), "Give either a budget or options of a method, not both");
        }
    }

    private List<ParamsReport.Row> layouts() throws IOException {
        List<ParamsReport.Row> rows = new ArrayList<>();
        specs().forEach(
                        (name, spec) ->
                                rows.addAll(
                                        rows(
                                                Map.of(name, spec),
                                                BudgetLayouts.of(spec, budget, tokens))));
        return rows;
    }

    private Map<String, AdapterConfig> methods() {
        if (method.isGiven()) {
            AdapterConfig config = method.config();
            return Map.of(config.toString(), config);
        }
        Map<String, AdapterConfig> methods = new LinkedHashMap<>();
        METHODS.forEach(options -> methods.put(options, ParamsReport.config(options)));
        return methods;
    }

    private Map<String, ModelSpec> specs() throws IOException {
        Map<String, ModelSpec> specs = new LinkedHashMap<>();
        if (location == null) {
            try {
                for (String name : shapes.isEmpty() ? PublishedShape.names() : shapes) {
                    specs.put(name, PublishedShape.of(name).spec());
                }
            } catch (IllegalArgumentException e) {
                throw new ParameterException(spec.commandLine(), e.getMessage(), e);
            }
            return specs;
        }
        if (!shapes.isEmpty()) {
            throw new ParameterException(
                    spec.commandLine(), "Give either a model or shapes, not both");
        }
        try (AdaptedModel model = access.open(ModelLocation.resolve(location, spec))) {
            specs.put(location, model.spec());
        }
        return specs;
    }

    /** What papers print of the shapes that are counted with all methods. */
    private List<ParamsReport.Figure> figures() {
        if (method.isGiven() || budget != null || location != null) {
            return List.of();
        }
        return PublishedFigure.all().stream()
                .filter(figure -> shapes.isEmpty() || shapes.contains(figure.shape()))
                .map(ParamsReport.Figure::of)
                .toList();
    }

    /** Leaves out what does not fit, unless nothing does. */
    private List<ParamsReport.Row> rows(
            Map<String, ModelSpec> specs, Map<String, AdapterConfig> methods) {
        List<ParamsReport.Row> rows = new ArrayList<>();
        List<String> failures = new ArrayList<>();
        for (Map.Entry<String, ModelSpec> model : specs.entrySet()) {
            methods.forEach(
                    (label, config) -> {
                        String name = model.getKey();
                        try {
                            ModelSpec spec = model.getValue();
                            rows.add(ParamsReport.Row.of(name, spec, label, config, tokens));
                        } catch (IllegalArgumentException e) {
                            failures.add("%s, %s: %s".formatted(name, label, e.getMessage()));
                        }
                    });
        }
        if (rows.isEmpty()) {
            throw new IllegalArgumentException(failures.get(0));
        }
        PrintWriter err = spec.commandLine().getErr();
        failures.forEach(failure -> err.println("left out: " + failure));
        return rows;
    }

    /** The names of all shapes, for the help. */
    private static final class ShapeNames implements Iterable<String> {

        @Override
        public Iterator<String> iterator() {
            return PublishedShape.names().iterator();
        }
    }
}
