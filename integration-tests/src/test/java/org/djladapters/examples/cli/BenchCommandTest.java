/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.types.DataType;
import ai.djl.pytorch.jni.JniUtils;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.djladapters.examples.bench.Processor;
import org.djladapters.matmul.Matmul;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** No speed is asserted. */
class BenchCommandTest {

    private static final List<String> TIMES =
            List.of(
                    "stock_step",
                    "frozen_step",
                    "adapter_step",
                    "stock_inference",
                    "base_inference",
                    "adapted_inference");
    private static final List<String> RATIOS =
            List.of(
                    "step_ratio",
                    "inference_ratio",
                    "merged_inference_ratio",
                    "stock_step_ratio",
                    "stock_inference_ratio",
                    "stock_merged_inference_ratio");

    @TempDir private Path folder;

    @Test
    void comparesACheckpointWithAnExport() {
        Path export = Samples.model("tiny-bert-classifier");
        Run run =
                Run.of(
                        "bench",
                        "--model",
                        "src/test/resources/hub/tiny-bert-classifier",
                        "--against",
                        export,
                        "--method",
                        "lora",
                        "--rank",
                        2,
                        "--batch",
                        2,
                        "--length",
                        5,
                        "--rounds",
                        2);
        assertThat(run.status()).as(() -> String.join("\n", run.err())).isZero();
        JsonObject line = line(run);
        assertThat(line.get("against").getAsString()).isEqualTo(export.toString());
        assertThat(line.get("difference").getAsDouble()).isPositive(); // other random weights
        for (String time : List.of("prediction_ms", "prediction_ratio", "step_ms", "step_ratio")) {
            assertThat(line.get(time).getAsDouble()).as(time).isPositive();
        }
    }

    @Test
    void endsWithALineThatHasAllFigures() {
        Run run = bench("tiny-bert", "--no-memory", "--threads", 1, "--precision", "float32");
        assertThat(run.status()).as(() -> String.join("\n", run.err())).isZero();
        assertThat(run.err()).contains("training: round 1 of 2", "inference: round 2 of 2");
        assertThat(run.out().get(2)).startsWith("lora ").contains("median", "least", "ratio");
        JsonObject line = line(run);
        assertThat(line.get("model").getAsString()).endsWith("tiny-bert");
        assertThat(line.get("method").getAsString()).isEqualTo("lora");
        assertThat(line.get("settings").getAsString()).startsWith("lora(rank 2");
        assertThat(line.get("device").getAsString()).isEqualTo("cpu()");
        String matmul = Matmul.fastest().toString();
        assertThat(line.get("matmul").getAsString()).isEqualTo(matmul);
        Processor processor = Processor.current();
        assertThat(run.out())
                .startsWith(processor + ", 1 threads", "float32, matrix products by " + matmul);
        assertThat(line.get("processor").getAsString()).isEqualTo(processor.name());
        assertThat(line.getAsJsonArray("processor_features")).hasSameSizeAs(processor.features());
        assertThat(line.get("precision").getAsString()).isEqualTo("float32");
        assertThat(line.has("bfloat16")).isFalse();
        assertThat(line.get("threads").getAsInt()).isEqualTo(1);
        assertThat(line.get("batch").getAsInt()).isEqualTo(2);
        assertThat(line.get("length").getAsString()).isEqualTo("5");
        assertThat(line.get("image_size").isJsonNull()).isTrue();
        assertThat(line.get("rounds").getAsInt()).isEqualTo(2);
        assertThat(line.get("sites").getAsInt()).isEqualTo(4);
        assertThat(line.get("trainable_parameters").getAsLong())
                .as("of two layers, query and value, 32 wide")
                .isEqualTo(4 * 2 * 2 * 32);
        assertThat(line.get("adapter_file_bytes").getAsLong())
                .as("four bytes a parameter, and names")
                .isBetween(4L * 4 * 2 * 2 * 32, 4L * 4 * 2 * 2 * 32 + 2048);
        List<String> times = new ArrayList<>(RATIOS);
        TIMES.forEach(time -> times.addAll(List.of(time + "_ms", time + "_min_ms")));
        for (String when : List.of("", "forward_")) {
            times.add("rotation_" + when + "ms_per_site");
            times.add("rotation_" + when + "min_ms_per_site");
        }
        times.addAll(List.of("merged_inference_ms", "merged_inference_min_ms"));
        for (String time : times) {
            assertThat(line.get(time).getAsDouble()).as(time).isPositive();
        }
        // a product and a sum for every weight of two layers: 4 are 32 x 32, 2 are 32 x 64
        assertThat(line.get("forward_flops").getAsDouble()).isGreaterThan(2 * 2 * (4 + 4) * 1024);
        assertThat(line.get("backward_flops").getAsDouble()).isPositive();
        assertThat(line.get("switch_ms").getAsDouble()).isFinite();
        assertThat(line.get("switch_min_ms").getAsDouble()).isFinite();
        assertThat(line.get("peak_rss_mib").isJsonNull()).isTrue();
        assertThat(line.get("frozen_peak_rss_mib").isJsonNull()).isTrue();
        assertThat(line.get("memory_ratio").isJsonNull()).isTrue();
        assertThat(line.get("stock_peak_rss_mib").isJsonNull()).isTrue();
        assertThat(line.get("stock_memory_ratio").isJsonNull()).isTrue();
    }

