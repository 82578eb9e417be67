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
import org.djladapters.matmul.Precision;
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
              "rates": [2, 0.5, 1],
              "training": "--epochs 2",
              "tasks": [{"name": "stars", "train": "a.tsv", "dev": "b.tsv", "examples": 50}],
              "methods": [
                {"name": "head", "options": "--method head", "learning_rate": 4e-3},
                {"name": "Compound, 5,000", "budget": 5000, "seeds": [5, 6]}
              ]
            }
            """;

    @TempDir Path folder;

    private SweepFile read(String text) throws IOException {
        return SweepFile.read(Files.writeString(folder.resolve("sweep.json"), text));
    }

    @Test
    void ratesOfHeadAndAdapterAreTunedTogetherOnlyWhereThatIsAsked() throws IOException {
        assertThat(read(WHOLE).joint()).isNull();
        String joint = "\"rates\": [1], \"joint\": {\"head_rates\": [2, 1], \"seeds\": [8, 9]},";
        SweepFile file = read(WHOLE.replace("\"rates\": [2, 0.5, 1],", joint));
        assertThat(file.joint()).isEqualTo(new JointTuning(List.of(1.0, 2.0), List.of(8L, 9L)));
        String task = "\"examples\": 50, \"head_rates\": [1]";
        assertThatIOException()
                .isThrownBy(() -> read(WHOLE.replace("\"examples\": 50", task)))
                .withMessageContaining("'stars' has 'head_rates', which need 'joint'");
        assertThatIOException()
                .isThrownBy(
                        () ->
                                read(
                                        WHOLE.replace(
                                                "\"rates\": [2, 0.5, 1],",
                                                joint + "\"search\": true,")))
                .withMessageContaining("leave 'joint' out");
    }

    @Test
    void whatIsLeftOutIsTakenFromAbove() throws IOException {
        SweepFile file = read(WHOLE);
        assertThat(file.heldOut()).isEqualTo(0.1);
        assertThat(file.search()).isFalse();
        assertThat(file.rates()).containsExactly(0.5, 1.0, 2.0);
        SweepFile.Method head = file.methods().get(0);
        SweepFile.Method compound = file.methods().get(1);
        assertThat(file.seeds(head)).containsExactly(1L, 2L);
        assertThat(file.seeds(compound)).containsExactly(5L, 6L);
        assertThat(head.learningRate()).isEqualTo(4e-3);
        assertThat(compound.learningRate()).isNull();
        assertThat(compound.budget()).isEqualTo(5000);
    }

    @Test
    void threeFactorsAreTriedUnlessTheFileNamesOthers() throws IOException {
        assertThat(read(WHOLE.replace("\"rates\": [2, 0.5, 1],", "")).rates())
                .containsExactly(0.5, 1.0, 2.0);
        assertThat(read(WHOLE.replace("[2, 0.5, 1]", "[1]")).rates()).containsExactly(1.0);
    }

    @Test
    void runsComputeInFloat32UnlessTheFileSaysOtherwise() throws IOException {
        assertThat(read(WHOLE).precision()).isNull();
        String rounded = WHOLE.replace("\"training\"", "\"precision\": \"bfloat16\", \"training\"");
        assertThat(read(rounded).precision()).isEqualTo(Precision.BFLOAT16);
        assertThatIOException()
                .isThrownBy(() -> read(rounded.replace("bfloat16", "half")))
                .withMessageContaining("There is no precision 'half'");
        assertThatIOException()
                .isThrownBy(() -> read(rounded.replace("bfloat16", "auto")))
                .withMessageContaining("must not depend on what is faster where it runs");
    }

    @Test
    void aSearchNeedsNoDevelopmentData() throws IOException {
        String search = WHOLE.replace("\"seeds\": [1, 2]", "\"search\": true");
        assertThat(read(search.replace(", \"dev\": \"b.tsv\"", "")).search()).isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            quoteCharacter = '`',
            value = {
                "\"suite\"~\"siute\"~'siute' is not known; known here are suite, search",
                "\"examples\"~\"rows\"~'tasks[0].rows' is not known; known in 'tasks[0]' are name,"
                        + " train, dev",
                "\"budget\"~\"bugdet\"~'methods[1].bugdet' is not known",
                "\"learning_rate\": 4e-3~\"learning_rates\": [4e-3]~'methods[0].learning_rates' is"
                        + " no longer known; give a method one 'learning_rate', or none for its"
                        + " default, and the file the factors of it that are tried as 'rates'",
                "\"budget\": 5000~\"budgets\": []~'methods[1].budgets' is no longer known; list"
                        + " each budget as a method of its own",
                "\"dev\": \"b.tsv\", ~~the task 'stars' needs 'dev', the development data, or"
                        + " 'test'",
                "\"reviews\"~\"../reviews\"~'../reviews' can't be the name of a suite",
                "\"reviews\"~null~'suite' is 'null' where a string is needed",
                "\"suite\": \"reviews\",~~'suite' is missing",
                "\"suite\": \"reviews\",~\"suite\": \"a\", \"suite\": \"b\",~'suite' appears twice",
                "\"name\": \"head\"~\"name\": \"head\", \"name\": \"s\"~'name' appears twice (at"
                        + " $.methods[0]",
                "\"Compound, 5,000\"~\" \"~' ' can't be the name of a method; use printable",
                "\"Compound, 5,000\"~\"a\\nb\"~can't be the name of a method; use printable",
                "\"Compound, 5,000\"~\"head\"~the method 'head' appears twice",
                "\"Compound, 5,000\"~\"(Head)\"~the method '(Head)' and 'head' would have the same"
                        + " file names",
                "4e-3~-1~'methods[0].learning_rate': The learning rate must be positive, got -1",
                "4e-3~0~'methods[0].learning_rate': The learning rate must be positive, got 0",
                "4e-3~null~'methods[0].learning_rate' is 'null' where a positive number",
                "4e-3~1e999~'methods[0].learning_rate' is '1e999' where a positive number",
                "4e-3~1e39~'methods[0].learning_rate': The learning rate must be from 1.4e-45 to"
                        + " 1e37, got 1e39",
                "4e-3~\"8e-3\"~where a positive number",
                "5000~0~'methods[1].budget' is '0' where a whole number from 1",
                "5000~\"5k\"~'methods[1].budget' is '\"5k\"' where a whole number from 1",
                "[2, 0.5, 1]~[2, -1]~'rates[1]' is '-1' where a positive number is needed",
                "[2, 0.5, 1]~[2, 2]~'rates[1]' is '2', which appears before",
                "[2, 0.5, 1]~2~'rates' is '2' where a list of positive numbers is needed",
                "[2, 0.5, 1]~[]~'rates' is empty; give factors of the learning rates",
                "[2, 0.5, 1]~[NaN]~not JSON",
                "\"seeds\": [1, 2]~\"search\": 1~'search' is '1' where true or false is needed",
                "[5, 6]~[5, 5]~'methods[1].seeds[1]' is '5', which appears before",
                "[5, 6]~[5, 1.5]~'methods[1].seeds[1]' is '1.5' where a whole number is"
                        + " needed",
                "[5, 6]~[5, null]~'methods[1].seeds[1]' is 'null' where a whole number",
                "[5, 6]~[5, 1e999]~'methods[1].seeds[1]' is '1e999' where a whole" + " number",
                "[5, 6]~[5, \"6\"]~where a whole number is needed",
                "[5, 6]~[5, 99999999999999999999]~where a whole number is needed",
                "[5, 6]~[]~needs seeds",
                "[5, 6]~5~'methods[1].seeds' is '5' where a list of whole numbers is" + " needed",
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
