/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.djladapters.checkpoint.Provenance;
import org.djladapters.hub.OpenOptions;
import org.djladapters.matmul.Matmul;
import org.djladapters.matmul.Precision;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

class ProductOptionsTest {

    @TempDir private Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"finetune", "compare", "sweep", "bench", "evaluate", "predict"})
    void commandsThatRunAModelExplainThem(String command) {
        Run run = Run.of(command, "--help");
        assertThat(run.status()).isZero();
        assertThat(String.join("\n", run.out())).contains("--matmul", "--precision", "onednn:32");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--matmul blas | There is no product 'blas'; choose mkl, onednn, or for example",
                "--matmul onednn:0 | There is no product 'onednn:0'",
                "--matmul onednn:many | There is no product 'onednn:many'",
                "--precision half | There is no precision 'half'; choose one of auto, float32,"
                        + " bfloat16",
                "--matmul onednn+bfloat16 | There is no product 'onednn+bfloat16'",
                "--matmul onednn --precision bfloat16 | Products in bfloat16 are the engine's own",
                "--dtype bfloat16 --precision float32 | weights in bfloat16 computes in that type",
                "--dtype float16 --precision bfloat16 | in that type, not in bfloat16",
            })
    void whatMakesNoSenseIsRefusedInOneLine(String options, String expected) {
        String data = " --train t --dev d --output o ";
        assertRefused("finetune --model m" + data + options, expected);
        assertRefused("compare --model m --methods lora" + data + options, expected);
        assertRefused("evaluate --model m --adapter a --data d " + options, expected);
        assertRefused("predict --model m --input i --output o " + options, expected);
        assertRefused("bench --shape minilm " + options, expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"--precision auto", "--dtype float16"})
    void theTypeOfASweepIsNotMeasured(String options) throws IOException {
        Path model = Samples.model("tiny-bert");
        assertRefused(
                "sweep s.json --model %s --output o %s".formatted(model, options),
                "choose --precision float32 or bfloat16, not auto or --dtype");
    }

    @Test
    void aTrainingRecordsWhatItWasGiven() throws IOException {
        assertThat(trained("mkl", "--matmul", "mkl"))
                .containsEntry("matmul", "mkl")
                .containsEntry("precision", "float32");
        assertThat(trained("auto", "--matmul", "auto"))
                .containsEntry("matmul", Matmul.fastest().toString());
    }

    private Map<String, String> trained(String output, String... options) throws IOException {
        Path adapter = folder.resolve(output);
        List<Object> command = new ArrayList<>(Samples.finetune("tiny-bert", folder, adapter));
        command.addAll(List.of(options));
        Run run = Run.of(command.toArray());
        assertThat(run.status()).as(() -> String.join("\n", run.err())).isZero();
        assertThat(Files.isDirectory(adapter)).isTrue();
        return Provenance.read(adapter.resolve("provenance.json")).options();
    }

    @Test
    void anAdapterThatWasTrainedInFloat32IsNotRoundedUnlessThatIsAskedFor() throws IOException {
        trained("exact", "--precision", "float32");
        Optional<Path> exact = Optional.of(folder.resolve("exact"));

        assertThat(precision(exact)).isEqualTo(Precision.FLOAT32);
        assertThat(precision(exact, "--precision", "bfloat16")).isEqualTo(Precision.BFLOAT16);
        assertThat(precision(Optional.empty())).isEqualTo(Precision.AUTO);
    }

    private static Precision precision(Optional<Path> adapter, String... arguments)
            throws IOException {
        ProductOptions options = new ProductOptions();
        new CommandLine(
                        CommandSpec.create()
                                .addMixin("products", CommandSpec.forAnnotatedObject(options)))
                .parseArgs(arguments);
        OpenOptions.Builder opening = OpenOptions.builder();
        options.asTrained(adapter).addTo(opening);
        return opening.build().precision();
    }

    private static void assertRefused(String line, String expected) {
        Run run = Run.of((Object[]) line.split(" "));
        assertThat(run.status()).isEqualTo(2);
        assertThat(run.out()).isEmpty();
        assertThat(run.err()).singleElement().asString().contains(expected).contains("--help");
    }
}
