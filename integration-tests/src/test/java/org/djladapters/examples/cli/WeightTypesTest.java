/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.types.DataType;
import java.nio.file.Path;
import org.djladapters.model.Models;
import org.djladapters.model.RetypedModel;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Commands on models whose weights are not float32. */
class WeightTypesTest {

    @TempDir Path folder;

    @ParameterizedTest
    @EnumSource(
            value = DataType.class,
            names = {"FLOAT16", "BFLOAT16", "FLOAT64"})
    void aClassifierIsTunedAndEvaluated(DataType type) throws Exception {
        Path model = folder.resolve("model");
        RetypedModel.write(Models.directory("tiny-bert-classifier"), model, type);
        Path dev = Samples.dev(folder);
        Path adapter = folder.resolve("adapter");

        Run tuned =
                Run.of(
                        "finetune",
                        "--model",
                        model,
                        "--train",
                        Samples.train(folder),
                        "--dev",
                        dev,
                        "--output",
                        adapter,
                        "--epochs",
                        1,
                        "--batch-size",
                        3);
        Run evaluated = Run.of("evaluate", "--model", model, "--adapter", adapter, "--data", dev);

        assertThat(tuned.status()).as(() -> String.join("\n", tuned.err())).isZero();
        assertThat(evaluated.status()).as(() -> String.join("\n", evaluated.err())).isZero();
    }
}
