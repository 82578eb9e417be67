/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.djladapters.safetensors.SafetensorsFile;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Results that are no numbers are told, and numbers that make no sense are refused. */
class NotFiniteTest {

    private static final Path VIT = Samples.model("tiny-vit");

    @TempDir private Path folder;

    private Path input;
    private Path output;

    @BeforeEach
    void name() {
        input = folder.resolve("in.safetensors");
        output = folder.resolve("out.safetensors");
    }

    /** Three pictures of the size that the model takes, one pixel of the second as given. */
    private void writePictures(float pixel) throws IOException {
        try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
            Shape shape;
            try (SafetensorsFile recorded =
                    SafetensorsFile.open(VIT.resolve("expected.safetensors"))) {
                shape = recorded.tensors().get("input.pixel_values").shape();
            }
            int side = Math.toIntExact(shape.get(2));
            float[] pixels = new float[3 * 3 * side * side];
            pixels[3 * side * side + 5] = pixel;
            NDArray pictures = manager.create(pixels, new Shape(3, 3, side, side));
            SafetensorsFile.write(input, Map.of("input.pixel_values", pictures), Map.of());
        }
    }

    private Run predict(Object... more) {
        Object[] command = {"predict", "--model", VIT, "--input", input, "--output", output};
        Object[] all = new Object[command.length + more.length];
        System.arraycopy(command, 0, all, 0, command.length);
        System.arraycopy(more, 0, all, command.length, more.length);
        return Run.of(all);
    }

    @Test
    void predictWarnsOfEveryOutputAndWritesIt() throws IOException {
        writePictures(Float.NaN);

        Run run = predict();

        assertThat(run.status()).isZero();
        assertThat(run.err()).hasSize(1);
        assertThat(run.err().get(0))
                .matches(
                        "warning: There are values that are not finite: \\d+ of \\d+ values of"
                            + " output\\.\\w+, in 1 of 3 rows.*; the input has such values, or an"
                            + " adapter .*");
        assertThat(output).isNotEmptyFile();
    }

    @Test
    void strictPredictionsFailAndWriteNothing() throws IOException {
        writePictures(Float.POSITIVE_INFINITY);

        Run run = predict("--strict");

        assertThat(run.status()).isEqualTo(1);
        assertThat(run.out()).isEmpty();
        assertThat(run.err()).hasSize(1);
        assertThat(run.err().get(0))
                .startsWith("There are values that are not finite: ")
                .contains("in 1 of 3 rows");
        assertThat(output).doesNotExist();
    }

    @Test
    void strictPredictionsOfNumbersAreWritten() throws IOException {
        writePictures(1);

        Run run = predict("--strict");

        assertThat(run.status()).as(() -> String.join("\n", run.err())).isZero();
        assertThat(run.err()).isEmpty();
        assertThat(output).isNotEmptyFile();
    }

    /** Before any file is read: model and data do not exist. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    --learning-rate 1e39       | The learning rate must be from 1.4e-45 to 1e37, got
                    --learning-rate NaN        | The learning rate must be positive, got NaN
                    --head-learning-rate 1e308 | The learning rate of the head must be from 1.4e-45
                    --weight-decay -1          | The weight decay must be 0 or positive
                    --warm-up 1.5              | The warm-up must be a share of the steps from 0 to 1
                    --epochs 0                 | The number of epochs must be at least 1
                    --epochs 1.5               | '1.5' is not an int
                    --batch-size -3            | The batch size must be at least 1
                    --max-length 2             | The maximum length must be at least 4 tokens
                    --image-size 2147483647    | The image size must be from 1 to 8192 pixels
                    --chain 2147483647         | The length of the chain must be at most 1000
                    """)
    void optionsOutOfRangeAreRefusedAtOnce(String option, String problem) {
        String[] words = option.split(" ", -1);
        List<Object> options =
                List.of(
                        "--model",
                        "none",
                        "--train",
                        "none",
                        "--dev",
                        "none",
                        "--output",
                        output,
                        words[0],
                        words[1]);
        assertRefused(run(List.of("finetune"), options), problem);
        if (!words[0].equals("--chain")) {
            assertRefused(run(List.of("compare", "--methods", "lora"), options), problem);
        }
    }

    private static Run run(List<Object> command, List<Object> options) {
        return Run.of(Stream.concat(command.stream(), options.stream()).toArray());
    }

    private static void assertRefused(Run run, String problem) {
        assertThat(run.status()).isEqualTo(2);
        assertThat(run.out()).isEmpty();
        assertThat(run.err()).hasSize(1);
        assertThat(run.err().get(0)).contains(problem);
    }

    /** Counting up to that order would take hours. */
    @Test
    void anOrderFarTooLargeIsRefusedByEveryCommand() throws IOException {
        Path model = Samples.model("tiny-bert");
        Path train = Samples.train(folder);
        for (Run run :
                new Run[] {
                    Run.of("inspect", "--model", model, "--orders", "2147483647"),
                    Run.of("params", "--model", model, "--orders", "1,2147483647"),
                    Run.of("params", "--shape", "bert-base", "--orders", "2147483647"),
                    Run.of(
                            "finetune",
                            "--model",
                            model,
                            "--train",
                            train,
                            "--dev",
                            train,
                            "--output",
                            output,
                            "--orders",
                            "2147483647")
                }) {
            assertThat(run.status()).isEqualTo(1);
            assertThat(run.err()).hasSize(1);
            assertThat(run.err().get(0)).contains("are too small for order 2147483647");
        }
    }
}