    @Test
    void measuresACheckpointInBothPrecisions() {
        Run run = benchCheckpoint("--no-memory");
        assertThat(run.status()).as(() -> String.join("\n", run.err())).isZero();
        assertThat(run.out().get(1)).startsWith("float32, matrix products by ");
        assertThat(run.out().get(2)).startsWith("bfloat16, matrix products by ");
        assertThat(run.out().get(3)).startsWith("lora ").endsWith("bfloat16 / float32");
        JsonObject line = line(run);
        JsonObject narrow = line.getAsJsonObject("bfloat16");
        assertThat(line.get("precision").getAsString()).isEqualTo("float32");
        assertThat(narrow.get("precision").getAsString()).isEqualTo("bfloat16");
        for (String time : List.of("frozen_step_ms", "adapter_step_ms", "merged_inference_ms")) {
            assertThat(narrow.get(time).getAsDouble())
                    .as(time)
                    .isPositive()
                    .isNotEqualTo(line.get(time).getAsDouble());
        }
        for (String ratio : RATIOS) {
            assertThat(narrow.get(ratio).getAsDouble()).as(ratio).isPositive();
        }
        for (String time : List.of("frozen_step", "step", "base_inference", "merged_inference")) {
            String ratio = "float32_" + time + "_ratio";
            assertThat(narrow.get(ratio).getAsDouble()).as(ratio).isPositive();
            assertThat(line.has(ratio)).as(ratio).isFalse();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"float32", "bfloat16"})
    void measuresThePrecisionThatIsNamedAlone(String precision) {
        Run run = benchCheckpoint("--no-memory", "--no-stock", "--precision", precision);
        assertThat(run.status()).as(() -> String.join("\n", run.err())).isZero();
        assertThat(run.out().get(1)).startsWith(precision + ", matrix products by ");
        assertThat(line(run).get("precision").getAsString()).isEqualTo(precision);
        assertThat(line(run).has("bfloat16")).isFalse();
    }

    private static Run benchCheckpoint(Object... more) {
        Stream<Object> common =
                Stream.of(
                        "bench",
                        "--shape",
                        "encoder:layers=1,width=32,heads=2",
                        "--method=lora",
                        "--batch=2",
                        "--length=5",
                        "--rounds=2");
        return Run.of(Stream.concat(common, Stream.of(more)).toArray());
    }

    @Test
    void leavesDjlAloneOutWhenAsked() {
        Run run = bench("tiny-bert", "--no-memory", "--no-stock");
        assertThat(run.status()).as(() -> String.join("\n", run.err())).isZero();
        assertThat(String.join("\n", run.out()) + run.err()).doesNotContain("DJL alone");
        JsonObject line = line(run);
        for (String name : List.of("step", "step_min", "inference")) {
            assertThat(line.get("stock_" + name + "_ms").isJsonNull()).as(name).isTrue();
        }
        assertThat(line.get("stock_step_ratio").isJsonNull()).isTrue();
        assertThat(line.get("step_ratio").getAsDouble()).isPositive();
    }

