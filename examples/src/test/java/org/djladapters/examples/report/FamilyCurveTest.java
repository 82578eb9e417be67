/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.djladapters.examples.report.EqualBudgets.Comparison;
import org.djladapters.examples.report.EqualBudgets.Outcome;
import org.junit.jupiter.api.Test;

class FamilyCurveTest {

    private static Standing at(String family, long parameters, double value, double deviation) {
        return new Standing(family + " " + parameters, family, parameters, value, deviation, 2);
    }

    @Test
    void theFrontHasWhatNothingSmallerReaches() {
        List<Standing> front =
                Standing.front(
                        List.of(
                                at("full", 1_000, 90, 0),
                                at("lora", 100, 80, 0),
                                at("oft", 100, 79, 0),
                                at("head", 0, 70, 0),
                                at("boft", 500, 80, 0),
                                at("compound", 10, 65, 0)));

        assertThat(front).extracting(Standing::family).containsExactly("head", "lora", "full");
    }

    @Test
    void liesStraightOverTheLogarithm() {
        FamilyCurve curve =
                new FamilyCurve(List.of(at("lora", 100, 60, 1), at("lora", 10_000, 80, 3)));

        // 1,000 is half way in the logarithm
        assertThat(curve.at(1_000).orElseThrow().value()).isEqualTo(70, within(1e-9));
        assertThat(curve.at(1_000).orElseThrow().deviation()).isEqualTo(2, within(1e-9));
        assertThat(curve.at(100).orElseThrow().value()).isEqualTo(60);
        assertThat(curve.at(10_000).orElseThrow().value()).isEqualTo(80);
    }

    @Test
    void isNotExtended() {
        FamilyCurve curve =
                new FamilyCurve(
                        List.of(
                                at("lora", 100, 60, 1),
                                at("lora", 1_000, 75, 1),
                                at("lora", 10_000, 70, 1)));

        assertThat(curve.at(99)).isEmpty();
        // the largest is no better than the one before
        assertThat(curve.at(10_000).orElseThrow().value()).isEqualTo(75);
        assertThat(curve.at(1_000_000).orElseThrow().value()).isEqualTo(75);
    }

    @Test
    void compoundMethodsCompareWithEveryOtherFamily() {
        EqualBudgets budgets =
                new EqualBudgets(
                        List.of(
                                at("compound", 1_000, 70, 0.3),
                                at("compound", 4_000, 70.5, 0.3),
                                at("lora", 500, 70.4, 0.4),
                                at("oft", 400, 72, 0.1),
                                at("boft", 2_000, 70, 0.1),
                                at("head", 0, 60, 0.1),
                                at("full", 20_000, 80, 0.1)));

        List<Comparison> comparisons = budgets.comparisons(budgets.compound().get(0));

        assertThat(comparisons)
                .extracting(Comparison::family)
                .containsExactly("lora", "oft", "boft");
        assertThat(comparisons)
                .extracting(Comparison::outcome)
                .containsExactly(Outcome.SLIGHTLY_BELOW, Outcome.BELOW, Outcome.NOT_COMPARABLE);
        // -0.4 with a deviation of 0.5, the hypotenuse of 0.3 and 0.4
        assertThat(comparisons.get(0).difference()).isEqualTo(-0.4, within(1e-9));
        assertThat(comparisons.get(0).deviation()).isEqualTo(0.5, within(1e-9));
        assertThat(budgets.comparisonsOfFront()).hasSize(5);
    }

    @Test
    void aBudgetMayBeExceededALittle() {
        EqualBudgets budgets =
                new EqualBudgets(
                        List.of(
                                at("compound", 1_150, 70, 0),
                                at("compound", 800, 60, 0),
                                at("compound", 1_151, 80, 0)));

        assertThat(budgets.best("compound", 1_000).orElseThrow().parameters()).isEqualTo(1_150);
        assertThat(budgets.best("compound", 600)).isEmpty();
    }

    @Test
    void oneSeedLeavesTheSpreadUnknown() {
        Comparison comparison =
                new Comparison(at("compound", 9, 5, Double.NaN), "lora", 6, Double.NaN);

        assertThat(comparison.outcome()).isEqualTo(Outcome.BELOW);
        assertThat(Standing.joint(Double.NaN, 0.2)).isEqualTo(0.2);
        assertThat(Standing.joint(Double.NaN, Double.NaN)).isNaN();
    }
}
