/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.checkpoint;

import static org.djladapters.io.MalformedFileException.quote;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.djladapters.io.MalformedFileException;
import org.djladapters.surgery.ModelDirectory;

/**
 * What the outputs of a classifier of HuggingFace mean, as {@code config.json} tells: that beside
 * an adapter, or else that of the base.
 *
 * @param file the file
 * @param labels the values of {@code id2label} in their order, empty if there are none
 * @param outputs the number of outputs, 0 if it is not told
 * @param problem the kind of task, empty if it is not told
 */
record ClassNames(Path file, List<String> labels, int outputs, String problem) {

    private static final String CONFIG = "config.json";
    private static final String REGRESSION = "regression";
    private static final String SINGLE = "single_label_classification";

    /** What is known of a directory, which may have no such file. */
    private static ClassNames read(Path directory) throws IOException {
        Path file = directory.resolve(CONFIG);
        if (!Files.isRegularFile(file)) {
            return new ClassNames(file, List.of(), 0, "");
        }
        ConfigFields fields = ConfigFields.read(file);
        Map<String, String> named = fields.stringMap("id2label");
        List<String> labels = new ArrayList<>();
        for (int i = 0; i < named.size(); i++) {
            String label = named.get(Integer.toString(i));
            if (label == null) {
                throw fields.invalid(
                        "the field 'id2label' names no class " + i + "; get or save the file again",
                        null);
            }
            labels.add(label);
        }
        int outputs = fields.integer("num_labels", labels.size());
        return new ClassNames(file, labels, outputs, fields.string("problem_type", ""));
    }

    /**
     * The names of the classes that the classifier in an adapter's file has.
     *
     * @param outputs the number of its outputs
     * @return the names, none for a regression
     */
    static List<String> of(Path adapter, ModelDirectory base, int outputs) throws IOException {
        ClassNames own = read(adapter);
        if (own.outputs != 0 && own.outputs != outputs) {
            throw own.invalid(
                    "tells of "
                            + own.outputs
                            + " outputs, but the classifier of the adapter has "
                            + outputs
                            + "; get or save the file again");
        }
        ClassNames original = read(base.path());
        boolean alike = original.outputs == outputs;
        ClassNames told =
                own.problem.isEmpty() && (alike || original.outputs == 0) ? original : own;
        if (!told.problem.isEmpty() && !told.isRegression() && !told.problem.equals(SINGLE)) {
            throw told.invalid(
                    "says that the task is "
                            + quote(told.problem)
                            + ", for which there are no predictions here; take the logits that the"
                            + " model gives for tensors");
        }
        if (told.isRegression() && outputs > 1) {
            throw told.invalid(
                    "says that the task is a regression, but the classifier of the adapter has "
                            + outputs
                            + " outputs; take what the model gives for tensors");
        }
        if (outputs == 1) {
            if (!told.isRegression() && own.outputs != 1 && !alike) {
                throw own.invalid(
                        "nothing says whether the one output of the adapter's classifier is a"
                                + " number; if it is, write {\"problem_type\": \"regression\"} into"
                                + " this file");
            }
            return List.of();
        }
        if (!own.labels.isEmpty()) {
            return own.labels;
        }
        return alike && !original.labels.isEmpty()
                ? original.labels
                : IntStream.range(0, outputs).mapToObj(i -> "LABEL_" + i).toList();
    }

    private boolean isRegression() {
        return problem.equals(REGRESSION);
    }

    private MalformedFileException invalid(String fault) {
        return new MalformedFileException(file, fault);
    }

    /** What a file beside an adapter says without a base, if it is enough. */
    static Optional<List<String>> beside(Path adapter) throws IOException {
        ClassNames own = read(adapter);
        if (own.isRegression() || own.outputs == 1) {
            return Optional.of(List.of());
        }
        boolean classes = own.problem.isEmpty() || own.problem.equals(SINGLE);
        return Optional.of(own.labels).filter(labels -> classes && !labels.isEmpty());
    }
}
