/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.cli;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.djladapters.checkpoint.AdapterDirectory;
import org.djladapters.model.AdaptedModel;
import org.djladapters.zoo.Publisher;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Publishes an adapter or a model in a repository. */
@Command(
        name = "publish",
        header = {
            "Publishes an adapter or a model in a repository, or a model with its adapters for DJL"
                    + " Serving.",
            "",
            "  adapters publish --adapter tuned --repository repo --group org.example \\",
            "      --artifact tickets --version 1.0",
            "  adapters publish --model merged --repository repo --group org.example \\",
            "      --artifact tickets-model --version 1.0",
            "  adapters publish --model builtin:all-MiniLM-L6-v2 --adapters adapters --serving"
                    + " home",
            ""
        },
        description =
                "A repository is a folder that any web server can serve; --serving writes a folder"
                        + " from which DJL Serving can be started. The last line says where the"
                        + " adapter or model is found.")
@OptionGroup.In(OptionGroup.OUTPUT)
final class PublishCommand extends ProgramCommand {

    @Spec private CommandSpec command;

    @ArgGroup(multiplicity = "1")
    private What what;

    @Mixin private FileAccessOption access;

    @OptionGroup.In(OptionGroup.MODEL_AND_DATA)
    @Option(
            names = "--adapters",
            paramLabel = "DIR",
            description =
                    "With --serving: folder whose subfolders are adapters of the model, each under"
                            + " the name of its folder. Default: none; they can be added later.")
    private Path adapters;

    @Option(
            names = "--serving",
            paramLabel = "DIR",
            description =
                    "Folder for DJL Serving to write: the model as TorchScript, its adapters, their"
                            + " settings, and the jars that the server needs. Default: none, a"
                            + " repository is written.")
    private Path serving;

    @Option(
            names = "--repository",
            paramLabel = "DIR",
            description =
                    "Folder of the repository. It is created if it does not exist. Default:"
                            + " none, which needs --serving.")
    private Path repository;

    @Option(
            names = "--group",
            paramLabel = "G",
            description =
                    "The publisher, a domain name backwards, such as org.example. Default: none; a"
                            + " repository needs it.")
    private String group;

    @Option(
            names = "--artifact",
            paramLabel = "A",
            description = "Name of the adapter or model. Default: none; a repository needs it.")
    private String artifact;

    @Option(
            names = "--version",
            paramLabel = "V",
            description =
                    "Version of the adapter or model. A published version can't be"
                            + " changed later. Default: none; a repository needs it.")
    private String version;

    @Option(
            names = "--application",
            paramLabel = "PATH",
            description =
                    "What it is used for, in DJL's words, such as nlp/text_embedding."
                            + " Default: as the folder says.")
    private String application;

    /** An adapter or a model. */
    @OptionGroup.In(OptionGroup.MODEL_AND_DATA)
    private static final class What {

        @Option(
                names = "--adapter",
                required = true,
                paramLabel = "DIR",
                description =
                        "Adapter folder, as finetune or PEFT writes it. Either --adapter or"
                                + " --model is required.")
        private Path adapter;

        @Option(
                names = "--model",
                required = true,
                paramLabel = "DIR",
                description =
                        "Model folder, as merge writes it. With --serving: "
                                + Locations.MODELS
                                + ".")
        private String model;
    }

    @Override
    public Integer call() throws IOException {
        requireFitting();
        if (serving != null) {
            try (AdaptedModel model = access.open(Locations.model(what.model, command))) {
                String name = ServingHome.write(model, Optional.ofNullable(adapters), serving);
                err().printf(
                                "In this folder, MODEL_SERVER_HOME=. djl-serving -f"
                                        + " config.properties answers POST /predictions/%s%n",
                                name);
            }
            out().println(serving);
            return 0;
        }
        String coordinates = group + ":" + artifact + ":" + version;
        Publisher.Builder publisher =
                Publisher.builder().setRepository(repository).setCoordinates(coordinates);
        if (application != null) {
            publisher.optApplication(application);
        }
        publisher.build().publish(directory());
        out().println(repository + "#" + coordinates);
        return 0;
    }

    private void requireFitting() {
        if (serving == null) {
            if (adapters != null) {
                throw wrong(
                        "--adapters is for --serving; add that, or publish each with --adapter");
            }
            if (Stream.of(repository, group, artifact, version).anyMatch(Objects::isNull)) {
                throw wrong(
                        "A repository needs --repository, --group, --artifact and --version; give"
                                + " all of them, or --serving");
            }
            return;
        }
        if (what.model == null) {
            throw wrong(
                    "--serving needs the model; name it with --model, and adapters with"
                            + " --adapters");
        }
        if (Stream.of(repository, group, artifact, version, application)
                .anyMatch(Objects::nonNull)) {
            throw wrong(
                    "--serving writes no repository; leave out --repository, --group, --artifact,"
                            + " --version and --application");
        }
    }

    private Path directory() throws NoSuchFileException {
        if (what.adapter == null) {
            return Path.of(what.model);
        }
        if (!AdapterDirectory.holdsAdapter(what.adapter)) {
            throw new NoSuchFileException(
                    what.adapter.toString(),
                    null,
                    "holds no adapter; give a folder with adapter_config.json, or --model for a"
                            + " model");
        }
        return what.adapter;
    }
}
