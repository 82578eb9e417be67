/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDManager;
import ai.djl.util.Utils;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.assertj.core.data.Offset;
import org.djladapters.model.AdaptedModel;
import org.djladapters.safetensors.SafetensorsFile;
import org.djladapters.serving.AdapterTranslatorFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PublishCommandTest {

    @TempDir Path folder;

    @BeforeEach
    void useOwnCache() throws Exception {
        // The engine's libraries stay where they are.
        System.setProperty("ENGINE_CACHE_DIR", Utils.getEngineCacheDir().toString());
        System.setProperty("DJL_CACHE_DIR", folder.resolve("cache").toString());
    }

    @AfterEach
    void resetCache() {
        System.clearProperty("DJL_CACHE_DIR");
        System.clearProperty("ENGINE_CACHE_DIR");
    }

    private Run publish(String what, Path directory, String artifact, String version) {
        return Run.of(
                "publish",
                what,
                directory,
                "--repository",
                folder.resolve("repository"),
                "--group",
                "org.example",
                "--artifact",
                artifact,
                "--version",
                version);
    }

    private static Run succeed(Object... args) {
        Run run = Run.of(args);
        assertThat(run.status()).as(String.join("\n", run.err())).isZero();
        return run;
    }

    @Test
    void whatIsPublishedIsTakenByOtherCommands() throws Exception {
        Path adapter = folder.resolve("adapter");
        Path model = Samples.model("tiny-bert");
        succeed(Samples.finetune("tiny-bert", folder, adapter).toArray());

        Run published = publish("--adapter", adapter, "tickets", "1.0");
        assertThat(published.err()).isEmpty();
        assertThat(published.out())
                .containsExactly(folder.resolve("repository") + "#org.example:tickets:1.0");
        Run base = publish("--model", model, "tiny-bert", "2");
        assertThat(base.status()).isZero();

        Path data = Samples.dev(folder);
        JsonObject found =
                measured(
                        succeed(
                                "evaluate",
                                "--model",
                                base.out().get(0),
                                "--adapter",
                                published.out().get(0),
                                "--data",
                                data));
        JsonObject expected =
                measured(
                        succeed(
                                "evaluate",
                                "--model",
                                model,
                                "--adapter",
                                adapter,
                                "--data",
                                data));
        for (String key : List.of("accuracy", "f1", "trainable_parameters")) {
            assertThat(found.get(key)).isEqualTo(expected.get(key));
        }
    }

    @Test
    void aFolderForDjlServingHasAllThatItNeeds() throws Exception {
        Path adapters = folder.resolve("adapters");
        succeed(Samples.finetune("tiny-bert", folder, adapters.resolve("acme")).toArray());
        Path home = folder.resolve("home");
        Object[] words = {
            "publish",
            "--model",
            Samples.model("tiny-bert"),
            "--adapters",
            adapters,
            "--serving",
            home
        };
        Run run = Run.of(words);
        if (AdaptedModel.class.getResource("AdaptedModel.class").getProtocol().equals("file")) {
            assertThat(run.err()).last().asString().contains("is no jar, which DJL Serving needs");
            assertThat(home).doesNotExist();
            return;
        }
        assertThat(run.status()).as(String.join("\n", run.err())).isZero();
        assertThat(run.out()).containsExactly(home.toString());
        assertThat(home.resolve("models/tiny_bert/adapters/acme/adapter_model.safetensors"))
                .exists();
        assertThat(home.resolve("models/tiny_bert/serving.properties"))
                .content()
                .contains("translatorFactory=" + AdapterTranslatorFactory.class.getName());
        assertThat(home.resolve("deps")).isDirectoryContaining("glob:**/adapter-block-*.jar");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    --model M --repository R               | A repository needs --repository, --group
                    --model M --adapters A --repository R  | --adapters is for --serving
                    --adapter A --serving S                | --serving needs the model
                    --model M --serving S --group g        | --serving writes no repository
                    --model nowhere --serving S            | nowhere
                    """)
    void whatDoesNotFitIsRefused(String words, String sentence) {
        Run run = Run.of((Object[]) ("publish " + words).split(" "));
        assertThat(run.status()).isNotZero();
        assertThat(run.err()).first().asString().contains(sentence);
    }

    @Test
    void aModelIsNoAdapter() {
        Run run =
                Run.of(
                        "publish",
                        "--adapter",
                        Samples.model("tiny-bert"),
                        "--repository",
                        folder.resolve("R"),
                        "--group",
                        "g",
                        "--artifact",
                        "a",
                        "--version",
                        "1");
        assertThat(run.status()).isEqualTo(1);
        assertThat(run.err()).singleElement().asString().contains("tiny-bert", "holds no adapter");
        assertThat(folder.resolve("R")).doesNotExist();
    }

    @Test
    void rowsTakeAdaptersOfTheirOwn() throws Exception {
        Path model = Samples.model("tiny-bert");
        Path adapter = folder.resolve("adapter");
        succeed(Samples.finetune("tiny-bert", folder, adapter).toArray());
        String published = publish("--adapter", adapter, "tickets", "1.0").out().get(0);
        Path inputs = folder.resolve("inputs.safetensors");
        int count;
        try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
            Samples.inputs(model.resolve("expected.safetensors"), inputs);
            try (SafetensorsFile file = SafetensorsFile.open(inputs)) {
                count = Math.toIntExact(file.read(manager, "input.input_ids").getShape().get(0));
            }
        }
        assertThat(count).isGreaterThan(1);

        float[] all = predict(model, inputs, "--adapter", published);
        float[] rows =
                predict(
                        model,
                        inputs,
                        "--adapter",
                        adapter,
                        "--adapter",
                        published,
                        "--rows",
                        String.join(",", Collections.nCopies(count - 1, "1")) + ",2");
        // the same adapter under two names, in two passes of fewer rows
        assertThat(rows).containsExactly(all, Offset.offset(1e-5f));

        Run wrong =
                Run.of(
                        "predict",
                        "--model",
                        model,
                        "--input",
                        inputs,
                        "--output",
                        folder.resolve("out"),
                        "--adapter",
                        adapter,
                        "--rows",
                        "2");
        assertThat(wrong.status()).isEqualTo(2);
        assertThat(wrong.err())
                .singleElement()
                .asString()
                .contains("--rows has 2, but there are 1");
    }

    private float[] predict(Path model, Path inputs, Object... options) throws Exception {
        Path output = folder.resolve("output.safetensors");
        List<Object> words =
                new ArrayList<>(
                        List.of(
                                "predict",
                                "--model",
                                model,
                                "--input",
                                inputs,
                                "--output",
                                output));
        words.addAll(List.of(options));
        succeed(words.toArray());
        try (NDManager manager = NDManager.newBaseManager("PyTorch");
                SafetensorsFile file = SafetensorsFile.open(output)) {
            return file.read(manager, "output.logits").toFloatArray();
        }
    }

    private static JsonObject measured(Run run) {
        return JsonParser.parseString(run.out().get(run.out().size() - 1)).getAsJsonObject();
    }

    @Test
    void whatCantBePublishedIsSaidInOneLine() {
        Path model = Samples.model("tiny-bert");
        publish("--model", model, "tiny-bert", "1.0");

        assertRefused(
                publish("--model", model, "tiny-bert", "1.0"),
                "org.example:tiny-bert:1.0 is published already, and versions never change");
        assertRefused(publish("--model", model, "../evil", "1.0"), "can't be the artifact");
        assertRefused(publish("--adapter", folder, "a", "1.0"), "holds no adapter");
        assertRefused(
                Run.of(
                        "predict",
                        "--model",
                        model,
                        "--input",
                        model.resolve("expected.safetensors"),
                        "--output",
                        folder.resolve("out"),
                        "--adapter",
                        folder.resolve("repository") + "#org.example:no:1"),
                "holds no org.example:no:1; it holds org.example:tiny-bert");
    }

    private static void assertRefused(Run run, String expected) {
        assertThat(run.status()).isEqualTo(1);
        assertThat(run.err()).singleElement().asString().contains(expected);
    }
}
