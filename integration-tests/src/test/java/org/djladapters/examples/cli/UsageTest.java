/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

class UsageTest {

    /** Without a value these do nothing. */
    private static final Set<String> WITHOUT_DEFAULT =
            Set.of(
                    "--targets-regex",
                    "--exclude-regex",
                    "--rank-pattern",
                    "--alpha-pattern",
                    "--orders-pattern",
                    "--block-size-pattern",
                    "--adapter",
                    "--adapters",
                    "--budget",
                    "--costs",
                    "--coupling",
                    "--data",
                    "--growth",
                    "--model",
                    "--rows",
                    "--shape",
                    "--spark",
                    "--to-lora",
                    "--vector");

    @Test
    void withoutACommandNamesTheCommands() {
        Run run = Run.of();
        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err()).hasSize(1);
        assertThat(run.err().get(0))
                .contains("demo", "model", "inspect", "finetune", "evaluate", "predict", "merge");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "finetun | There is no command 'finetun'; did you mean 'finetune'? See"
                        + " 'adapters --help'",
                "finetune --trian a.tsv | There is no option '--trian'; did you mean '--train'? See"
                        + " 'adapters finetune --help'",
                "predict --modle=m | There is no option '--modle=m'; did you mean '--model'? See"
                        + " 'adapters predict --help'",
                "merge --model m --ouput o | There is no option '--ouput'; did you mean"
                        + " '--output'? See 'adapters merge --help'",
                "fly | Unmatched argument at index 0: 'fly'; see 'adapters --help'",
                "inspect --model m --zzz | Unknown option: '--zzz'; see 'adapters inspect --help'"
            })
    void whatIsMisspeltIsGuessed(String words, String message) {
        Run run = Run.of((Object[]) words.split(" "));
        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err()).containsExactly(message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--num_train_epochs 0 | The number of epochs must be at least 1, got 0",
                "--gradient-accumulation-steps=0 | The number of batches of a step must be at least"
                        + " 1, got 0",
                "--lr_scheduler_type wave | There is no scheduler 'wave'",
                "--warmup_ratio 2 | The warm-up must be a share of the steps from 0 to 1, got 2",
                "--max_grad_norm -1 | The largest norm of the gradients must be positive",
                "--early_stopping_patience 0 | The number of evaluations without a better one must"
                        + " be at least 1, got 0",
                "--eval_steps 0 | The number of steps between evaluations must be at least 1, got"
                        + " 0",
                "--max_steps 0 | The number of steps must be at least 1, got 0",
                "--warmup_steps -1 | The number of steps of the warm-up must be 0 or more, got -1",
                "--report_to none,csv | There is no report 'none'; choose csv, tensorboard or both,"
                        + " or none alone",
                "--report_to none --max_steps 0 | The number of steps must be at least 1, got 0",
                "--report_to wandb | There is no report 'wandb'"
            })
    void namesOfHuggingFaceAreKnown(String words, String message) {
        Run run =
                Run.of(
                        (Object[])
                                ("finetune --model_name_or_path m --train_file t --output_dir o "
                                                + words)
                                        .split(" "));
        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err()).singleElement().asString().contains(message);
    }

    @Test
    void helpGoesToStandardOutput() {
        Run run = Run.of("finetune", "--help");
        assertThat(run.status()).isZero();
        assertThat(run.err()).isEmpty();
        assertThat(String.join("\n", run.out())).contains("--train", "--orders", "--epochs");
    }

    static Stream<String> commands() {
        return Adapters.describe().getSubcommands().keySet().stream();
    }

    @ParameterizedTest
    @MethodSource("commands")
    void helpBeginsWithExamplesThatAreUnderstood(String command) {
        List<String> examples = examples(Run.of(command, "--help").out());

        assertThat(examples).hasSizeBetween(2, 6);
        for (String example : examples) {
            assertThat(example).startsWith("adapters ");
            String line = example.substring("adapters ".length()).replaceAll("\"[^\"]*\"", "WORD");
            assertThat(line).contains(command);
            assertThatCode(() -> Adapters.describe().parseArgs(line.split(" +")))
                    .doesNotThrowAnyException();
        }
    }

    /** The indented lines before the synopsis; one that ends with a backslash goes on. */
    private static List<String> examples(List<String> help) {
        String beginning =
                help.stream()
                        .takeWhile(line -> !line.startsWith("Usage:"))
                        .filter(line -> line.startsWith("  "))
                        .map(String::strip)
                        .collect(Collectors.joining("\n"));
        return beginning.replace("\\\n", "").lines().toList();
    }

    @ParameterizedTest
    @MethodSource("commands")
    void helpListsOptionsUnderHeadings(String command) {
        List<String> headings =
                Run.of(command, "--help").out().stream()
                        .filter(line -> line.matches("[A-Z][a-z ]+:"))
                        .toList();

        List<String> all =
                Stream.of(OptionGroup.values()).map(group -> group.heading() + ":").toList();
        assertThat(all).containsSubsequence(headings);
        assertThat(headings).endsWith("General:");
        assertThat(headings.size()).isGreaterThan(1);
        assertThat(Adapters.describe().getSubcommands().get(command).getCommandSpec().options())
                .filteredOn(o -> !o.hidden() && OptionGroup.of(o) == OptionGroup.GENERAL)
                .extracting(OptionSpec::longestName)
                .containsOnly("--help", "--verbose");
    }

    @ParameterizedTest
    @MethodSource("commands")
    void helpNamesTheDefaultOfEveryOptionWithAValue(String command) {
        for (OptionSpec option :
                Adapters.describe().getSubcommands().get(command).getCommandSpec().options()) {
            boolean optional = option.arity().max() > 0 && !option.required() && !option.hidden();
            if (optional && !WITHOUT_DEFAULT.contains(option.longestName())) {
                assertThat(String.join(" ", option.description()))
                        .as(option.longestName())
                        .contains("Default: ");
            }
        }
    }

    @ParameterizedTest
    @MethodSource("commands")
    void helpMarksWhatIsRequired(String command) {
        List<String> marked =
                Run.of(command, "--help").out().stream()
                        .filter(line -> line.matches("\\* .*"))
                        .map(line -> line.replaceAll("\\* *([-A-Za-z]+).*", "$1"))
                        .toList();

        CommandSpec spec = Adapters.describe().getSubcommands().get(command).getCommandSpec();
        assertThat(marked)
                .containsExactlyInAnyOrderElementsOf(
                        Stream.concat(
                                        spec.positionalParameters().stream()
                                                .filter(ArgSpec::required)
                                                .map(ArgSpec::paramLabel),
                                        spec.options().stream()
                                                .filter(o -> o.required() && o.group() == null)
                                                .map(OptionSpec::longestName))
                                .toList());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "levitate | levitate",
                "inspect | --model",
                "inspect --model m --ordrs 1 | --ordrs",
                "inspect --model m --orders one | one",
                "inspect --model m --orders-pattern value=one | orders such as 1+2",
                "inspect --model m --directions 8 | set the basis to singular",
                "inspect --model m --method prompt | There is no method 'prompt'; this version"
                        + " knows compound, lora, oft, boft, ia3, vera, hra, c3a, road, unilora,"
                        + " psoft, loraxs, adalora, loha, lokr, fourierft, shira, vblora,"
                        + " miss, beft, randlora, tinylora, delora, gralora, hira,"
                        + " pvera, waveft, deft, peanut, supertuning, lntuning, tokens,"
                        + " head, full, bitfit",
                "inspect --model m --map euler | There is no orthogonal map 'euler'; choose one of",
                "inspect --model m --map matrix | use --no-orthogonal instead",
                "inspect --model m --entry median | median",
                "evaluate --model m --adapter a | --data",
                "finetune --model m --train t --dev d --output o --augment spin | spin",
                "predict --model m --input i --output o --merged | --adapter",
                "predict --model m --text a --text-column c | leave it out with --text",
                "evaluate --model m --data d --at 0,5 | --at takes numbers of passages from 1 on",
                "evaluate --model m --data d --corpus c --task reranking | leave it out for the"
                        + " task reranking",
                "evaluate --model m --data d --corpus c --relevance r --text-column t | leave out"
                        + " --text-column",
                "evaluate --model m --data d --corpus c --predictions p.tsv | --predictions is not"
                        + " for embeddings",
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
                "--method hra --rank 0 | rank must be at least 1",
                "--method hra --alpha 3 | The method hra takes no --alpha",
                "--method psoft --rank 0 | rank must be at least 1",
                "--method psoft --constrained 1 | Only the map neumann has a bound in psoft",
                "--method psoft --map exponential | exponential",
                "--method loraxs --alpha 0 | alpha must be positive",
                "--method lora --lora-plus 0 | ratio of LoRA+ must be positive",
                "--method oft --lora-plus 16 | The method oft takes no --lora-plus",
                "--method c3a --block-size 0 | block size must be at least 1",
                "--method road --group-size 3 | must be even",
                "--method road --block-size 4 | The method road takes no --block-size",
                "--method vera --alpha 3 | The method vera takes no --alpha",
                "--module-dropout 1 | dropout",
                "--task llm | no task 'llm'; this version knows classification,"
                        + " multi-label-classification, regression, causal-lm, embedding",
                "--class-weights heavy | 'heavy' gives no weights of classes; write balanced",
                "--label-smoothing 1 | label smoothing must be at least 0 and less than 1",
                "--thresholds 2 | A threshold is a probability between 0 and 1, got 2",
                "--chain 0 | chain",
                "--corpus c | --corpus is for embeddings",
                "--corpus c --task reranking | --corpus is for embeddings",
                "--corpus c --task embedding --text-column t | needs --text-pair-column",
                "--dev-split 0.1 | Give either --dev FILE or --dev-split SHARE",
                "--label-column topic | --label-column needs --text-column",
                "--text-pair-column reply | --text-pair-column needs --text-column",
                "--text-column label | need a column each, got label, label",
                "--text-column text --task causal-lm | leave it out for the task causal language",
            })
    void optionsThatContradictEachOtherAreRefusedBeforeAnythingIsRead(
            String options, String expected) {
        assertRefused("finetune --model m --train t --dev d --output o " + options, expected);
    }

    @Test
    void whatEpochsAreMeasuredOnMustBeGiven() {
        String command = "finetune --model m --train t --output o";
        assertRefused(command, "Give either --dev FILE or --dev-split SHARE");
        assertRefused(command + " --dev-split 0.9", "at most 0.5, got 0.9");
    }

    private static void assertRefused(String line, String expected) {
        Run run = Run.of((Object[]) line.split(" "));
        assertThat(run.status()).isEqualTo(2);
        assertThat(run.out()).isEmpty();
        assertThat(run.err()).hasSize(1);
        assertThat(run.err().get(0)).contains(expected).contains("--help");
    }
}
