/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.djladapters.examples.docs.RecordedReport.LORA;
import static org.djladapters.examples.docs.RecordedRuns.SMALL_BLOCKS_ON_BGE;
import static org.djladapters.examples.docs.RecordedRuns.SMALL_BLOCKS_ON_IMAGES;
import static org.djladapters.examples.docs.RecordedRuns.SMALL_BLOCKS_ON_TEXTS;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.djladapters.examples.sweep.RunResult;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the pages say of the tuned comparison with LoRA is what its recorded runs give. */
class EvidenceTest {

    private static final String PAGE = "examples/docs/evidence.md";

    /**
     * The place of the share of LoRA's score, over many such tasks, among the cells of a verdict.
     */
    private static final int SHARE = 3;

    /** The planned runs of answers, and those with the layout that was tried beside them. */
    private static final String ANSWERS = "tuned-xquad tuned-answers";

    /** The report of the tasks on which compound ran on both sides, too. */
    private static RecordedReport withoutXquad;

    /** The report of all tasks of bge-small, with both layouts of compound. */
    private static RecordedReport bgeWithAnswers;

    @BeforeAll
    static void makeTheReportsThatSeveralNeed(@TempDir Path folder) throws IOException {
        withoutXquad = made("tuned-500 tuned-both", folder);
        bgeWithAnswers = made(SMALL_BLOCKS_ON_BGE + " tuned-bge-answers", folder);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "tuned-500 tuned-both tuned-xquad",
                "tuned-bge tuned-bge-float32",
                "tuned-images",
                "tuned-language"
            })
    void theRecordedReportsAreMadeFromTheRecordedRuns(String suites, @TempDir Path folder)
            throws IOException {
        assertThat(RecordedReport.made(suites, folder).file())
                .hasSameTextualContentAs(RecordedReport.kept(suites).file());
    }

    @ParameterizedTest
    @CsvSource({
        "tuned-500, | test data |",
        "tuned-bge, | test data; bge-small |",
        "tuned-images, | test data; DINOv2"
    })
    void thePageHasTheScoresOfTheReports(String suite, String table) throws IOException {
        MarkdownTable page = MarkdownTable.in(PAGE, table);
        RecordedReport report = RecordedReport.kept(suite);

        for (String method : report.methods()) {
            assertThat(page.cell("mean", method)).isEqualTo(report.mean(method));
            for (String task : report.tasks()) {
                assertThat(page.cell(task, method)).as(task).isEqualTo(report.score(method, task));
            }
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "tuned-500 tuned-xquad; Compound, 6,048; | test data |; 6,048 less LoRA",
                "tuned-bge tuned-bge-float32; Compound, 12,096; '| test data; bge'; compound less"
            })
    void thePageHasTheDifferencesOfEachTask(
            String suites, String compound, String table, String column, @TempDir Path folder)
            throws IOException {
        MarkdownTable page = MarkdownTable.in(PAGE, table);

        for (String task : RecordedReport.kept(suites).tasks()) {
            RecordedReport report = RecordedReport.ofTask(task, suites, folder.resolve(task));
            assertThat(report.difference(compound))
                    .as(task)
                    .startsWith(page.cell(task, column) + " (");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "tuned-500; Compound, 6,048",
                "tuned-bge; Compound, 12,096",
                "tuned-images; Compound, 12,096"
            })
    void thePageHasTheShareOfTheGainAndTheMeansWithoutOneTask(String suite, String compound)
            throws IOException {
        RecordedReport report = RecordedReport.kept(suite);
        String without = report.overMany().cell(compound, "difference without one of the tasks");

        assertThat(Markdown.onOneLine(PAGE))
                .contains(report.here().cell(compound, "share of its gain"))
                .contains(RecordedReport.asOnPages(without));
    }

    @Test
    void thePageHasTheMeansWithoutTheTaskThatNotAllMethodsHave() throws IOException {
        MarkdownTable page = MarkdownTable.in(PAGE, "| test data |");

        for (String method : withoutXquad.methods()) {
            assertThat(page.cell("mean without XQuAD", method))
                    .isEqualTo(withoutXquad.mean(method));
        }
    }

    @Test
    void whatBothSidesOfTheLayersGainIsThatOfTheRuns(@TempDir Path folder) throws IOException {
        RecordedReport report =
                RecordedReport.made(
                        "tuned-500 tuned-both", folder, "--reference", "Compound, 6,048");

        assertThat(Markdown.onOneLine(PAGE))
                .contains(
                        "They are %s points over many such tasks from one side"
                                .formatted(report.differenceOverMany("Compound, 12,096")));
    }

    @Test
    void theVerdictsOfThePageAreThoseOfTheReports(@TempDir Path folder) throws IOException {
        List<String> texts = verdict(RecordedReport.kept("tuned-500"), "Compound, 6,048");
        List<String> lower =
                verdict(made("tuned-500 tuned-xquad tuned-lower", folder), "Compound, 6,048");
        List<String> smallBlocks =
                verdict(
                        made(SMALL_BLOCKS_ON_TEXTS + " tuned-lower", folder),
                        "Compound, order 1, 31,104");
        List<String> secondModel = verdict(RecordedReport.kept("tuned-bge"), "Compound, 12,096");
        List<String> secondModelWithAnswers = verdict(bgeWithAnswers, "Compound, 12,096");
        List<String> secondModelSmallBlocks =
                verdict(made(SMALL_BLOCKS_ON_BGE, folder), "Compound, order 1");
        List<String> secondModelSmallBlocksWithAnswers =
                verdict(bgeWithAnswers, "Compound, order 1");
        List<String> images = verdict(RecordedReport.kept("tuned-images"), "Compound, 12,096");
        List<String> imagesSmallBlocks =
                verdict(made(SMALL_BLOCKS_ON_IMAGES, folder), "Compound, order 1");

        assertThat(MarkdownTable.in(PAGE, "| base model; rates |").rows())
                .map(row -> row.subList(1, row.size()))
                .containsExactly(
                        texts,
                        verdict(withoutXquad, "Compound, 12,096"),
                        verdict(made(SMALL_BLOCKS_ON_TEXTS, folder), "Compound, order 1, 31,104"),
                        lower,
                        verdict(
                                made("tuned-500 tuned-both tuned-lower", folder),
                                "Compound, 12,096"),
                        smallBlocks,
                        secondModel,
                        secondModelWithAnswers,
                        secondModelSmallBlocks,
                        secondModelSmallBlocksWithAnswers,
                        images,
                        imagesSmallBlocks);
        assertThat(Markdown.onOneLine(PAGE).split(" - ", 2)[0])
                .contains(
                        Stream.of(
                                        texts,
                                        lower,
                                        smallBlocks,
                                        secondModel,
                                        secondModelWithAnswers,
                                        secondModelSmallBlocks,
                                        secondModelSmallBlocksWithAnswers,
                                        images,
                                        imagesSmallBlocks)
                                .map(verdict -> verdict.get(SHARE))
                                .toList());
        assertThat(Markdown.onOneLine("README.md"))
                .contains(lower.get(SHARE), secondModel.get(SHARE), images.get(SHARE));
    }

    @Test
    void thePageHasTheSharesWithoutTheTasksOnWhichRatesOfLoraFail(@TempDir Path folder)
            throws IOException {
        List<String> tasks = new ArrayList<>(withoutXquad.tasks());
        tasks.removeAll(List.of("WNUT17", "Debian"));
        Path runs = RecordedRuns.ofTasks("tuned-500", folder.resolve("runs"), tasks);
        RecordedReport others =
                RecordedReport.made(
                        "tuned-500",
                        List.of(runs, RecordedRuns.of("tuned-xquad")),
                        folder.resolve("with-answers"));
        RecordedReport withoutAnswers =
                RecordedReport.made("tuned-500", List.of(runs), folder.resolve("without"));

        assertThat(Markdown.onOneLine(PAGE))
                .contains(
                        "Without both tasks compound has %s of LoRA's score, without XQuAD as well %s."
                                .formatted(share(others), share(withoutAnswers)));
    }

    private static RecordedReport made(String suites, Path folder) throws IOException {
        return RecordedReport.made(suites, folder.resolve(suites));
    }

    /** The cells of a verdict: both scores, their difference here, and {@link #SHARE}. */
    private static List<String> verdict(RecordedReport report, String method) {
        return List.of(
                report.parameters(method) + ": " + report.mean(method),
                report.mean(LORA),
                report.difference(method),
                report.overMany().cell(method, "share of the mean score"),
                report.overMany().cell(method, "at most 1 % less"));
    }

    /** The share of LoRA's score, over many such tasks, that compound with 6,048 has. */
    private static String share(RecordedReport report) {
        return verdict(report, "Compound, 6,048").get(SHARE);
    }

    @Test
    void theSharesOfTheReadmeAreThoseOfTheReport() throws IOException {
        RecordedReport report = RecordedReport.kept("tuned-500");

        for (List<String> row :
                MarkdownTable.in("README.md", "| method | parameters | mean score |").rows()) {
            String method = report.scores().row(row.get(1), 1).get(0);
            assertThat(row.get(2)).isEqualTo(report.mean(method));
            if (!method.startsWith("LoRA")) { // what the others are compared with
                assertThat(row.get(3))
                        .startsWith(report.overMany().cell(method, "share of the mean score"));
            }
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "tuned-500; TREC-6; Compound, 6,048; '| test data; task'; 'TREC-6, 500'",
                "tuned-2000; TREC-6; Compound, 6,048; '| test data; task'; 'TREC-6, 2,000'",
                "tuned-all; TREC-6; Compound, 6,048; '| test data; task'; 'TREC-6, 5,171'",
                "tuned-500; SST-2; Compound, 6,048; '| test data; task'; 'SST-2, 500'",
                "tuned-2000; SST-2; Compound, 6,048; '| test data; task'; 'SST-2, 2,000'",
                "tuned-500; WNUT17; Compound, 6,048; '| test data; task'; 'WNUT17, 500'",
                "tuned-2000; WNUT17; Compound, 6,048; '| test data; task'; 'WNUT17, 2,000'",
                "tuned-500; STS-B; Compound, 6,048; '| test data; task'; 'STS-B, 500'",
                "tuned-2000; STS-B; Compound, 6,048; '| test data; task'; 'STS-B, 2,000'",
                "tuned-images; Textures; Compound, 12,096; '| test data; DINOv2'; Textures",
                "tuned-images; Caltech-101; Compound, 12,096; '| test data; DINOv2'; Caltech-101",
                "tuned-images; Orientation; Compound, 12,096; '| test data; DINOv2'; Orientation",
                "tuned-images; CIFAR-10; Compound, 12,096; '| test data; DINOv2'; CIFAR-10",
                "tuned-images; Fingers; Compound, 12,096; '| test data; DINOv2'; Fingers"
            })
    void theScoresOnOneTaskAreThoseOfTheRuns(
            String suite,
            String task,
            String compound,
            String table,
            String beginning,
            @TempDir Path folder)
            throws IOException {
        List<Path> runs = List.of(RecordedRuns.ofTasks(suite, folder, List.of(task)));
        RecordedReport report = RecordedReport.made(suite, runs, folder);

        List<String> row = MarkdownTable.in(PAGE, table).row(beginning);
        assertThat(row.subList(1, row.size()))
                .containsExactly(
                        report.score("Head only", task),
                        report.score(compound, task),
                        report.score(LORA, task),
                        report.difference(compound),
                        report.here().cell(compound, "share of its score"));
    }

    @Test
    void theMeansByNumberOfExamplesAreThoseOfTheRuns(@TempDir Path folder) throws IOException {
        RecordedReport many = made("tuned-2000", folder);
        Path sameTasks = RecordedRuns.ofTasks("tuned-500", folder, many.tasks());
        RecordedReport few = RecordedReport.made("tuned-500", List.of(sameTasks), folder);
        MarkdownTable page = MarkdownTable.in(PAGE, "| test data; task");

        assertThat(page.row("mean, 2,000")).containsExactlyElementsOf(means("mean, 2,000", many));
        assertThat(page.row("mean, 500")).containsExactlyElementsOf(means("mean, 500", few));
        assertThat(Markdown.onOneLine(PAGE))
                .contains("with 500 " + share(few))
                .contains("with 2,000 " + share(many));
    }

    private static List<String> means(String name, RecordedReport report) {
        String compound = "Compound, 6,048";
        return List.of(
                name,
                report.mean("Head only"),
                report.mean(compound),
                report.mean(LORA),
                report.difference(compound),
                report.here().cell(compound, "share of its score"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "tuned-500; WNUT17; LoRA, rank 8",
                "tuned-500; WNUT17; Compound, 6,048",
                "tuned-500; Debian; LoRA, rank 8",
                "tuned-lower; WNUT17; LoRA, rank 8",
                "tuned-lower; Debian; LoRA, rank 8",
                "tuned-again; WNUT17; LoRA, rank 8",
                "tuned-xquad; XQuAD; Head only",
                "tuned-xquad; XQuAD; Compound, 6,048",
                "tuned-xquad; XQuAD; LoRA, rank 8",
                "tuned-answers; XQuAD; Compound, order 1, 31,104",
                "tuned-bge-answers; XQuAD; Head only",
                "tuned-bge-answers; XQuAD; Compound, 12,096",
                "tuned-bge-answers; XQuAD; Compound, order 1, 62,208",
                "tuned-bge-answers; XQuAD; LoRA, rank 8",
                "tuned-rivals; TREC-6; All weights",
                "tuned-rivals-tasks; WNUT17; LoRA, rank 1, values",
                "tuned-rivals-tasks; WNUT17; Compound, 4,704",
                "tuned-images; Caltech-101; LoRA, rank 8",
                "tuned-images; Caltech-101; Compound, 12,096"
            })
    void theScoresOfSeedsAreThoseOfTheRuns(String suite, String task, String method)
            throws IOException {
        String scores = RecordedRuns.scoresOfSeeds(suite, task, method, 100);

        assertThat(scores).isNotEmpty();
        assertThat(Markdown.onOneLine(PAGE)).contains(scores);
    }

    @ParameterizedTest
    @CsvSource({
        "tuned-500, " + ANSWERS + ", | test data; XQuAD |",
        "tuned-bge, tuned-bge-answers, '| test data; XQuAD, bge-small |'"
    })
    void theScoresOnAnswersAreThoseOfTheRuns(
            String sweep, String suites, String table, @TempDir Path folder) throws IOException {
        RecordedReport report = answers(sweep, suites, folder);

        List<List<String>> rows = MarkdownTable.in(PAGE, table).rows();
        assertThat(rows).hasSameSizeAs(report.methods());
        for (List<String> row : rows) {
            String method = report.scores().row(row.get(1), 1).get(0);
            assertThat(row.get(2)).as(method).isEqualTo(report.score(method, "XQuAD"));
            if (!method.startsWith("LoRA")) { // what the others are compared with
                assertThat(row.get(4)).isEqualTo(report.difference(method));
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "tuned-500, " + ANSWERS + ", '6,048', '31,104'",
        "tuned-bge, tuned-bge-answers, '12,096', '62,208'"
    })
    void whatMoreParametersGainOnAnswersIsThatOfTheRuns(
            String sweep, String suites, String few, String more, @TempDir Path folder)
            throws IOException {
        RecordedReport report = answers(sweep, suites, folder, "--reference", "Compound, " + few);

        String gain = report.difference("Compound, order 1, " + more).replace("+", "");
        assertThat(Markdown.onOneLine(PAGE))
                .contains(
                        "%s have %s more than %s"
                                .formatted(more, gain.replace(" (", " points ("), few));
    }

    @ParameterizedTest
    @ValueSource(strings = {"12,096", "order 1, 62,208"})
    void theSharesOnAnswersOfBgeAreThoseOfTheRuns(String layout, @TempDir Path folder)
            throws IOException {
        MarkdownTable report = answers("tuned-bge", "tuned-bge-answers", folder).here();

        assertThat(Markdown.onOneLine(PAGE))
                .contains(
                        "%s it has %s of LoRA's score, and %s of what LoRA gains over the head"
                                .formatted(
                                        report.cell("Compound, " + layout, "parameters"),
                                        report.cell("Compound, " + layout, "share of its score"),
                                        report.cell("Compound, " + layout, "share of its gain")));
    }

    @Test
    void theMeansOfBgeWithAnswersAreThoseOfTheRuns() throws IOException {
        assertThat(Markdown.onOneLine(PAGE))
                .contains(
                        "the mean difference from LoRA is %s with 12,096 and %s with 62,208"
                                .formatted(
                                        bgeWithAnswers.differenceOverMany("Compound, 12,096"),
                                        bgeWithAnswers.differenceOverMany(
                                                "Compound, order 1, 62,208")));
    }

    /** The report of answers alone, under the name of a sweep of more tasks. */
    private static RecordedReport answers(
            String sweep, String suites, Path folder, String... options) throws IOException {
        List<Path> runs = RecordedRuns.of(List.of(suites.split(" ")), folder);
        return RecordedReport.made(sweep, runs, folder, options);
    }

    @Test
    void theLossesOfAnswersAreThoseOfTheRuns() throws IOException {
        assertThat(Markdown.onOneLine(PAGE))
                .contains(
                        "its loss is %s, with 31,104 it is %s, LoRA's %s."
                                .formatted(
                                        lastLosses("tuned-xquad", "Compound, 6,048"),
                                        lastLosses("tuned-answers", "Compound, order 1, 31,104"),
                                        lastLosses("tuned-xquad", LORA)))
                .contains(
                        "the loss of 12,096 is %s, of 62,208 %s, LoRA's %s."
                                .formatted(
                                        lastLosses("tuned-bge-answers", "Compound, 12,096"),
                                        lastLosses(
                                                "tuned-bge-answers", "Compound, order 1, 62,208"),
                                        lastLosses("tuned-bge-answers", LORA)));
    }

    /** The least and the greatest loss of the seeds of a method in the last epoch. */
    private static String lastLosses(String suite, String method) throws IOException {
        DoubleSummaryStatistics losses =
                RecordedRuns.ofMethod(suite, method).stream()
                        .map(RunResult::curve)
                        .mapToDouble(curve -> curve.get(curve.size() - 1).loss())
                        .summaryStatistics();
        return String.format(Locale.ROOT, "%.1f to %.1f", losses.getMin(), losses.getMax());
    }

    @Test
    void whatCompoundGainsOverTheHeadOnImagesIsThatOfTheRuns(@TempDir Path folder)
            throws IOException {
        RecordedReport report =
                RecordedReport.made("tuned-images", folder, "--reference", "Head only");

        String gain = report.difference("Compound, 12,096").replace("+", "");
        assertThat(Markdown.onOneLine(PAGE))
                .contains("is ahead of the head by %s,".formatted(gain));
    }

    @Test
    void theScoresOfTheLanguageModelAreThoseOfTheRuns() throws IOException {
        RecordedReport report = RecordedReport.kept("tuned-language");

        List<List<String>> rows = MarkdownTable.in(PAGE, "| test data; SmolLM2").rows();
        assertThat(rows).hasSameSizeAs(report.methods());
        for (List<String> row : rows) {
            String method = row.get(0);
            assertThat(row)
                    .containsExactly(
                            method,
                            report.parameters(method),
                            report.score(method, "Titles"),
                            RecordedRuns.scoresOfSeeds("tuned-language", "Titles", method, 1),
                            method.equals(LORA) ? "–" : perplexity(report.here(), method));
        }
        assertThat(Markdown.onOneLine(PAGE))
                .contains(
                        "perplexity is %s from compound's"
                                .formatted(perplexity(report.nearest(), "LoRA")));
    }

    /** The difference in a cell such as {@code perplexity +5.7 (+0.8 to +10.8) on Titles}. */
    private static String perplexity(MarkdownTable differences, String method) {
        String cell = differences.cell(method, "task by task");
        return RecordedReport.asOnPages(cell.replaceAll("^perplexity | on .*$", ""));
    }
}
