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
import java.util.ArrayList;
import java.util.List;
import org.djladapters.checkpoint.TinyAdapters;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A classifier on the command line that learns other classes than it was trained for. */
class NewHeadCommandTest {

    private static final Path MODEL = TinyAdapters.resource("hub/tiny-bert-classifier");

    @TempDir private Path folder;

    private Run finetune(Object... more) throws Exception {
        Path train =
                Files.writeString(
                        folder.resolve("train.tsv"),
                        "label\tsentence1\n" + "yes\ta b c\nno\tx y z\n".repeat(10));
        List<Object> line = new ArrayList<>(List.of("finetune", "--model", MODEL));
        line.addAll(List.of("--train", train, "--dev", train, "--epochs", 4));
        line.addAll(List.of("--head-learning-rate", 0.05, "--output", adapter()));
        line.addAll(List.of(more));
        return Run.of(line.toArray());
    }

    private Path adapter() {
        return folder.resolve("adapter");
    }

    @Test
    void theRefusalNamesTheOption() throws Exception {
        Run refused = finetune();
        assertThat(refused.status()).isNotZero();
        assertThat(refused.err())
                .last()
                .asString()
                .contains(
                        "The model's own head (classifier) has 3 outputs, but the training data"
                                + " needs 2 (one for each label); start the head new (--new-head,"
                                + " optNewHead)");
    }

    @Test
    void otherClassesAreLearnedMeasuredPredictedAndMerged() throws Exception {
        Run tuned = finetune("--new-head");
        assertThat(tuned.status()).as("%s", tuned.err()).isZero();
        assertThat(tuned.err()).noneMatch(line -> line.startsWith("epoch 0"));
        JsonObject result = json(tuned);
        assertThat(result.get("accuracy").getAsDouble()).isEqualTo(1);
        Run measured =
                Run.of(
                        "evaluate",
                        "--model",
                        MODEL,
                        "--adapter",
                        adapter(),
                        "--data",
                        folder.resolve("train.tsv"));
        assertThat(json(measured).get("accuracy").getAsDouble()).isEqualTo(1);
        for (String format : List.of("torchscript", "huggingface")) {
            Path merged = folder.resolve(format);
            Run merge =
                    Run.of(
                            "merge",
                            "--model",
                            MODEL,
                            "--adapter",
                            adapter(),
                            "--format",
                            format,
                            "--output",
                            merged);
            assertThat(merge.status()).as("%s", merge.err()).isZero();
            Run plugged =
                    Run.of("predict", "--model", MODEL, "--adapter", adapter(), "--text", "a b c");
            assertThat(json(plugged).get("label").getAsString()).isEqualTo("yes");
            Run plain = Run.of("predict", "--model", merged, "--text", "a b c");
            assertThat(plain.status()).as("%s", plain.err()).isZero();
            assertThat(json(plain).get("label").getAsString()).isEqualTo("yes");
        }
    }

    private static JsonObject json(Run run) {
        return JsonParser.parseString(run.out().get(run.out().size() - 1)).getAsJsonObject();
    }
}
