/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.cli;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.djladapters.checkpoint.AdapterDirectory;
import org.djladapters.zoo.Publisher;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Publishes an adapter or a model in a repository. */
@Command(
        name = "publish",
        description =
                "Publishes an adapter or a model in a repository, a folder that any web server can"
                        + " hand out; prints where it is found.")
final class PublishCommand implements Callable<Integer> {

    @Spec private CommandSpec spec;

    @ArgGroup(multiplicity = "1")
    private What what;

    @Option(
            names = "--repository",
            required = true,
            paramLabel = "DIR",
            description = "Folder of the repository, made if it is not there.")
    private Path repository;

    @Option(
            names = "--group",
            required = true,
            paramLabel = "G",
            description = "Who publishes, a domain backwards: org.example.")
    private String group;

    @Option(
            names = "--artifact",
            required = true,
            paramLabel = "A",
            description = "What it is called.")
    private String artifact;

    @Option(
            names = "--version",
            required = true,
            paramLabel = "V",
            description = "Which version of it this is; it can't be changed later.")
    private String version;

    @Option(
            names = "--application",
            paramLabel = "PATH",
            description =
                    "What it is for, as DJL calls it (nlp/text_embedding), where the folder does"
                            + " not tell.")
    private String application;

    /** What is published. */
    private static final class What {

        @Option(
                names = "--adapter",
                required = true,
                paramLabel = "DIR",
                description = "Adapter folder, as finetune or PEFT writes it.")
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
        spec.commandLine().getOut().println(repository + "#" + coordinates);
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
