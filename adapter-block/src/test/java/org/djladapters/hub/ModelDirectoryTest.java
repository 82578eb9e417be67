/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ModelDirectoryTest {

    @TempDir Path folder;

    @Test
    void describesAnExportedModel() throws IOException {
        ModelDirectory model =
                ModelDirectory.open(Path.of("src/test/resources/models/tiny-bert-classifier"));

        assertThat(model.name()).isEqualTo("tiny-bert-classifier");
        assertThat(model.archive().orElseThrow()).exists().hasFileName("tiny-bert-classifier.pt");
        assertThat(model.modelType()).contains("bert");
        assertThat(model.hiddenSize()).hasValue(32);
        assertThat(model.labels()).containsExactly("negative", "neutral", "positive");
        assertThat(model.numLabels()).hasValue(3);
        assertThat(model.padTokenId()).hasValue(0);
        assertThat(model.maxPositions()).hasValue(64);
        assertThat(model.imageSize()).isEmpty();
        assertThat(model.servingProperty("engine")).contains("PyTorch");
        assertThat(model.file("tokenizer.json")).isPresent();
        assertThat(model.json("preprocessor_config.json")).isEmpty();
    }

    @Test
    void needsNoDescriptionFiles() throws IOException {
        Files.createFile(folder.resolve("net.pt"));

        ModelDirectory model = ModelDirectory.open(folder);

        assertThat(model.name()).isEqualTo("net");
        assertThat(model.modelType()).isEmpty();
        assertThat(model.hiddenSize()).isEmpty();
        assertThat(model.labels()).isEmpty();
        assertThat(model.numLabels()).isEmpty();
        assertThat(model.servingProperty("engine")).isEmpty();
    }

    @Test
    void takesTheArchiveThatServingPropertiesName() throws IOException {
        Files.createFile(folder.resolve("a.pt"));
        Files.createFile(folder.resolve("b.pt"));
        Files.writeString(folder.resolve("serving.properties"), "option.modelName=b\n");

        assertThat(ModelDirectory.open(folder).name()).isEqualTo("b");
    }

    @Test
    void doesNotFollowAModelNameOutOfTheDirectory() throws IOException {
        Files.createFile(folder.resolve("outside.pt"));
        Path inner = Files.createDirectory(folder.resolve("inner"));
        Files.createFile(inner.resolve("inside.pt"));
        Files.writeString(inner.resolve("serving.properties"), "option.modelName=../outside\n");

        assertThat(ModelDirectory.open(inner).name()).isEqualTo("inside");
    }

    @Test
    void refusesAMissingDirectory() {
        assertFails(folder.resolve("absent"), "No model directory", "absent");
    }

    @Test
    void refusesADirectoryWithoutArchive() {
        assertFails(folder, "holds neither a .pt file nor model.safetensors");
    }

    @Test
    void refusesSeveralArchivesNoneOfWhichIsNamed() throws IOException {
        Files.createFile(folder.resolve("b.pt"));
        Files.createFile(folder.resolve("a.pt"));

        assertFails(folder, "several .pt files (a.pt, b.pt)", "option.modelName");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {"{\"a\": | is not JSON", "[1] | is not a JSON object", "{a: 1} | is not JSON"})
    void refusesAMalformedConfiguration(String json, String message) throws IOException {
        Files.createFile(folder.resolve("net.pt"));
        Files.writeString(folder.resolve("config.json"), json);

        assertFails(folder, "config.json", message);
    }

    @Test
    void refusesMalformedProperties() throws IOException {
        Files.createFile(folder.resolve("net.pt"));
        Files.writeString(folder.resolve("serving.properties"), "a=\\u12");

        assertFails(folder, "serving.properties", "is not a properties file");
    }

    @Test
    void findsTheWidthUnderTheNameThatAnArchitectureGivesIt() throws IOException {
        assertThat(withConfig("{\"n_embd\": 48}").hiddenSize()).hasValue(48);
        assertThat(withConfig("{\"d_model\": 64}").hiddenSize()).hasValue(64);
        assertThat(withConfig("{\"hidden_sizes\": [16, 32]}").hiddenSize()).hasValue(32);
    }

    @Test
    void subtractsThePositionsThatRobertaSkips() throws IOException {
        String config = "{\"model_type\": \"%s\", \"max_position_embeddings\": 66, %s}";
        String padding = "\"pad_token_id\": 1";

        assertThat(withConfig(config.formatted("roberta", padding)).maxPositions()).hasValue(64);
        assertThat(withConfig(config.formatted("bert", padding)).maxPositions()).hasValue(66);
        String relative = padding + ", \"position_embedding_type\": \"relative_key\"";
        assertThat(withConfig(config.formatted("roberta", relative)).maxPositions()).hasValue(66);
        String other = "\"pad_token_id\": 5";
        assertThat(withConfig(config.formatted("roberta", other)).maxPositions()).hasValue(60);
        assertThat(withConfig(config.formatted("mpnet", other)).maxPositions()).hasValue(64);
        assertThat(withConfig("{\"n_positions\": 20}").maxPositions()).hasValue(20);
    }

    @Test
    void readsSidesOfSquares() throws IOException {
        ModelDirectory model = withConfig("{\"image_size\": 518, \"patch_size\": [14, 14]}");

        assertThat(model.imageSize()).hasValue(518);
        assertThat(model.patchSize()).hasValue(14);
        assertThatThrownBy(() -> withConfig("{\"image_size\": [32, 64]}").imageSize())
                .isInstanceOf(IOException.class)
                .hasMessageContaining("image_size is [32,64]");
    }

    @Test
    void takesTheFirstOfSeveralTokensThatEndTexts() throws IOException {
        assertThat(withConfig("{\"eos_token_id\": [7, 5]}").endTokenId()).hasValue(7);
        assertThat(withConfig("{\"eos_token_id\": 2}").endTokenId()).hasValue(2);
        assertThat(withConfig("{}").endTokenId()).isEmpty();
        assertThatThrownBy(() -> withConfig("{\"eos_token_id\": [\"a\"]}").endTokenId())
                .isInstanceOf(IOException.class)
                .hasMessageContaining("eos_token_id is [\"a\"]");
    }

    @Test
    void takesAPaddingTokenOfMinusOneOrNullForNone() throws IOException {
        assertThat(withConfig("{\"pad_token_id\": -1}").padTokenId()).isEmpty();
        assertThat(withConfig("{\"pad_token_id\": null}").padTokenId()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"hidden_size\": \"32\"}",
                "{\"hidden_size\": 0}",
                "{\"hidden_size\": 1.5}",
                "{\"hidden_size\": 1e30}",
                "{\"hidden_size\": [32]}"
            })
    void refusesAWidthThatIsNoPositiveInteger(String json) {
        assertThatThrownBy(() -> withConfig(json).hiddenSize())
                .isInstanceOf(IOException.class)
                .hasMessageContaining("config.json")
                .hasMessageContaining("hidden_size")
                .hasMessageContaining("a whole number of at least 1");
    }

    @Test
    void refusesLabelsThatSkipNumbers() {
        assertThatThrownBy(
                        () -> withConfig("{\"id2label\": {\"0\": \"a\", \"2\": \"b\"}}").labels())
                .isInstanceOf(IOException.class)
                .hasMessageContaining("id2label");
    }

    private ModelDirectory withConfig(String json) throws IOException {
        Files.write(folder.resolve("net.pt"), new byte[0]);
        Files.writeString(folder.resolve("config.json"), json);
        return ModelDirectory.open(folder);
    }

    private static void assertFails(Path directory, String... fragments) {
        assertThatThrownBy(() -> ModelDirectory.open(directory))
                .isInstanceOf(IOException.class)
                .hasMessageContainingAll(fragments);
    }
}
