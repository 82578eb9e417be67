/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.djladapters.examples.outputs.ExampleOutputs;
import org.djladapters.examples.outputs.ExampleOutputs.Kind;
import org.djladapters.examples.report.SyntheticSweep.Made;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReportTest {

    private static final Map<String, Kind> TASKS = tasks();

    @TempDir private Path folder;

    private static Map<String, Kind> tasks() {
        Map<String, Kind> tasks = new LinkedHashMap<>();
        tasks.put("similarity", Kind.SCORES);
        tasks.put("entities", Kind.SPANS);
        return tasks;
    }

    private String markdown(Path... results) throws IOException {
        return markdown(report(results));
    }

    private Report.Builder report(Path... results) {
        return Report.builder().setResults(List.of(results)).setOutput(folder.resolve("out"));
    }

    private static String markdown(Report.Builder report) throws IOException {
        return Files.readString(report.build().write().get(0));
    }

    /** What stands below the title. */
    private static String firstLine(String markdown) {
        return markdown.lines().skip(1).filter(line -> !line.isEmpty()).findFirst().orElseThrow();
    }

    private SyntheticSweep sweep(String suite) throws IOException {
        return new SyntheticSweep(suite, folder.resolve(suite));
    }

    /** Four methods with three seeds each on one task, where there is much to learn. */
    private SyntheticSweep small() throws IOException {
        return sweep("text")
                .add("head alone", "head", 0, "mood", Kind.CLASSES, 0.55, 3)
                .add("LoRA, rank 8", "lora", 331_776, "mood", Kind.CLASSES, 0.85, 3)
                .add("compound, 4,700", "compound", 4_704, "mood", Kind.CLASSES, 0.84, 3)
                .add("IA3, few", "ia3", 4_608, "mood", Kind.CLASSES, 0.65, 3)
                .add("HRA, few", "hra", 4_608, "mood", Kind.CLASSES, 0.70, 1);
    }

    @Test
    void theFirstLineSaysWhatWasTuned() throws IOException {
        assertThat(firstLine(markdown(small().write())))
                .isEqualTo(
                        "The rates of head and adapter were not tuned together, so a difference"
                            + " between methods may be a difference of rates. Each adapter has one"
                            + " factor of its usual learning rate for all tasks, of 3 that were"
                            + " tried; new heads have the default rate.");
    }

    @Test
    void ratesThatWereGivenAreNotCalledTuned() throws IOException {
        Path given =
                sweep("given")
                        .rates(1.0)
                        .options("--head-learning-rate", "0.04")
                        .add("LoRA, rank 8", "lora", 331_776, "mood", Kind.HITS, 0.8, 2)
                        .write();
        Path tuned = small().write();

        String markdown = markdown(given, tuned);

        assertThat(firstLine(markdown))
                .contains(
                        "In the suite given each adapter has one factor of its usual learning rate"
                            + " for all tasks, and no other was tried in these runs; the rate of"
                            + " new heads was given (0.04). In the suite text each adapter has one"
                            + " factor of its usual learning rate for all tasks, of 3 that were"
                            + " tried; new heads");
        assertThat(markdown)
                .containsPattern("\\| given \\| LoRA, rank 8 \\| .* \\| no other was tried \\|")
                .containsPattern("\\| text \\| LoRA, rank 8 \\| .* \\| at the edge: .* \\|");
    }

    /** A verdict is one for the rates of the runs, so it stands beside its rule. */
    @Test
    void theAnswersComeFirstAndWithoutVerdicts() throws IOException {
        String markdown = markdown(small().write());

        String answers = markdown.substring(0, markdown.indexOf("\n## "));
        assertThat(answers)
                .containsPattern(
                        "With these rates “compound, 4,700”, with 4,704 parameters, 71 times fewer"
                                + " than “LoRA, rank 8”, differs from it by [+-]\\d\\.\\d \\(.*\\)"
                                + " points\\.")
                .containsPattern(
                        "With these rates 2 other methods with about 4,704 parameters differ from"
                                + " “compound, 4,700” by -\\d+\\.\\d to -\\d+\\.\\d points\\.")
                .contains("for “LoRA, rank 8”.")
                .doesNotContain("is better", "worse", "% of");
        assertThat(markdown).contains("| difference | interval with these rates | task by task |");
    }

    /** The ability of compound on four tasks, where that of LoRA is 0.8; what is said of it. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    0.86, 0.87, 0.86, 0.87 | it comes within 1 %
                    0.64, 0.65, 0.65, 0.64 | it falls behind by more than 1 %
                    0.70, 0.88, 0.70, 0.88 | whether it comes within 1 % is undecided
                    """)
    void tunedRatesAreAnsweredWithAVerdictForAnotherTask(String abilities, String verdict)
            throws IOException {
        SyntheticSweep sweep = fourTasks(sweep("text").joint(), abilities.split(", ", -1));

        assertThat(markdown(report(sweep.write()).optAllTasks(true)))
                .containsPattern(
                        "\n\n- “compound”, with 6,048 parameters, 55 times fewer than “LoRA, rank"
                                + " 8”, has \\d+\\.\\d % \\(.*\\) of that one's score on average"
                                + " over such tasks, by the 4 here: "
                                + verdict)
                .contains("With tuned rates “compound”", "| difference | interval | task by task |")
                .containsPattern("\\| compound \\| mood 3 \\| 1 \\| 0.003 \\| .* \\| inside \\|")
                .doesNotContain("With these rates", "with these rates");
    }

    @Test
    void theFirstLineSaysHowManyRatesWereTriedAndWithHowManySeeds() throws IOException {
        SyntheticSweep sweep = fourTasks(sweep("text").joint(), "0.8", "0.8", "0.8", "0.8");
        for (long seed = 21; seed <= 22; seed++) {
            sweep.trial("compound", "mood 0", seed, 1).trial("compound", "mood 0", seed, 2);
        }
        assertThat(markdown(sweep.write())).contains(", of 2 that were tried with 2 seeds.");
        sweep.trial("compound", "mood 0", 21, 2);
        assertThat(markdown(sweep.write()))
                .as("a trial that was made again")
                .contains(", of 2 that were tried with 2 seeds.");
        sweep.trial("compound", "mood 0", 21, 4);
        assertThat(markdown(sweep.write()))
                .contains(", of 3 that were tried, the best of them with 2 seeds.");
    }

    @Test
    void whatWasComputedOtherwiseIsNamed() throws IOException {
        SyntheticSweep sweep = fourTasks(sweep("text"), "0.8");
        assertThat(markdown(sweep.write()))
                .doesNotContain("computed in", "processors:", "do not compare");
        sweep.computedIn("bfloat16", "Acme 7")
                .add("HRA", "hra", 9_216, "mood 0", Kind.HITS, 0.8, 2);
        assertThat(markdown(sweep.write()))
                .contains(
                        "- computed in bfloat16: HRA\n",
                        "- computed in float32: LoRA, rank 8; compound\n",
                        "- processors: Acme 7 in 2 runs; not recorded in 4 runs\n",
                        "so seconds and memory do not compare");
    }

    /** Adds LoRA with an ability of 0.8 on four tasks, and compound with those given. */
    private static SyntheticSweep fourTasks(SyntheticSweep sweep, String... abilities)
            throws IOException {
        for (int task = 0; task < abilities.length; task++) {
            double ability = Double.parseDouble(abilities[task]);
            sweep.add("LoRA, rank 8", "lora", 331_776, "mood " + task, Kind.HITS, 0.8, 2)
                    .add("compound", "compound", 6_048, "mood " + task, Kind.HITS, ability, 2);
        }
        return sweep;
    }

    @Test
    void thereIsNoVerdictWithoutTunedRatesOrOnChosenTasks() throws IOException {
        String[] abilities = {"0.86", "0.87", "0.86", "0.87"};
        SyntheticSweep chosen = fourTasks(sweep("text").joint(), abilities);
        for (int task = 0; task < abilities.length; task++) {
            double ability = task == 0 ? 0.8 : 0.5; // LoRA gains nothing on the first
            chosen.add("head alone", "head", 0, "mood " + task, Kind.HITS, ability, 2);
        }
        SyntheticSweep usual = fourTasks(sweep("usual"), abilities);

        assertThat(markdown(chosen.write()))
                .contains("mood 0 is reported but not averaged", "What is to be expected")
                .doesNotContain("it comes within");
        assertThat(markdown(report(usual.write()).optAllTasks(true)))
                .contains("What is to be expected")
                .doesNotContain("it comes within");
    }

    @Test
    void withOneSeedNothingIsBetterOrWorse() throws IOException {
        assertThat(markdown(small().write()))
                .containsPattern(
                        "\\| HRA, few \\| 4,608 \\| compound, 4,700 \\(4,704\\) \\| -1\\d\\.\\d"
                                + " \\(-.*\\) \\| undecided: one seed \\|");
    }

    @Test
    void aTaskThatTheReferenceDoesNotLearnIsNotAveraged() throws IOException {
        SyntheticSweep sweep = small();
        sweep.add("head alone", "head", 0, "chance", Kind.CLASSES, 0.5, 3)
                .add("LoRA, rank 8", "lora", 331_776, "chance", Kind.CLASSES, 0.5, 3)
                .add("compound, 4,700", "compound", 4_704, "chance", Kind.CLASSES, 0.5, 3);

        assertThat(markdown(sweep.write()))
                .contains("- chance is reported but not averaged: “LoRA, rank 8” gains")
                .contains("which is less than five standard errors of")
                .contains("chance, accuracy (not averaged)")
                .contains("mean over one task");
        assertThat(markdown(report(sweep.write()).optAllTasks(true)))
                .doesNotContain("not averaged")
                .contains("The mean is over all tasks")
                .contains("mean over 2 tasks");
    }

    @Test
    void aReferenceThatIsTheHeadGainsNothing() throws IOException {
        SyntheticSweep sweep =
                sweep("text")
                        .add("head alone", "head", 0, "mood", Kind.CLASSES, 0.5, 2)
                        .add("IA3, few", "ia3", 4_608, "mood", Kind.CLASSES, 0.7, 2);

        assertThat(markdown(report(sweep.write()).optReference("head alone")))
                .contains("mood is reported but not averaged: “head alone” gains 0.0 points over")
                .doesNotContain("NaN");
    }

    @Test
    void aReferenceWithoutParametersIsNotSoManyTimesSmaller() throws IOException {
        SyntheticSweep sweep =
                sweep("text")
                        .add("head alone", "head", 0, "words", Kind.SCORES, 0.5, 2)
                        .add("compound, 4,700", "compound", 4_704, "words", Kind.SCORES, 0.9, 2);

        assertThat(markdown(report(sweep.write()).optReference("head alone").optAllTasks(true)))
                .contains("“compound, 4,700”, with 4,704 parameters, against none of “head alone”,")
                .contains("| compound, 4,700 | 4,704 | – |");
    }

    /** With 300 examples a correlation of 0.02 may well be none. */
    @Test
    void aShareOfWhatMayBeNothingIsUndecided() throws IOException {
        SyntheticSweep sweep =
                sweep("text")
                        .add("LoRA, rank 8", "lora", 331_776, "alike", Kind.SCORES, 0.02, 2)
                        .add("compound, 4,700", "compound", 4_704, "alike", Kind.SCORES, 0.9, 2);

        assertThat(markdown(sweep.write()))
                .contains("| compound, 4,700 | 4,704 | 71 times fewer | undecided | – |");
    }

    @Test
    void wherePerplexityIsMeasuredDifferencesHaveItsSign() throws IOException {
        SyntheticSweep sweep =
                small().add("head alone", "head", 0, "words", Kind.LOSSES, 0.4, 2)
                        .add("LoRA, rank 8", "lora", 331_776, "words", Kind.LOSSES, 0.8, 2);

        // half a nat for each token that is predicted well, three halves for others
        assertThat(markdown(sweep.write()))
                .contains("words is reported but not averaged: less perplexity is better.")
                .contains("words, perplexity (not averaged)")
                .containsPattern("\\| head alone \\| 0 \\| .* \\| 3\\.\\d ± 0\\.\\d \\|")
                .containsPattern(
                        "below 0 on mood; perplexity \\+\\d\\.\\d \\(\\+\\d\\.\\d to"
                                + " \\+\\d\\.\\d\\) on words");
    }

    @Test
    void whatWasNotRunIsListed() throws IOException {
        SyntheticSweep sweep = small().fail("IA3, few", "ia3", "grammar", 1, "no | memory\nat all");
        Path plan =
                Files.writeString(
                        folder.resolve("text.json"),
                        """
                        {"suite": "text", "seeds": [1, 2, 3],
                         "tasks": [{"name": "mood", "train": "t.tsv", "dev": "d.tsv"}],
                         "methods": [{"name": "LoRA, rank 8", "seeds": [1, 2, 3, 4, 5]},
                                     {"name": "never run"}]}
                        """);
        Path lines = sweep.write();

        assertThat(markdown(lines))
                .contains(
                        "| IA3, few | grammar (1, 2, 3) | failed on grammar: no \\| memory at all");
        assertThat(markdown(report(lines).optPlans(List.of(plan))))
                .contains("text: 3 of 8 runs that its sweep file plans are there.")
                .contains("| LoRA, rank 8 | mood (4, 5) | not run yet |")
                .contains("| never run | mood (1, 2, 3) | not run yet |");
    }

    /** An editor may have taken the last line break away. */
    @Test
    void aLastLineWithoutLineBreakIsLeftOutAndNamed() throws IOException {
        Path lines = small().write();
        assertThat(markdown(lines)).doesNotContain("left out");
        Files.writeString(lines, Files.readString(lines).stripTrailing());

        assertThat(markdown(lines))
                .contains(
                        "'%s': the last line is left out, because no line break ends it"
                                .formatted(lines))
                .contains("text: 12 of 12 runs are there");

        Files.writeString(lines, Files.readAllLines(lines).get(0));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> markdown(lines))
                .withMessage(
                        "The only line of %s has no line break; if it is whole, add one"
                                .formatted(lines));
    }

    /** Several processes write lines when they are ready. */
    @Test
    void theOrderIsThatOfTheSweepFileOrOfNames() throws IOException {
        SyntheticSweep sweep = small();
        for (String method : List.of("compound, strided", "compound, first")) {
            sweep.add(method, "compound", 4_704, "mood", Kind.CLASSES, 0.83, 3);
        }
        Path lines = sweep.write();
        List<String> shuffled = new ArrayList<>(Files.readAllLines(lines));
        Collections.shuffle(shuffled, new Random(1));
        Path plan =
                Files.writeString(
                        folder.resolve("text.json"),
                        """
                        {"suite": "text", "seeds": [1, 2, 3],
                         "tasks": [{"name": "mood", "train": "t.tsv", "dev": "d.tsv"}],
                         "methods": [{"name": "compound, first"}, {"name": "compound, strided"}]}
                        """);

        String byNames = markdown(lines);
        String byFile = markdown(report(lines).optPlans(List.of(plan)));
        Files.write(lines, shuffled);

        assertThat(markdown(lines)).isEqualTo(byNames);
        assertThat(markdown(report(lines).optPlans(List.of(plan)))).isEqualTo(byFile);
        assertThat(byNames)
                .contains("| IA3, few | 4,608 | compound, 4,700 (4,704) |")
                .contains("| compound, first | 4,704 | compound, 4,700 (4,704) |");
        assertThat(byFile)
                .contains("| IA3, few | 4,608 | compound, first (4,704) |")
                .contains("| compound, strided | 4,704 | compound, first (4,704) |");
    }

    @Test
    void aSuiteHasOneSweepFile() throws IOException {
        Path lines = small().write();
        Path plan =
                Files.writeString(
                        folder.resolve("text.json"),
                        """
                        {"suite": "text",
                         "tasks": [{"name": "mood", "train": "t.tsv", "dev": "d.tsv"}],
                         "methods": [{"name": "IA3, few"}]}
                        """);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> markdown(report(lines).optPlans(List.of(plan, plan))))
                .withMessage("Two sweep files plan the suite 'text'; give one of them");
    }

    @Test
    void howManyLayoutsWereLookedAtIsSaid() throws IOException {
        SyntheticSweep sweep =
                small().search("blocks of 92", "mood", 0.8, 12)
                        .search("blocks of 64", "mood", 0.7, 12);

        assertThat(markdown(sweep.write()))
                .contains("text: 12 layouts, with 2 trainings on held-out training data of mood.");
    }

    @Test
    void developmentDataIsNamedWhereTestDataWasNotUsed() throws IOException {
        SyntheticSweep sweep =
                sweep("text")
                        .untested()
                        .add("head alone", "head", 0, "mood", Kind.HITS, 0.55, 2)
                        .add("LoRA, rank 8", "lora", 331_776, "mood", Kind.HITS, 0.85, 2);

        assertThat(markdown(sweep.write()))
                .contains("Measured on development data, not on test data: mood.");
    }

    @Test
    void aPageOfFourSuitesHasAtMostTenTablesAndEightPictures() throws IOException {
        for (int suites = 1; suites <= 4; suites += 3) {
            List<Path> lines = new ArrayList<>();
            for (int i = 0; i < suites; i++) {
                lines.add(many("suite-" + i));
            }
            List<Path> written = report(lines.toArray(Path[]::new)).build().write();
            String markdown = Files.readString(written.get(0));
            String html = Files.readString(written.get(1));

            Matcher pictures = Pattern.compile("\\]\\(([^)]+\\.png)\\)").matcher(markdown);
            long found = pictures.results().count();
            assertThat(found).isBetween(4L, 8L);
            pictures.reset()
                    .results()
                    .forEach(p -> assertThat(folder.resolve("out/" + p.group(1))).exists());
            assertThat(html.split("data:image/png;base64,", -1)).hasSize((int) found + 1);
            assertThat(html.split("<table>", -1).length - 1).isBetween(6, 10);
            assertThat(html)
                    .doesNotContain("<script")
                    .contains("base &lt;b&gt;", "<details><summary>Learning rates");
            assertThat(Files.size(written.get(1))).isLessThan(1_000_000);
        }
    }

    private Path many(String suite) throws IOException {
        SyntheticSweep sweep = sweep(suite).examples(100);
        for (Made made : SyntheticSweep.many()) {
            for (Map.Entry<String, Kind> task : TASKS.entrySet()) {
                sweep.add(
                        made.name(),
                        made.family(),
                        made.parameters(),
                        task.getKey(),
                        task.getValue(),
                        made.ability(),
                        Math.min(made.seeds(), 2));
            }
        }
        return sweep.write();
    }

    @Test
    void moreSuitesThanAPageHasRoomForAreRefused() throws IOException {
        List<Path> lines = new ArrayList<>();
        for (String suite : List.of("a", "b", "c", "d", "e")) {
            lines.add(sweep(suite).add("head", "head", 0, "mood", Kind.HITS, 0.5, 1).write());
        }
        assertThatIllegalArgumentException()
                .isThrownBy(() -> markdown(lines.toArray(Path[]::new)))
                .withMessage(
                        "There are results of 5 suites, but a page has room for 4; make several"
                                + " reports");
    }

    @Test
    void anUnknownReferenceIsRefused() throws IOException {
        Path lines = small().write();

        assertThatIllegalArgumentException()
                .isThrownBy(() -> markdown(report(lines).optReference("lora-r8")))
                .withMessageStartingWith(
                        "There is no method 'lora-r8' in the results; there are: “HRA, few”,");
        assertThat(markdown(report(lines).optReference("compound, 4,700")))
                .contains("| LoRA, rank 8 | 331,776 | 71 times more |");
    }

    @Test
    void runsOfDifferentBaseModelsAreNotCompared() throws IOException {
        Path lines = small().write();
        String text = Files.readString(lines);
        int last = text.lastIndexOf("0123456789abcdef");
        Files.writeString(lines, text.substring(0, last) + "f" + text.substring(last + 1));

        assertThatIllegalArgumentException()
                .isThrownBy(() -> markdown(lines))
                .withMessage(
                        "The runs 'mood, HRA, few, seed 1' and 'mood, IA3, few, seed 1' were made"
                                + " with different base models and can't be compared; make a report"
                                + " of each");
    }

    @Test
    void outputsMustBeThoseOfTheLine() throws IOException {
        Path lines = small().write();
        Path file;
        try (var files = Files.list(folder.resolve("text/outputs"))) {
            file = files.sorted().findFirst().orElseThrow();
        }
        Map<String, ExampleOutputs> outputs = ExampleOutputs.read(file);

        float[][] columns = outputs.get("test").columns();
        ExampleOutputs other = ExampleOutputs.of(Kind.SCORES, columns[0], columns[1]);
        ExampleOutputs.write(file, Map.of("test", other));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> markdown(lines))
                .withMessageContaining("give no metric 'accuracy'");

        ExampleOutputs.write(file, Map.of("dev", outputs.get("dev")));
        assertThatIOException()
                .isThrownBy(() -> markdown(lines))
                .withMessage(file + ": it has no outputs of the test data; run the sweep again");

        Files.delete(file);
        assertThatIOException()
                .isThrownBy(() -> markdown(lines))
                .withMessageContaining(file.getFileName().toString());
    }

    @Test
    void linesOfAnEarlierVersionAreRefused() throws IOException {
        Path lines =
                Files.writeString(
                        folder.resolve("runs.jsonl"),
                        "{\"suite\":\"text\",\"key\":{\"task\":\"a\",\"method\":\"b\",\"budget\":\"\",\"seed\":1},\"search_seconds\":1.0}\n");

        assertThatIOException()
                .isThrownBy(() -> markdown(lines))
                .withMessage(
                        lines
                                + ": line 1 was written by an earlier version, which did not keep"
                                + " what a run gave for every example; run the sweep again");
    }
}
