/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.checkpoint.head;

import static org.djladapters.io.MalformedFileException.quote;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.djladapters.hub.ModelDirectory;
import org.djladapters.io.JsonFields;
import org.djladapters.io.MalformedFileException;

/**
 * The meaning of the outputs of a classifier of HuggingFace, as {@code config.json} describes it:
 * the one beside an adapter, or else that of the base model.
 *
 * @param fields the file
 * @param labels the values of {@code id2label} in their order, empty if there are none
 * @param outputs the number of outputs, 0 if it is not told
 * @param problem the kind of task, empty if it is not told
 */
record DescribedOutputs(JsonFields fields, List<String> labels, int outputs, String problem) {

    private static DescribedOutputs read(JsonFields fields) throws IOException {
        Map<String, String> named = fields.stringMap("id2label");
        List<String> labels = new ArrayList<>();
        for (int i = 0; i < named.size(); i++) {
            String label = named.get(Integer.toString(i));
            if (label == null) {
                throw fields.invalid(
                        "the field 'id2label' names no class "
                                + i
                                + "; get or save the file again");
            }
            labels.add(label);
        }
        int outputs = fields.integer("num_labels", labels.size());
        return new DescribedOutputs(fields, labels, outputs, fields.string("problem_type", ""));
    }

    /**
     * Returns the names of the classes of an adapter's classifier, none for a regression; empty if
     * neither the configuration beside the adapter nor that of the base tells them. Other tasks are
     * refused.
     */
    static Optional<List<String>> of(JsonFields adapter, Optional<ModelDirectory> base, int outputs)
            throws IOException {
        DescribedOutputs own = read(adapter);
        if (own.outputs != 0 && own.outputs != outputs) {
            throw own.invalid(
                    ("describes %s outputs, but the classifier of the adapter has "
                                    + "%s; get or save the file again")
                            .formatted(own.outputs, outputs));
        }
        DescribedOutputs original =
                read(
                        base.isPresent()
                                ? base.get().fields(OutputLabels.MODEL)
                                : new JsonFields(OutputLabels.MODEL, new JsonObject()));
        boolean alike = original.outputs == outputs;
        DescribedOutputs told =
                own.problem.isEmpty() && (alike || original.outputs == 0) ? original : own;
        if (!told.problem.isEmpty()
                && !told.isRegression()
                && !told.problem.equals(OwnHead.SINGLE)) {
            throw told.invalid(
                    ("says that the task is %s, for which this version has no "
                                    + "predictions; use the logits that the model returns for "
                                    + "tensors")
                            .formatted(quote(told.problem)));
        }
        if (told.isRegression() && outputs > 1) {
            throw told.invalid(
                    "says that the task is a regression, but the classifier of the adapter has "
                            + outputs
                            + " outputs; use what the model returns for tensors");
        }
        if (outputs == 1) {
            if (!told.isRegression() && own.outputs != 1 && !alike) {
                throw own.invalid(
                        "it is unknown whether the one output of the adapter's classifier is a"
                                + " number; if it is, write {\"problem_type\": \"regression\"} into"
                                + " this file beside the adapter");
            }
            return Optional.of(List.of());
        }
        return Optional.of(own.labels).filter(labels -> !labels.isEmpty());
    }

    private boolean isRegression() {
        return problem.equals(OwnHead.REGRESSION);
    }

    private MalformedFileException invalid(String fault) {
        return fields.invalid(fault);
    }
}
