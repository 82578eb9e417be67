/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.cli;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.djladapters.checkpoint.AdapterDirectory;
import org.djladapters.zoo.Publisher;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Publishes an adapter or a model in a repository. */
@Command(
        name = "publish",
        header = {
            "Publishes an adapter or a model in a repository.",
            "",
            "  adapters publish --adapter tuned --repository repo --group org.example \\",
            "      --artifact tickets --version 1.0",
            "  adapters publish --model merged --repository repo --group org.example \\",
            "      --artifact tickets-model --version 1.0",
            ""
        },
        description =
                "A repository is a folder that any web server can serve. The last"
                        + " line says where the adapter or model is found.")
@OptionGroup.In(OptionGroup.OUTPUT)
final class PublishCommand extends ProgramCommand {

    @ArgGroup(multiplicity = "1")
    private What what;

    @Option(
            names = "--repository",
            required = true,
            paramLabel = "DIR",
            description = "Folder of the repository. It is created if it does not exist.")
    private Path repository;

    @Option(
            names = "--group",
            required = true,
            paramLabel = "G",
            description = "The publisher, a domain name backwards, such as org.example.")
    private String group;

    @Option(
            names = "--artifact",
            required = true,
            paramLabel = "A",
            description = "Name of the adapter or model.")
    private String artifact;

    @Option(
            names = "--version",
            required = true,
            paramLabel = "V",
            description =
                    "Version of the adapter or model. A published version can't be"
                            + " changed later.")
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
                description = "Model folder, as merge writes it.")
        private Path model;
    }

    @Override
    public Integer call() throws IOException {
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

    private Path directory() throws NoSuchFileException {
        if (what.adapter == null) {
            return what.model;
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