    @Test
    @EnabledOnOs(OS.LINUX) // others do not tell how large a process is
    void measuresMemoryInProcessesOfTheirOwn() {
        Run run = benchCheckpoint();
        assertThat(run.err())
                .contains(
                        "memory: steps of the frozen model in DJL alone, float32",
                        "memory: steps of the frozen base model, float32",
                        "memory: training steps, float32",
                        "memory: steps of the frozen base model, bfloat16")
                .last()
                .asString()
                .isEqualTo("memory: training steps, bfloat16");
        JsonObject line = line(run);
        JsonObject narrow = line.getAsJsonObject("bfloat16");
        assertSize(line, "stock_peak_rss_mib");
        for (JsonObject side : List.of(line, narrow)) {
            assertSize(side, "peak_rss_mib");
            assertSize(side, "frozen_peak_rss_mib");
            assertThat(side.get("memory_ratio").getAsDouble()).isPositive();
            assertThat(side.get("stock_memory_ratio").getAsDouble()).isPositive();
        }
        assertThat(narrow.get("float32_memory_ratio").getAsDouble()).isPositive();
        assertThat(String.join("\n", run.out())).contains("memory in training, MiB");
    }

    private static void assertSize(JsonObject line, String name) {
        assertThat(line.get(name).getAsDouble()).as(name).isBetween(50.0, 10_000.0);
    }

    @Test
    void measuresRequestsForSeveralAdapters() {
        Run run =
                Run.of(
                        "bench",
                        "--model",
                        Samples.model("tiny-bert"),
                        "--method",
                        "lora",
                        "--adapters",
                        2,
                        "--batch",
                        5,
                        "--length",
                        4,
                        "--rounds",
                        1);
        assertThat(run.status()).as(() -> String.join("\n", run.err())).isZero();
        assertThat(run.out())
                .startsWith(Processor.current() + ", " + JniUtils.getNumThreads() + " threads");
        assertThat(run.out().get(2)).contains("way", "requests per second");
        JsonObject line = line(run);
        assertThat(line.get("adapters").getAsInt()).isEqualTo(2);
        assertThat(line.get("matmul").getAsString()).isEqualTo(Matmul.fastest().toString());
        assertThat(line.get("batch").getAsInt()).isEqualTo(5);
        for (String way :
                List.of("base", "mixed", "others", "apart", "threads", "switching", "single")) {
            assertThat(line.get(way + "_ms").getAsDouble()).as(way).isPositive();
        }
        assertThat(line.get("loading_ms").getAsDouble()).isPositive();
        assertThat(line.get("parameter_bytes").getAsLong()).isPositive();
        assertThat(Run.of("bench", "--shape", "minilm", "--adapters", 0).err())
                .singleElement()
                .asString()
                .contains("The number of adapters must be at least 1");
    }

    @Test
    void takesAShapeInsteadOfAModelAndAppendsItsLineToAFile() throws Exception {
        Path output = folder.resolve("lines.jsonl");
        Files.writeString(output, "before\n");
        Run run =
                Run.of(
                        "bench",
                        "--shape=encoder:layers=1,width=32,heads=2",
                        "--method=full",
                        "--batch=1",
                        "--length=4",
                        "--rounds=1",
                        "--no-memory",
                        "--output",
                        output);
        assertThat(run.status()).as(() -> String.join("\n", run.err())).isZero();
        JsonObject line = line(run);
        assertThat(line.get("shape").getAsString()).startsWith("encoder:layers=1,width=32,heads=2");
        assertThat(line.has("model")).isFalse();
        assertThat(line.get("stock_step_ms").getAsDouble()).isPositive();
        assertThat(line.get("sites").getAsInt()).isZero();
        for (String name : List.of("rotation_ms_per_site", "rotation_forward_ms_per_site")) {
            assertThat(line.get(name)).as("no layer is adapted").matches(JsonElement::isJsonNull);
        }
        assertThat(output).content().isEqualTo("before\n" + line + "\n");
    }

    @Test
    void aModelOfImagesHasASizeAndNoLength() {
        Run run =
                Run.of(
                        "bench",
                        "--model",
                        Samples.model("tiny-vit"),
                        "--block-size=16",
                        "--batch=1",
                        "--rounds=1",
                        "--no-memory");
        assertThat(run.status()).as(() -> String.join("\n", run.err())).isZero();
        assertThat(line(run).get("length").isJsonNull()).isTrue();
        assertThat(line(run).get("image_size").getAsInt()).isEqualTo(32);
    }

