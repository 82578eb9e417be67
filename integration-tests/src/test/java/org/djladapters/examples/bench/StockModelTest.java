/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;
import org.djladapters.hub.ModelDirectory;
import org.djladapters.hub.OpenOptions;
import org.djladapters.model.AdaptedModel;
import org.djladapters.model.Models;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the benchmark compares with is the same model, frozen as far as it says. */
class StockModelTest {

    private static final String FIRST = "encoder.layer.0.attention.self.query.bias";

    @Test
    void onlyTheParameterThatIsNamedAsksForAGradient() throws IOException {
        try (AdaptedModel model = AdaptedModel.open(Models.directory("tiny-bert"));
                StockModel stock = StockModel.forTraining(directory(), Device.cpu(), FIRST);
                BenchmarkInputs inputs = inputs(model)) {
            assertThat(stock.asking()).singleElement().asString().endsWith(FIRST);
            stock.warmUpSteps(inputs.batch());
            assertThat(stock.step(inputs.batch())).isPositive();
            assertThat(stock.asking()).singleElement().asString().endsWith(FIRST);
        }
    }

    @Test
    void predictsWhatTheModelPredicts() throws IOException {
        try (AdaptedModel model = AdaptedModel.open(Models.directory("tiny-bert"));
                StockModel stock = StockModel.forPredictions(directory(), Device.cpu());
                BenchmarkInputs inputs = inputs(model);
                NDManager scope = inputs.batch().getManager().newSubManager()) {
            NDList rows = inputs.batch().getData();
            stock.warmUpPredictions(rows);
            NDList expected = model.predict(rows);
            expected.attach(scope);
            // float32 with sums in another order
            assertThat(
                            stock.outputs(rows, scope)
                                    .get(0)
                                    .allClose(expected.get(0), 1e-4, 1e-5, false))
                    .isTrue();
        }
    }

    @Test
    void theExportOfACheckpointPredictsWhatTheCheckpointDoes(@TempDir Path folder)
            throws IOException {
        ModelShape.of("encoder:width=64").write(folder);
        Path written;
        try (AdaptedModel model = AdaptedModel.open(folder);
                StockExport export = StockExport.of(folder, Optional.empty());
                StockModel stock =
                        StockModel.forPredictions(
                                ModelDirectory.open(export.directory()), Device.cpu());
                BenchmarkInputs inputs = inputs(model);
                NDManager scope = inputs.batch().getManager().newSubManager()) {
            written = export.directory();
            NDList rows = inputs.batch().getData();
            NDList expected = model.predict(rows);
            expected.attach(scope);
            assertThat(
                            stock.outputs(rows, scope)
                                    .get(0)
                                    .allClose(expected.get(0), 1e-4, 1e-5, false))
                    .isTrue();
            // another process measures the memory
            assertThat(
                            StockBenchmark.peakMemory(
                                            written,
                                            OpenOptions.builder().build(),
                                            FIRST,
                                            2,
                                            OptionalInt.of(5),
                                            1)
                                    .orElse(1))
                    .isPositive();
        }
        assertThat(written).doesNotExist();
    }

    @Test
    void nothingIsWrittenForAnExport() throws IOException {
        Path export = Models.directory("tiny-bert");
        try (StockExport stock = StockExport.of(export, Optional.empty())) {
            assertThat(stock.directory()).isEqualTo(export);
        }
        assertThat(export).isDirectory();
    }

    @Test
    void measuresMemoryWithoutAnAdaptedModel() throws IOException {
        OpenOptions options = OpenOptions.builder().build();
        assertThat(
                        StockBenchmark.peakMemory(
                                        Models.directory("tiny-bert"),
                                        options,
                                        FIRST,
                                        2,
                                        OptionalInt.of(5),
                                        1)
                                .orElse(1))
                .isPositive();
        assertThatThrownBy(
                        () ->
                                StockBenchmark.peakMemory(
                                        Models.directory("tiny-bert"),
                                        options,
                                        "none.bias",
                                        2,
                                        OptionalInt.of(5),
                                        1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("no parameter 'none.bias'");
    }

    private static ModelDirectory directory() throws IOException {
        return ModelDirectory.open(Models.directory("tiny-bert"));
    }

    private static BenchmarkInputs inputs(AdaptedModel model) throws IOException {
        return BenchmarkInputs.draw(model, 2, OptionalInt.of(5));
    }
}
