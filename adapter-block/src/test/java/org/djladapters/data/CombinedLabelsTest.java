/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CombinedLabelsTest {

    private static Optional<String> warning(String... labels) {
        return CombinedLabels.warning(
                new LabelSpace(TaskKind.CLASSIFICATION, List.of(labels)), Path.of("tickets.csv"));
    }

    @Test
    void classesThatAreMadeOfOthersAreWarnedOf() {
        assertThat(warning("billing", "delivery", "delivery;billing", "other"))
                .contains(
                        "1 of the 4 classes of 'tickets.csv' look like several classes in one, such"
                                + " as 'delivery;billing', and each is learned as a class of its"
                                + " own; train the task multi-label-classification (--task,"
                                + " optTask) with --label-separator ';'");
    }

    @Test
    void anotherSeparatorOfSeveralClassesIsNamed() {
        LabelSpace several =
                new LabelSpace(TaskKind.MULTI_LABEL_CLASSIFICATION, List.of("a", "b", "a,b", "c"));
        assertThat(CombinedLabels.warning(several, Path.of("tickets.csv")))
                .get()
                .asString()
                .endsWith("name the separator (--label-separator ',', MultiLabelData)");
    }

    @ParameterizedTest
    @ValueSource(strings = {";", "; ", "|", " | ", ",", ", "})
    void everyUsualSeparatorIsKnown(String separator) {
        String first = "a" + separator + "b";
        assertThat(warning("a", "b", "c", first)).get().asString().contains("'" + first + "'");
        // the parts need not be classes of their own if they recur
        assertThat(warning(first, "b" + separator + "c", "c" + separator + "a"))
                .get()
                .asString()
                .startsWith("3 of the 3 classes");
    }

    @Test
    void namesThatHoldASeparatorAreNoSeveralClasses() {
        assertThat(warning("Los Angeles, CA", "San Diego, CA", "Reno, NV")).isEmpty();
        assertThat(warning("read; write", "read", "delete")).isEmpty();
        assertThat(warning("a", "b", ";")).isEmpty();
    }

    @Test
    void numbersHaveNoClasses() {
        LabelSpace numbers = new LabelSpace(TaskKind.REGRESSION, List.of());
        assertThat(CombinedLabels.warning(numbers, Path.of("ratings.csv"))).isEmpty();
    }
}
