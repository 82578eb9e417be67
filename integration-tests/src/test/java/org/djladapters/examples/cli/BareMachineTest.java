/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import ai.djl.util.Utils;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.djladapters.checkpoint.merged.OnnxGraphs;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** The program in processes that lack something: a folder, a library, an instruction. */
class BareMachineTest {

    @TempDir Path folder;

    /** A file in the place of a folder can't be written to by anybody, not even by root. */
    private Path nowhere() throws Exception {
        return Files.writeString(folder.resolve("nowhere"), "");
    }

    /**
     * A process whose native libraries were unpacked before, but whose folders can't be written.
     */
    private JavaProcess readOnly(Path cache) throws Exception {
        return JavaProcess.in(folder)
                .option("-Djava.io.tmpdir=" + nowhere())
                .option("-DDJL_CACHE_DIR=" + cache)
                .option("-DENGINE_CACHE_DIR=" + Utils.getEngineCacheDir())
                .environment(Map.of("XDG_CACHE_HOME", nowhere().toString()));
    }

    @Test
    void temporaryFilesGoToTheCacheWhereTheSystemsFolderCanNotBeWritten() throws Exception {
        Path cache = folder.resolve("cache");
        Path adapter = folder.resolve("adapter");
        Run trained =
                readOnly(cache).program(Samples.finetune("tiny-bert", folder, adapter).toArray());
        assertThat(trained.status()).as(() -> String.join("\n", trained.err())).isZero();

        Run run =
                readOnly(cache)
                        .program(
                                "predict",
                                "--model",
                                Samples.model("tiny-bert"),
                                "--adapter",
                                adapter,
                                "--text",
                                "good");
        assertThat(run.status()).as(() -> String.join("\n", run.err())).isZero();
        assertThat(run.out()).isNotEmpty();
    }

    @Test
    void oneSentenceSaysThatNoFolderCanBeWritten() throws Exception {
        Run run =
                readOnly(nowhere())
                        .program(
                                "predict", "--model", Samples.model("tiny-bert"), "--text", "good");
        assertThat(run.status()).isNotZero();
        assertThat(run.err())
                .singleElement()
                .asString()
                .startsWith("Temporary files can be written neither to '" + nowhere())
                .endsWith("name another folder with java -Djava.io.tmpdir=FOLDER");
    }

    @Test
    void oneSentenceSaysWhichNativeLibraryIsMissing() throws Exception {
        Run run =
                JavaProcess.in(folder)
                        .without("pytorch-native")
                        .option("-DENGINE_CACHE_DIR=" + folder.resolve("engine"))
                        .option("-Dhttps.proxyHost=127.0.0.1") // nobody is there
                        .option("-Dhttps.proxyPort=9")
                        .program(
                                "predict", "--model", Samples.model("tiny-bert"), "--text", "good");
        assertThat(run.status()).isNotZero();
        assertThat(run.err())
                .singleElement()
                .asString()
                .contains("it is not on the class path, and can't be downloaded")
                .contains("add ai.djl.pytorch:pytorch-native-cpu:2.7.1 with the classifier ")
                .contains(" and ai.djl.pytorch:pytorch-jni:2.7.1-0.36.0");
    }

    @Test
    void onnxFilesAreWrittenWithoutOnnxRuntime() throws Exception {
        OnnxGraphs graphs = new OnnxGraphs();
        Path model = graphs.torchScript(folder.resolve("net"));
        Path onnx =
                OnnxGraphs.write(
                        graphs.onnx(OnnxGraphs.Names.OF_NODES), folder.resolve("base.onnx"));
        requireUncompared(
                JavaProcess.in(folder).without("onnxruntime").program(merge(model, onnx, "a")),
                "a");
        Optional<Run> jar = JavaProcess.in(folder).jar(merge(model, onnx, "b"));
        assumeThat(jar).as("the built jar is on the class path in mvn verify alone").isPresent();
        requireUncompared(jar.orElseThrow(), "b");
    }

    private Object[] merge(Path model, Path onnx, String target) {
        return new Object[] {
            "merge",
            "--model",
            model,
            "--format",
            "onnx",
            "--onnx",
            onnx,
            "--output",
            folder.resolve(target)
        };
    }

    private void requireUncompared(Run run, String target) {
        assertThat(run.status()).as(() -> String.join("\n", run.err())).isZero();
        assertThat(run.err())
                .singleElement()
                .asString()
                .startsWith("Not compared with the adapted model: ONNX Runtime is not on the")
                .contains("com.microsoft.onnxruntime:onnxruntime");
        assertThat(folder.resolve(target).resolve("model.onnx")).isRegularFile();
    }

    /** What the libraries are told not to use is missing as on an older processor. */
    @Test
    @EnabledIfSystemProperty(named = "os.arch", matches = "amd64")
    void float32IsChosenWhereTheProcessorHasNoProductsInBfloat16() throws Exception {
        Map<String, String> older =
                Map.of("ONEDNN_MAX_CPU_ISA", "AVX2", "ATEN_CPU_CAPABILITY", "avx2");
        Run run =
                JavaProcess.in(folder)
                        .environment(older)
                        .source("/processes/MeasurePrecision.java");
        assertThat(run.status()).as(() -> String.join("\n", run.err())).isZero();
        assertThat(run.out()).containsExactly("float32");
    }
}
