/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.checkpoint;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.djladapters.hub.ModelDirectory;
import org.djladapters.model.AdaptedModel;
import org.djladapters.model.Adapter;
import org.djladapters.model.HeadConfig;

/** The README of an adapter directory: what the adapter is, what it reached, how to load it. */
final class ModelCard {

    /** The types that PEFT itself knows. */
    private static final Set<String> PEFT_TYPES = Set.of("LORA", "OFT", "BOFT", "IA3", "VERA");

    private final String base;
    private final String peftType;
    private final Adapter adapter;

    ModelCard(AdaptedModel model, Adapter adapter, String peftType) {
        base = model.directory().map(ModelDirectory::name).orElse("a network of DJL Blocks");
        this.peftType = peftType;
        this.adapter = adapter;
    }

    /**
     * The text of the card.
     *
     * @param provenance the contents of the file that tells how the adapter was trained, or null
     * @param labels the contents of the file that names its classes
     */
    String text(String provenance, Optional<String> labels) {
        StringBuilder text = new StringBuilder();
        text.append(
                """
                ---
                base_model: %s
                library_name: peft
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
                | trained parameters | %s in the adapter, %s in all |
                """
                        .formatted(
                                base,
                                adapter.config().method(),
                                adapter.config().method(),
                                base,
                                base,
                                adapter.config(),
                                adapter.targetModules().size(),
                                number(adapter.adapterSize()),
                                number(adapter.size())));
        if (provenance != null) {
            appendTraining(text, JsonParser.parseString(provenance).getAsJsonObject());
        }
        appendUse(text, labels);
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
            String value = row.getValue().getAsString().replace("|", "\\|");
            text.append("| %s | %s |%n".formatted(row.getKey(), value).replace("\r", ""));
        }
    }

    private static String predicting(String labels) {
        String type = labels.strip().equals("[]") ? "Float" : "Classifications";
        return """
            try (TaskModel task = TaskModel.of(model, "name")) {
                System.out.println(task.predict(List.of(input), %s.class));
            }
        """
                .formatted(type);
    }

    private void appendUse(StringBuilder text, Optional<String> labels) {
        text.append(
                """

                ## Use

                In Java, with DJL Adapters:

                ```java
                try (AdaptedModel model = AdaptedModel.open(Path.of("%s"))) {
                    AdapterDirectory.load(model, "name", Path.of("this folder"));
                %s}
                ```
                """
                        .formatted(base, labels.map(ModelCard::predicting).orElse("")));
        if (PEFT_TYPES.contains(peftType)
                && adapter.headConfig().map(HeadConfig::classifier).orElse(true)) {
            text.append(
                    """

                    In Python, with PEFT:

                    ```python
                    model = PeftModel.from_pretrained(base, "this folder")
                    ```
                    """);
        }
    }

    private static String number(long value) {
        return String.format(Locale.ROOT, "%,d", value);
    }
}
