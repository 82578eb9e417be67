/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Random;
import java.util.stream.Stream;
import org.djladapters.adapter.AdapterConfig;
import org.djladapters.adapter.Methods;
import org.djladapters.adapter.Targets;
import org.djladapters.adapter.baseline.BaselineConfig;
import org.djladapters.adapter.compound.CompoundConfig;
import org.djladapters.adapter.lora.LoraConfig;
import org.djladapters.adapter.oft.OftConfig;
import org.djladapters.examples.bench.BenchmarkResult.Timing;
import org.djladapters.hub.OpenOptions;
import org.djladapters.model.AdaptedModel;
import org.djladapters.model.Models;
import org.djladapters.task.kind.TaskInputs;
import org.djladapters.tuning.ProgressListener;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** No speed is asserted: only that everything is measured and nothing is left behind. */
class BenchmarkTest {

    static Stream<String> models() {
        return Models.names();
    }

    @ParameterizedTest
    @MethodSource("models")
    void measuresAllFiguresOnEveryKindOfModel(String name) throws IOException {
        try (AdaptedModel model = AdaptedModel.open(Models.directory(name))) {
            AdapterConfig config = compound(Models.everyKind(name));
            BenchmarkResult result = builder(model, Map.of("compound", config)).build().run();

            assertThat(result.device()).isEqualTo("cpu()");
            assertThat(result.batchSize()).isEqualTo(2);
            assertThat(result.rounds()).isEqualTo(2);
            assertThat(result.length().isPresent()).isNotEqualTo(result.imageSize().isPresent());
            assertMeasured(result.baseInference());
            BenchmarkResult.Method method = result.methods().get("compound");
            assertThat(method.settings()).startsWith("compound(");
            assertThat(method.sites())
                    .isEqualTo(model.targetModules(Models.everyKind(name)).size());
            assertThat(method.training().trainableParameters()).isPositive();
            assertThat(method.firstModule())
                    .isEqualTo(model.targetModules(Models.everyKind(name)).get(0).path());
            assertThat(method.firstParameter()).startsWith(method.firstModule());
            BenchmarkResult.StockComparison stock = method.stock().orElseThrow();
            assertMeasured(stock.step());
            assertMeasured(stock.inference());
            assertThat(stock.stepRatio()).isPositive().isFinite();
            assertThat(stock.inferenceRatio()).isPositive().isFinite();
            assertThat(stock.mergedInferenceRatio()).isPositive().isFinite();
            assertMeasured(method.training().transformForward().orElseThrow());
            assertMeasured(method.training().transform().orElseThrow());
            assertTimes(method);
        }
    }

    @Test
    void measuresSeveralMethodsInOneRun() throws IOException {
        Map<String, AdapterConfig> methods = new LinkedHashMap<>();
        methods.put("compound", compound(Targets.of("query")));
        methods.put("late", LoraConfig.builder().optRank(2).optTargets("pooler.dense").build());
        methods.put("oft", OftConfig.builder().optBlockSize(8).build());
        methods.put("full", BaselineConfig.full());
        methods.put("bitfit", BaselineConfig.bitfit());
        try (AdaptedModel model = AdaptedModel.open(Models.directory("tiny-bert"))) {
            BenchmarkResult result = builder(model, methods).build().run();
            assertThat(result.methods()).containsOnlyKeys(methods.keySet());
            result.methods().values().forEach(BenchmarkTest::assertTimes);
            String query = "encoder.layer.0.attention.self.query";
            assertThat(result.methods().get("compound").firstModule()).isEqualTo(query);
            assertThat(result.methods().get("late").firstModule()).isEqualTo("pooler.dense");
            assertThat(result.methods().get("full").firstModule()).isEqualTo(query);
            assertThat(result.methods().get("full").sites()).isZero();
            assertThat(result.methods().get("full").training().transform()).isEmpty();
        }
    }

