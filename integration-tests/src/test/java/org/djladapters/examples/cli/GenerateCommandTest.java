/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.djladapters.safetensors.SafetensorsFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GenerateCommandTest {

    private static final Path HUB = Path.of("src/test/resources/hub");

    @TempDir private Path folder;

    private static Run generate(Object model, Object... more) {
        List<Object> arguments = new ArrayList<>(List.of("generate", "--model", model));
        arguments.addAll(Arrays.asList(more));
        return Run.of(arguments.toArray());
    }

    @ParameterizedTest
    @ValueSource(strings = {"tiny-llama", "tiny-gpt2", "tiny-qwen2"})
    void continuesTensorsAsTransformersDoes(String name) throws IOException {
        Path expected = HUB.resolve(name).resolve("expected.safetensors");
        Path output = folder.resolve("out.safetensors");

        Run run = generate(HUB.resolve(name), "--input", expected, "--output", output);

        assertThat(run.status()).as("%s", run.err()).isZero();
        assertThat(tokens(output)).isEqualTo(tokens(expected));
    }

    @ParameterizedTest
    @CsvSource({
        "198, 'A text has the token 198, but the model has 198 tokens'",
        "-1, 'has -1 in prompt.input_ids, which is no token'",
        "4294967296, 'has 4294967296 in prompt.input_ids, which is no token'",
    })
    void refusesTensorsWithTokensThatTheModelDoesNotKnow(long token, String message)
            throws IOException {
        Path input = folder.resolve("in.safetensors");
        Path output = folder.resolve("out.safetensors");
        try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
            NDArray ids = manager.create(new long[] {1, 5, token}, new Shape(1, 3));
            SafetensorsFile.write(input, Map.of("prompt.input_ids", ids), Map.of());
        }
        Run run = generate(HUB.resolve("tiny-llama"), "--input", input, "--output", output);

        assertThat(run.status()).isNotZero();
        assertThat(run.err()).singleElement().asString().contains(message);
        assertThat(output).doesNotExist();
    }

    private static long[] tokens(Path file) throws IOException {
        try (SafetensorsFile tensors = SafetensorsFile.open(file);
                NDManager manager = NDManager.newBaseManager("PyTorch")) {
            return tensors.read(manager, "generated.input_ids").toLongArray();
        }
    }

    @Test
    void showsTheTextAndEndsWithJson() {
        Run run = generate(HUB.resolve("tiny-llama"), "--prompt", "1+1=", "--max-new-tokens", 3);

        assertThat(run.status()).as("%s", run.err()).isZero();
        JsonObject line =
                JsonParser.parseString(run.out().get(run.out().size() - 1)).getAsJsonObject();
        assertThat(line.get("new_tokens").getAsInt()).isBetween(0, 3);
        assertThat(line.keySet()).contains("prompt_tokens", "ending", "seconds");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "tiny-llama | --prompt a --top-p 0 | greater than 0 and at most 1, got 0",
                "tiny-llama | --prompt a --top-k 5 | without a temperature",
                "tiny-llama | --prompt a --temperature 0 | must be positive, got 0",
                "tiny-llama | --prompt a --system b | no chat template",
                "tiny-llama | --prompt a --max-new-tokens 64 | more than the 64 that the model"
                        + " takes",
                "tiny-llama | --prompt a --input b | Give either --prompt TEXT or --input FILE",
                "tiny-llama | --input b | --input needs --output FILE",
                "tiny-llama | --prompt \u00A0 | has the token",
                "tiny-bert | --prompt a | not logits for the next token",
            })
    void refusesInOneSentence(String model, String options, String message) {
        Run run = generate(HUB.resolve(model), (Object[]) options.split(" ", -1));

        assertThat(run.status()).isNotZero();
        assertThat(run.err()).singleElement().asString().contains(message);
    }
}
