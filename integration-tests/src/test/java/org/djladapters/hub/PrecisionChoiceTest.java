/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import ai.djl.Device;
import ai.djl.ndarray.types.DataType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalDouble;
import org.djladapters.matmul.Matmul;
import org.djladapters.matmul.Precision;
import org.djladapters.model.AdaptedModel;
import org.djladapters.model.Models;
import org.djladapters.model.RetypedModel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** In which type a model computes, and who decides that. */
class PrecisionChoiceTest {

    private static final Path BERT = Path.of("src/test/resources/hub/tiny-bert");

    private static double noTrial() {
        throw new AssertionError("nothing should be measured");
    }

    @TempDir private Path folder;

    private static OpenOptions.Builder options() {
        return OpenOptions.builder().optDevice(Device.cpu()).optPrecision(Precision.AUTO);
    }

    private ModelDirectory checkpoint(int width) throws IOException {
        Files.createFile(folder.resolve("model.safetensors"));
        Files.writeString(folder.resolve("config.json"), "{\"hidden_size\": %d}".formatted(width));
        return ModelDirectory.open(folder);
    }

    @ParameterizedTest
    @CsvSource({"0.2, FLOAT32", "1.29, FLOAT32", "1.31, BFLOAT16", "3, BFLOAT16"})
    void aTrialDecidesForACheckpointWithWideLayers(double speedup, DataType type)
            throws IOException {
        OpenOptions decided = options().build().decided(checkpoint(128), () -> speedup);
        assertThat(decided.dataType()).isEqualTo(type);
        assertThat(decided.speedup()).hasValue(speedup);
    }

    @Test
    void whatGainsNothingIsNotMeasured() throws IOException {
        ModelDirectory wide = checkpoint(384);
        Files.writeString(folder.resolve("config.json"), "{\"hidden_size\": 127}");
        assertUnmeasured(options(), ModelDirectory.open(folder), DataType.FLOAT32);
        ModelDirectory export = ModelDirectory.open(Models.directory("tiny-bert"));
        assertUnmeasured(options(), export, DataType.FLOAT32);
        assertUnmeasured(options().optDevice(Device.gpu()), wide, DataType.FLOAT32);
        assertUnmeasured(options().optMatmul(Matmul.ONEDNN), wide, DataType.FLOAT32);
        assertUnmeasured(options().optDataType(DataType.FLOAT16), wide, DataType.FLOAT16);
        OpenOptions.Builder chosen = options().optPrecision(Precision.BFLOAT16);
        assertUnmeasured(chosen, wide, DataType.BFLOAT16);
        assertUnmeasured(OpenOptions.builder(), wide, DataType.FLOAT32);
    }

    private static void assertUnmeasured(
            OpenOptions.Builder options, ModelDirectory model, DataType type) throws IOException {
        OpenOptions decided = options.build().decided(model, PrecisionChoiceTest::noTrial);
        assertThat(decided.dataType()).isEqualTo(type);
        assertThat(decided.speedup()).isEqualTo(OptionalDouble.empty());
    }

    @ParameterizedTest
    @EnumSource(Precision.class)
    void aCheckpointComputesInWhatWasChosen(Precision precision) throws IOException {
        OpenOptions options = options().optPrecision(precision).build();
        try (AdaptedModel model = AdaptedModel.open(BERT, options)) {
            assertThat(model.precision()).isEqualTo(precision.dataType());
            assertThat(model.openOptions().precision().dataType()).isEqualTo(model.precision());
        }
    }

    @ParameterizedTest
    @EnumSource(Precision.class)
    void anExportComputesInWhatWasChosen(Precision precision) throws IOException {
        OpenOptions options = options().optPrecision(precision).build();
        try (AdaptedModel model = AdaptedModel.open(Models.directory("tiny-bert"), options)) {
            assertThat(model.precision()).isEqualTo(precision.dataType());
        }
    }

    /** One that says that it is wide, and one that has a statement of which that is not known. */
    @ParameterizedTest
    @CsvSource({"tiny-bert, BFLOAT16", "tiny-gpt2, FLOAT32"})
    void aTrialDecidesForAnExportThatCanBeConverted(String name, DataType type) throws IOException {
        Path export = Models.directory(name);
        Files.copy(export.resolve(name + ".pt"), folder.resolve(name + ".pt"));
        Files.writeString(folder.resolve("config.json"), "{\"hidden_size\": 384}");
        OpenOptions decided = options().build().decided(ModelDirectory.open(folder), () -> 2);
        assertThat(decided.dataType()).isEqualTo(type);
        assertThat(decided.speedup().isPresent()).isEqualTo(type == DataType.BFLOAT16);
    }

    @Test
    void anExportOfAnotherTypeIsRefused() throws IOException {
        Path wide = folder.resolve("float64");
        RetypedModel.write(Models.directory("tiny-bert"), wide, DataType.FLOAT64);
        OpenOptions options = options().optPrecision(Precision.FLOAT32).build();
        assertThatIOException()
                .isThrownBy(() -> AdaptedModel.open(wide, options))
                .withMessageContaining(
                        "is a TorchScript export with weights in float64, which can't be opened in"
                                + " float32; leave the precision and the type of the weights out");
    }

    @ParameterizedTest
    @CsvSource({"FLOAT32, BFLOAT16", "FLOAT16, BFLOAT16", "BFLOAT16, FLOAT32"})
    void weightsOfAnotherTypeAreRefused(DataType type, Precision precision) {
        OpenOptions.Builder options = options().optDataType(type).optPrecision(precision);
        assertThatIllegalArgumentException()
                .isThrownBy(options::build)
                .withMessage(
                        "A model with weights in %s computes in that type, not in %s; leave out the"
                                + " type of the weights or the precision",
                        Precision.nameOf(type), precision);
    }
}
