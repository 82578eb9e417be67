/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** The options that name a model, or the shape of one to be made. */
final class ModelSource {

    private static final String MODEL = "--model";

    @Option(
            names = MODEL,
            paramLabel = "DIR",
            description = "Model folder or URL, as for other commands.")
    private String location;

    /** The name of the model, as it is shown. */
    String name() {
        return location;
    }

    /** Finds the model. */
    Folder folder() throws IOException {
        return new Folder(ModelLocation.resolve(location));
    }

    /**
     * Says the same with the folder of the model, for another process.
     *
     * @param arguments the arguments of this process
     */
    List<String> arguments(List<String> arguments, Path folder) {
        List<String> same = new ArrayList<>(arguments);
        return same;
    }

    /** The folder of a model. */
    record Folder(Path path) implements AutoCloseable {

        @Override
        public void close() {}
    }
}
