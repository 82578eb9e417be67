/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.cli;

import ai.djl.pytorch.jni.JniUtils;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import org.djladapters.examples.serve.PredictionServer;
import org.djladapters.examples.serve.ServerOptions;
import org.djladapters.examples.serve.SharedGenerator;
import org.djladapters.examples.serve.TextTasks;
import org.djladapters.hub.ModelTower;
import org.djladapters.kernel.PyTorch;
import org.djladapters.model.AdaptedModel;
import org.djladapters.serving.AdapterFolder;
import org.djladapters.serving.ServedAdapters;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Answers requests over HTTP with the adapters of a folder. */
@Command(
        name = "serve",
        header = {
            "Serves all adapters of a folder over HTTP, on one base model.",
            "",
            "  adapters serve --model model --adapters adapters",
            "  adapters serve --model model --adapters adapters --port 0 --workers 4",
            ""
        },
        description = {
            "POST /predict with {\"adapter\": \"tickets\", \"inputs\": [\"Where is my parcel?\"]};"
                    + " GET /adapters. At --admin-port: GET /health, /ready, /metrics.",
            "Adapters that are added, changed or removed in the folder are loaded, replaced or"
                + " unloaded while the server runs. The first line is the address. Ctrl-C ends the"
                + " server after it has answered open requests."
        })
@OptionGroup.In(OptionGroup.SERVER)
final class ServeCommand extends ProgramCommand {

    @Mixin private ModelOption model;

    @Mixin private ProductOptions products;

    @OptionGroup.In(OptionGroup.MODEL_AND_DATA)
    @Option(
            names = "--adapters",
            required = true,
            paramLabel = "DIR",
            description =
                    "Folder whose subfolders are adapters, each under the name of its folder.")
    private Path folder;

    @Mixin private ServerArguments server;

    @Option(
            names = "--poll",
            paramLabel = "SECONDS",
            description =
                    "Time between two looks at the folder. A change counts when it was the same in"
                            + " two looks. Default: 2.")
    private double poll = 2;

    /** Divides processors among workers, since threads of concurrent predictions wait otherwise. */
    private void shareProcessors() {
        PyTorch.engine();
        int processors = Runtime.getRuntime().availableProcessors();
        JniUtils.setNumThreads(Math.max(1, processors / server.workers()));
        Warnings.printLoad(JniUtils.getNumThreads(), err());
    }

    @Override
    public Integer call() throws IOException {
        requirePoll();
        ServerOptions options = server.options();
        products.check();
        if (!Files.isDirectory(folder)) {
            throw new NotDirectoryException(folder.toString());
        }
        shareProcessors();
        try (ServerShutdown shutdown = new ServerShutdown(err());
                AdaptedModel opened =
                        model.open(products, FileAccessOption.tower(ModelTower.TEXT));
                SharedGenerator generator = new SharedGenerator(opened);
                ServedAdapters<TextTasks> adapters =
                        new ServedAdapters<>(opened, TextTasks.opener(generator))) {
            AdapterFolder watched =
                    new AdapterFolder(folder, adapters, err()::println, err()::println);
            watched.poll();
            if (shutdown.isAskedWithin(milliseconds())) {
                return Interruption.STATUS;
            }
            watched.poll();
            try (PredictionServer started =
                    PredictionServer.start(
                            adapters, watched::failure, options, this::printFailure)) {
                out().println(started.address());
                err().println("Health, readiness and metrics: " + started.adminAddress());
                Warnings.print(server.warning().stream().toList(), err());
                while (!shutdown.isAskedWithin(milliseconds())) {
                    watched.poll();
                }
                shutdown.drain(started);
            }
        }
        return Interruption.STATUS;
    }

    private void requirePoll() {
        if (!(poll >= 0.01 && poll <= 86_400)) {
            throw wrong("--poll must be between 0.01 and 86400 seconds, got " + poll);
        }
    }

    private long milliseconds() {
        return Math.round(poll * 1000);
    }

    private void printFailure(Throwable failure) {
        err().println(ErrorLine.of(failure));
    }
}
