/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.checkpoint;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.djladapters.adapter.Adapter;
import org.djladapters.adapter.HeadConfig;
import org.djladapters.data.TaskKind;
import org.djladapters.hub.ModelDirectory;
import org.djladapters.io.PlainNumber;
import org.djladapters.model.AdaptedModel;
import org.djladapters.model.OutputLayer;

/** The README of an adapter directory: method, results, and how to use the adapter. */
final class ModelCard {

    /** The significant digits of metrics, and of learning rates that float32 has rounded. */
    private static final MathContext ROUNDING = new MathContext(4);

    private static final Pattern DECIMAL = Pattern.compile("-?[0-9]+[.][0-9]+([eE]-?[0-9]+)?");

    private final String base;

    /** The argument that opens it. */
    private final String location;

    private final boolean readByPeft;
    private final Adapter adapter;

    /** A comment on how transformers opens the base model for a head of another size, or empty. */
    private final String opening;

    ModelCard(AdaptedModel model, Adapter adapter, boolean readByPeft) {
        base =
                model.directory()
                        .map(directory -> directory.hubName().orElseGet(directory::name))
                        .orElse("a network of DJL Blocks");
        location =
                model.directory()
                        .flatMap(ModelDirectory::hubName)
                        .map(name -> "\"hf://" + name + "\"")
                        .orElse("Path.of(\"" + base + "\")");
        this.readByPeft = readByPeft;
        this.adapter = adapter;
        opening =
                OutputLayer.of(model)
                        .filter(layer -> layer.isResizedBy(adapter))
                        .map(layer -> layer.in(adapter).outputs())
                        .map(
                                outputs ->
                                        "# open base with num_labels="
                                                + outputs
                                                + ", ignore_mismatched_sizes=True\n")
                        .orElse("");
    }

    /** Returns the text, with the provenance of the training (or null) and the names of classes. */
    String text(String provenance, Optional<String> labels) {
        StringBuilder text = new StringBuilder();
        text.append(
                """
                ---
                base_model: %s
                library_name: %s
                tags:
                - djl-adapters
                - %s
                ---

                # %s adapter for %s

                | | |
                |---|---|
                | base model | %s |
                | method and options | %s |
                | adapted weights | %d |
                | trainable parameters | %s |
                | trainable parameters (without head) | %s |
                """
                        .formatted(
                                base,
                                isReadByPeft() ? "peft" : "djl-adapters",
                                adapter.config().method(),
                                adapter.config().method(),
                                base,
                                base,
                                adapter.config(),
                                adapter.targetModules().size(),
                                count(adapter.size()),
                                count(adapter.adapterSize())));
        if (provenance != null) {
            appendTraining(text, JsonParser.parseString(provenance).getAsJsonObject());
        }
        appendUse(text, provenance, labels);
        return text.toString();
    }

    private static void appendTraining(StringBuilder text, JsonObject provenance) {
        appendTable(text, "Results on the development data", "metrics", provenance);
        appendTable(text, "Training", "options", provenance);
    }

    private static void appendTable(
            StringBuilder text, String title, String field, JsonObject provenance) {
        if (!provenance.has(field) || provenance.getAsJsonObject(field).isEmpty()) {
            return;
        }
        text.append("\n## ").append(title).append("\n\n| | |\n|---|---|\n");
        for (Map.Entry<String, JsonElement> row : provenance.getAsJsonObject(field).entrySet()) {
            String value = rounded(row.getValue().getAsString()).replace("|", "\\|");
            text.append("| %s | %s |%n".formatted(row.getKey(), value).replace("\r", ""));
        }
    }

    /** Shortens numbers with many decimals; other texts stay as they are. */
    private static String rounded(String text) {
        if (!DECIMAL.matcher(text).matches()) {
            return text;
        }
        return PlainNumber.of(new BigDecimal(text).round(ROUNDING).doubleValue());
    }

    private static String predicting(String provenance, Optional<String> labels) {
        Optional<String> types = types(provenance, labels);
        if (types.isEmpty()) {
            return """
                model.activate("name");
                NDList outputs = model.predict(inputs); // arrays for model.inputNames()
            """;
        }
        return """
            try (var task = TaskModel.of(model, %s, "name")) {
                System.out.println(task.predict(input));
            }
        """
                .formatted(types.get());
    }

    /**
     * Returns the types that the adapter's task predicts from and to, as arguments; empty for
     * arrays.
     */
    private static Optional<String> types(String provenance, Optional<String> labels) {
        JsonObject options =
                provenance == null
                        ? null
                        : JsonParser.parseString(provenance)
                                .getAsJsonObject()
                                .getAsJsonObject("options");
        Predicate<String> has = option -> options != null && options.has(option);
        String kind = has.test("task") ? options.get("task").getAsString() : "";
        Optional<String> told = TaskKind.types(kind);
        if (told.isPresent()) {
            return told;
        }
        String text = has.test("pairs") ? "StringPair" : "String";
        String input = has.test("image_size") ? "Image" : text;
        return labels.map(names -> names.strip().equals("[]") ? "Float" : "Classifications")
                .map(output -> input + ".class, " + output + ".class");
    }

    private boolean isReadByPeft() {
        return readByPeft && adapter.headConfig().map(HeadConfig::classifier).orElse(true);
    }

    private void appendUse(StringBuilder text, String provenance, Optional<String> labels) {
        text.append(
                """

                ## Use

                In Java, with DJL Adapters:

                ```java
                try (AdaptedModel model = AdaptedModel.open(%s)) {
                    AdapterDirectory.load(model, "name", Path.of("this folder"));
                %s}
                ```
                """
                        .formatted(location, predicting(provenance, labels)));
        if (isReadByPeft()) {
            text.append(
                    """

                    In Python, with PEFT:

                    ```python
                    %smodel = PeftModel.from_pretrained(base, "this folder")
                    outputs = model(**tokenizer(text, return_tensors="pt"))
                    ```
                    """
                            .formatted(opening));
        }
    }

    private static String count(long value) {
        return String.format(Locale.ROOT, "%,d", value);
    }
}
