/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.djladapters.adapter.Targets;
import org.djladapters.adapter.compound.CompoundConfig;
import org.djladapters.checkpoint.AdapterDirectory;
import org.djladapters.checkpoint.TinyAdapters;
import org.djladapters.checkpoint.merged.OnnxGraphs;
import org.djladapters.examples.builtin.BuiltInModel;
import org.djladapters.model.AdaptedModel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code merge --format onnx}. */
class OnnxMergeTest {

    @TempDir Path folder;

    private Path adapter(Path directory) throws IOException {
        Path saved = folder.resolve("adapter");
        try (AdaptedModel model = AdaptedModel.open(directory)) {
            CompoundConfig config =
                    CompoundConfig.builder()
                            .optOrders(1)
                            .optBlockSize(8)
                            .optTargets(Targets.allLinear())
                            .build();
            TinyAdapters.disturb(model, model.add("a", config), 7);
            AdapterDirectory.save(model, "a", saved);
        }
        return saved;
    }

    private Run merge(Path model, Path adapter, Object... options) {
        List<Object> words = new ArrayList<>(List.of("merge", "--model", model));
        words.addAll(List.of("--adapter", adapter, "--output", folder.resolve("merged")));
        words.addAll(List.of(options));
        return Run.of(words.toArray());
    }

    /** The vectors are those that the adapted model gives, as ONNX Runtime says. */
    @Test
    void theOnnxFileOfARealModelGetsTheAdapter() throws Exception {
        Path model = BuiltInModel.ALL_MINILM_L6_V2.directory(folder.resolve("cache"));
        Path onnx = folder.resolve("base.onnx");
        try (InputStream in = BuiltInModel.class.getResourceAsStream("/all-minilm-l6-v2.onnx")) {
            Files.copy(in, onnx);
        }
        Run run = merge(model, adapter(model), "--format", "onnx", "--onnx", onnx);
        Path merged = folder.resolve("merged");
        assertThat(run.err())
                .singleElement()
                .asString()
                .startsWith(
                        "ONNX Runtime gives the outputs of the adapted model, also for texts of 256"
                                + " tokens and more");
        assertThat(run.out()).containsExactly(merged.toString());
        assertThat(run.status()).isZero();
        assertThat(merged.resolve("model.onnx")).isRegularFile();
        assertThat(merged.resolve("tokenizer.json")).exists();
        assertThat(merged.resolve("config.json")).exists();
    }

    /** The weights are right, but the file computes something else with them. */
    @Test
    void aFileThatComputesSomethingElseIsNotWritten() throws Exception {
        OnnxGraphs graphs = new OnnxGraphs();
        Path model = graphs.torchScript(folder.resolve("net"));
        var onnx = graphs.onnx(OnnxGraphs.Names.OF_NODES);
        onnx.getGraphBuilder().getNodeBuilder(3).setOpType("Sin");
        Path base = OnnxGraphs.write(onnx, folder.resolve("base.onnx"));
        Run run = merge(model, adapter(model), "--format", "onnx", "--onnx", base);
        assertThat(run.err())
                .singleElement()
                .asString()
                .contains("The outputs of the merged ONNX file differ from the adapted model's");
        assertThat(run.status()).isNotZero();
        assertThat(folder.resolve("merged")).doesNotExist();
    }

    @Test
    void optionsThatDoNotFitAreRefused() throws Exception {
        Path model = Samples.model("tiny-bert");
        assertThat(merge(model, folder, "--format", "onnx").err().get(0))
                .contains("--format onnx needs the ONNX file of the base model");
        assertThat(merge(model, folder, "--onnx", "base.onnx").err().get(0))
                .contains("--onnx is for --format onnx");
        assertThat(
                        merge(
                                        model,
                                        folder,
                                        "--format",
                                        "onnx",
                                        "--onnx",
                                        "base.onnx",
                                        "--products",
                                        "onednn")
                                .err()
                                .get(0))
                .contains("--products is for --format torchscript");
    }
}
