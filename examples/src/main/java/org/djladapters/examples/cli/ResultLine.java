/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.cli;

import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import java.nio.file.Path;
import java.util.Map;
import org.djladapters.surgery.Adapter;

/** The line of JSON with which a command ends, for programs to read. */
final class ResultLine {

    private final JsonObject json = new JsonObject();

    ResultLine metrics(Map<String, Double> metrics) {
        metrics.forEach(this::number);
        return this;
    }

    ResultLine sizes(long trainable, long adapter) {
        json.addProperty("trainable_parameters", trainable);
        json.addProperty("adapter_parameters", adapter);
        return this;
    }

    ResultLine sizes(Adapter adapter) {
        return sizes(adapter.size(), adapter.adapterSize());
    }

    ResultLine seconds(double seconds) {
        return number("seconds", Math.round(seconds * 1000) / 1000.0);
    }

    ResultLine bestEpoch(int epoch) {
        json.addProperty("best_epoch", epoch);
        return this;
    }

    ResultLine adapter(Path directory) {
        json.addProperty("adapter", directory.toString());
        return this;
    }

    /** JSON has no NaN. */
    private ResultLine number(String name, double value) {
        if (Double.isFinite(value)) {
            json.addProperty(name, value);
        } else {
            json.add(name, JsonNull.INSTANCE);
        }
        return this;
    }

    @Override
    public String toString() {
        return json.toString();
    }
}
