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
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

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
        assertThat(file.heldOut()).isEqualTo(0.1);
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
            delimiter = '~',
            quoteCharacter = '`',
            value = {
                "\"suite\"~\"siute\"~'siute' is not known; known here are suite, held_back",
                "\"examples\"~\"rows\"~'tasks[0].rows' is not known; known in 'tasks[0]' are name,"
                        + " train, dev",
                "{\"name\": \"small\"~{\"nmae\": \"small\"~'methods[1].budgets[0].nmae' is not"
                        + " known",
                "\"reviews\"~\"../reviews\"~'../reviews' can't be the name of a suite",
                "\"reviews\"~null~'suite' is 'null' where a string is needed",
                "\"suite\": \"reviews\",~~'suite' is missing",
                "\"suite\": \"reviews\",~\"suite\": \"a\", \"suite\": \"b\",~'suite' appears twice",
                "\"name\": \"small\"~\"name\": \"small\", \"name\": \"s\"~'name' appears twice (at"
                        + " $.methods[1].budgets[0]",
                "\"small\"~\"a b\"~'a b' can't be the name of a budget",
                "\"small\"~\"large\"~the method 'compound large' appears twice",
                "[4e-3, 8e-3]~[4e-3]~different number of learning rates",
                "[4e-3, 8e-3]~[4e-3, -1]~'methods[1].learning_rates[1]': The learning rate must be"
                        + " positive, got -1",
                "[4e-3, 8e-3]~[4e-3, 0]~'methods[1].learning_rates[1]': The learning rate must be"
                        + " positive, got 0",
                "[4e-3, 8e-3]~[4e-3, null]~'methods[1].learning_rates[1]' is 'null' where a"
                        + " positive number",
                "[4e-3, 8e-3]~[1e999, 8e-3]~'methods[1].learning_rates[0]' is '1e999' where a"
                        + " positive number",
                "[4e-3, 8e-3]~[1e39, 8e-3]~'methods[1].learning_rates[0]': The learning rate must"
                        + " be from 1.4e-45 to 1e37, got 1e39",
                "[4e-3, 8e-3]~[1e-60, 8e-3]~'methods[1].learning_rates[0]': The learning rate must"
                        + " be from 1.4e-45 to 1e37, got 1e-60",
                "[4e-3, 8e-3]~[4e-3, \"8e-3\"]~where a positive number",
                "[4e-3, 8e-3]~[4e-3, 4e-3]~'methods[1].learning_rates[1]' is '4e-3', which appears"
                        + " before",
                "[4e-3, 8e-3]~\"4e-3\"~where a list of positive numbers is needed",
                "[4e-3, 8e-3]~null~'methods[1].learning_rates' is 'null' where a list of positive"
                        + " numbers",
                "[4e-3, 8e-3]~[]~the method 'compound small' needs 'learning_rates', a list of"
                        + " positive numbers",
                "[4e-3, 8e-3]~[NaN]~not JSON",
                "[5, 6]~[5, 5]~'methods[1].budgets[1].seeds[1]' is '5', which appears before",
                "[5, 6]~[5, 1.5]~'methods[1].budgets[1].seeds[1]' is '1.5' where a whole number is"
                        + " needed",
                "[5, 6]~[5, null]~'methods[1].budgets[1].seeds[1]' is 'null' where a whole number",
                "[5, 6]~[5, 1e999]~'methods[1].budgets[1].seeds[1]' is '1e999' where a whole"
                        + " number",
                "[5, 6]~[5, \"6\"]~where a whole number is needed",
                "[5, 6]~[5, 99999999999999999999]~where a whole number is needed",
                "[5, 6]~[]~needs seeds",
                "[5, 6]~5~'methods[1].budgets[1].seeds' is '5' where a list of whole numbers is"
                        + " needed",
                "\"seeds\": [1, 2]~\"seeds\": [1, null]~'seeds[1]' is 'null' where a whole number",
                "\"seeds\": [1, 2]~\"held_back\": 1e999~'held_back' is '1e999' where a number is"
                        + " needed",
                "\"seeds\": [1, 2]~\"held_back\": \"0.1\"~where a number is needed",
                "\"seeds\": [1, 2]~\"held_back\": null~'held_back' is 'null' where a number is"
                        + " needed",
                "\"seeds\": [1, 2]~\"held_back\": -0.1~must be more than 0 and at most 0.5, got"
                        + " -0.1",
                "\"seeds\": [1, 2]~\"held_back\": 0.6~must be more than 0 and at most 0.5, got 0.6",
                "\"examples\": 50~\"examples\": 0~'tasks[0].examples' is '0' where a whole number"
                        + " from 1",
                "\"examples\": 50~\"examples\": -3~'tasks[0].examples' is '-3' where a whole number"
                        + " from 1",
                "\"examples\": 50~\"examples\": 1.5~'tasks[0].examples' is '1.5' where a whole"
                        + " number from 1",
                "\"examples\": 50~\"examples\": 2147483648~where a whole number from 1 to"
                        + " 2147483647",
                "\"examples\": 50~\"examples\": true~where a whole number from 1",
                "\"train\": \"a.tsv\"~\"training\": \"\"~'tasks[0].train' is missing",
                "\"train\": \"a.tsv\"~\"train\": 7~'tasks[0].train' is '7' where a string is"
                        + " needed",
                "\"options\": \"--method head\"~\"options\": [\"--method\", \"head\"]~where a"
                        + " string is needed",
                "\"--epochs 2\"~null~'training' is 'null' where a string is needed",
                "[{\"name\": \"stars\", \"train\": \"a.tsv\", \"dev\": \"b.tsv\", \"examples\":"
                        + " 50}]~null~'tasks' is 'null' where a list of objects",
                "[{\"name\": \"stars\", \"train\": \"a.tsv\", \"dev\": \"b.tsv\", \"examples\":"
                        + " 50}]~[]~it has no tasks",
                "[{\"name\": \"stars\", \"train\": \"a.tsv\", \"dev\": \"b.tsv\", \"examples\":"
                        + " 50}]~[\"stars\"]~'tasks[0]' is",
                "[{\"name\": \"stars\", \"train\": \"a.tsv\", \"dev\": \"b.tsv\", \"examples\":"
                        + " 50}]~[null]~'tasks[0]' is 'null' where an object",
                "{~[~not JSON"
            })
    void whatMakesNoSenseIsRefused(String part, String wrong, String problem) {
        String text =
                WHOLE.replaceFirst(
                        Pattern.quote(part), wrong == null ? "" : Matcher.quoteReplacement(wrong));
        assertThat(text).isNotEqualTo(WHOLE);
        assertThatIOException()
                .isThrownBy(() -> read(text))
                .withMessageContainingAll("sweep.json", problem);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "null", "[]", "3", "\"a\"", "{}"})
    void whatIsNoSweepAtAllIsRefused(String text) {
        assertThatIOException()
                .isThrownBy(() -> read(text))
                .withMessageContaining("sweep.json")
                .withMessageNotContaining("Exception");
    }

    @Test
    void aMissingFileIsRefused() {
        assertThatIOException()
                .isThrownBy(() -> SweepFile.read(folder.resolve("none.json")))
                .withMessageContaining("No sweep file");
    }
}
