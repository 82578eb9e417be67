/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.checkpoint;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
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

    /** Returns the text, with the record of the training and the file of the names of classes. */
    String text(Optional<Provenance> run, Optional<String> labels) {
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
        if (run.isPresent()) {
            appendTable(text, "Results on the development data", run.get().metrics());
            appendTable(text, "Training", run.get().options());
        }
        appendUse(text, run.map(Provenance::options).orElse(Map.of()), labels);
        return text.toString();
    }

    private static void appendTable(StringBuilder text, String title, Map<String, ?> rows) {
        if (rows.isEmpty()) {
            return;
        }
        text.append("\n## ").append(title).append("\n\n| | |\n|---|---|\n");
        rows.forEach(
                (name, value) -> {
                    String shown = rounded(String.valueOf(value)).replace("|", "\\|");
                    text.append("| %s | %s |\n".formatted(name, shown));
                });
    }

    /** Shortens numbers with many decimals; other texts stay as they are. */
    private static String rounded(String text) {
        if (!DECIMAL.matcher(text).matches()) {
            return text;
        }
        return PlainNumber.of(new BigDecimal(text).round(ROUNDING).doubleValue());
    }

    private static String predicting(Map<String, String> options, Optional<String> labels) {
        Optional<String> types = types(options, labels);
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
    private static Optional<String> types(Map<String, String> options, Optional<String> labels) {
        Optional<String> ofKind = TaskKind.types(options.getOrDefault("task", ""));
        if (ofKind.isPresent()) {
            return ofKind;
        }
        String text = options.containsKey("pairs") ? "StringPair" : "String";
        String input = options.containsKey("image_size") ? "Image" : text;
        return labels.map(names -> names.strip().equals("[]") ? "Float" : "Classifications")
                .map(output -> input + ".class, " + output + ".class");
    }

    private boolean isReadByPeft() {
        return readByPeft && adapter.headConfig().map(HeadConfig::classifier).orElse(true);
    }

    private void appendUse(
            StringBuilder text, Map<String, String> options, Optional<String> labels) {
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
                        .formatted(location, predicting(options, labels)));
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
