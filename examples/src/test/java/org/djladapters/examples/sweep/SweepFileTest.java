/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.sweep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SweepFileTest {

    private static final String WHOLE =
            """
            {
              "suite": "reviews",
              "seeds": [1, 2],
              "training": "--epochs 2",
              "tasks": [{"name": "stars", "train": "a.tsv", "dev": "b.tsv", "examples": 50}],
              "methods": [
                {"name": "head", "options": "--method head", "learning_rates": [1e-3, 1e-2]},
                {"name": "compound", "learning_rates": [4e-3, 8e-3], "seeds": [7],
                 "budgets": [
                   {"name": "small", "options": "--block-size 128"},
                   {"name": "large", "learning_rates": [1e-3, 2e-3], "seeds": [5, 6]}
                 ]}
              ]
            }
            """;

    @TempDir Path folder;

    private SweepFile read(String text) throws IOException {
        return SweepFile.read(Files.writeString(folder.resolve("sweep.json"), text));
    }

    @Test
    void whatIsLeftOutIsTakenFromAbove() throws IOException {
        SweepFile file = read(WHOLE);
        assertThat(file.heldBack()).isEqualTo(0.1);
        SweepFile.Method head = file.methods().get(0);
        SweepFile.Method compound = file.methods().get(1);
        assertThat(head.budgets()).singleElement().matches(budget -> budget.name().isEmpty());
        assertThat(file.seeds(head, head.budgets().get(0))).containsExactly(1L, 2L);
        assertThat(file.seeds(compound, compound.budgets().get(0))).containsExactly(7L);
        assertThat(file.seeds(compound, compound.budgets().get(1))).containsExactly(5L, 6L);
        assertThat(SweepFile.learningRates(compound, compound.budgets().get(0)))
                .isEqualTo(List.of(4e-3, 8e-3));
        assertThat(SweepFile.learningRates(compound, compound.budgets().get(1)))
                .isEqualTo(List.of(1e-3, 2e-3));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"suite\"|\"siute\"|there is no 'siute' here; known are suite, held_back",
                "\"examples\"|\"rows\"|there is no 'rows' here; known are name, train, dev",
                "\"reviews\"|\"../reviews\"|'../reviews' can't be the name of a suite",
                "\"small\"|\"a b\"|'a b' can't be the name of a budget",
                "\"small\"|\"large\"|the method 'compound large' is there twice",
                "[4e-3, 8e-3]|[4e-3]|another number of learning rates",
                "[4e-3, 8e-3]|[4e-3, -1]|needs 'learning_rates', a list of positive numbers",
                "[4e-3, 8e-3]|\"4e-3\"|not JSON",
                "[5, 6]|[5, 5]|needs seeds, each once",
                "\"examples\": 50|\"examples\": 0|needs a positive number of examples",
                "\"train\": \"a.tsv\"|\"training\": \"\"|needs 'train' and 'dev'",
                "{|[|not JSON"
            })
    void whatMakesNoSenseIsRefused(String part, String wrong, String problem) {
        String text = WHOLE.replaceFirst(Pattern.quote(part), wrong);
        assertThatIOException()
                .isThrownBy(() -> read(text))
                .withMessageContainingAll("sweep.json", problem);
    }

    @Test
    void aMissingFileIsRefused() {
        assertThatIOException()
                .isThrownBy(() -> SweepFile.read(folder.resolve("none.json")))
                .withMessageContaining("No sweep file");
    }
}
