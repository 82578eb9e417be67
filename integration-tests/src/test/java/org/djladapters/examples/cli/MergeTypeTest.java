/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.types.DataType;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.djladapters.model.AdaptedModel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code merge --dtype}. */
class MergeTypeTest {

    @TempDir Path folder;

    private Run merge(String model, String... options) throws Exception {
        List<Object> words = new ArrayList<>(List.of("merge", "--model", Samples.model(model)));
        words.addAll(List.of("--output", folder.resolve("merged")));
        words.addAll(List.of(options));
        return Run.of(words.toArray());
    }

    @Test
    void aModelIsWrittenInBfloat16() throws Exception {
        Run run = merge("tiny-bert", "--dtype", "bfloat16");
        assertThat(run.status()).as(() -> String.join("\n", run.err())).isZero();
        try (AdaptedModel model = AdaptedModel.open(folder.resolve("merged"))) {
            assertThat(model.targetModules())
                    .allMatch(module -> module.weight().dataType() == DataType.BFLOAT16);
        }
    }

    @Test
    void anExportInBfloat16IsNotCalledFloat32() throws Exception {
        assertThat(merge("tiny-bert", "--dtype", "bfloat16").status()).isZero();
        Path narrow = folder.resolve("merged");
        Path target = folder.resolve("wide");
        Run run = Run.of("merge", "--model", narrow, "--dtype", "float32", "--output", target);
        assertThat(run.status()).isNotZero();
        assertThat(run.err().get(run.err().size() - 1))
                .contains("with weights in bfloat16, which can't be opened in float32");
        assertThat(target).doesNotExist();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--dtype bfloat16 --products portable | --products is for float32",
                "--dtype bfloat16 --quantize int8 | leave out --products and --dtype",
                "--dtype float32 --format onnx --onnx x.onnx | --dtype is not for --format onnx",
                "--dtype float16 | --dtype"
            })
    void otherOptionsAreRefused(String options, String message) throws Exception {
        Run run = merge("tiny-bert", options.split(" "));
        assertThat(run.status()).isNotZero();
        assertThat(run.err().get(0)).contains(message);
        assertThat(folder.resolve("merged")).doesNotExist();
    }

    @Test
    void anExportThatNeedsFloat32IsRefused() throws Exception {
        Run run = merge("tiny-llama", "--dtype", "bfloat16");
        assertThat(run.status()).isNotZero();
        assertThat(run.err().get(run.err().size() - 1))
                .contains("can't compute in bfloat16: the statement '")
                .contains("' of Llama");
        assertThat(folder.resolve("merged")).doesNotExist();
    }
}
