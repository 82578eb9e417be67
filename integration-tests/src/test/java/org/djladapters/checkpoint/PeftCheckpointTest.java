/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.djladapters.io.MalformedFileException;
import org.djladapters.model.AdaptedModel;
import org.djladapters.model.SharedModels;
import org.djladapters.safetensors.SafetensorsFile;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Adapters that PEFT 0.17.1 and 0.20.0 and the fork with compound adapters saved, with the outputs
 * that these gave for them, not merged and, where it was recorded, merged.
 */
class PeftCheckpointTest {

    @RegisterExtension static final SharedModels MODELS = new SharedModels();

    /**
     * Two layers of sums of some 64 products of size one in float32, whose order differs between
     * the two programs: some 40 units in the last place of the largest output.
     */
    private static final float FLOAT32 = 40 * Math.ulp(1f);

    /**
     * The same for PSOFT, whose singular vectors in float32 are those of a weight that is off by
     * some ten roundings, each of 2^-24 of its largest singular value. One rounding turns a vector
     * by itself over the gap to the next singular value, of which the smallest here is 0.016 of the
     * largest, and moves the outputs by up to 7 units in the last place (seen in float64 with
     * random ones). That makes 70 units more, and as much again for other routines.
     */
    private static final float SINGULAR = 180 * Math.ulp(1f);

    /** What {@code examples/interop/float64.py} computed without PEFT's rounding. */
    private static final String EXACT = "output_float64";

    static List<String> checkpoints() throws IOException {
        try (Stream<Path> directories = Files.list(TinyAdapters.resource("checkpoints"))) {
            return directories.map(d -> d.getFileName().toString()).sorted().toList();
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "NEWEST | ; adapters",
                "GLORA | : it changes biases by their own values; adapters",
                "PROMPT_TUNING | : it puts vectors before those of the inputs, and adapters here"
                        + " change layers; adapters"
            })
    void aMethodThatDoesNotExistHereIsRefused(String type, String reason, @TempDir Path directory)
            throws Exception {
        Path known = TinyAdapters.resource("checkpoints/c3a-tiny-bert-classifier");
        for (String file : List.of("adapter_config.json", "adapter_model.safetensors")) {
            Files.copy(known.resolve(file), directory.resolve(file));
        }
        Path config = directory.resolve("adapter_config.json");
        Files.writeString(config, Files.readString(config).replace("C3A", type));
        AdaptedModel model = MODELS.open("tiny-bert-classifier");
        assertThatThrownBy(() -> AdapterDirectory.load(model, "trained", directory))
                .isInstanceOf(MalformedFileException.class)
                .hasMessageStartingWith(config.toString())
                .hasMessageContaining("the field 'peft_type' is '" + type + "'")
                .hasMessageContaining("does not know" + reason + " of the types [")
                .hasMessageEndingWith("] can be loaded")
                .hasMessageNotContaining("\n");
        assertThat(model.names()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "trainable_token_indices | [5] | activate both adapters",
                "alora_invocation_tokens | [5] | layers for all tokens",
                "use_bdlora | true | save the adapter without it"
            })
    void anOptionThatDoesNotExistHereIsRefused(
            String option, String value, String reason, @TempDir Path directory) throws Exception {
        Path known = TinyAdapters.resource("checkpoints/shira-tiny-bert-classifier");
        Files.copy(
                known.resolve("adapter_model.safetensors"),
                directory.resolve("adapter_model.safetensors"));
        String fields = Files.readString(known.resolve("adapter_config.json"));
        Files.writeString(
                directory.resolve("adapter_config.json"),
                fields.replaceFirst("\\{", "{\"" + option + "\": " + value + ","));
        AdaptedModel model = MODELS.open("tiny-bert-classifier");
        assertThatThrownBy(() -> AdapterDirectory.load(model, "trained", directory))
                .isInstanceOf(MalformedFileException.class)
                .hasMessageContaining("the field '" + option + "' is '" + value + "'")
                .hasMessageEndingWith(reason);
        assertThat(model.names()).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("checkpoints")
    void givesTheRecordedOutputs(String name) throws Exception {
        Path directory = TinyAdapters.resource("checkpoints/" + name);
        Path recorded = directory.resolve("expected.safetensors");
        AdaptedModel model = MODELS.open(name.substring(name.indexOf("tiny-")));
        try (NDManager manager = NDManager.newBaseManager("PyTorch");
                SafetensorsFile expected = SafetensorsFile.open(recorded)) {
            NDList inputs = TinyAdapters.inputs(model, recorded, manager);

            NDArray base = recorded(expected, "output_base", manager);
            if (base != null) {
                assertLogits(model, inputs, base);
            }
            AdapterDirectory.load(model, "trained", directory);
            assertThat(model.active()).containsExactly("trained");
            NDArray exact = recorded(expected, EXACT, manager);
            NDArray adapted = exact == null ? recorded(expected, "output", manager) : exact;
            NDArray merged = recorded(expected, "output_merged", manager);
            assertLogits(model, inputs, adapted);
            model.merge();
            assertLogits(model, inputs, merged == null ? adapted : merged);
            model.unmerge();
            try (AdaptedModel.Scope disabled = model.disable()) {
                assertThat(disabled).isNotNull();
                if (base != null) {
                    assertLogits(model, inputs, base);
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("checkpoints")
    void theReferenceInFloat64IsWhatPeftGave(String name) throws Exception {
        Path recorded = TinyAdapters.resource("checkpoints/" + name + "/expected.safetensors");
        try (NDManager manager = NDManager.newBaseManager("PyTorch");
                SafetensorsFile expected = SafetensorsFile.open(recorded)) {
            NDArray exact = recorded(expected, EXACT, manager);
            assertThat(exact != null).isEqualTo(name.startsWith("psoft"));
            if (exact != null) {
                assertClose(recorded(expected, "output", manager), exact);
            }
        }
    }

    /** Logits that were recorded, null if they were not. */
    private static NDArray recorded(SafetensorsFile expected, String name, NDManager manager)
            throws IOException {
        String tensor = name + ".logits";
        return expected.tensors().containsKey(tensor) ? expected.read(manager, tensor) : null;
    }

    private static void assertLogits(AdaptedModel model, NDList inputs, NDArray logits)
            throws Exception {
        assertClose(TinyAdapters.named(model.predict(inputs), "logits"), logits);
    }

    private static void assertClose(NDArray actual, NDArray logits) {
        assertThat(actual.getShape()).isEqualTo(logits.getShape());
        boolean exact = logits.getDataType() == DataType.FLOAT64;
        double largest = Math.max(1, logits.toType(DataType.FLOAT64, true).abs().max().getDouble());
        assertThat(
                        actual.toType(DataType.FLOAT64, true)
                                .sub(logits.toType(DataType.FLOAT64, true))
                                .abs()
                                .max()
                                .getDouble())
                .as("largest difference")
                .isLessThan((exact ? SINGULAR : FLOAT32) * largest);
    }
}
