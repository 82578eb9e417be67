/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.cli;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.Supplier;
import org.djladapters.adapter.AdapterConfig;
import org.djladapters.adapter.Methods;
import org.djladapters.adapter.method.MethodDescriptor;
import org.djladapters.examples.params.PublishedFigure;
import org.djladapters.examples.params.PublishedShape;
import org.djladapters.model.AdaptedModel;
import org.djladapters.model.ModelSpec;
import org.djladapters.model.SpentBudget;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * Counts the parameters of methods in models of well-known shapes, and the operations of a step.
 */
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
                    + " numbers are shown beside those of the same settings here.",
            "With --budget it shows the layout that spends that best, of one method or of all."
        })
@OptionGroup.In(OptionGroup.MODEL_AND_DATA)
final class ParamsCommand extends ProgramCommand {

    /** The options of {@code finetune} that are counted if no method is given. */
    private static final List<String> METHODS =
            List.of(
                    "--orders 1,2,3 --block-size 92",
                    "--orders 1,2,3 --block-size 92 --scaling",
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

    @Option(
            names = "--shape",
            split = ",",
            paramLabel = "NAME",
            completionCandidates = ShapeNames.class,
            description = "Shapes of models: ${COMPLETION-CANDIDATES}. Default: all.")
    private List<String> shapes = List.of();

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

    @Mixin private BudgetOption budget;

    @Mixin private FileAccessOption access;

    @Mixin private MethodOptions method;

    @Override
    public Integer call() throws IOException {
        requireSense();
        OptionalLong number = budget.get();
        List<ParamsReport.Row> rows = number.isPresent() ? layouts(number.getAsLong()) : counts();
        ParamsReport report = new ParamsReport(rows, figures(), tokens);
        report.print(out());
        out().println(report.line());
        return 0;
    }

    private void requireSense() {
        if (tokens < 1) {
            throw wrong("The number of tokens must be at least 1, got %d".formatted(tokens));
        }
        if (budget.get().isPresent()) {
            method.requireFree();
        }
    }

    /** Finds the layouts for a budget, of the chosen method or of all that adapt weights. */
    private List<ParamsReport.Row> layouts(long budget) throws IOException {
        List<MethodDescriptor> chosen =
                method.isGiven()
                        ? List.of(method.method())
                        : Methods.descriptors().stream()
                                .filter(MethodDescriptor::adaptsWeights)
                                .toList();
        Rows rows = new Rows();
        specs().forEach(
                        (name, model) ->
                                chosen.forEach(
                                        descriptor ->
                                                rows.add(
                                                        name,
                                                        descriptor.name(),
                                                        () ->
                                                                row(
                                                                        name,
                                                                        model,
                                                                        descriptor,
                                                                        budget))));
        return rows.get();
    }

    private ParamsReport.Row row(
            String name, ModelSpec model, MethodDescriptor descriptor, long budget) {
        SpentBudget spent =
                method.isGiven()
                        ? method.spend(model, budget)
                        : SpentBudget.of(model, descriptor, budget);
        String label = "--method " + descriptor.name() + " " + spent.layout();
        return ParamsReport.Row.of(name, model, label, spent.config(), tokens);
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
            for (String name : shapes.isEmpty() ? PublishedShape.names() : shapes) {
                specs.put(name, checked(() -> PublishedShape.of(name)).spec());
            }
            return specs;
        }
        if (!shapes.isEmpty()) {
            throw wrong("Give either a model or shapes, not both");
        }
        try (AdaptedModel model = access.open(Locations.model(location, spec()))) {
            specs.put(location, model.spec());
        }
        return specs;
    }

    /** Returns the published figures for shapes that are counted with all methods. */
    private List<ParamsReport.Figure> figures() {
        if (method.isGiven() || budget.get().isPresent() || location != null) {
            return List.of();
        }
        return PublishedFigure.all().stream()
                .filter(figure -> shapes.isEmpty() || shapes.contains(figure.shape()))
                .map(ParamsReport.Figure::of)
                .toList();
    }

    private List<ParamsReport.Row> counts() throws IOException {
        Map<String, AdapterConfig> methods = methods();
        Rows rows = new Rows();
        specs().forEach(
                        (name, model) ->
                                methods.forEach(
                                        (label, config) ->
                                                rows.add(
                                                        name,
                                                        label,
                                                        () ->
                                                                ParamsReport.Row.of(
                                                                        name, model, label, config,
                                                                        tokens))));
        return rows.get();
    }

    /** Rows; methods that do not fit a model are left out, unless none fits. */
    private final class Rows {

        private final List<ParamsReport.Row> rows = new ArrayList<>();
        private final List<String> failures = new ArrayList<>();

        void add(String model, String label, Supplier<ParamsReport.Row> row) {
            try {
                rows.add(row.get());
            } catch (IllegalArgumentException e) {
                failures.add("%s, %s: %s".formatted(model, label, e.getMessage()));
            }
        }

        List<ParamsReport.Row> get() {
            if (rows.isEmpty()) {
                throw new IllegalArgumentException(failures.get(0));
            }
            failures.forEach(failure -> err().println("left out: " + failure));
            return rows;
        }
    }

    /** The names of all shapes, for the help. */
    private static final class ShapeNames implements Iterable<String> {

        @Override
        public Iterator<String> iterator() {
            return PublishedShape.names().iterator();
        }
    }
}
