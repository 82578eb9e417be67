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
import java.util.ArrayList;
import java.util.List;
import org.djladapters.hub.SentenceSettings.Pooling;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SentenceSettingsTest {

    private static final String TYPES = "sentence_transformers.models.";

    @TempDir Path folder;

    private final List<String> notes = new ArrayList<>();

    @BeforeEach
    void createAModel() throws IOException {
        Files.createFile(folder.resolve("net.pt"));
    }

    @Test
    void takesTheMeanAndSaysSoWhereNothingTells() throws IOException {
        assertThat(read()).isEqualTo(SentenceSettings.DEFAULT);
        assertThat(notes).singleElement().asString().contains("Nothing in", "mean");
        assertThat(SentenceSettings.describes(ModelDirectory.open(folder))).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "mean_tokens, MEAN",
        "cls_token, CLS",
        "lasttoken, LAST",
        "max_tokens, MAX",
        "mean_sqrt_len_tokens, MEAN_SQRT_LEN",
        "weightedmean_tokens, WEIGHTED_MEAN"
    })
    void readsThePoolingAsAFlag(String flag, Pooling pooling) throws IOException {
        modules("Transformer", "Pooling", "Normalize");
        pooling("{\"word_embedding_dimension\": 2, \"pooling_mode_%s\": true}".formatted(flag));

        SentenceSettings settings = read();

        assertThat(settings.pooling()).isEqualTo(pooling);
        assertThat(settings.normalize()).isTrue();
        assertThat(notes).isEmpty();
        assertThat(SentenceSettings.describes(ModelDirectory.open(folder))).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "mean, MEAN",
        "cls, CLS",
        "lasttoken, LAST",
        "max, MAX",
        "mean_sqrt_len_tokens, MEAN_SQRT_LEN",
        "weightedmean, WEIGHTED_MEAN"
    })
    void readsThePoolingAsANameOfNewerVersions(String name, Pooling pooling) throws IOException {
        modules("Transformer", "Pooling");
        pooling("{\"embedding_dimension\": 2, \"pooling_mode\": \"%s\"}".formatted(name));

        SentenceSettings settings = read();

        assertThat(settings.pooling()).isEqualTo(pooling);
        assertThat(settings.normalize()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "mean, MEAN",
        "cls, CLS",
        "lasttoken, LAST",
        "max, MAX",
        "mean_sqrt_len, MEAN_SQRT_LEN",
        "weightedmean, WEIGHTED_MEAN"
    })
    void readsThePoolingOfServingProperties(String name, Pooling pooling) throws IOException {
        serving("pooling=%s\nnormalize=false\n".formatted(name));

        SentenceSettings settings = read();

        assertThat(settings.pooling()).isEqualTo(pooling);
        assertThat(settings.normalize()).isFalse();
        assertThat(notes).isEmpty();
    }

    @Test
    void servingPropertiesGoBeforeModulesAndThatIsSaid() throws IOException {
        modules("Transformer", "Pooling", "Normalize");
        pooling("{\"pooling_mode_mean_tokens\": true}");
        serving("pooling=cls\n");

        assertThat(read().pooling()).isEqualTo(Pooling.CLS);
        assertThat(notes).singleElement().asString().contains("pooling cls", "as DJL does");
    }

    @Test
    void whatServingPropertiesTellAnotherTranslatorIsNotForVectors() throws IOException {
        Files.writeString(
                folder.resolve("serving.properties"),
                "translatorFactory=a.b.TextClassificationTranslatorFactory\npooling=cls\n");

        assertThat(read()).isEqualTo(SentenceSettings.DEFAULT);
        assertThat(SentenceSettings.describes(ModelDirectory.open(folder))).isFalse();
    }

    @Test
    void putsPromptsBeforeTexts() throws IOException {
        modules("Transformer", "Pooling");
        pooling("{\"pooling_mode_mean_tokens\": true, \"include_prompt\": true}");
        prompts("{\"prompts\": {\"query\": \"query: \", \"passage\": \"passage: \"}}");
        Files.writeString(
                folder.resolve("sentence_bert_config.json"),
                "{\"max_seq_length\": 96, \"do_lower_case\": true}");

        SentenceSettings settings = read();

        assertThat(settings.query("Where?")).isEqualTo("query: where?");
        assertThat(settings.passage("Here")).isEqualTo("passage: here");
        assertThat(settings.plain("Both")).isEqualTo("both");
        assertThat(ModelDirectory.open(folder).maxSequenceLength()).hasValue(96);
    }

    @Test
    void theDefaultPromptIsThatOfQueriesAndPassagesWithoutOne() throws IOException {
        prompts(
                "{\"prompts\": {\"all\": \"Say: \", \"document\": \"\"},"
                        + " \"default_prompt_name\": \"all\"}");

        SentenceSettings settings = read();

        assertThat(settings.plain("x")).isEqualTo("Say: x");
        assertThat(settings.query("x")).isEqualTo("Say: x");
        assertThat(settings.passage("x")).isEqualTo("x");
    }

    @Test
    void aPromptIsFoundByItsNameOrIsTheText() throws IOException {
        prompts("{\"prompts\": {\"query\": \"query: \"}}");
        ModelDirectory model = ModelDirectory.open(folder);

        assertThat(SentenceSettings.prompt(model, "query")).isEqualTo("query: ");
        assertThat(SentenceSettings.prompt(model, "Find: ")).isEqualTo("Find: ");
    }

    @Test
    void saysThatVectorsAreComparedByCosine() throws IOException {
        modules("Transformer", "Pooling");
        pooling("{\"pooling_mode_cls_token\": true}");
        prompts("{\"similarity_fn_name\": \"dot\"}");

        read();

        assertThat(notes).singleElement().asString().contains("'dot'", "cosine");
    }

    @Test
    void refusesWhatItDoesNotCompute() throws IOException {
        modules("Transformer", "Pooling", "WordWeights");
        pooling("{\"pooling_mode_mean_tokens\": true}");
        assertRefused("modules.json", "WordWeights");

        modules("Transformer", "Pooling", "Normalize", "Dense");
        assertRefused("modules.json", "any Dense and perhaps Normalize");

        modules("Transformer", "Pooling", "Dense");
        assertRefused("2_Dense", "is missing");
        Path dense = Files.createDirectories(folder.resolve("2_Dense"));
        Files.writeString(dense.resolve("model.safetensors"), "");
        Files.writeString(
                dense.resolve("config.json"), "{\"activation_function\": \"torch.nn.Softmax\"}");
        assertRefused("2_Dense", "activation_function", "one of [Identity, Tanh");

        modules("Transformer", "Pooling");
        pooling("{\"pooling_mode_mean_tokens\": true, \"pooling_mode_max_tokens\": true}");
        assertRefused("1_Pooling", "several poolings", "mean, max");

        pooling("{\"pooling_mode\": \"cubic\"}");
        assertRefused("1_Pooling", "no pooling that is known");

        pooling("{\"pooling_mode\": \"mean\", \"include_prompt\": false}");
        prompts("{\"prompts\": {\"query\": \"query: \"}}");
        assertRefused("1_Pooling", "include_prompt");
    }

    @ParameterizedTest
    @ValueSource(strings = {"dense=linear.safetensors", "layerNorm=norm.safetensors", "int32=true"})
    void refusesWhatOnlyDjlsTranslatorFollows(String entry) throws IOException {
        String key = entry.replaceFirst("=.*", "");
        serving(entry + "\n");

        assertThat(SentenceSettings.onlyDjl(ModelDirectory.open(folder))).contains(key);
        assertRefused("serving.properties", "has the entry " + key + ", which only DJL's own");
    }

    @ParameterizedTest
    @ValueSource(strings = {"dense=", "layerNorm=false", "int32=False"})
    void anEntryThatIsEmptyOrFalseCountsAsAbsent(String entry) throws IOException {
        serving(entry + "\n");

        assertThat(SentenceSettings.onlyDjl(ModelDirectory.open(folder))).isEmpty();
        assertThat(read()).isEqualTo(SentenceSettings.DEFAULT);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "modules.json | {} | list of modules",
                "modules.json | [1] | not a JSON object",
                "modules.json | [] | where Transformer, Pooling",
                "modules.json | [{\"type\": \"a.Pooling\", \"path\": \"../..\"}] | no folder",
                "config_sentence_transformers.json | {\"prompts\": 1} | prompts",
                "config_sentence_transformers.json | {\"prompts\": {\"a\": 1}} | a string",
                "config_sentence_transformers.json | {\"default_prompt_name\": \"b\"} | not among",
                "sentence_bert_config.json | {\"do_lower_case\": 1} | true or false",
                "serving.properties | pooling=cubic | none of"
            })
    void refusesMalformedFilesByName(String file, String text, String problem) throws IOException {
        Files.writeString(folder.resolve(file), text);

        assertRefused(file, problem);
    }

    @ParameterizedTest
    @ValueSource(strings = {"-1", "0", "1.5", "\"many\"", "[]"})
    void refusesALengthThatIsNone(String length) throws IOException {
        Files.writeString(
                folder.resolve("sentence_bert_config.json"),
                "{\"max_seq_length\": " + length + "}");
        ModelDirectory model = ModelDirectory.open(folder);

        assertThatThrownBy(model::maxSequenceLength)
                .isInstanceOf(IOException.class)
                .hasMessageContainingAll(
                        "sentence_bert_config.json", "a whole number of at least 1");
    }

    @Test
    void refusesModulesWithoutTheConfigurationOfThePooling() throws IOException {
        modules("Transformer", "Pooling");

        assertRefused("1_Pooling", "is missing");
    }

    private SentenceSettings read() throws IOException {
        return SentenceSettings.of(ModelDirectory.open(folder), notes::add);
    }

    private void assertRefused(String... parts) {
        assertThatThrownBy(this::read)
                .isInstanceOf(IOException.class)
                .hasMessageContainingAll(parts);
    }

    private void modules(String... types) throws IOException {
        List<String> entries = new ArrayList<>();
        for (String type : types) {
            String path = entries.isEmpty() ? "" : entries.size() + "_" + type;
            entries.add("{\"type\": \"%s\", \"path\": \"%s\"}".formatted(TYPES + type, path));
        }
        Files.writeString(folder.resolve("modules.json"), entries.toString());
    }

    private void pooling(String json) throws IOException {
        Files.createDirectories(folder.resolve("1_Pooling"));
        Files.writeString(folder.resolve("1_Pooling/config.json"), json);
    }

    private void prompts(String json) throws IOException {
        Files.writeString(folder.resolve("config_sentence_transformers.json"), json);
    }

    private void serving(String entries) throws IOException {
        Files.writeString(
                folder.resolve("serving.properties"),
                "translatorFactory=ai.djl.huggingface.translator.TextEmbeddingTranslatorFactory\n"
                        + entries);
    }
}
