/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Entities on the command line. */
class TokenCommandsTest {

    @TempDir private Path folder;

    @Test
    void entitiesAreLearnedMeasuredAndExported() throws Exception {
        Path train =
                Files.writeString(folder.resolve("train.conll"), "this O\nfox B-x\n\n".repeat(20));
        Path adapter = folder.resolve("adapter");
        Path model = Samples.model("tiny-bert");

        Run tuned =
                Run.of(
                        "finetune",
                        "--task",
                        "token-classification",
                        "--model",
                        model,
                        "--train",
                        train,
                        "--dev",
                        train,
                        "--epochs",
                        4,
                        "--head-learning-rate",
                        0.05,
                        "--output",
                        adapter);

        assertThat(tuned.status()).as("%s", tuned.err()).isZero();
        JsonObject result = json(tuned);
        assertThat(result.get("f1").getAsDouble()).isEqualTo(1);
        assertThat(result.get("precision").getAsDouble()).isEqualTo(1);
        assertThat(result.get("recall").getAsDouble()).isEqualTo(1);
        Run measured = Run.of("evaluate", "--model", model, "--adapter", adapter, "--data", train);
        assertThat(measured.status()).as("%s", measured.err()).isZero();
        assertThat(json(measured).get("f1").getAsDouble()).isEqualTo(1);
        Run merged =
                Run.of(
                        "merge",
                        "--model",
                        model,
                        "--adapter",
                        adapter,
                        "--output",
                        folder.resolve("merged"));
        assertThat(merged.status()).as("%s", merged.err()).isZero();
        assertThat(Files.readString(folder.resolve("merged/serving.properties")))
                .contains("TokenClassificationTranslatorFactory");
    }

    @Test
    void aFileOfAnotherKindIsRefusedWithItsLine() throws Exception {
        Path table =
                Files.writeString(folder.resolve("train.tsv"), "label\tsentence1\nyes\tgood\n");
        Run run =
                Run.of(
                        "finetune",
                        "--task",
                        "token-classification",
                        "--model",
                        Samples.model("tiny-bert"),
                        "--train",
                        table,
                        "--dev",
                        table,
                        "--output",
                        folder.resolve("adapter"));

        assertThat(run.status()).isNotZero();
        assertThat(run.err())
                .singleElement()
                .asString()
                .startsWith(
                        "'" + table + "', line 1: 'sentence1' is no tag; a tag is O, or a type");
    }

    private static JsonObject json(Run run) {
        return JsonParser.parseString(run.out().get(run.out().size() - 1)).getAsJsonObject();
    }
}
