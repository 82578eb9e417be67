/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.adapter.compound;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.djladapters.adapter.Targets;
import org.djladapters.adapter.WeightAdapter;
import org.djladapters.adapter.WeightSpec;
import org.djladapters.io.PlainNumber;
import org.djladapters.rotation.CompoundForm;
import org.djladapters.rotation.EntryRule;
import org.djladapters.rotation.OrthogonalMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CompoundConfigTest {

    private static CompoundConfig.Builder config() {
        return CompoundConfig.builder().optOrders(1, 2);
    }

    private static WeightSpec weight(long features) {
        return WeightSpec.linear(new Shape(features, 7), DataType.FLOAT32);
    }

    @Test
    void hasDefaults() {
        CompoundConfig config = config().build();

        assertThat(config.method()).isEqualTo("compound");
        assertThat(config.targets()).isEqualTo(Targets.allLinear());
        assertThat(config.modulesToSave()).isEmpty();
        assertThat(config.moduleDropout()).isZero();
        assertThat(config.scaling()).isFalse();
        assertThat(config.blocks()).isZero();
        assertThat(config.blockSize()).isEqualTo(CompoundConfig.DEFAULT_BLOCK_SIZE);
        assertThat(config.form(768)).isEqualTo(CompoundForm.of(config.form(768).layout()));
    }

    @Test
    void carriesItsOptionsIntoTheForm() {
        CompoundForm form =
                config().optBlocks(3)
                        .optMap(OrthogonalMap.NEUMANN)
                        .optTerms(7)
                        .optRule(EntryRule.PERMANENT)
                        .optShared(true)
                        .optChain(4)
                        .optAdded(true)
                        .optOffsets(true)
                        .optStrided(true)
                        .build()
                        .form(768);

        assertThat(form)
                .isEqualTo(
                        new CompoundForm(
                                form.layout(),
                                OrthogonalMap.NEUMANN,
                                7,
                                EntryRule.PERMANENT,
                                true,
                                4,
                                true,
                                true,
                                true,
                                false,
                                true,
                                true));
        assertThat(form.layout().blocks()).isEqualTo(3);
        assertThat(form.layout().size()).isEqualTo(22);
        assertThat(CompoundOptions.describe(form))
                .isEqualTo(
                        "orders 1+2, 3 blocks of 256, n = 22, neumann, perm, shared, chain of 4"
                                + " added with offsets, strided");
    }

    @Test
    void gainsAreForDeterminantsOfOrthogonalMatrices() {
        assertRefused(
                () -> config().optGains(true).optMap(OrthogonalMap.MATRIX).build(),
                "Gains scale orthogonal matrices, and full matrices that are not kept orthogonal"
                        + " can do that themselves; leave out the gains");
        assertRefused(
                () -> config().optGains(true).optRule(EntryRule.MAXIMUM).build(),
                "Gains need entries that are determinants, but those of higher orders are made by"
                        + " the rule 'max'; leave out the gains or the rule");
        assertThat(config().optGains(true).optSide(RotatedSide.BOTH).build())
                .hasToString(
                        "compound(orders [1, 2], block size 92, gains, side both,"
                                + " targets all-linear)");
    }

    @Test
    void sidesAreFoundByTheirNames() {
        assertThat(RotatedSide.of("input")).isEqualTo(RotatedSide.INPUT);
        assertRefused(
                () -> RotatedSide.of("inputs"),
                "There is no side 'inputs'; choose one of output, input, both");
    }

    @Test
    void activationsHaveOneSide() {
        CompoundConfig config = config().optSide(RotatedSide.INPUT).build();

        assertRefused(
                () -> new CompoundRotation(config),
                "A Block that rotates activations has no other side to rotate; leave out the side"
                        + " input");
    }

    @Test
    void wideLayersGetMoreBlocksAndNarrowOnesASingleBlock() {
        CompoundConfig config = config().optBlockSize(64).build();

        assertThat(config.form(768).layout().blocks()).isEqualTo(12);
        assertThat(config.form(384).layout().blocks()).isEqualTo(6);
        assertThat(config.form(40).layout().blocks()).isEqualTo(1);
        assertThat(config.form(40).layout().blockSize()).isEqualTo(40);
    }

    @Test
    void refusesContradictionsAndNumbersOutOfRange() {
        assertRefused(
                () -> config().optBlocks(3).optBlockSize(64).build(),
                "Set either a number of blocks (3) or a block size (64), not both");
        assertRefused(
                () -> CompoundConfig.builder().optOrders().build(),
                "Set the orders of the compound adapter, such as 1, 2");
        assertRefused(
                () -> CompoundConfig.builder().optOrders(1, 0).build(),
                "Order 0 does not exist; orders start at 1");
        assertRefused(
                () -> CompoundConfig.builder().optOrders(2, 2).build(),
                "The orders must be one or more different numbers, got [2, 2]");
        assertRefused(
                () -> config().optBlocks(0), "The number of blocks must be at least 1, got 0");
        assertRefused(() -> config().optBlockSize(-1), "The block size must be at least 1, got -1");
        assertRefused(
                () -> config().optChain(0), "The length of the chain must be at least 1, got 0");
        assertRefused(() -> config().optTerms(0), "The number of terms must be at least 1, got 0");
        for (double dropout : new double[] {-0.1, 1, Double.NaN}) {
            assertRefused(
                    () -> config().optModuleDropout(dropout),
                    "The module dropout must be at least 0 and less than 1, got "
                            + PlainNumber.of(dropout));
        }
    }

    @Test
    void refusesOrdersTooLargeForTheLayerNamingTheBlockSizeThatFits() {
        for (int order : new int[] {3, 5}) {
            CompoundConfig config =
                    CompoundConfig.builder().optOrders(1, order).optBlocks(8).build();

            assertThatThrownBy(() -> config.newAdapter(weight(32)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("too small for order " + order)
                    .hasMessageContaining("block size of at least " + (order == 3 ? 8 : 12));
        }
    }

    /** Counting up to such an order, or laying out its subsets, would take hours and all memory. */
    @ParameterizedTest
    @ValueSource(strings = {"2147483647", "1,2147483647", "2147483646,2147483647", "1000000", "64"})
    void ordersFarTooLargeAreRefusedAtOnce(String numbers) {
        int[] orders = Arrays.stream(numbers.split(",")).mapToInt(Integer::parseInt).toArray();
        int largest = orders[orders.length - 1];
        for (CompoundConfig config :
                List.of(
                        CompoundConfig.builder().optOrders(orders).build(),
                        CompoundConfig.builder().optOrders(orders).optBlocks(2).build())) {
            assertThatThrownBy(() -> config.newAdapter(weight(64)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("are too small for order " + largest)
                    .hasMessageContaining("more than the 64 features there are");
            // a checkpoint may hold an order without freedom, but none that can't be computed
            assertThatThrownBy(() -> config.adaptersForCheckpoint(List.of(weight(64))))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("rder " + largest);
        }
    }

    @Test
    void refusesOrdersWhoseWayIsTooLong() {
        CompoundConfig config = CompoundConfig.builder().optOrders(30).optBlockSize(31).build();
        assertThatThrownBy(() -> config.newAdapter(weight(64)))
                .hasMessage(
                        "Order 30 of matrices of size n = 31 can't be computed, as the orders on"
                                + " the way to it have up to 300540195 rows; use smaller orders");
    }

    @Test
    void refusesMoreWorkThanMakesSense() {
        assertRefused(
                () -> config().optChain(Integer.MAX_VALUE),
                "The length of the chain must be at most 1000, got 2147483647");
        assertRefused(
                () -> config().optTerms(Integer.MAX_VALUE),
                "The number of terms must be at most 1000, got 2147483647");
        assertThatThrownBy(
                        () ->
                                CompoundConfig.builder()
                                        .optOrders(1)
                                        .optBlocks(1)
                                        .build()
                                        .newAdapter(weight(128_256)))
                .hasMessageContaining("more parameters than an array can hold")
                .hasMessageContaining("smaller blocks");
    }

    @Test
    void takesAnOrderWithoutFreedomFromACheckpoint() {
        CompoundConfig config = CompoundConfig.builder().optOrders(1, 3).optBlocks(8).build();

        WeightAdapter adapter = config.adaptersForCheckpoint(List.of(weight(32))).get(0);

        // a block of 4 holds n = 3: C_1 of size 3 and C_3 = det Q
        assertThat(adapter.getParameters().get("compound").getShape())
                .isEqualTo(new Shape(1, 8, 3));
    }

    @Test
    void namesModulesToSaveAndTargets() {
        CompoundConfig config =
                config().optTargets("query", "value")
                        .optModulesToSave(List.of("classifier"))
                        .optModuleDropout(0.1)
                        .build();

        assertThat(config.targets()).isEqualTo(Targets.of("query", "value"));
        assertThat(config.modulesToSave()).containsExactly("classifier");
        assertThat(config.moduleDropout()).isEqualTo(0.1);
        assertThat(config)
                .hasToString(
                        "compound(orders [1, 2], block size 92, targets query,value, modules to"
                                + " save [classifier], module dropout 0.1)");
        assertThat(config.withModulesToSave(List.of()))
                .hasToString(
                        "compound(orders [1, 2], block size 92, targets query,value, module"
                                + " dropout 0.1)");
    }

    @Test
    void patternsGiveModulesOrdersAndBlockSizesOfTheirOwn() {
        CompoundConfig config =
                config().optBlockSize(12)
                        .optOrdersPattern(
                                Map.of("value", List.of(1), "layer\\.1\\..*", List.of(2, 1)))
                        .optBlockSizePattern(Map.of("value", 5, "output.dense", 100))
                        .build();

        assertThat(layout(config, "layer.0.query")).isEqualTo("orders 1+2, 4 blocks of 12, n = 4");
        assertThat(layout(config, "layer.0.value")).isEqualTo("orders 1, 9 blocks of 5, n = 5");
        // the longer pattern wins
        assertThat(layout(config, "layer.1.value")).isEqualTo("orders 2+1, 9 blocks of 5, n = 2");
        assertThat(layout(config, "layer.0.output.dense"))
                .isEqualTo("orders 1+2, 1 block of 48, n = 9");
        assertThat(config.orders("layer.1.key")).containsExactly(2, 1);
        assertThat(config.form(48)).isEqualTo(config().optBlockSize(12).build().form(48));
        assertThat(config.withModulesToSave(List.of("x")).toString())
                .contains("orders patterns {", "value=[1]", "block size patterns {", "value=5");
    }

    private static String layout(CompoundConfig config, String path) {
        String text = CompoundOptions.describe(config.form(path, 48));
        return text.substring(0, text.indexOf(", cayley"));
    }

    @Test
    void aBlockSizeOfSomeModulesGoesWithANumberOfBlocksOfAllOthers() {
        CompoundConfig config =
                config().optBlocks(2).optBlockSizePattern(Map.of("value", 6)).build();

        assertThat(layout(config, "query")).isEqualTo("orders 1+2, 2 blocks of 24, n = 6");
        assertThat(layout(config, "value")).isEqualTo("orders 1+2, 8 blocks of 6, n = 3");
    }

    @Test
    void aPatternThatMatchesNoModuleIsWarnedOf() {
        CompoundConfig config =
                config().optOrdersPattern(Map.of("qeury", List.of(1)))
                        .optBlockSizePattern(Map.of("value", 5))
                        .build();

        assertThat(config.warnings(List.of("layer.0.query")))
                .containsExactly(
                        "The orders pattern qeury matches none of the adapted modules, such as"
                                + " layer.0.query",
                        "The block size pattern value matches none of the adapted modules, such"
                                + " as layer.0.query");
        assertThat(config.warnings(List.of("layer.0.qeury", "layer.0.value"))).isEmpty();
    }

    @Test
    void refusesPatternsOfNoOrdersOrSize() {
        assertRefused(
                () -> config().optOrdersPattern(Map.of("value", List.of())),
                "The orders must be one or more different numbers, got []");
        assertRefused(
                () -> config().optBlockSizePattern(Map.of("value", 0)),
                "The block size of the pattern value must be at least 1, got 0");
        assertThatThrownBy(
                        () ->
                                config().optOrdersPattern(Map.of("value", List.of(1, 4)))
                                        .optBlockSizePattern(Map.of("value", 5))
                                        .build()
                                        .newAdapters(List.of(named("x.value"))))
                .hasMessageStartingWith(
                        "Module x.value: Blocks of size 5 are too small for order 4");
    }

    private static WeightSpec named(String path) {
        return new WeightSpec(
                path, WeightSpec.Kind.LINEAR, new Shape(48, 7), DataType.FLOAT32, true);
    }

    private static void assertRefused(Runnable action, String message) {
        assertThatThrownBy(action::run)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }
}
