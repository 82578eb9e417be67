/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.cli;

import com.google.gson.JsonArray;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.stream.LongStream;
import org.djladapters.adapter.Adapter;
import org.djladapters.data.RetrievalData;
import org.djladapters.matmul.Precision;
import org.djladapters.model.AdaptedModel;
import org.djladapters.model.SpentBudget;
import org.djladapters.tuning.FineTuningResult;

/** The line of JSON with which a command ends, for programs to read. */
final class ResultLine {

    private final JsonObject json = new JsonObject();

    ResultLine metrics(Map<String, Double> metrics) {
        metrics.forEach(this::number);
        return this;
    }

    ResultLine sizes(long trainable, long adapter) {
        return count("trainable_parameters", trainable).count("adapter_parameters", adapter);
    }

    ResultLine sizes(Adapter adapter) {
        return sizes(adapter.size(), adapter.adapterSize());
    }

    /** Adds a budget and the layout that was taken for it, as one would type it. */
    ResultLine budget(long budget, SpentBudget spent) {
        return count("budget", budget).text("layout", spent.layout().toString());
    }

    ResultLine seconds(double seconds) {
        return number("seconds", Math.round(seconds * 1000) / 1000.0);
    }

    /** Adds the metrics before training, and whether the model is better now. */
    ResultLine start(FineTuningResult result) {
        if (!result.startMetrics().isEmpty()) {
            line("epoch_0", new ResultLine().metrics(result.startMetrics()));
            json.addProperty("improved", result.isImproved());
        }
        return this;
    }

    /** Adds how many passages were searched. */
    ResultLine search(RetrievalData data) {
        return count("passages", data.passages().size());
    }

    /** Adds in which type a model computed ("precision" is a metric), and by which products. */
    ResultLine computed(AdaptedModel model) {
        return text("computed_in", Precision.nameOf(model.precision()))
                .text("matmul", model.matmul().toString());
    }

    ResultLine text(String name, String value) {
        json.addProperty(name, value);
        return this;
    }

    /** Adds a line within this one. */
    ResultLine line(String name, ResultLine line) {
        json.add(name, line.json);
        return this;
    }

    ResultLine flag(String name, boolean value) {
        json.addProperty(name, value);
        return this;
    }

    ResultLine count(String name, long value) {
        json.addProperty(name, value);
        return this;
    }

    /** Adds a count, null if it is empty. */
    ResultLine count(String name, OptionalInt value) {
        json.add(name, value.isPresent() ? new JsonPrimitive(value.getAsInt()) : JsonNull.INSTANCE);
        return this;
    }

    /** Adds a count, null if it is empty. */
    ResultLine count(String name, OptionalLong value) {
        json.add(
                name, value.isPresent() ? new JsonPrimitive(value.getAsLong()) : JsonNull.INSTANCE);
        return this;
    }

    ResultLine list(String name, List<ResultLine> lines) {
        JsonArray array = new JsonArray();
        lines.forEach(line -> array.add(line.json));
        json.add(name, array);
        return this;
    }

    /** Adds a list of rows of counts. */
    ResultLine table(String name, long[][] counts) {
        JsonArray rows = new JsonArray();
        for (long[] row : counts) {
            JsonArray cells = new JsonArray();
            LongStream.of(row).forEach(cells::add);
            rows.add(cells);
        }
        json.add(name, rows);
        return this;
    }

    ResultLine texts(String name, List<String> values) {
        JsonArray array = new JsonArray();
        values.forEach(array::add);
        json.add(name, array);
        return this;
    }

    /** Adds a number; null for NaN, which JSON does not have. */
    ResultLine number(String name, double value) {
        if (Double.isFinite(value)) {
            json.addProperty(name, value);
        } else {
            json.add(name, JsonNull.INSTANCE);
        }
        return this;
    }

    /** Adds a list of numbers. */
    ResultLine numbers(String name, double... values) {
        JsonArray array = new JsonArray();
        for (double value : values) {
            array.add(value);
        }
        json.add(name, array);
        return this;
    }

    @Override
    public String toString() {
        return PlainText.json(json.toString());
    }
}
