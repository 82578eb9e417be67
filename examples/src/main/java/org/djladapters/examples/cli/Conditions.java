/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.cli;

import ai.djl.ndarray.types.DataType;
import ai.djl.pytorch.jni.JniUtils;
import java.util.List;
import java.util.stream.Stream;
import org.djladapters.examples.bench.Processor;
import org.djladapters.matmul.Matmul;
import org.djladapters.matmul.Precision;
import org.djladapters.model.AdaptedModel;

/** The conditions under which a model was measured: what its times depend on beside the model. */
record Conditions(DataType precision, Matmul matmul) {

    /** Describes the conditions of an open model. */
    static Conditions of(AdaptedModel model) {
        return new Conditions(model.precision(), model.matmul());
    }

    /** Returns the name of the type in which the model computes. */
    String name() {
        return Precision.nameOf(precision);
    }

    /** Returns the lines that stand above a table: the processor, and how products are computed. */
    static List<String> heading(Conditions... conditions) {
        return Stream.concat(
                        Stream.of(
                                "%s, %d threads"
                                        .formatted(Processor.current(), JniUtils.getNumThreads())),
                        Stream.of(conditions).map(Conditions::toString))
                .toList();
    }

    /** Adds the processor, which is the same for all that is measured in a process. */
    static void describeProcessor(ResultLine line) {
        Processor processor = Processor.current();
        line.text("processor", processor.name())
                .texts("processor_features", processor.features())
                .count("threads", JniUtils.getNumThreads());
    }

    void describe(ResultLine line) {
        line.text("precision", name()).text("matmul", matmul.toString());
    }

    @Override
    public String toString() {
        return "%s, matrix products by %s".formatted(name(), matmul);
    }
}
