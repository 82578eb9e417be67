/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.cli;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.djladapters.checkpoint.AdapterDirectory;
import org.djladapters.io.MalformedFileException;
import org.djladapters.model.AdaptedModel;
import org.djladapters.model.NonFinite;
import org.djladapters.safetensors.SafetensorsFile;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Runs a model on tensors from a file. */
@Command(
        name = "predict",
        header = {
            "Runs a model, with or without adapters, on the tensors of a file.",
            "",
            "  adapters predict --model model --adapter tuned \\",
            "      --input in.safetensors --output out.safetensors",
            "  adapters predict --model model --adapter a --adapter b --rows 1,2,0 \\",
            "      --input in.safetensors --output out.safetensors",
            ""
        })
final class PredictCommand implements Callable<Integer> {

    private static final String INPUT = "input.";
    private static final String OUTPUT = "output.";

    @Spec private CommandSpec spec;

    @Mixin private ModelOption model;

    @Mixin private ProductOptions products;

    @OptionGroup.In(OptionGroup.MODEL_AND_DATA)
    @Option(
            names = "--adapter",
            paramLabel = "DIR",
            description =
                    "Adapter folder, or where the adapter was published. Several are"
                            + " applied together in the order given, unless --rows is given.")
    private List<String> adapters = List.of();

    @OptionGroup.In(OptionGroup.MODEL_AND_DATA)
    @Option(
            names = "--rows",
            paramLabel = "N",
            split = ",",
            description =
                    "Give every row of the inputs its own adapter, a number for each"
                            + " row: 1 for the first --adapter, 2 for the second, 0 for the base"
                            + " model.")
    private List<Integer> rows = List.of();

    @OptionGroup.In(OptionGroup.MODEL_AND_DATA)
    @Option(names = "--merged", description = "Merge the adapters into the weights first.")
    private boolean merged;

    @OptionGroup.In(OptionGroup.MODEL_AND_DATA)
    @Option(
            names = "--input",
            required = true,
            paramLabel = "FILE",
            description =
                    "Safetensors file with a tensor input.<argument> for every argument"
                            + " of the model.")
    private Path input;

    @OptionGroup.In(OptionGroup.OUTPUT)
    @Option(
            names = "--output",
            required = true,
            paramLabel = "FILE",
            description =
                    "Safetensors file to write, with a tensor output.<key> for every"
                            + " output of the model.")
    private Path output;

    @OptionGroup.In(OptionGroup.OUTPUT)
    @Option(
            names = "--strict",
            description =
                    "Fail and write nothing if an output has values that are infinite"
                            + " or not a number. Without this option that is a warning.")
    private boolean strict;

    @Override
    public Integer call() throws IOException {
        if (merged && adapters.isEmpty()) {
            throw new ParameterException(
                    spec.commandLine(), "--merged needs an --adapter to merge");
        }
        if (merged && !rows.isEmpty()) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--rows chooses an adapter per row, but --merged fixes the adapters; leave"
                            + " out one of the two");
        }
        for (int number : rows) {
            if (number < 0 || number > adapters.size()) {
                throw new ParameterException(
                        spec.commandLine(),
                        "--rows has %d, but there are %d adapters (0 is the base model)"
                                .formatted(number, adapters.size()));
            }
        }
        products.check();
        try (AdaptedModel opened = model.open(products);
                NDManager manager = opened.model().getNDManager().newSubManager()) {
            NDList inputs = inputs(opened.inputNames(), manager);
            List<String> names = loadAdapters(opened);
            if (rows.isEmpty()) {
                opened.activate(names.toArray(new String[0]));
            }
            if (merged) {
                opened.merge();
            }
            NDList outputs =
                    rows.isEmpty()
                            ? opened.predict(inputs)
                            : opened.predict(inputs, adapterOfRow(names));
            Map<String, NDArray> results = named(outputs);
            NonFinite.sentence(results).ifPresent(this::report);
            SafetensorsFile.write(output, results, Map.of());
        }
        return 0;
    }

    private void report(String notFinite) {
        if (strict) {
            throw new ArithmeticException(notFinite);
        }
        Warnings.print(List.of(notFinite), spec.commandLine().getErr());
    }

    private List<String> adapterOfRow(List<String> names) {
        return rows.stream()
                .map(number -> number == 0 ? AdaptedModel.BASE : names.get(number - 1))
                .toList();
    }

    private List<String> loadAdapters(AdaptedModel opened) throws IOException {
        List<String> names = new ArrayList<>();
        for (String adapter : adapters) {
            String name = "adapter" + names.size();
            Warnings.print(
                    AdapterDirectory.load(opened, name, ModelLocation.adapter(adapter)).warnings(),
                    spec.commandLine().getErr());
            names.add(name);
        }
        return names;
    }

    private NDList inputs(List<String> arguments, NDManager manager) throws IOException {
        try (SafetensorsFile file = SafetensorsFile.open(input)) {
            Set<String> given =
                    file.tensors().keySet().stream()
                            .filter(name -> name.startsWith(INPUT))
                            .collect(Collectors.toSet());
            Set<String> wanted =
                    arguments.stream().map(name -> INPUT + name).collect(Collectors.toSet());
            if (!given.equals(wanted)) {
                throw new MalformedFileException(input, mismatch(arguments, given));
            }
            NDList inputs = new NDList();
            for (String argument : arguments) {
                inputs.add(file.read(manager, INPUT + argument));
            }
            return inputs;
        }
    }

    private static String mismatch(List<String> arguments, Set<String> given) {
        List<String> missing =
                arguments.stream().filter(name -> !given.contains(INPUT + name)).toList();
        String problem =
                missing.isEmpty()
                        ? "has a tensor that is no argument of the model, "
                                + given.stream()
                                        .map(name -> name.substring(INPUT.length()))
                                        .filter(name -> !arguments.contains(name))
                                        .map(name -> MalformedFileException.quote(INPUT + name))
                                        .sorted()
                                        .collect(Collectors.joining(", "))
                        : "lacks the tensor "
                                + missing.stream()
                                        .map(name -> MalformedFileException.quote(INPUT + name))
                                        .collect(Collectors.joining(", "));
        return problem
                + "; the model takes "
                + arguments.stream().map(name -> INPUT + name).collect(Collectors.joining(", "));
    }

    private static Map<String, NDArray> named(NDList outputs) {
        Map<String, NDArray> named = new LinkedHashMap<>();
        for (NDArray array : outputs) {
            String name = array.getName();
            named.put(OUTPUT + (name == null ? named.size() : name), array);
        }
        return named;
    }
}
