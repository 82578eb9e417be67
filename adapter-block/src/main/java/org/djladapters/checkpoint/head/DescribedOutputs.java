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
        DescribedOutputs original = ofBase(base);
        DescribedOutputs told = told(own, original, outputs);
        if (!told.isKnown()) {
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
            if (told.givesSeveral()) {
                throw told.invalid(
                        "says that an input may have several classes, but the classifier of the"
                                + " adapter has one output; use what the model returns for"
                                + " tensors");
            }
            if (!told.isRegression() && own.outputs != 1 && original.outputs != 1) {
                throw own.invalid(
                        "it is unknown whether the one output of the adapter's classifier is a"
                                + " number; if it is, write {\"problem_type\": \"regression\"} into"
                                + " this file beside the adapter");
            }
            return Optional.of(List.of());
        }
        return Optional.of(own.labels).filter(labels -> !labels.isEmpty());
    }

    /** Tells whether an input may have several of the classes of an adapter's classifier. */
    static boolean giveSeveral(JsonFields adapter, Optional<ModelDirectory> base, int outputs)
            throws IOException {
        return outputs > 1 && told(read(adapter), ofBase(base), outputs).givesSeveral();
    }

    private static DescribedOutputs ofBase(Optional<ModelDirectory> base) throws IOException {
        return read(
                base.isPresent()
                        ? base.get().fields(OutputLabels.MODEL)
                        : new JsonFields(OutputLabels.MODEL, new JsonObject()));
    }

    /** Returns the description that says what the task is: the adapter's own one, if it does. */
    private static DescribedOutputs told(
            DescribedOutputs own, DescribedOutputs original, int outputs) {
        boolean fits = original.outputs == outputs || original.outputs == 0;
        return own.problem.isEmpty() && fits ? original : own;
    }

    private boolean isKnown() {
        return problem.isEmpty()
                || problem.equals(OwnHead.SINGLE)
                || givesSeveral()
                || isRegression();
    }

    private boolean givesSeveral() {
        return problem.equals(OwnHead.MULTI_LABEL);
    }

    private boolean isRegression() {
        return problem.equals(OwnHead.REGRESSION);
    }

    private MalformedFileException invalid(String fault) {
        return fields.invalid(fault);
    }
}
