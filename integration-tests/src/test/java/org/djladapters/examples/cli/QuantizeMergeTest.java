/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.djladapters.checkpoint.merged.OnnxGraphs;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code merge --quantize int8}. */
class QuantizeMergeTest {

    private static final Charset ISO = StandardCharsets.ISO_8859_1;

    @TempDir Path folder;

    private Run merge(Path model, Object... options) {
        List<Object> words = new ArrayList<>(List.of("merge", "--model", model));
        words.addAll(List.of("--output", folder.resolve("merged")));
        words.addAll(List.of(options));
        return Run.of(words.toArray());
    }

    private static JsonObject json(Run run) {
        assertThat(run.status()).as(() -> run.err().toString()).isZero();
        return JsonParser.parseString(run.out().get(run.out().size() - 1)).getAsJsonObject();
    }

    /** Before is what evaluate says of the adapter, after what it says of the merged model. */
    @Test
    void theLossInQualityIsMeasured() throws Exception {
        Path model = Samples.model("tiny-bert");
        Path adapter = folder.resolve("adapter");
        Path dev = Samples.dev(folder);
        Path train = Samples.train(folder);
        Object[] training = {
            "--train", train, "--dev", dev, "--output", adapter, "--epochs", 2, "--method", "lora"
        };
        assertThat(
                        Run.of(
                                        Stream.concat(
                                                        Stream.of("finetune", "--model", model),
                                                        Stream.of(training))
                                                .toArray())
                                .status())
                .isZero();
        Run run = merge(model, "--adapter", adapter, "--quantize", "int8", "--data", dev);
        Path merged = folder.resolve("merged");
        JsonObject line = json(run);
        assertThat(line.get("output").getAsString()).isEqualTo(merged.toString());
        assertThat(run.out())
                .contains(merged.toString())
                .anyMatch(text -> text.matches("metric +float32 +int8 +difference"));
        JsonObject before =
                json(Run.of("evaluate", "--model", model, "--adapter", adapter, "--data", dev));
        JsonObject after = json(Run.of("evaluate", "--model", merged, "--data", dev));
        assertThat(line.getAsJsonObject("float32").get("accuracy"))
                .isEqualTo(before.get("accuracy"));
        assertThat(line.getAsJsonObject("int8").get("accuracy")).isEqualTo(after.get("accuracy"));
    }

    @Test
    void withoutDataASentenceSaysThatNothingWasMeasured() {
        Run run = merge(Samples.model("tiny-bert"), "--quantize", "int8");
        assertThat(json(run).keySet()).containsExactly("output");
        assertThat(run.err())
                .contains(
                        "The loss in quality was not measured; --data names data to measure it on");
    }

    /** Programs of checkpoints compute in any type, but not where layers are packed. */
    @Test
    void aModelInInt8DoesNotComputeInBfloat16() {
        merge(Path.of("src/test/resources/hub/tiny-bert"), "--quantize", "int8");
        Path merged = folder.resolve("merged");
        Object[] predict = {"predict", "--model", merged, "--text", "a", "--precision", "bfloat16"};

        assertThat(Run.of(predict).err())
                .singleElement()
                .asString()
                .contains("its layers multiply in int8");

        predict[predict.length - 1] = "float32";
        assertThat(Run.of(predict).status()).isZero();
    }

    @Test
    void anOnnxFileIsCheckedBeforeAndAfter() throws Exception {
        OnnxGraphs graphs = new OnnxGraphs();
        Path model = graphs.torchScript(folder.resolve("net"));
        Path onnx =
                OnnxGraphs.write(
                        graphs.onnx(OnnxGraphs.Names.OF_NODES), folder.resolve("base.onnx"));
        Run run = merge(model, "--format", "onnx", "--onnx", onnx, "--quantize", "int8");
        assertThat(json(run).keySet()).containsExactly("output");
        assertThat(run.err())
                .anyMatch(text -> text.startsWith("ONNX Runtime gives the outputs of the adapted"))
                .anyMatch(text -> text.startsWith("ONNX Runtime runs the file in int8"));
        assertThat(Files.readString(folder.resolve("merged/model.onnx"), ISO))
                .contains("MatMulInteger");
    }

    @Test
    void whatDoesNotFitIsRefusedInOneSentence() {
        assertRefused(
                "--quantize is for --format torchscript and onnx",
                "--quantize",
                "int8",
                "--format",
                "huggingface");
        assertRefused(
                "leave out --products and --dtype", "--quantize", "int8", "--dtype", "bfloat16");
        assertRefused(
                "leave out --products and --dtype", "--quantize", "int8", "--products", "onednn");
        assertRefused("int4", "--quantize", "int4");
        assertRefused("--data and what describes it are for --quantize", "--data", "dev.tsv");
        assertRefused(
                "--corpus and names of columns are for --data",
                "--quantize",
                "int8",
                "--corpus",
                "c.tsv");
    }

    private void assertRefused(String reason, Object... options) {
        Run run = merge(Samples.model("tiny-bert"), options);
        assertThat(run.err().get(0)).contains(reason);
        assertThat(run.status()).isNotZero();
        assertThat(folder.resolve("merged")).doesNotExist();
    }
}
