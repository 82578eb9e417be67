/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.djladapters.checkpoint.merged.MergedOnnx;
import org.djladapters.data.LabelledData;
import org.djladapters.io.TemporaryFolder;
import org.djladapters.model.AdaptedModel;
import org.djladapters.task.Evaluator;
import org.djladapters.task.TaskModel;
import org.djladapters.task.metric.EvaluationListener;

/**
 * Measures what int8 costs: a task's metrics of the model, and of the export opened as a plain
 * model. An ONNX file is measured by a TorchScript export, which has the same weights in int8 and
 * rounds activations likewise.
 */
final class QuantizationLoss {

    private static final EvaluationListener QUIET = new EvaluationListener() {};

    private final boolean given;
    private final LabelledData data;
    private final Map<String, Double> before;
    private TemporaryFolder twin;

    private QuantizationLoss(boolean given, LabelledData data, Map<String, Double> before) {
        this.given = given;
        this.data = data;
        this.before = before;
    }

    /** Measures nothing, and says so if the model is quantized. */
    static QuantizationLoss notMeasured(boolean quantized) {
        return new QuantizationLoss(quantized, null, Map.of());
    }

    /** Measures a model as it is, with an adapter if there is one. */
    static QuantizationLoss of(AdaptedModel model, Optional<Path> adapter, LabelledData data)
            throws IOException {
        return new QuantizationLoss(
                true,
                data,
                adapter.isPresent()
                        ? Evaluator.evaluate(model, adapter.get(), data)
                        : Evaluator.evaluate(model, data, OptionalInt.empty(), QUIET));
    }

    /** Makes a TorchScript export if an ONNX file is to be measured. */
    void keep(TaskModel<?, ?> task, Path exported) throws IOException {
        if (data != null && Files.exists(exported.resolve(MergedOnnx.FILE))) {
            twin = TemporaryFolder.create();
            task.exportInt8(twin(twin));
        }
    }

    private static Path twin(TemporaryFolder folder) {
        return folder.path().resolve("int8");
    }

    /** Measures the export and prints a table and a line of JSON. */
    void print(BaseModelOption model, Path exported, PrintWriter out, PrintWriter err)
            throws IOException {
        if (!given) {
            return;
        }
        ResultLine line = new ResultLine().text("output", exported.toString());
        if (data == null) {
            err.println("The loss in quality was not measured; --data names data to measure it on");
        } else {
            Map<String, Double> after = after(model, exported, err);
            table(after).print(out);
            line.line("float32", new ResultLine().metrics(before))
                    .line("int8", new ResultLine().metrics(after));
        }
        out.println(line);
    }

    private Map<String, Double> after(BaseModelOption model, Path exported, PrintWriter err)
            throws IOException {
        if (twin == null) {
            return measured(model, exported);
        }
        try (TemporaryFolder closed = twin) {
            err.println("Measured by a TorchScript model with the same weights in int8");
            return measured(model, twin(closed));
        }
    }

    private Map<String, Double> measured(BaseModelOption model, Path folder) throws IOException {
        try (AdaptedModel opened = model.openOther(folder)) {
            return Evaluator.evaluate(opened, data, OptionalInt.empty(), QUIET);
        }
    }

    private Table table(Map<String, Double> after) {
        Table table = new Table();
        table.add("metric", "float32", "int8", "difference");
        before.forEach(
                (name, value) -> {
                    if (after.containsKey(name)) {
                        double now = after.get(name);
                        table.add(
                                name,
                                text("%.4f", value),
                                text("%.4f", now),
                                text("%+.4f", now - value));
                    }
                });
        return table;
    }

    private static String text(String form, double value) {
        return String.format(Locale.ROOT, form, value);
    }
}