    @Test
    void measuresASecondModelInTheSameRounds() throws IOException {
        Path checkpoint = Path.of("src/test/resources/hub/tiny-bert");
        OpenOptions narrow = OpenOptions.builder().optDataType(DataType.BFLOAT16).build();
        Map<String, AdapterConfig> methods = Map.of("lora", Methods.defaultConfig("lora"));
        try (AdaptedModel model = AdaptedModel.open(checkpoint);
                AdaptedModel other = AdaptedModel.open(checkpoint, narrow)) {
            BenchmarkResult result =
                    Benchmark.builder()
                            .setModel(model)
                            .optOther(other)
                            .setMethods(methods)
                            .optBatch(2)
                            .optRounds(2)
                            .build()
                            .run();

            BenchmarkResult.OtherModel measured = result.other().orElseThrow();
            assertThat(measured.result().other()).isEmpty();
            assertTimes(result.methods().get("lora"));
            assertTimes(measured.result().methods().get("lora"));
            BenchmarkResult.Ratios ratios = measured.ratios().get("lora");
            assertThat(
                            List.of(
                                    ratios.frozenStep(),
                                    ratios.step(),
                                    ratios.baseInference(),
                                    ratios.inference(),
                                    ratios.mergedInference()))
                    .allMatch(ratio -> ratio > 0 && Double.isFinite(ratio));
            assertThat(model.names()).isEmpty();
            assertThat(other.names()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"tiny-bert", "tiny-resnet"})
    void leavesTheModelAsItWas(String name) throws IOException {
        try (AdaptedModel model = AdaptedModel.open(Models.directory(name));
                NDManager scope = model.model().getNDManager().newSubManager();
                BenchmarkInputs inputs = inputs(model)) {
            model.add("mine", compound(Models.everyKind(name)));
            MethodTimings.vary(model.adapter("mine"), new Random(3), scope);
            model.refresh();
            NDList before = predict(model, inputs, scope);
            Map<String, AdapterConfig> methods =
                    Map.of("compound", compound(Models.everyKind(name)));
            Benchmark benchmark = builder(model, methods).build();

            benchmark.run();
            assertThat(model.names()).containsExactly("mine");
            assertThat(model.active()).containsExactly("mine");
            assertThat(model.merged()).isEmpty();
            assertThat(predict(model, inputs, scope)).isEqualTo(before);

            benchmark.peakMemory("compound");
            benchmark.frozenPeakMemory("compound");
            assertThat(model.names()).containsExactly("mine");
            assertThat(predict(model, inputs, scope)).isEqualTo(before);
        }
    }

    @Test
    void leavesDjlAloneOutWithoutAnExport() throws IOException {
        List<String> notes = new ArrayList<>();
        try (AdaptedModel model = AdaptedModel.open(Models.directory("tiny-bert"))) {
            BenchmarkResult result =
                    Benchmark.builder()
                            .setModel(model)
                            .setMethods(Map.of("lora", Methods.defaultConfig("lora")))
                            .optBatch(2)
                            .optRounds(2)
                            .optListener(
                                    new ProgressListener() {
                                        @Override
                                        public void onNote(String note) {
                                            notes.add(note);
                                        }
                                    })
                            .build()
                            .run();
            assertThat(result.methods().get("lora").stock()).isEmpty();
            assertThat(notes).isNotEmpty().noneMatch(note -> note.contains("DJL alone"));
        }
    }

    @Test
    void tellsTheRoundsAsTheyBegin() throws IOException {
        List<String> notes = new ArrayList<>();
        try (AdaptedModel model = AdaptedModel.open(Models.directory("tiny-bert"))) {
            builder(model, Map.of("lora", Methods.defaultConfig("lora")))
                    .optListener(
                            new ProgressListener() {
                                @Override
                                public void onNote(String note) {
                                    notes.add(note);
                                }
                            })
                    .build()
                    .run();
        }
        assertThat(notes)
                .containsExactly(
                        "training: warm-up of DJL alone",
                        "training: warm-up round 1",
                        "training: warm-up round 2",
                        "training: round 1 of 2",
                        "training: round 2 of 2",
                        "inference: warm-up of DJL alone",
                        "inference: warm-up round 1",
                        "inference: warm-up round 2",
                        "inference: round 1 of 2",
                        "inference: round 2 of 2");
    }

    @Test
    void refusesWhatTheModelCanNotTake() throws IOException {
        Map<String, AdapterConfig> lora = Map.of("lora", Methods.defaultConfig("lora"));
        try (AdaptedModel model = AdaptedModel.open(Models.directory("tiny-bert"))) {
            assertRefused(builder(model, lora).optLength(65), "length 65", "64 positions");
            assertRefused(
                    builder(model, Map.of("head", BaselineConfig.head())),
                    "'head'",
                    "without a task head");
            assertRefused(
                    builder(model, Map.of("a", compound(Targets.of("q_proj")))), "q_proj", "query");
            assertThat(model.names()).isEmpty();
            assertThatThrownBy(() -> builder(model, lora).build().peakMemory("oft"))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("no method 'oft' among [lora]");
            model.add("mine", Methods.defaultConfig("ia3"));
            model.merge("mine");
            assertThatThrownBy(() -> builder(model, lora).build().run())
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("unmerge");
            assertThat(model.merged()).containsExactly("mine");
            assertThat(model.names()).containsExactly("mine");
        }
        try (AdaptedModel model = AdaptedModel.open(Models.directory("tiny-vit"))) {
            assertRefused(builder(model, lora).optLength(8), "images", "leave the length out");
        }
    }

    @Test
    void refusesNumbersThatMakeNoBenchmark() {
        Benchmark.Builder builder = Benchmark.builder();
        assertThatThrownBy(() -> builder.optBatch(0))
                .hasMessageContainingAll("batch size", "at least 1");
        assertThatThrownBy(() -> builder.optLength(0))
                .hasMessageContainingAll("length", "at least 1");
        assertThatThrownBy(() -> builder.optRounds(0))
                .hasMessageContainingAll("rounds", "at least 1");
        assertThatThrownBy(() -> builder.setMethods(Map.of())).hasMessageContaining("no method");
        assertThatThrownBy(builder::build).hasMessage("setModel is missing");
    }

    private static CompoundConfig compound(Targets targets) {
        return CompoundConfig.builder().optOrders(1, 2).optBlockSize(8).optTargets(targets).build();
    }

    private static Benchmark.Builder builder(
            AdaptedModel model, Map<String, AdapterConfig> methods) {
        return Benchmark.builder()
                .setModel(model)
                .setMethods(methods)
                .optStock(TaskInputs.directory(model).path())
                .optBatch(2)
                .optRounds(2);
    }

    private static void assertTimes(BenchmarkResult.Method method) {
        assertMeasured(method.training().frozenStep());
        assertMeasured(method.training().step());
        assertMeasured(method.inference());
        assertMeasured(method.mergedInference());
        assertThat(method.training().stepRatio()).isPositive().isFinite();
        assertThat(method.inferenceRatio()).isPositive().isFinite();
        assertThat(method.mergedInferenceRatio()).isPositive().isFinite();
        // a difference, which noise may turn round
        assertThat(method.switching().medianMs()).isFinite();
        assertThat(method.switching().minMs()).isFinite();
    }

    private static void assertMeasured(Timing timing) {
        assertThat(timing.minMs()).isPositive().isFinite();
        assertThat(timing.medianMs()).isGreaterThanOrEqualTo(timing.minMs()).isFinite();
    }

    private static void assertRefused(Benchmark.Builder builder, String... parts) {
        assertThatThrownBy(() -> builder.build().run())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll(parts);
    }

    private static BenchmarkInputs inputs(AdaptedModel model) throws IOException {
        return BenchmarkInputs.draw(model, 3, OptionalInt.empty());
    }

    private static NDList predict(AdaptedModel model, BenchmarkInputs inputs, NDManager scope) {
        NDList outputs = model.predict(inputs.batch().getData());
        outputs.attach(scope);
        return outputs;
    }
}
