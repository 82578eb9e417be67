/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.djladapters.checkpoint.AdapterDirectory;
import org.djladapters.model.AdaptedModel;
import org.djladapters.vectors.VectorTable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TextVectorsTest {

    @TempDir private Path folder;

    private Path model(String prompts) throws IOException {
        Path base = Files.createDirectory(folder.resolve("model"));
        try (Stream<Path> files = Files.list(Path.of("src/test/resources/models/tiny-bert"))) {
            for (Path file : files.toList()) {
                Files.copy(file, base.resolve(file.getFileName()));
            }
        }
        Files.writeString(
                base.resolve("config_sentence_transformers.json"),
                "{\"prompts\": {%s}}".formatted(prompts));
        return base;
    }

    private static VectorTable embed(AdaptedModel model, String prompt, String text)
            throws IOException {
        return TextVectors.builder()
                .setModel(model)
                .optPrompt(prompt)
                .build()
                .embed(Map.of("a", text));
    }

    @Test
    void eachSideHasItsPrompt() throws IOException {
        Path base = model("\"query\": \"ask \", \"passage\": \"say \", \"other\": \"sing \"");
        try (AdaptedModel model = AdaptedModel.open(base)) {
            for (String[] names :
                    new String[][] {
                        {TextVectors.QUERY, "ask "},
                        {TextVectors.PASSAGE, "say "},
                        {"other", "sing "},
                        {"as I say ", "as I say "}
                    }) {
                VectorTable prompted = embed(model, names[0], "two words");
                VectorTable whole = embed(model, "", names[1] + "two words");

                assertThat(prompted.row(0)).containsExactly(whole.row(0), within(1e-6f));
                assertThat(prompted.texts().orElseThrow()).containsExactly("two words");
                assertThat(prompted.provenance().get(VectorTable.OPTIONS)).contains(names[1]);
            }
        }
    }

    @Test
    void vectorsTellTheirModelAndAdapter() throws IOException {
        Path adapter = folder.resolve("adapter");
        Map<String, String> texts = new LinkedHashMap<>();
        texts.put("b", "same");
        texts.put("a", "same");
        try (AdaptedModel model = AdaptedModel.open(model(""))) {
            MovedAdapters.add(model, "moved", null);
            AdapterDirectory.save(model, "moved", adapter);
            model.activate();
            TextVectors vectors = TextVectors.builder().setModel(model).optMaxLength(16).build();
            VectorTable base = vectors.embed(texts);
            model.activate("moved");
            VectorTable moved =
                    TextVectors.builder().setModel(model).optAdapter(adapter).build().embed(texts);

            assertThat(base.width()).isEqualTo(vectors.width());
            assertThat(base.ids()).containsExactly("b", "a");
            assertThat(base.row(1)).isEqualTo(base.row(0)).isNotEqualTo(moved.row(0));
            assertThat(base.provenance())
                    .containsOnlyKeys(VectorTable.MODEL_SHA256, VectorTable.OPTIONS);
            assertThat(base.provenance().get(VectorTable.OPTIONS)).contains("\"16\"");
            assertThat(moved.provenance())
                    .containsEntry(
                            VectorTable.MODEL_SHA256,
                            base.provenance().get(VectorTable.MODEL_SHA256))
                    .containsEntry(
                            VectorTable.ADAPTER_SHA256, AdapterDirectory.fingerprint(adapter));
        }
    }
}
