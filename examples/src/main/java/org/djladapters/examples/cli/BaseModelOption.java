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
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.djladapters.checkpoint.AdapterDirectory;
import org.djladapters.examples.builtin.BuiltInModel;
import org.djladapters.hub.client.HubRepository;
import org.djladapters.model.AdaptedModel;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The option that names the model of an adapter; by default, the adapter's own base model. */
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
     * Opens the model for an adapter, if there is one; the caller closes it. Of two towers it opens
     * the one that the adapter changes, where changes leave that open.
     */
    AdaptedModel open(Optional<Path> adapter, FileAccessOption.Change... changes)
            throws IOException {
        List<FileAccessOption.Change> all = new ArrayList<>(List.of(changes));
        if (adapter.isPresent() && AdapterDirectory.holdsAdapter(adapter.get())) {
            AdapterDirectory.tower(adapter.get())
                    .ifPresent(tower -> all.add(0, FileAccessOption.tower(tower)));
        }
        return access.open(folder(adapter), all.toArray(FileAccessOption.Change[]::new));
    }

    /** Opens another model, such as one that was made of this one; the caller closes it. */
    AdaptedModel openOther(Path folder, FileAccessOption.Change... changes) throws IOException {
        return access.open(folder, changes);
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
                    "'%s' names the base model %s, which can't be opened (%s); name it with --model"
                            .formatted(named, base, ErrorLine.of(e)),
                    e);
        }
    }

    /** Returns the location of an adapter's base model. */
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
        // an adapter from a stranger must not choose a server
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
