/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UsageTest {

    @Test
    void withoutACommandNamesTheCommands() {
        Run run = Run.of();
        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err()).hasSize(1);
        assertThat(run.err().get(0))
                .contains("demo", "model", "inspect", "finetune", "evaluate", "predict", "merge");
    }

    @Test
    void helpGoesToStandardOutput() {
        Run run = Run.of("finetune", "--help");
        assertThat(run.status()).isZero();
        assertThat(run.err()).isEmpty();
        assertThat(String.join("\n", run.out())).contains("--train", "--orders", "--epochs");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "levitate | levitate",
                "inspect | --model",
                "inspect --model m --ordrs 1 | --ordrs",
                "inspect --model m --orders one | one",
                "inspect --model m --method prompt | There is no method 'prompt'; this version"
                        + " knows compound, lora, oft, boft, ia3, vera, head, full, bitfit",
                "inspect --model m --map euler | There is no orthogonal map 'euler'; choose one of",
                "inspect --model m --map matrix | use --no-orthogonal instead",
                "inspect --model m --entry median | median",
                "evaluate --model m --adapter a | --data",
                "finetune --model m --train t --dev d --output o --augment spin | spin",
                "predict --model m --input i --output o --merged | --adapter",
            })
    void whatIsNotUnderstoodIsExplainedInOneLine(String line, String expected) {
        assertRefused(line, expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--blocks 3 --block-size 64 | not both",
                "--targets query --all-linear | not both",
                "--targets query --targets-regex .*key | not both",
                "--targets query,default | not both",
                "--targets all-linear,default | not both",
                "--targets default --targets-regex .*key | not both",
                "--exclude key --exclude-regex .*key | not both",
                "--layers-pattern layer | none are given",
                "--targets-regex [ | regular expression",
                "--method oft --series last-once | add --map neumann or leave out --series",
                "--method oft --map neumann --series last | There is no Neumann series 'last'",
                "--map cayley --no-orthogonal | --no-orthogonal",
                "--method head --orders 1 | The method head takes no --orders",
                "--method full --targets query | The method full takes no --targets",
                "--method lora --block-size 8 --dora | The method lora takes no --block-size",
                "--method lora --rank 0 | rank must be at least 1",
                "--method lora --dora --lora-bias | bias",
                "--method oft --blocks 4 --block-size 8 | not both",
                "--method oft --map exponential | exponential",
                "--method boft --factors 0 | must be at least 1",
                "--method vera --alpha 3 | The method vera takes no --alpha",
                "--module-dropout 1 | dropout",
                "--task llm | no task 'llm'; this version knows classification, regression,"
                        + " causal-lm",
                "--chain 0 | chain",
            })
    void optionsThatContradictEachOtherAreRefusedBeforeAnythingIsRead(
            String options, String expected) {
        assertRefused("finetune --model m --train t --dev d --output o " + options, expected);
    }

    private static void assertRefused(String line, String expected) {
        Run run = Run.of((Object[]) line.split(" "));
        assertThat(run.status()).isEqualTo(2);
        assertThat(run.out()).isEmpty();
        assertThat(run.err()).hasSize(1);
        assertThat(run.err().get(0)).contains(expected).contains("--help");
    }
}
