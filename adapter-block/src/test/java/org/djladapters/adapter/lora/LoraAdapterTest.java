/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.lora;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.training.GradientCollector;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.djladapters.adapter.AdapterFixture;
import org.djladapters.adapter.Bias;
import org.djladapters.adapter.Rotated;
import org.djladapters.adapter.Targets;
import org.djladapters.adapter.WeightAdapter;
import org.djladapters.adapter.WeightSpec;
import org.djladapters.adapter.WeightSpec.Kind;
import org.djladapters.io.PlainNumber;
import org.djladapters.rotation.LowRank;
import org.djladapters.rotation.WeightTransform;
import org.ejml.simple.SimpleMatrix;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

class LoraAdapterTest extends AdapterFixture {

    private static final int OUT = 6;
    private static final int IN = 8;

    /** Float64 rounding of sums of some ten products of size one, with room to spare. */
    private static final double DOUBLE = 1e-13;

    /** Two norms of equal numbers summed in different orders differ by a few units. */
    private static final float FEW_ULPS = 8 * Math.ulp(1f);

    private static LoraConfig.Builder config() {
        return LoraConfig.builder().optRank(3);
    }

    /** A weight of six outputs and eight inputs. */
    private static WeightSpec weight(Kind kind, DataType type) {
        Shape shape =
                switch (kind) {
                    case CONV2D -> new Shape(OUT, 2, 2, 2);
                    case CONV1D, EMBEDDING -> new Shape(IN, OUT);
                    case LINEAR, WEIGHT -> new Shape(OUT, IN);
                };
        return new WeightSpec("layer.0.query", kind, shape, type, kind != Kind.EMBEDDING);
    }

    private WeightAdapter adapter(LoraConfig config, WeightSpec weight, NDArray base) {
        WeightAdapter adapter = started(config.newAdapters(List.of(weight)).get(0));
        adapter.initializeFrom(base);
        return adapter;
    }

    private NDArray normal(WeightSpec weight) {
        return manager.randomNormal(weight.shape()).toType(weight.dataType(), false);
    }

    private static Map<String, Shape> shapes(WeightAdapter adapter) {
        Map<String, Shape> shapes = new LinkedHashMap<>();
        adapter.getParameters().forEach(p -> shapes.put(p.getKey(), p.getValue().getShape()));
        return shapes;
    }

    @ParameterizedTest
    @EnumSource
    void startsWithTheWeightAsItIs(Kind kind) {
        for (LoraInit init : List.of(LoraInit.DEFAULT, LoraInit.GAUSSIAN)) {
            WeightSpec spec = weight(kind, DataType.FLOAT32);
            NDArray weight = normal(spec);

            WeightAdapter plain = adapter(config().optInit(init).build(), spec, weight);
            WeightAdapter dora =
                    adapter(config().optInit(init).optDora(true).build(), spec, weight);

            assertThat(adapted(plain, weight)).isEqualTo(weight);
            assertThat(adapted(dora, weight).sub(weight).abs().max().getFloat())
                    .isLessThan(FEW_ULPS * weight.abs().max().getFloat());
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = LoraInit.class,
            names = {"PISSA", "OLORA"})
    void whatItStartsWithIsTakenFromTheWeight(LoraInit init) {
        WeightSpec spec = weight(Kind.LINEAR, DataType.FLOAT64);
        NDArray weight = normal(spec);
        LoraConfig config = config().optInit(init).optAlpha(6).build();
        WeightAdapter adapter = adapter(config, spec, weight);
        NDArray down = adapter.getParameters().get("lora_A.weight").getArray();
        NDArray up = adapter.getParameters().get("lora_B.weight").getArray();
        assertThat(adapted(adapter, weight).sub(weight).abs().max().getDouble()).isLessThan(DOUBLE);
        SimpleMatrix start = Rotated.matrix(up).mult(Rotated.matrix(down));
        assertThat(start.normF()).isGreaterThan(0.1);
        assertThat(start.svd().rank()).isEqualTo(3);

        WeightAdapter.set(up, up.duplicate().add(1));

        SimpleMatrix expected =
                Rotated.matrix(weight)
                        .plus(Rotated.matrix(up).mult(Rotated.matrix(down)).minus(start).scale(2));
        assertThat(Rotated.matrix(adapted(adapter, weight)).minus(expected).elementMaxAbs())
                .isLessThan(DOUBLE);
        assertThat(((LoraAdapter) adapter).term(manager).rank()).isEqualTo(6);
    }

    @Test
    void onlyAnAdapterOfTheSameStartIsTakenOver() {
        WeightSpec spec = weight(Kind.LINEAR, DataType.FLOAT32);
        NDArray weight = normal(spec);
        WeightAdapter plain = adapter(config().build(), spec, weight);
        WeightAdapter pissa = adapter(config().optInit(LoraInit.PISSA).build(), spec, weight);
        WeightAdapter same = adapter(config().optInit(LoraInit.PISSA).build(), spec, weight);

        assertThat(pissa.valuesOf(same, manager)).hasSize(2);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> plain.valuesOf(pissa, manager))
                .withMessageContaining("starts from another part of the weight");
    }