    @Test
    void aProcessOfItsOwnGetsTheModelWhereItIs() {
        List<String> arguments =
                List.of("bench", "--shape", "minilm", "--batch", "3", "--model=a", "--shape=b");
        assertThat(ModelSource.repeated(arguments, Path.of("m")))
                .containsExactly("bench", "--batch", "3", "--model=m");
        assertThat(ModelSource.repeated(List.of("bench", "--model", "n"), Path.of("m")))
                .containsExactly("bench", "--model=m");
        assertThat(
                        ProductOptions.repeated(
                                List.of(
                                        "bench",
                                        "--precision",
                                        "auto",
                                        "--batch",
                                        "3",
                                        "--matmul=auto"),
                                DataType.BFLOAT16,
                                Matmul.MKL))
                .containsExactly("bench", "--batch", "3", "--dtype=bfloat16", "--matmul=mkl");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--batch 3 | Give a model (--model DIR) or a shape (--shape NAME)",
                "--model m --shape minilm | not both",
                "--shape maxilm | no model shape 'maxilm'; the shapes are minilm, bert-base",
                "--shape encoder:width=10,heads=3 | heads that divide the width",
                "--model m --method prompt | There is no method 'prompt'",
                "--model m --method lora --orders 1 | The method lora takes no --orders",
                "--model m --batch 0 | The batch size must be at least 1, got 0",
                "--model m --length 0 | The length must be at least 1, got 0",
                "--model m --rounds 0 | The number of rounds must be at least 1, got 0",
                "--model m --threads 0 | The number of threads must be at least 1, got 0",
                "--model m --batch many | many",
                "--model m --max-width 500 | --max-width goes with --growth",
                "--growth g --shape minilm | --growth measures methods of its own; leave out"
                        + " --shape",
                "--growth g --orders 1 | leave out --orders",
                "--growth g --batch 3 | leave out --batch",
                "--growth g --rounds 0 | The number of rounds must be at least 1, got 0",
                "--growth g --threads 0 | The number of threads must be at least 1, got 0",
            })
    void refusesOptionsThatMakeNoBenchmark(String options, String expected) {
        assertRefused(Run.of((Object[]) ("bench " + options).split(" ")), 2, expected);
    }

    @Test
    void refusesAGrowthOfNothing() throws Exception {
        Path file = Files.createFile(folder.resolve("file"));
        assertRefused(
                Run.of("bench", "--growth", folder, "--max-width=100"),
                2,
                "narrowest encoder has width 384");
        assertRefused(Run.of("bench", "--growth", file), 1, file.toString());
    }

    @Test
    void refusesWhatDoesNotFitTheModel() {
        assertRefused(bench("tiny-bert", "--length", 65), 1, "length 65", "64 positions");
        assertRefused(bench("tiny-vit"), 1, "images", "leave the length out");
        assertRefused(bench("tiny-bert", "--output", folder), 1, "is a folder");
        assertRefused(
                bench("tiny-bert", "--output", folder.resolve("no").resolve("f")),
                1,
                "does not exist");
        assertRefused(
                Run.of("bench", "--model", Samples.model("tiny-bert"), "--method", "head"),
                1,
                "'head' has no trainable parameters");
        assertRefused(Run.of("bench", "--model", folder.resolve("none")), 1, "none", "config.json");
    }

    private static Run bench(String model, Object... more) {
        Stream<Object> common =
                Stream.of(
                        "bench",
                        "--model",
                        Samples.model(model),
                        "--method",
                        "lora",
                        "--rank",
                        2,
                        "--targets",
                        "query,value",
                        "--batch",
                        2,
                        "--rounds",
                        2);
        boolean length = Stream.of(more).anyMatch("--length"::equals);
        Stream<Object> own =
                length ? Stream.of(more) : Stream.concat(Stream.of("--length", 5), Stream.of(more));
        return Run.of(Stream.concat(common, own).toArray());
    }

    private static JsonObject line(Run run) {
        String last = run.out().get(run.out().size() - 1);
        return JsonParser.parseString(last).getAsJsonObject();
    }

    private static void assertRefused(Run run, int status, String... parts) {
        assertThat(run.status()).isEqualTo(status);
        assertThat(run.out()).isEmpty();
        assertThat(run.err()).singleElement().asString().contains(parts);
    }
}
