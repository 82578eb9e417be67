/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.djladapters.adapter.lora.LoraConfig;
import org.djladapters.checkpoint.AdapterDirectory;
import org.djladapters.hub.ModelDirectory;
import org.djladapters.io.JsonFiles;
import org.djladapters.model.AdaptedModel;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commands with an adapter that says of which model it is. */
class BaseModelTest {

    private static final Path BERT = Path.of("src/test/resources/hub/tiny-bert");
    private static final String COMMIT = "0123456789abcdef0123456789abcdef01234567";

    @TempDir private Path folder;

    private Path adapter;

    /** An adapter of a model in a cache of the hub. */
    @BeforeEach
    void save() throws IOException {
        Path model = folder.resolve("models--org--tiny-bert/snapshots/" + COMMIT);
        Files.createDirectories(model);
        try (Stream<Path> files = Files.list(BERT)) {
            for (Path file : files.toList()) {
                Files.copy(file, model.resolve(file.getFileName()));
            }
        }
        adapter = folder.resolve("adapter");
        try (AdaptedModel opened = AdaptedModel.open(model)) {
            opened.add("a", LoraConfig.builder().optRank(2).optTargets("query").build());
            AdapterDirectory.save(opened, "a", adapter);
        }
    }

    @Test
    void anAdapterNamesItsModelAsTheHubDoes() throws IOException {
        assertThat(config().get("base_model_name_or_path").getAsString())
                .isEqualTo("org/tiny-bert");
        assertThat(config().get("revision").getAsString()).isEqualTo(COMMIT);
        assertThat(adapter.resolve("README.md"))
                .content()
                .contains(
                        "base_model: org/tiny-bert\n", "AdaptedModel.open(\"hf://org/tiny-bert\")");
        AdapterDirectory.Description description = AdapterDirectory.describe(adapter);
        assertThat(description.base()).hasValue("org/tiny-bert");
        assertThat(description.revision()).hasValue(COMMIT);
    }

    @Test
    void aModelOutsideOfTheHubsCacheHasTheNameOfItsFolder() throws IOException {
        ModelDirectory model = ModelDirectory.open(BERT);
        assertThat(model.hubName()).isEmpty();
        assertThat(model.hubRevision()).isEmpty();
        assertThat(model.name()).isEqualTo("tiny-bert");
    }

    @Test
    void theModelThatTheAdapterNamesIsOpened() throws IOException {
        setBase(BERT.toString());
        Path merged = folder.resolve("merged");

        Run run =
                Run.of(
                        "merge",
                        "--adapter",
                        adapter,
                        "--format",
                        "huggingface",
                        "--output",
                        merged);

        assertThat(run.err().get(0))
                .isEqualTo("Base model: %s, as '%s' says".formatted(BERT, adapter));
        assertThat(run.status()).isZero();
        assertThat(merged.resolve("model.safetensors")).exists();
    }

    @Test
    void theCardTellsTheModelWhereTheConfigurationDoesNot() throws IOException {
        setBase(null);
        assertThat(AdapterDirectory.describe(adapter).base()).hasValue("org/tiny-bert");
    }

    @Test
    void anAdapterThatNamesNoModelIsRefused() throws IOException {
        setBase(null);
        Files.delete(adapter.resolve("README.md"));

        assertThat(predict().err())
                .containsExactly(
                        "'%s' does not say of which base model it is; name that with --model"
                                .formatted(adapter));
    }

    @Test
    void aModelThatCannotBeHadIsNamed() throws IOException {
        setBase("/no/such/folder");

        assertThat(predict().err().toString())
                .contains("/no/such/folder")
                .doesNotContain("Exception");
    }

    @Test
    void noServerIsAskedThatOnlyTheAdapterNames() throws IOException {
        setBase("http://127.0.0.1:1/model.zip");

        assertThat(predict().err())
                .containsExactly(
                        ("'%s' names the base model 'http://127.0.0.1:1/model.zip', which is no"
                                        + " folder here and no name of the hub; name it with"
                                        + " --model")
                                .formatted(adapter));
    }

    @Test
    void withoutModelAndAdapterTheyAreAskedFor() {
        Run run = Run.of("evaluate", "--data", "some.tsv");

        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err().get(0))
                .startsWith(
                        "Give a model (--model), or an adapter that names its base model"
                                + " (--adapter)");
    }

    private Run predict() {
        return Run.of("predict", "--adapter", adapter, "--text", "a text");
    }

    private JsonObject config() throws IOException {
        return JsonFiles.read(adapter.resolve("adapter_config.json")).getAsJsonObject();
    }

    private void setBase(String base) throws IOException {
        JsonObject config = config();
        config.addProperty("base_model_name_or_path", base);
        config.add("revision", null);
        Files.writeString(adapter.resolve("adapter_config.json"), JsonFiles.text(config));
    }
}
