/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.checkpoint.merged;

import java.util.List;
import org.djladapters.adapter.Adapter;
import org.djladapters.hub.ModelDirectory;

/** The README of a merged checkpoint: of which model it is, with what, and how it is opened. */
final class MergedCard {

    private MergedCard() {}

    /** Writes the text; the type is the class of transformers that opens the checkpoint. */
    static String text(
            ModelDirectory original, List<Adapter> adapters, String type, boolean sentences) {
        String base = original.hubName().orElseGet(original::name);
        StringBuilder text = new StringBuilder();
        text.append(
                """
                ---
                base_model: %s
                library_name: %s
                tags:
                - djl-adapters
                ---

                # %s with merged adapters

                The weights of %s%s, changed by these adapters:

                """
                        .formatted(
                                base,
                                sentences ? "sentence-transformers" : "transformers",
                                original.name(),
                                base,
                                original.hubRevision()
                                        .map(r -> " (revision " + r + ")")
                                        .orElse("")));
        for (Adapter adapter : adapters) {
            text.append("- ").append(adapter.config()).append('\n');
        }
        text.append(
                """

                ## Use

                In Java, with DJL Adapters:

                ```java
                try (AdaptedModel model = AdaptedModel.open(Path.of("this folder"))) {
                    NDList outputs = model.predict(inputs); // arrays for model.inputNames()
                }
                ```

                In Python:

                ```python
                %s
                ```
                """
                        .formatted(
                                sentences
                                        ? "model = SentenceTransformer(\"this folder\")"
                                        : "model = %s.from_pretrained(\"this folder\")"
                                                .formatted(type)));
        return text.toString();
    }
}
