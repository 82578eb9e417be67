/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.cli;

import static org.djladapters.io.MalformedFileException.quote;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;
import org.djladapters.checkpoint.AdapterDirectory;
import org.djladapters.examples.builtin.BuiltInModel;
import org.djladapters.hub.client.HubRepository;
import org.djladapters.model.AdaptedModel;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The option that names the model of an adapter; without it, the adapter tells. */
@OptionGroup.In(OptionGroup.MODEL_AND_DATA)
final class BaseModelOption {

    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    @Option(
            names = "--model",
            paramLabel = "DIR",
            description =
                    "Model: "
                            + Locations.MODELS
                            + ". Default: the base model that the (first) adapter names.")
    private String location;

    @Mixin private FileAccessOption access;

    /**
     * Opens the model with the products that are the fastest; the caller closes it.
     *
     * @param adapter the folder of the adapter, empty if there is none
     */
    AdaptedModel open(Optional<Path> adapter) throws IOException {
        return access.open(folder(adapter));
    }

    /** Opens the model so that it computes products as given; the caller closes it. */
    AdaptedModel open(Optional<Path> adapter, ProductOptions products) throws IOException {
        return access.open(folder(adapter), products);
    }

    private Path folder(Optional<Path> adapter) throws IOException {
        if (location != null) {
            return Locations.model(location, command);
        }
        Path named =
                adapter.orElseThrow(
                        () ->
                                Usage.wrong(
                                        command,
                                        "Give a model (--model), or an adapter that names its base"
                                                + " model (--adapter)"));
        String base = base(named);
        try {
            Path folder = Locations.model(base, command);
            command.commandLine()
                    .getErr()
                    .printf("Base model: %s, as '%s' says%n", PlainText.line(base), named);
            return folder;
        } catch (IOException e) {
            throw new IOException(
                    "'%s' names the base model %s, which can't be had (%s); name it with --model"
                            .formatted(named, base, ErrorLine.of(e)),
                    e);
        }
    }

    /** The location of the model that an adapter is for. */
    private static String base(Path adapter) throws IOException {
        AdapterDirectory.Description description = AdapterDirectory.describe(adapter);
        String base =
                description
                        .base()
                        .orElseThrow(
                                () ->
                                        new IOException(
                                                ("'%s' does not say of which base model it is; name"
                                                                + " that with --model")
                                                        .formatted(adapter)));
        if (BuiltInModel.find(base).isPresent()) {
            return BuiltInModel.SCHEME + base;
        }
        if (isFolder(base)) {
            return base;
        }
        if (HubRepository.isId(base)) {
            return HubRepository.SCHEME
                    + base
                    + description.revision().map(r -> "@" + r).orElse("");
        }
        // an adapter of a stranger does not choose which server is asked
        throw new IOException(
                ("'%s' names the base model %s, which is no folder here and no name of the hub;"
                                + " name it with --model")
                        .formatted(adapter, quote(base)));
    }

    private static boolean isFolder(String path) {
        try {
            return Files.isDirectory(Path.of(path));
        } catch (InvalidPathException e) {
            return false;
        }
    }
}
