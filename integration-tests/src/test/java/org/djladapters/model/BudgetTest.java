/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import org.djladapters.adapter.AdapterConfig;
import org.djladapters.adapter.AdapterSpec;
import org.djladapters.adapter.Methods;
import org.djladapters.adapter.Targets;
import org.djladapters.adapter.compound.CompoundConfig;
import org.djladapters.adapter.method.MethodDescriptor;
import org.djladapters.examples.params.PublishedShape;
import org.djladapters.option.Argument;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a number of trainable parameters is spent on, in models of well-known shapes. */
class BudgetTest {

    // MiniLM has 6 layers with 5 outputs of 384 features and one of 1536
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                // the value of a layer: 384 = 27 x 14 + 6
                "minilm | compound | 1000 | --orders 1,2,3 --block-size 14 --targets value | 972",
                "minilm | compound | 3000 | --orders 1,2,3 --block-size 14 --exclude"
                        + " query,key,intermediate.dense | 2916",
                // 6 x (3 x 4 + 16) blocks with 28 parameters
                "minilm | compound | 4704 | --orders 1,2,3 --block-size 92 --exclude query,key"
                        + " | 4704",
                // nothing but larger blocks lies between
                "minilm | compound | 4703 | --orders 1,2,3 --block-size 175 --exclude query,key"
                        + " | 3780",
                "minilm | compound | 2000 | --orders 1,2,3 --block-size 14 --targets"
                        + " value,attention.output.dense | 1944",
                "minilm | compound | 15000 | --orders 1,2 --block-size 28 | 14994",
                "minilm | compound | 5291 | --orders 1,2,3 --block-size 92 --exclude query,key"
                        + " | 4704",
                "minilm | compound | 5292 | --orders 1,2,3 --block-size 63 --exclude query,key"
                        + " | 5292",
                "minilm | compound | 9000 | --orders 1,2,3 --block-size 14 | 8784",
                "minilm | compound | 31104 | --orders 1 --block-size 4 | 31104",
                "minilm | compound | 31103 | --orders 1 --block-size 4 --exclude query,key | 24192",
                // more than there is
                "minilm | compound | 1000000000 | --orders 1 --block-size 64 | 653184",
                "minilm | lora | 4704 | --rank 1 --targets value | 4608",
                "minilm | lora | 9216 | --rank 1 --targets default | 9216",
                "minilm | lora | 331776 | --rank 8 | 331776",
                "minilm | vera | 4704 | --rank 256 --targets value | 3840",
                "minilm | vera | 29952 | --rank 256 | 29952",
                "minilm | oft | 12000 | --block-size 2 | 10368",
                "minilm | oft | 400000 | --block-size 32 | 321408",
                "minilm | boft | 4704 | --block-size 3 --targets value | 4608",
                "minilm | oft | 4704 | --block-size 3 --targets value,attention.output.dense"
                        + " | 4608",
                "minilm | lora | 31104 | --rank 3 --targets default | 27648",
                "minilm | hra | 50000 | --rank 2 | 41472",
                "minilm | c3a | 4704 | --block-size 384 --targets value,attention.output.dense"
                        + " | 4608",
                "minilm | c3a | 30000 | --block-size 384 | 27648",
                "minilm | c3a | 85000 | --block-size 128 | 82944",
                "minilm | road | 4704 | --targets value,attention.output.dense | 4608",
                "minilm | unilora | 4799 | --vector-length 4700 | 4700",
                "minilm | unilora | 31 | --vector-length 31 | 31",
                "minilm | ia3 | 4704 | --targets value,attention.output.dense | 4608",
                // names and shapes of other architectures
                "dinov2-small | compound | 5900 | --orders 1,2,3 --block-size 14 --exclude"
                        + " query,key,fc1 | 5832",
                "llama-3-8b | compound | 400000 | --orders 1,2,3 --block-size 92 --exclude"
                        + " q_proj,k_proj | 366464",
                "minilm | ia3 | 100000 | --targets all-linear | 20736",
            })
    void aMethodTakesTheLayoutThatSpendsMost(
            String shape, String method, long budget, String layout, long size) {
        ModelSpec model = PublishedShape.of(shape).spec();

        SpentBudget spent = SpentBudget.of(model, Methods.descriptor(method), budget);

        assertThat(spent.layout()).hasToString(layout);
        assertThat(spent.size()).isEqualTo(size);
        assertThat(model.adapter(model.layout(method, budget)).adapterSize()).isEqualTo(size);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "compound | 467 | The budget of 467 is too small for the method compound in this"
                        + " model: its smallest layout trains 468 parameters",
                "lora | 4607 | its smallest layout trains 4,608 parameters",
                "head | 100 | The method head can't spend a budget: it always trains 0 parameters",
                "bitfit | 30000 | it always trains 25,728 parameters in this model; leave out the",
                "ia3 | 0 | The budget must be at least 1, got 0",
            })
    void aBudgetThatCannotBeKeptIsRefusedWithTheNearestNumber(
            String method, long budget, String message) {
        ModelSpec model = PublishedShape.of("minilm").spec();

        assertThatIllegalArgumentException()
                .isThrownBy(() -> model.layout(method, budget))
                .withMessageContaining(message);
    }

    static List<MethodDescriptor> adapting() {
        return Methods.descriptors().stream().filter(MethodDescriptor::adaptsWeights).toList();
    }

    @ParameterizedTest
    @MethodSource("adapting")
    void everyMethodSpendsABudgetWithOptionsThatItHas(MethodDescriptor method) {
        List<String> own = method.settings().arguments().stream().map(Argument::name).toList();
        assertThat(own).containsAll(method.budget().options());
        for (String shape : List.of("minilm", "llama-3-8b", "dinov2-small")) {
            if (method.name().equals("beft") && shape.startsWith("llama")) {
                continue; // LLaMA has no biases
            }
            ModelSpec model = PublishedShape.of(shape).spec();
            long linear = model.adapter(method.defaultConfig()).adapterSize();
            SpentBudget spent = SpentBudget.of(model, method, linear);
            assertThat(spent.size()).as(shape).isBetween(linear / 4, linear);
            assertThat(method.budget().options()).containsAll(spent.layout().options().keySet());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"minilm", "bert-base", "dinov2-small"})
    void threeQuartersOfABudgetAreSpent(String shape) {
        ModelSpec model = PublishedShape.of(shape).spec();
        MethodDescriptor compound = Methods.descriptor("compound");
        for (long budget = 1440; budget < 150_000; budget = budget * 8 / 7) {
            long size = SpentBudget.of(model, compound, budget).size();
            assertThat(4 * size).as("budget %d", budget).isGreaterThanOrEqualTo(3 * budget);
        }
    }

    @ParameterizedTest
    @CsvSource({
        // 3 blocks of 128 of 384 features, of which 92 are filled
        "128, 0.71875",
        "92, 0.958333",
        "14, 0.984375",
        "129, 0.671875",
    })
    void blocksCoverWhatTheirOrdersFill(int blockSize, double share) {
        ModelSpec model = PublishedShape.of("minilm").spec();
        CompoundConfig.Builder config =
                CompoundConfig.builder().optOrders(1, 2, 3).optBlockSize(blockSize);

        assertThat(model.adapter(config.optTargets("query").build()).coverage())
                .isCloseTo(share, within(1e-6));
        assertThat(model.adapter(config.optScaling(true).build()).coverage()).isEqualTo(1);
    }

    @ParameterizedTest
    @MethodSource("adapting")
    void otherMethodsChangeAllOutputs(MethodDescriptor method) {
        ModelSpec model = PublishedShape.of("minilm").spec();
        AdapterSpec adapter = model.adapter(method.defaultConfig());

        if (method.name().equals("compound")) {
            assertThat(adapter.coverage()).isBetween(0.7, 1.0);
        } else {
            assertThat(adapter.coverage()).isEqualTo(1);
            assertThat(adapter.hint()).isEmpty();
        }
    }

    @Test
    void blocksThatLeaveOutputsAloneComeWithASizeThatFillsThem() {
        ModelSpec model = PublishedShape.of("minilm").spec();
        Map<Integer, String> hints =
                Map.of(
                        128,
                        "The blocks leave 28 % of the outputs unrotated; blocks of 92, which"
                                + " orders 1, 2, 3 fill, leave 4 %",
                        20,
                        "The blocks leave 31 % of the outputs unrotated; blocks of 14, which"
                                + " orders 1, 2, 3 fill, leave 1 %");
        hints.forEach(
                (size, hint) -> assertThat(model.adapter(compound(size)).hint()).contains(hint));
        for (int filled : List.of(92, 63, 14)) {
            assertThat(model.adapter(compound(filled)).hint()).isEmpty();
        }
    }

    private static AdapterConfig compound(int blockSize) {
        return CompoundConfig.builder()
                .optOrders(1, 2, 3)
                .optBlockSize(blockSize)
                .optTargets(Targets.allLinear())
                .build();
    }
}