    @Test
    void aStartFromTheWeightIsForLinearLayers() {
        LoraConfig pissa = config().optInit(LoraInit.PISSA).build();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> pissa.newAdapter(weight(Kind.CONV2D, DataType.FLOAT32)))
                .withMessage(
                        "The start pissa is for linear layers, which this is not; leave it out of"
                                + " the targets, or choose another start");
        LoraConfig olora = config().optInit(LoraInit.OLORA).build();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> olora.newAdapter(weight(Kind.CONV1D, DataType.FLOAT32)))
                .withMessageContaining("with a weight of (out, in)");
    }

    @Test
    void bTrainsAtItsOwnRate() {
        WeightSpec spec = weight(Kind.LINEAR, DataType.FLOAT32);
        WeightAdapter adapter =
                adapter(config().optPlusRatio(16).optLoraBias(true).build(), spec, normal(spec));
        assertThat(adapter.rateFactor("lora_B.weight")).isEqualTo(16);
        assertThat(adapter.rateFactor("lora_B.bias")).isEqualTo(16);
        assertThat(adapter.rateFactor("lora_A.weight")).isEqualTo(1);
    }

    @Test
    void hasTheParametersOfPeft() {
        LoraConfig dora = config().optDora(true).build();
        Map<Kind, Map<String, Shape>> expected = new LinkedHashMap<>();
        expected.put(
                Kind.LINEAR,
                Map.of(
                        "lora_A.weight",
                        new Shape(3, IN),
                        "lora_B.weight",
                        new Shape(OUT, 3),
                        "lora_magnitude_vector",
                        new Shape(OUT)));
        expected.put(Kind.CONV1D, expected.get(Kind.LINEAR));
        expected.put(
                Kind.CONV2D,
                Map.of(
                        "lora_A.weight",
                        new Shape(3, 2, 2, 2),
                        "lora_B.weight",
                        new Shape(OUT, 3, 1, 1),
                        "lora_magnitude_vector",
                        new Shape(1, OUT, 1, 1)));
        expected.put(
                Kind.EMBEDDING,
                Map.of(
                        "lora_embedding_A",
                        new Shape(3, IN),
                        "lora_embedding_B",
                        new Shape(OUT, 3),
                        "lora_magnitude_vector",
                        new Shape(OUT)));
        expected.forEach(
                (kind, parameters) -> {
                    WeightSpec spec = weight(kind, DataType.FLOAT32);
                    assertThat(shapes(adapter(dora, spec, normal(spec)))).isEqualTo(parameters);
                });

        WeightSpec spec = weight(Kind.LINEAR, DataType.FLOAT32);
        WeightAdapter biased = adapter(config().optLoraBias(true).build(), spec, normal(spec));
        assertThat(shapes(biased))
                .containsOnlyKeys("lora_A.weight", "lora_B.weight", "lora_B.bias")
                .containsEntry("lora_B.bias", new Shape(OUT));
        assertThat(biased)
                .hasToString("LoraAdapter(rank 3, scaling 2.6666666666666665, with a bias)");
    }

    @Test
    void startsInTheRangesOfPeft() {
        WeightSpec spec = WeightSpec.linear(new Shape(300, 400), DataType.FLOAT32);
        LoraConfig.Builder config = LoraConfig.builder().optRank(100);

        NDArray uniform = parameter(config.build(), spec, "lora_A.weight");
        NDArray gaussian =
                parameter(config.optInit(LoraInit.GAUSSIAN).build(), spec, "lora_A.weight");
        NDArray up = parameter(config.optInit(LoraInit.RANDOM).build(), spec, "lora_B.weight");

        // of 40000 draws the largest lies within a thousandth of the bound, all but surely
        assertThat(uniform.abs().max().getFloat()).isBetween(0.99f * 0.05f, 0.05f);
        assertThat(up.abs().max().getFloat()).isBetween(0.99f * 0.1f, 0.1f);
        // 40000 draws tell a deviation to 0.4 percent
        assertThat(gaussian.square().mean().sqrt().getFloat()).isBetween(0.0097f, 0.0103f);
    }

    private NDArray parameter(LoraConfig config, WeightSpec spec, String name) {
        WeightAdapter adapter = adapter(config, spec, manager.ones(spec.shape()));
        return array(adapter, name).stopGradient();
    }

    @ParameterizedTest
    @EnumSource
    void isTheFormulaOfItsDocumentation(Kind kind) {
        WeightSpec spec = weight(kind, DataType.FLOAT64);
        NDArray weight = normal(spec);
        for (boolean dora : new boolean[] {false, true}) {
            LoraConfig config = config().optAlpha(5).optInit(LoraInit.RANDOM).optDora(dora).build();
            WeightAdapter adapter = adapter(config, spec, weight);
            SimpleMatrix sum = sum(adapter, weight, 5.0 / 3);

            // whatever A and B, the magnitude starts with the norms that the rows have
            assertClose(adapted(adapter, weight), sum, spec);

            if (dora) {
                scale(adapter, "lora_magnitude_vector", 1.5);
                assertClose(adapted(adapter, weight), sum.scale(1.5), spec);
                // other directions with the same norms
                NDArray moved = weight.mul(2);
                SimpleMatrix directions = sum(adapter, moved, 5.0 / 3);
                for (int row = 0; row < OUT; row++) {
                    double norm = 1.5 * sum.extractVector(true, row).normF();
                    double own = directions.extractVector(true, row).normF();
                    for (int column = 0; column < IN; column++) {
                        directions.set(row, column, directions.get(row, column) * norm / own);
                    }
                }
                assertClose(adapted(adapter, moved), directions, spec);
            }
        }
    }

    /** W + s B A as (out, in), in double precision. */
    private static SimpleMatrix sum(WeightAdapter adapter, NDArray weight, double scaling) {
        String infix = adapter.weight().kind() == Kind.EMBEDDING ? "embedding_%s" : "%s.weight";
        SimpleMatrix down = matrix(array(adapter, "lora_" + infix.formatted("A")), 3, IN);
        SimpleMatrix up = matrix(array(adapter, "lora_" + infix.formatted("B")), OUT, 3);
        return logical(weight, adapter.weight()).plus(up.mult(down).scale(scaling));
    }

    private static SimpleMatrix matrix(NDArray array, int rows, int columns) {
        return new SimpleMatrix(
                rows, columns, true, array.toType(DataType.FLOAT64, false).toDoubleArray());
    }

    private static SimpleMatrix logical(NDArray weight, WeightSpec spec) {
        return spec.transposed() ? matrix(weight, IN, OUT).transpose() : matrix(weight, OUT, IN);
    }

    private static void assertClose(NDArray actual, SimpleMatrix expected, WeightSpec spec) {
        assertThat(logical(actual, spec).isIdentical(expected, DOUBLE * expected.normF()))
                .as("%s%nis%n%s", actual, expected)
                .isTrue();
    }

    private static void scale(WeightAdapter adapter, String name, double factor) {
        NDArray array = array(adapter, name);
        array.setRequiresGradient(false);
        array.muli(factor);
        array.setRequiresGradient(true);
    }

    @Test
    void theBiasOfItsOwnIsScaledAndThatOfTheLayerIsNot() {
        WeightSpec spec = weight(Kind.LINEAR, DataType.FLOAT64);
        NDArray weight = normal(spec);
        NDArray bias = manager.arange(0f, OUT, 1f, DataType.FLOAT64);
        LoraConfig config = config().optAlpha(6).optLoraBias(true).build();
        WeightAdapter biased = adapter(config, spec, weight);
        array(biased, "lora_B.bias").setRequiresGradient(false);
        array(biased, "lora_B.bias").set(new NDIndex(":"), 0.25);
        WeightAdapter dora = adapter(config().optDora(true).build(), spec, weight);
        scale(dora, "lora_magnitude_vector", 3);

        NDList shifted = adapted(biased, weight, bias);
        NDList scaled = adapted(dora, weight, bias);

        assertThat(shifted.get(1)).isEqualTo(bias.add(0.5));
        assertThat(scaled.get(1)).isEqualTo(bias);
    }

    @Test
    void theScalingComesFromRankAndAlphaOfTheModule() {
        LoraConfig.Builder config =
                LoraConfig.builder()
                        .optRank(4)
                        .optAlpha(16)
                        .optRankPattern(Map.of("query", 2, "^layer.0.query", 1, "layer.1.*", 16))
                        .optAlphaPattern(Map.of("value", 3.0));
        assertThat(config.build().scaling("layer.0.key")).isEqualTo(16.0 / 4);
        assertThat(config.build().scaling("layer.0.query")).isEqualTo(16.0);
        assertThat(config.build().scaling("encoder.layer.0.query")).isEqualTo(16.0 / 2);
        // alpha is that of its own patterns, whatever the rank
        assertThat(config.build().scaling("layer.1.value")).isEqualTo(3.0 / 16);
        assertThat(config.optRsLora(true).build().scaling("layer.1.value")).isEqualTo(3.0 / 4);
        assertThat(LoraConfig.builder().optRank(4).build().scaling("any")).isEqualTo(2);
    }

    @ParameterizedTest
    @EnumSource(value = Kind.class, mode = Mode.EXCLUDE, names = "WEIGHT")
    void everyParameterGetsAGradient(Kind kind) {
        WeightSpec spec = weight(kind, DataType.FLOAT32);
        NDArray weight = normal(spec);
        NDArray bias = manager.ones(new Shape(OUT));
        LoraConfig.Builder config = config().optInit(LoraInit.RANDOM);
        LoraConfig chosen =
                kind == Kind.LINEAR
                        ? config.optLoraBias(true).build()
                        : config.optDora(true).build();
        WeightAdapter adapter = adapter(chosen, spec, weight);

        try (GradientCollector collector = Engine.getEngine("PyTorch").newGradientCollector()) {
            NDList adapted = adapter.forward(store, new NDList(weight, bias), true);
            NDArray loss = adapted.get(0).mul(normal(spec)).sum().add(adapted.get(1).sum());
            collector.backward(loss);
        }

        assertThat(adapter.getParameters().values())
                .hasSize(3)
                .allMatch(p -> p.getArray().getGradient().abs().max().getFloat() > 0);
    }

    @Test
    void atTheStartOnlyBHasAGradient() {
        WeightSpec spec = weight(Kind.LINEAR, DataType.FLOAT32);
        NDArray weight = normal(spec);
        WeightAdapter adapter = adapter(config().build(), spec, weight);

        try (GradientCollector collector = Engine.getEngine("PyTorch").newGradientCollector()) {
            NDList adapted = adapter.forward(store, new NDList(weight), true);
            collector.backward(adapted.get(0).square().sum());
        }

        assertThat(array(adapter, "lora_B.weight").getGradient().abs().max().getFloat())
                .isPositive();
        assertThat(array(adapter, "lora_A.weight").getGradient())
                .isEqualTo(manager.zeros(new Shape(3, IN)));
    }

    @Test
    void weightsOfSixteenBitsHaveParametersOfThirtyTwo() {
        WeightSpec spec = weight(Kind.LINEAR, DataType.FLOAT16);
        NDArray weight = normal(spec);
        LoraConfig config = config().optInit(LoraInit.RANDOM).optDora(true).build();
        WeightAdapter adapter = adapter(config, spec, weight);

        NDArray adapted = adapted(adapter, weight);

        assertThat(adapter.getParameters().values())
                .allMatch(p -> p.getArray().getDataType() == DataType.FLOAT32);
        assertThat(adapted.getDataType()).isEqualTo(DataType.FLOAT16);
        SimpleMatrix expected = sum(adapter, weight.toType(DataType.FLOAT64, true), 8.0 / 3);
        // float16 keeps 11 bits
        assertThat(matrix(adapted, OUT, IN).isIdentical(expected, expected.normF() / 2048))
                .isTrue();
    }

    @Test
    void inputsAreLeftOutInTrainingOnlyAndNotOfEmbeddings() {
        LoraConfig config = config().optDropout(0.25).build();
        for (Kind kind : Kind.values()) {
            WeightSpec spec = weight(kind, DataType.FLOAT32);
            WeightAdapter adapter = adapter(config, spec, normal(spec));

            assertThat(lowRank(adapter, false).dropout()).isNull();
            if (kind == Kind.EMBEDDING) {
                assertThat(lowRank(adapter, true).dropout()).isNull();
            } else {
                assertThat(lowRank(adapter, true).dropout().toFloatArray()).containsExactly(0.25f);
            }
        }
    }

    private LowRank lowRank(WeightAdapter adapter, boolean training) {
        List<WeightTransform> transforms =
                WeightAdapter.transforms(List.of(adapter), store, manager, training);
        return transforms.get(0).lowRank();
    }

    @Test
    void layersOfDifferentShapesAreBuiltTogether() {
        LoraConfig config = config().optInit(LoraInit.RANDOM).build();
        List<WeightAdapter> adapters =
                List.of(Kind.CONV2D, Kind.LINEAR, Kind.EMBEDDING).stream()
                        .map(kind -> weight(kind, DataType.FLOAT32))
                        .map(spec -> adapter(config, spec, normal(spec)))
                        .toList();

        List<WeightTransform> together = WeightAdapter.transforms(adapters, store, manager, false);

        for (int i = 0; i < adapters.size(); i++) {
            assertThat(together.get(i).lowRank().up())
                    .isEqualTo(lowRank(adapters.get(i), false).up());
        }
    }

    @Test
    void aRankThatNoWeightOfThisSizeHasIsRefusedButLoads() {
        LoraConfig config = LoraConfig.builder().optRank(7).build();
        WeightSpec spec = weight(Kind.LINEAR, DataType.FLOAT32);

        assertThatThrownBy(() -> config.newAdapters(List.of(spec)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "Module layer.0.query: A weight of 8 inputs and 6 outputs can't have"
                                + " rank 7; choose a rank from 1 to 6");
        assertThat(config.adaptersForCheckpoint(List.of(spec)))
                .allMatch(adapter -> ((LoraAdapter) adapter).rank() == 7);
    }

    @Test
    void aBiasWithoutAPlaceIsRefused() {
        LoraConfig config = config().optLoraBias(true).build();
        WeightSpec unbiased =
                new WeightSpec("q", Kind.LINEAR, new Shape(OUT, IN), DataType.FLOAT32, false);

        assertThatThrownBy(() -> config.newAdapters(List.of(unbiased)))
                .hasMessage(
                        "Module q: The layer has no bias for the LoRA bias to change; leave it"
                                + " out of the targets, or leave out the LoRA bias");
        assertThatThrownBy(
                        () -> config.newAdapters(List.of(weight(Kind.EMBEDDING, DataType.FLOAT32))))
                .hasMessageStartingWith("Module layer.0.query: An embedding has no bias");
    }

    @Test
    void contradictionsAndNumbersOutOfRangeAreRefused() {
        assertRefused(() -> config().optRank(0), "The rank must be at least 1, got 0");
        for (double alpha : new double[] {0, -1, Double.NaN, Double.POSITIVE_INFINITY}) {
            assertRefused(
                    () -> config().optAlpha(alpha),
                    "The alpha must be positive, got " + PlainNumber.of(alpha));
        }
        assertRefused(
                () -> config().optDropout(1),
                "The dropout must be at least 0 and less than 1, got 1");
        assertRefused(
                () -> config().optRankPattern(Map.of("query", 0)),
                "The rank of the pattern query must be at least 1, got 0");
        assertRefused(
                () -> config().optAlphaPattern(Map.of("query", -2.0)),
                "The alpha of the pattern query must be positive, got -2");
        assertRefused(
                () -> config().optDora(true).optLoraBias(true).build(),
                "DoRA has no place for a LoRA bias; set one of the two");
        assertRefused(
                () -> config().optInit(LoraInit.GAUSSIAN).optLoraBias(true).build(),
                "PEFT has a LoRA bias only with the default initialization; set one of the two");
        assertRefused(
                () -> config().optModuleDropout(0.5).build(),
                "LoRA has no module dropout; set the LoRA dropout instead");
    }

    private static void assertRefused(Runnable action, String message) {
        assertThatThrownBy(action::run)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }

    @Test
    void saysWhatDiffersFromTheDefaults() {
        LoraConfig config =
                config().optAlpha(12)
                        .optRsLora(true)
                        .optDora(true)
                        .optRankPattern(Map.of("query", 2))
                        .optInit(LoraInit.GAUSSIAN)
                        .optDropout(0.1)
                        .optTargets("query", "value")
                        .optBias(Bias.ADAPTED)
                        .build();

        assertThat(config)
                .hasToString(
                        "lora(rank 3, alpha 12, rslora, dora, rank patterns {query=2}, init"
                                + " gaussian, dropout 0.1, targets query,value, bias adapted)");
        assertThat(config.withTargets(Targets.of("key")).toString())
                .isEqualTo(config.toString().replace("query,value", "key"));
    }

    @Test
    void patternsThatMatchNothingAreReported() {
        LoraConfig config =
                config().optRankPattern(Map.of("query", 2, "kye", 3))
                        .optAlphaPattern(Map.of("valeu", 3.0))
                        .build();

        assertThat(config.warnings(List.of("layer.0.query", "layer.0.value")))
                .containsExactly(
                        "The rank pattern kye matches none of the adapted modules, such as"
                                + " layer.0.query",
                        "The alpha pattern valeu matches none of the adapted modules, such as"
                                + " layer.0.query");
    }

    @Test
    void closingReleasesTheParameters() {
        WeightSpec spec = weight(Kind.LINEAR, DataType.FLOAT32);
        WeightAdapter adapter = adapter(config().optDora(true).build(), spec, normal(spec));

        adapter.close();

        assertThat(adapter.getParameters().values()).noneMatch(Parameter::isInitialized);
    }
}
