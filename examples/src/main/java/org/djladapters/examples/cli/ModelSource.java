/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import org.djladapters.examples.bench.ModelShape;
import org.djladapters.examples.bench.TemporaryModel;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The options that name a model, or the shape of one with random weights. */
@OptionGroup.In(OptionGroup.MODEL_AND_DATA)
final class ModelSource {

    private static final String MODEL = "--model";
    private static final String SHAPE = "--shape";

    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    @Option(
            names = MODEL,
            paramLabel = "DIR",
            description = "Model: " + Locations.MODELS + ". Either --model or --shape is required.")
    private String location;

    @Option(
            names = SHAPE,
            paramLabel = "NAME",
            completionCandidates = ShapeNames.class,
            description =
                    "Shape of a model that is built with random weights: ${COMPLETION-CANDIDATES}.")
    private ModelShape shape;

    /** Checks that exactly one of them is given. */
    void check() {
        if (location == null && shape == null) {
            throw new IllegalArgumentException(
                    "Give a model (--model DIR) or a shape (--shape NAME)");
        }
        if (location != null && shape != null) {
            throw new IllegalArgumentException("Give either a model or a shape, not both");
        }
    }

    /** Adds the model or the shape to a result. */
    void describe(ResultLine line) {
        if (shape == null) {
            line.text("model", location);
        } else {
            line.text("shape", shape.name());
        }
    }

    /** Finds or makes the model. */
    Folder folder() throws IOException {
        if (shape == null) {
            return new Folder(Locations.model(location, command), null);
        }
        TemporaryModel made = TemporaryModel.of(shape);
        return new Folder(made.directory(), made);
    }

    /** Repeats a command for another process with the model where it is. */
    static List<String> repeated(List<String> arguments, Path folder) {
        List<String> repeated = Usage.without(arguments, MODEL, SHAPE);
        repeated.add(MODEL + "=" + folder);
        return repeated;
    }

    /** The folder of a model; the model is null if it was not made for this command. */
    record Folder(Path path, TemporaryModel made) implements AutoCloseable {

        @Override
        public void close() {
            if (made != null) {
                made.close();
            }
        }
    }

    /** The names of all shapes, for the help. */
    private static final class ShapeNames implements Iterable<String> {

        @Override
        public Iterator<String> iterator() {
            return ModelShape.names().iterator();
        }
    }
}
