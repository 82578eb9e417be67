/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.docs;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;
import org.apache.commons.math3.stat.descriptive.SummaryStatistics;
import org.djladapters.examples.cli.Run;
import org.djladapters.examples.statistics.Student;
import org.djladapters.examples.sweep.RateTrial;
import org.djladapters.examples.sweep.Rates;
import org.djladapters.examples.sweep.RunResult;
import org.djladapters.io.PlainNumber;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the pages say of the tuned comparison is what its recorded runs and costs give. */
class EvidenceTest {

    private static final Path RECORDED = Markdown.ROOT.resolve("examples/evidence");
    private static final String PAGE = "examples/docs/evidence.md";

    private static final String TREC = "TREC-6";

    /** The layouts of compound on images: the planned one, and one that was tried afterwards. */
    private static final String LARGE_BLOCKS = "Compound, 12,096";

    private static final String SMALL_BLOCKS = "Compound, order 1, 62,208";

    private static final String SCORES = "| method | parameters | seeds |";
    private static final String HERE = "| method | parameters | than the reference";
    private static final String ELSEWHERE = "| method | parameters | mean difference";

    /** Tasks of more than ten classes or tags. */
    private static final Set<String> MANY_CLASSES = Set.of("Banking77", "CLINC150", "WNUT17");

    /**
     * The place of the share of LoRA's score, over many such tasks, among the cells of a verdict.
     */
    private static final int SHARE = 3;

    /** The report of the tasks on which compound ran on both sides, too. */
    private static Path withoutXquad;

    @BeforeAll
    static void makeTheReportWithoutXquad(@TempDir Path folder) {
        withoutXquad = report("tuned-500", List.of(runs("tuned-500"), runs("tuned-both")), folder);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "tuned-500 tuned-both tuned-xquad",
                "tuned-bge tuned-bge-float32",
                "tuned-images"
            })
    void theRecordedReportsAreMadeFromTheRecordedRuns(String folders, @TempDir Path folder) {
        List<String> suites = List.of(folders.split(" "));
        String suite = suites.get(0);
        List<Path> runs = suites.stream().map(EvidenceTest::runs).toList();

        assertThat(report(suite, runs, folder)).hasSameTextualContentAs(recordedReport(suite));
    }

    @ParameterizedTest
    @CsvSource({
        "tuned-500, | test data |",
        "tuned-bge, | test data; bge-small |",
        "tuned-images, | test data; DINOv2"
    })
    void thePageHasTheScoresOfTheReports(String suite, String table) throws IOException {
        Table page = Table.of(Markdown.text(PAGE), table);
        Table report = Table.of(Files.readString(recordedReport(suite)), SCORES);

        for (List<String> method : report.rows()) {
            String name = method.get(0);
            assertThat(page.cell("mean", name)).isEqualTo(mean(report, name));
            for (String task : tasks(report)) {
                assertThat(page.cell(taskOf(task), name))
                        .as(task)
                        .isEqualTo(report.cell(name, task));
            }
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
        String report = Files.readString(recordedReport(suite));

        assertThat(onOneLine(Markdown.text(PAGE)))
                .contains(Table.of(report, HERE).cell(compound, "share of its gain"))
                .contains(
                        Table.of(report, ELSEWHERE)
                                .cell(compound, "difference without one of the tasks")
                                .replaceAll("(?<!\\w)-", "−"));
    }

    @Test
    void thePageHasTheMeansWithoutTheTaskThatNotAllMethodsHave() throws IOException {
        Table page = Table.of(Markdown.text(PAGE), "| test data |");
        Table report = Table.of(Files.readString(withoutXquad), SCORES);

        for (List<String> method : report.rows()) {
            String name = method.get(0);
            assertThat(page.cell("mean without XQuAD", name)).isEqualTo(mean(report, name));
        }
    }

    @Test
    void theVerdictsOfThePageAreThoseOfTheReports(@TempDir Path folder) throws IOException {
        Path planned = recordedReport("tuned-500");
        Path lowerRates = withLowerRates(folder);
        Path lower =
                report(
                        "tuned-500",
                        List.of(runs("tuned-500"), runs("tuned-xquad"), lowerRates),
                        folder.resolve("lower"));
        Path lowerWithoutXquad =
                report(
                        "tuned-500",
                        List.of(runs("tuned-500"), runs("tuned-both"), lowerRates),
                        folder.resolve("lower-without-xquad"));

        List<List<String>> verdicts =
                List.of(
                        verdict(planned, "Compound, 6,048"),
                        verdict(withoutXquad, "Compound, 12,096"),
                        verdict(lower, "Compound, 6,048"),
                        verdict(lowerWithoutXquad, "Compound, 12,096"),
                        verdict(recordedReport("tuned-bge"), "Compound, 12,096"),
                        verdict(recordedReport("tuned-images"), LARGE_BLOCKS),
                        verdict(smallBlocks(folder.resolve("small")), SMALL_BLOCKS));
        assertThat(Table.of(Markdown.text(PAGE), "| base model; rates |").rows())
                .map(row -> row.subList(1, row.size()))
                .containsExactlyElementsOf(verdicts);
        List<String> told = Stream.of(2, 4, 5).map(i -> verdicts.get(i).get(SHARE)).toList();
        assertThat(onOneLine(Markdown.text(PAGE).split("\n\n", 3)[1]))
                .contains(verdicts.get(0).get(SHARE), verdicts.get(6).get(SHARE))
                .contains(told);
        assertThat(onOneLine(Markdown.text("README.md"))).contains(told);
    }

    @Test
    void theScoresOfLayoutsOnAnswersAreThoseOfTheRuns(@TempDir Path folder) throws IOException {
        List<Path> runs = List.of(runs("tuned-xquad"), runs("tuned-answers"));
        String made = Files.readString(report("tuned-500", runs, folder));
        Table report = Table.of(made, SCORES);
        Table others = Table.of(made, HERE);

        List<List<String>> rows = Table.of(Markdown.text(PAGE), "| test data; XQuAD |").rows();
        assertThat(rows).hasSameSizeAs(report.rows());
        for (List<String> row : rows) {
            String method = report.row(row.get(1), 1).get(0);
            assertThat(row.get(2)).as(method).isEqualTo(report.cell(method, "XQuAD"));
            if (!method.startsWith("LoRA")) { // what the others are compared with
                assertThat(row.get(4)).isEqualTo(difference(others, method));
            }
        }
    }

    @Test
    void whatMoreParametersGainOnAnswersIsThatOfTheRuns(@TempDir Path folder) throws IOException {
        List<Path> runs = List.of(runs("tuned-xquad"), runs("tuned-answers"));
        Path made = report("tuned-500", runs, folder, "--reference", "Compound, 6,048");

        String gain = difference(Table.of(Files.readString(made), HERE), "Compound, order 1");
        assertThat(onOneLine(Markdown.text(PAGE)))
                .contains(
                        "31,104 have %s more than 6,048"
                                .formatted(gain.replace("+", "").replace(" (", " points (")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"Textures", "Caltech-101", "Orientation", "CIFAR-10", "Fingers"})
    void theScoresOfSmallBlocksOnImagesAreThoseOfTheRuns(String task, @TempDir Path folder)
            throws IOException {
        List<Path> runs = new ArrayList<>();
        for (String suite : List.of("tuned-images", "tuned-images-order-1")) {
            runs.add(withOutputs(suite, linesOf(suite, task), folder.resolve(suite)));
        }
        String toLora = Files.readString(report("tuned-images", runs, folder.resolve("lora")));
        String toMany =
                Files.readString(
                        report(
                                "tuned-images",
                                runs,
                                folder.resolve("many"),
                                "--reference",
                                LARGE_BLOCKS));
        Table scores = Table.of(toLora, SCORES);

        assertThat(Table.of(Markdown.text(PAGE), "| test data; small blocks |").row(task, 0))
                .containsExactly(
                        task,
                        scores.cell(LARGE_BLOCKS, task),
                        scores.cell(SMALL_BLOCKS, task),
                        difference(Table.of(toMany, HERE), SMALL_BLOCKS),
                        difference(Table.of(toLora, HERE), SMALL_BLOCKS));
    }

    @Test
    void theMeansOfSmallBlocksOnImagesAreThoseOfTheRuns(@TempDir Path folder) throws IOException {
        Table page = Table.of(Markdown.text(PAGE), "| test data; small blocks |");
        String toLora = Files.readString(smallBlocks(folder.resolve("lora")));
        String toMany =
                Files.readString(smallBlocks(folder.resolve("many"), "--reference", LARGE_BLOCKS));
        Table scores = Table.of(toLora, SCORES);

        assertThat(page.row("mean", 0))
                .containsExactly(
                        "mean",
                        mean(scores, LARGE_BLOCKS),
                        mean(scores, SMALL_BLOCKS),
                        difference(Table.of(toMany, HERE), SMALL_BLOCKS),
                        difference(Table.of(toLora, HERE), SMALL_BLOCKS));
        assertThat(page.row("mean over many", 0).subList(3, 5))
                .containsExactly(
                        overMany(Table.of(toMany, ELSEWHERE), SMALL_BLOCKS),
                        overMany(Table.of(toLora, ELSEWHERE), SMALL_BLOCKS));
        assertThat(onOneLine(Markdown.text(PAGE)))
                .contains(
                        "It gains %s of what LoRA gains"
                                .formatted(
                                        Table.of(toLora, HERE)
                                                .cell(SMALL_BLOCKS, "share of its gain")));
        String toHead =
                Files.readString(smallBlocks(folder.resolve("head"), "--reference", "Head only"));
        assertThat(Table.of(toHead, HERE).cell(SMALL_BLOCKS, "task by task"))
                .isEqualTo("above 0 on Textures, Caltech-101, Orientation, CIFAR-10 and Fingers");
    }

    /** The report of the images with the layout that was tried beside the planned ones. */
    private static Path smallBlocks(Path folder, String... options) {
        List<Path> runs = List.of(runs("tuned-images"), runs("tuned-images-order-1"));
        return report("tuned-images", runs, folder, options);
    }

    @Test
    void whatCompoundGainsOverTheHeadOnImagesIsThatOfTheRuns(@TempDir Path folder)
            throws IOException {
        Path made =
                report(
                        "tuned-images",
                        List.of(runs("tuned-images")),
                        folder,
                        "--reference",
                        "Head only");

        String gain = difference(Table.of(Files.readString(made), HERE), "Compound, 12,096");
        assertThat(onOneLine(Markdown.text(PAGE)))
                .contains("is ahead of the head by %s,".formatted(gain.replace("+", "")));
    }

    @Test
    void theScoresOfTheLanguageModelAreThoseOfTheRuns(@TempDir Path folder) throws IOException {
        Path made = report("tuned-language", List.of(runs("tuned-language")), folder);
        String report = Files.readString(made);
        Table scores = Table.of(report, SCORES);
        Table reference = Table.of(report, HERE);

        assertThat(made).hasSameTextualContentAs(recordedReport("tuned-language"));
        List<List<String>> rows = Table.of(Markdown.text(PAGE), "| test data; SmolLM2").rows();
        assertThat(rows).hasSameSizeAs(scores.rows());
        for (List<String> row : rows) {
            String method = row.get(0);
            assertThat(row)
                    .containsExactly(
                            method,
                            scores.cell(method, "parameters"),
                            scores.cell(method, "Titles"),
                            scoresOfSeeds("tuned-language", "Titles", method, 1),
                            method.equals("LoRA, rank 8")
                                    ? "–"
                                    : perplexity(reference.cell(method, "task by task")));
        }
        Table others = Table.of(report, "| method | parameters | compared with");
        assertThat(onOneLine(Markdown.text(PAGE)))
                .contains(
                        "perplexity is %s from compound's"
                                .formatted(perplexity(others.cell("LoRA", "task by task"))));
    }

    /** The difference in a cell such as {@code perplexity +5.7 (+0.8 to +10.8) on Titles}. */
    private static String perplexity(String cell) {
        return cell.replaceAll("^perplexity | on .*$", "").replace('-', '−');
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
                "tuned-rivals; TREC-6; All weights",
                "tuned-rivals-tasks; WNUT17; LoRA, rank 1, values",
                "tuned-rivals-tasks; WNUT17; Compound, 4,704",
                "tuned-images; Caltech-101; LoRA, rank 8",
                "tuned-images; Caltech-101; Compound, 12,096"
            })
    void theScoresOfSeedsAreThoseOfTheRuns(String suite, String task, String method)
            throws IOException {
        String scores = scoresOfSeeds(suite, task, method, 100);

        assertThat(scores).isNotEmpty();
        assertThat(onOneLine(Markdown.text(PAGE))).contains(scores);
    }

    /** The scores of the seeds of a method, in their order, times a factor. */
    private static String scoresOfSeeds(String suite, String task, String method, double factor)
            throws IOException {
        return RunResult.lines(runs(suite)).read().stream()
                .filter(run -> run.key().task().equals(task))
                .filter(run -> run.key().method().equals(method))
                .sorted(Comparator.comparing(run -> run.key().seed()))
                .map(run -> format("%.1f", factor * run.testMetrics().get(run.metric())))
                .collect(Collectors.joining(", "));
    }

    @Test
    void theScoresOfAnswersByRateAreThoseOfTheTrials() throws IOException {
        assertThat(onOneLine(Markdown.text(PAGE)))
                .contains(
                        "the best of 6,048 with 0.001, 0.002, 0.004 and 0.008 is %s, "
                                        .formatted(bestByRate("Compound, 6,048"))
                                + "LoRA's with 0.002, 0.004 and 0.008 %s."
                                        .formatted(bestByRate("LoRA, rank 8")));
    }

    /**
     * The best held-out score of each rate of a method on XQuAD with seed 21, lowest rate first.
     */
    private static String bestByRate(String method) throws IOException {
        Map<Double, Double> best =
                RateTrial.lines(RECORDED.resolve("tuned-xquad/rates.jsonl")).read().stream()
                        .filter(trial -> trial.key().seed() == 21)
                        .filter(trial -> trial.key().method().equals(method))
                        .collect(
                                Collectors.toMap(
                                        RateTrial::learningRate,
                                        RateTrial::value,
                                        Math::max,
                                        TreeMap::new));
        return best.values().stream()
                .map(value -> format("%.1f", 100 * value))
                .collect(Collectors.joining(", "))
                .replaceFirst(", ([^,]*)$", " and $1");
    }

    @Test
    void theLossesOfAnswersAreThoseOfTheRuns() throws IOException {
        assertThat(onOneLine(Markdown.text(PAGE)))
                .contains(
                        "its loss is %s, with 31,104 it is %s, LoRA's %s."
                                .formatted(
                                        lastLosses("tuned-xquad", "Compound, 6,048"),
                                        lastLosses("tuned-answers", "Compound, order 1, 31,104"),
                                        lastLosses("tuned-xquad", "LoRA, rank 8")));
    }

    /** The least and the greatest loss of the seeds of a method in the last epoch. */
    private static String lastLosses(String suite, String method) throws IOException {
        DoubleSummaryStatistics losses =
                RunResult.lines(runs(suite)).read().stream()
                        .filter(run -> run.key().method().equals(method))
                        .map(RunResult::curve)
                        .mapToDouble(curve -> curve.get(curve.size() - 1).loss())
                        .summaryStatistics();
        return format("%.1f to ", losses.getMin()) + format("%.1f", losses.getMax());
    }

    @ParameterizedTest
    @CsvSource({
        "answers-forms, | layout; held-out data |, 100",
        "language-forms, | layout; held-out titles |, 1"
    })
    void theLayoutsThatWereTriedAreThoseOfTheTrials(String suite, String table, int scale)
            throws IOException {
        List<RateTrial> trials =
                RateTrial.lines(RECORDED.resolve(suite).resolve("rates.jsonl")).read();

        assertThat(Table.of(Markdown.text(PAGE), table).rows())
                .map(row -> row.subList(1, row.size()))
                .containsExactlyInAnyOrderElementsOf(
                        trials.stream().map(trial -> layout(trial, scale)).toList());
    }

    @Test
    void theHeldOutPerplexitiesOfTheLanguageModelAreThoseOfTheTrials() throws IOException {
        List<RateTrial> trials =
                RateTrial.lines(RECORDED.resolve("tuned-language/rates.jsonl")).read();

        assertThat(onOneLine(Markdown.text(PAGE)))
                .contains(
                        "with 45,360 has %s, that of LoRA of rank 8 %s"
                                .formatted(
                                        lowest(trials, "Compound, 45,360"),
                                        lowest(trials, "LoRA, rank 8")));
    }

    /** The lowest perplexity of a method with seed 21. */
    private static String lowest(List<RateTrial> trials, String method) {
        return format(
                "%.1f",
                trials.stream()
                        .filter(trial -> trial.key().seed() == 21)
                        .filter(trial -> trial.key().method().equals(method))
                        .mapToDouble(RateTrial::value)
                        .min()
                        .orElseThrow());
    }

    @Test
    void theRivalsOfOneTaskAreThoseOfTheRuns(@TempDir Path folder) throws IOException {
        Path planned = withOutputs("tuned-500", linesOf("tuned-500", TREC), folder);
        List<Path> runs = List.of(planned, runs("tuned-936"), runs("tuned-rivals"));
        Path made = report("tuned-rivals", runs, folder);
        String report = Files.readString(made);
        Table scores = Table.of(report, SCORES);
        Table others = Table.of(report, "| method | parameters | compared with");
        Table reference = Table.of(report, HERE);

        assertThat(made).hasSameTextualContentAs(recordedReport("tuned-rivals"));
        List<String> shown = new ArrayList<>(List.of("Head only"));
        for (String budget : List.of("1,000", "5,000", "30,000")) {
            Table page =
                    Table.of(
                            Markdown.text(PAGE),
                            "| TREC-6, test data; about %s |".formatted(budget));
            String compound = page.header().get(3).replace("less ", "");
            for (List<String> row : page.rows()) {
                String method = row.get(0);
                boolean isOther = !method.equals(compound);
                if (isOther) {
                    assertThat(others.cell(method, "compared with")).startsWith(compound);
                }
                assertThat(row)
                        .containsExactly(
                                method,
                                scores.cell(method, "parameters"),
                                scores.cell(method, TREC),
                                isOther ? difference(others, method) : "–",
                                difference(reference, method));
                shown.add(method);
            }
        }
        for (List<String> row :
                Table.of(Markdown.text(PAGE), "| TREC-6, test data; more |").rows()) {
            String method = row.get(0);
            assertThat(row)
                    .containsExactly(
                            method,
                            scores.cell(method, "parameters"),
                            scores.cell(method, TREC),
                            method.equals("LoRA, rank 8") ? "–" : difference(reference, method));
            shown.add(method);
        }
        assertThat(shown)
                .containsExactlyInAnyOrderElementsOf(
                        scores.rows().stream().map(row -> row.get(0)).toList());
    }

    @Test
    void whatTwoRivalsAreAheadOfCompoundIsThatOfTheRuns(@TempDir Path folder) throws IOException {
        List<Path> runs =
                List.of(
                        withOutputs("tuned-rivals", linesOf("tuned-rivals", TREC), folder),
                        runs("tuned-936"));
        String report =
                Files.readString(
                        report("tuned-rivals", runs, folder, "--reference", "Compound, 936"));
        Table reference = Table.of(report, HERE);

        assertThat(reference.rows())
                .filteredOn(row -> row.get(1).matches("9..|1,0.."))
                .filteredOn(row -> row.get(6).equals("above 0"))
                .map(row -> row.get(0))
                .containsExactlyInAnyOrder("FourierFT, 1,008", "Uni-LoRA, 1,000");
        assertThat(onOneLine(Markdown.text(PAGE)))
                .contains(
                        "They are %s and %s from compound in one block"
                                .formatted(
                                        difference(reference, "FourierFT, 1,008"),
                                        difference(reference, "Uni-LoRA, 1,000")));
    }

    @Test
    void theRivalsOfFourTasksAreThoseOfTheRuns(@TempDir Path folder) throws IOException {
        String lines = "";
        for (String task : List.of(TREC, "SST-2", "STS-B", "WNUT17")) {
            lines += linesOf("tuned-500", task);
        }
        List<Path> runs =
                List.of(
                        withOutputs("tuned-500", lines, folder),
                        runs("tuned-rivals"),
                        runs("tuned-rivals-tasks"));
        String report = Files.readString(report("tuned-rivals", runs, folder));
        Table page = Table.of(Markdown.text(PAGE), "| test data; rivals |");
        Table scores = Table.of(report, SCORES);

        for (String method : page.header().subList(1, page.header().size())) {
            assertThat(page.cell("mean", method)).isEqualTo(mean(scores, method));
            for (String task : tasks(scores)) {
                assertThat(page.cell(taskOf(task), method)).isEqualTo(scores.cell(method, task));
            }
        }
        String compound = "Compound, 4,704";
        String against =
                Files.readString(report("tuned-rivals", runs, folder, "--reference", compound));
        assertThat(onOneLine(Markdown.text(PAGE)))
                .contains(
                        "%s on these tasks, %s over many such"
                                .formatted(
                                        difference(Table.of(against, HERE), "LoRA, rank 1"),
                                        overMany(Table.of(against, ELSEWHERE), "LoRA, rank 1")));
    }

    @Test
    void theRivalOnEntitiesIsBehindByAsMuchAsThePageSays(@TempDir Path folder) throws IOException {
        Path runs =
                withOutputs("tuned-rivals-tasks", linesOf("tuned-rivals-tasks", "WNUT17"), folder);
        String report =
                Files.readString(
                        report(
                                "tuned-rivals",
                                List.of(runs),
                                folder,
                                "--reference",
                                "Compound, 4,704"));

        assertThat(onOneLine(Markdown.text(PAGE)))
                .contains(
                        "LoRA of rank 1 is behind there, %s on test data"
                                .formatted(difference(Table.of(report, HERE), "LoRA, rank 1")));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "tuned-500; TREC-6; Compound, 6,048; '| TREC-6, test data; examples |'; 500",
                "tuned-2000; TREC-6; Compound, 6,048; '| TREC-6, test data; examples |'; 2,000",
                "tuned-all; TREC-6; Compound, 6,048; '| TREC-6, test data; examples |'; 5,171",
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
        Path runs = withOutputs(suite, linesOf(suite, task), folder);
        String report = Files.readString(report(suite, List.of(runs), folder));
        Table scores = Table.of(report, SCORES);
        Table reference = Table.of(report, HERE);

        List<String> row = Table.of(Markdown.text(PAGE), table).row(beginning, 0);
        assertThat(row.subList(1, row.size()))
                .containsExactly(
                        scores.cell("Head only", task),
                        scores.cell(compound, task),
                        scores.cell("LoRA, rank 8", task),
                        difference(reference, compound),
                        reference.cell(compound, "share of its score"));
    }

    @Test
    void theSharesOfTheReadmeAreThoseOfTheReport() throws IOException {
        String report = Files.readString(recordedReport("tuned-500"));
        Table scores = Table.of(report, SCORES);
        Table others = Table.of(report, ELSEWHERE);

        for (List<String> row :
                Table.of(Markdown.text("README.md"), "| method | parameters | mean score |")
                        .rows()) {
            String name = scores.row(row.get(1), 1).get(0);
            assertThat(row.get(2)).isEqualTo(mean(scores, name));
            if (!name.startsWith("LoRA")) { // what the others are compared with
                assertThat(row.get(3)).startsWith(others.cell(name, "share of the mean score"));
            }
        }
    }

    @Test
    void theCostsOfMethodsAreThoseThatWereMeasured() throws IOException {
        Table page =
                Table.of(
                        Markdown.text("examples/docs/performance.md"),
                        "| method | parameters | step, ×");
        List<String> lines = Files.readAllLines(RECORDED.resolve("costs.jsonl"));

        assertThat(page.rows())
                .containsExactlyInAnyOrderElementsOf(
                        lines.stream().map(EvidenceTest::costs).toList());
    }

    @Test
    void theRatesThatWereTriedForDefaultsAreThoseOfTheTrials() throws IOException {
        Map<List<String>, String> scores = scoresOfTrials("default-rates", "default-rates-low");

        List<List<String>> rows =
                Table.of(
                                Markdown.text("examples/evidence/README.md"),
                                "| method | parameters | rate | STS-B")
                        .rows();
        for (List<String> row : rows) {
            List<String> setting = row.subList(0, 3);
            assertThat(row.subList(3, row.size()))
                    .as(setting.toString())
                    .containsExactlyElementsOf(
                            Stream.of("STS-B", "WNUT17", "TREC-6-176")
                                    .map(
                                            task ->
                                                    Stream.concat(setting.stream(), Stream.of(task))
                                                            .toList())
                                    .map(key -> scores.getOrDefault(key, "–"))
                                    .toList());
        }
        long there = rows.stream().flatMap(List::stream).filter(cell -> !cell.equals("–")).count();
        assertThat(there).isEqualTo(scores.size() + 3L * rows.size());
    }

    @Test
    void theRatesOfRivalsOverTheirDefaultsAreThoseOfTheTrials() throws IOException {
        Map<List<String>, String> scores = scoresOfTrials("tuned-rivals");
        Table page =
                Table.of(
                        Markdown.text("examples/evidence/README.md"),
                        "| method | parameters | rate, times |");

        for (List<String> row : page.rows()) {
            double rate = Double.parseDouble(row.get(2));
            for (int i = 3; i < row.size(); i++) {
                int times = Integer.parseInt(page.header().get(i));
                assertScore(
                        row.get(i),
                        scores,
                        List.of(row.get(0), row.get(1), PlainNumber.of(times * rate), TREC));
            }
        }
    }

    @Test
    void theRatesOfUniLoraAreThoseOfTheTrials() throws IOException {
        Map<List<String>, String> scores = scoresOfTrials("default-rates-unilora", "tuned-rivals");
        Table page =
                Table.of(
                        Markdown.text("examples/evidence/README.md"),
                        "| parameters | task; rate |");

        for (List<String> row : page.rows()) {
            for (int i = 2; i < row.size(); i++) {
                assertScore(
                        row.get(i),
                        scores,
                        List.of(
                                "Uni-LoRA, " + row.get(0),
                                row.get(0),
                                page.header().get(i),
                                row.get(1)));
            }
        }
    }

    @Test
    void whatTheFormerDefaultRatesLoseIsThatOfTheTables() throws IOException {
        String recorded = Markdown.text("examples/evidence/README.md");
        DoubleSummaryStatistics losses =
                Table.of(recorded, "| method | parameters | rate, times |").rows().stream()
                        .mapToDouble(row -> best(row, 3) - score(row.get(3)))
                        .summaryStatistics();
        Table uniLora = Table.of(recorded, "| parameters | task; rate |");
        List<String> row =
                uniLora.rows().stream()
                        .filter(cells -> cells.subList(0, 2).equals(List.of("30,000", TREC)))
                        .findFirst()
                        .orElseThrow();
        double formerDefault = score(row.get(uniLora.header().indexOf("0.08")));

        assertThat(onOneLine(Markdown.text(PAGE)))
                .contains(
                        format("had %.0f to ", losses.getMin())
                                + format("%.0f points less on held-out data", losses.getMax()),
                        format("30,000 parameters %.0f less,", best(row, 2) - formerDefault));
    }

    /** The best score of a row from some column on. */
    private static double best(List<String> row, int from) {
        return row.subList(from, row.size()).stream()
                .filter(cell -> !cell.equals("–"))
                .mapToDouble(EvidenceTest::score)
                .max()
                .orElseThrow();
    }

    /** The score of a cell, in which the best ones are bold. */
    private static double score(String cell) {
        return Double.parseDouble(cell.replace("*", ""));
    }

    /** The scores with seed 21 and the usual rate of the head, by {@link #trial}. */
    private static Map<List<String>, String> scoresOfTrials(String... suites) throws IOException {
        List<RateTrial> trials = new ArrayList<>();
        for (String suite : suites) {
            trials.addAll(RateTrial.lines(RECORDED.resolve(suite).resolve("rates.jsonl")).read());
        }
        return trials.stream()
                .filter(trial -> trial.key().seed() == 21)
                .filter(trial -> trial.rates().headFactor() == 1)
                .collect(Collectors.toMap(EvidenceTest::trial, trial -> layout(trial).get(2)));
    }

    /** Compares a cell, in which the best scores are bold, with the score of a trial. */
    private static void assertScore(
            String cell, Map<List<String>, String> scores, List<String> trial) {
        assertThat(cell.replace("*", ""))
                .as(trial.toString())
                .isEqualTo(scores.getOrDefault(trial, "–"));
    }

    @Test
    void theGainsOfTheHigherRateOfHeadsAreThoseOfTheTrials() throws IOException {
        Table page =
                Table.of(
                        Markdown.text("examples/evidence/README.md"),
                        "| tasks | with seed 21 | with seed 22 |");

        for (int seed : List.of(21, 22)) {
            String column = "with seed " + seed;
            assertThat(page.cell("Banking77", column)).isEqualTo(summary(gains(seed, true)));
            assertThat(page.cell("the others", column)).isEqualTo(summary(gains(seed, false)));
        }
    }

    /** The gains of 0.01 instead of 0.005 for the head, in points, for each method and task. */
    private static List<Double> gains(long seed, boolean manyClasses) throws IOException {
        List<Double> gains = new ArrayList<>();
        for (String suite : List.of("tuned-500", "tuned-bge")) {
            RateTrial.lines(RECORDED.resolve(suite).resolve("rates.jsonl")).read().stream()
                    .filter(trial -> trial.key().seed() == seed)
                    .filter(trial -> !trial.key().method().equals("Head only"))
                    .filter(trial -> MANY_CLASSES.contains(trial.key().task()) == manyClasses)
                    .collect(Collectors.groupingBy(RateTrial::key))
                    .values()
                    .forEach(trials -> gain(trials).ifPresent(gains::add));
        }
        return gains;
    }

    /** The mean over those rates of the adapter beside which both rates of the head were tried. */
    private static OptionalDouble gain(List<RateTrial> trials) {
        Map<Rates, Double> values =
                trials.stream().collect(Collectors.toMap(RateTrial::rates, RateTrial::value));
        return DoubleStream.of(0.5, 1, 2)
                .filter(rate -> values.containsKey(new Rates(rate, 0.5)))
                .filter(rate -> values.containsKey(new Rates(rate, 1)))
                .map(rate -> values.get(new Rates(rate, 1)) - values.get(new Rates(rate, 0.5)))
                .map(gain -> 100 * gain)
                .average();
    }

    private static String summary(List<Double> gains) {
        long better = gains.stream().filter(gain -> gain > 1e-9).count();
        return interval(statistics(gains)) + "; %d of %d".formatted(better, gains.size());
    }

    private static SummaryStatistics statistics(List<Double> gains) {
        SummaryStatistics numbers = new SummaryStatistics();
        gains.forEach(numbers::addValue);
        return numbers;
    }

    private static String interval(SummaryStatistics gains) {
        return format("%+.1f", gains.getMean()).replace('-', '−')
                + format(" ± %.1f", Student.half(gains));
    }

    @Test
    void theSchedulesAndOrdersThatWereTriedAreThoseOfTheTrials() throws IOException {
        Map<String, List<RateTrial>> chosen =
                trialsOfChosenRates("tuned-schedules", "tuned-orders");

        List<List<String>> rows =
                Table.of(
                                Markdown.text("examples/evidence/README.md"),
                                "| schedule or orders | parameters | rate |")
                        .rows();
        assertThat(rows)
                .map(row -> row.get(0))
                .containsExactlyInAnyOrderElementsOf(chosen.keySet());
        for (List<String> row : rows) {
            List<RateTrial> trials = chosen.get(row.get(0));
            String family = row.get(0).startsWith("LoRA") ? "LoRA" : "Compound";
            List<RateTrial> usual = chosen.get(family + ", warm-up 6 %, linear");
            List<String> cells = new ArrayList<>(List.of(row.get(0)));
            cells.addAll(layout(trials.get(0)).subList(0, 2));
            for (String task : List.of("TREC-6", "STS-B", "WNUT17")) {
                cells.add(
                        trials.stream()
                                .filter(trial -> trial.key().task().equals(task))
                                .map(trial -> layout(trial).get(2))
                                .collect(Collectors.joining(", ")));
            }
            cells.add(trials.equals(usual) ? "" : against(trials, usual));
            assertThat(row).containsExactlyElementsOf(cells);
        }
    }

    /**
     * The trials of each method with the rate of which all seeds were tried, in an order that is
     * the same for all methods.
     */
    private static Map<String, List<RateTrial>> trialsOfChosenRates(String... suites)
            throws IOException {
        List<RateTrial> trials = new ArrayList<>();
        for (String suite : suites) {
            trials.addAll(RateTrial.lines(RECORDED.resolve(suite).resolve("rates.jsonl")).read());
        }
        Map<String, Double> rates =
                trials.stream()
                        .filter(trial -> trial.key().seed() != 21)
                        .collect(
                                Collectors.toMap(
                                        trial -> trial.key().method(),
                                        RateTrial::learningRate,
                                        (one, same) -> one));
        return trials.stream()
                .filter(trial -> trial.learningRate() == rates.get(trial.key().method()))
                .sorted(
                        Comparator.comparing((RateTrial trial) -> trial.key().task())
                                .thenComparing(trial -> trial.key().seed()))
                .collect(Collectors.groupingBy(trial -> trial.key().method()));
    }

    /** The mean difference in points of pairs of task and seed; bold if it is decided. */
    private static String against(List<RateTrial> trials, List<RateTrial> usual) {
        List<Double> gains = new ArrayList<>();
        for (int i = 0; i < usual.size(); i++) {
            gains.add(100 * (trials.get(i).value() - usual.get(i).value()));
        }
        SummaryStatistics numbers = statistics(gains);
        boolean decided = Math.abs(numbers.getMean()) > Student.half(numbers);
        return decided ? "**" + interval(numbers) + "**" : interval(numbers);
    }

    private static Path runs(String folder) {
        return RECORDED.resolve(folder).resolve("runs.jsonl");
    }

    private static Path recordedReport(String suite) {
        return RECORDED.resolve(suite).resolve("report/report.md");
    }

    private static Path report(String suite, List<Path> runs, Path folder, String... options) {
        List<Object> arguments =
                new ArrayList<>(
                        List.of(
                                "report",
                                "--input",
                                runs.stream().map(Path::toString).collect(Collectors.joining(",")),
                                "--sweep",
                                RECORDED.resolve(suite + ".json"),
                                "--all-tasks",
                                "--output",
                                folder.resolve("report")));
        arguments.addAll(List.of(options));
        Run run = Run.of(arguments.toArray());

        assertThat(run.status()).as(() -> String.join("\n", run.err())).isZero();
        return folder.resolve("report/report.md");
    }

    /** The runs of {@code tuned-lower} under the name of those in whose place they are put. */
    private static Path withLowerRates(Path folder) throws IOException {
        String runs = Files.readString(runs("tuned-lower"));
        return withOutputs(
                "tuned-lower",
                runs.replace("\"suite\":\"tuned-lower\"", "\"suite\":\"tuned-500\""),
                folder);
    }

    private static String linesOf(String suite, String task) throws IOException {
        return Files.readAllLines(runs(suite)).stream()
                .filter(line -> line.contains("\"task\":\"%s\"".formatted(task)))
                .map(line -> line + "\n")
                .collect(Collectors.joining());
    }

    /**
     * Writes lines of runs into a folder, with the outputs of these and other runs and the trials
     * of rates beside them.
     */
    private static Path withOutputs(String suite, String runs, Path folder) throws IOException {
        Path outputs = RECORDED.resolve(suite).resolve("outputs");
        Files.createDirectories(folder);
        try (Stream<Path> files = Files.walk(outputs)) {
            for (Path file : files.toList()) {
                Files.copy(file, folder.resolve("outputs").resolve(outputs.relativize(file)));
            }
        }
        Path rates = RECORDED.resolve(suite).resolve("rates.jsonl");
        if (Files.exists(rates)) {
            Files.copy(rates, folder.resolve("rates.jsonl"));
        }
        return Files.writeString(folder.resolve("runs.jsonl"), runs);
    }

    /** The cells of a verdict: both scores, their difference here, and {@link #SHARE}. */
    private static List<String> verdict(Path report, String method) throws IOException {
        String text = Files.readString(report);
        Table scores = Table.of(text, SCORES);
        Table others = Table.of(text, ELSEWHERE);
        return List.of(
                scores.cell(method, "parameters") + ": " + mean(scores, method),
                mean(scores, "LoRA, rank 8"),
                difference(Table.of(text, HERE), method),
                others.cell(method, "share of the mean score"),
                others.cell(method, "at most 1 % less"));
    }

    private static String onOneLine(String text) {
        return text.replaceAll("\\s+", " ");
    }

    /** The mean with its interval, or a dash where a method lacks tasks. */
    private static String mean(Table report, String method) {
        String mean = report.cell(method, "mean");
        return mean.equals("–")
                ? mean
                : "%s (%s)".formatted(mean, report.cell(method, "95 % interval"));
    }

    /** The difference of a method from what a table compares it with, as the pages write it. */
    private static String difference(Table report, String method) {
        return report.cell(method, "difference").replace('-', '−');
    }

    /** The difference over many such tasks. */
    private static String overMany(Table report, String method) {
        return report.cell(method, "mean difference").replace('-', '−');
    }

    /** The columns of the tasks are those between the seeds and the mean. */
    private static List<String> tasks(Table report) {
        return report.header().subList(3, report.header().size() - 2);
    }

    /** The task of a cell such as {@code WNUT17, f1}. */
    private static String taskOf(String cell) {
        return cell.replaceFirst(",.*", "");
    }

    private static List<String> layout(RateTrial trial) {
        return layout(trial, 100);
    }

    /** The row of a layout that was tried, but for its name: parameters, rate, and score. */
    private static List<String> layout(RateTrial trial, int scale) {
        return List.of(
                format("%,d", trial.adapterParameters()),
                PlainNumber.of(trial.learningRate()),
                format("%.1f", scale * trial.value()));
    }

    /** Method, parameters, rate and task of a trial. */
    private static List<String> trial(RateTrial trial) {
        List<String> layout = layout(trial);
        return List.of(trial.key().method(), layout.get(0), layout.get(1), trial.key().task());
    }

    /** The row of a line of {@code bench}: parameters, step, memory, and the size of the file. */
    private static List<String> costs(String line) {
        JsonObject costs = JsonParser.parseString(line).getAsJsonObject();
        return List.of(
                costs.get("name").getAsString(),
                format("%,d", costs.get("trainable_parameters").getAsLong()),
                format("%.2f", costs.get("step_ratio").getAsDouble()),
                format("%.0f", costs.get("peak_rss_mib").getAsDouble()),
                format("%,.0f", costs.get("adapter_file_bytes").getAsLong() / 1e3));
    }

    private static String format(String pattern, Object value) {
        return String.format(Locale.ROOT, pattern, value);
    }

    /** A table of a Markdown file, whose cells are found by the beginnings of row and column. */
    private record Table(List<String> header, List<List<String>> rows) {

        /** Returns the table of a text whose header begins in some way. */
        static Table of(String text, String beginning) {
            List<List<String>> lines =
                    text.lines()
                            .dropWhile(line -> !line.startsWith(beginning))
                            .takeWhile(line -> line.startsWith("|"))
                            .map(Table::cells)
                            .toList();
            assertThat(lines).as("table '%s'", beginning).hasSizeGreaterThan(2);
            return new Table(lines.get(0), lines.subList(2, lines.size()));
        }

        private static List<String> cells(String line) {
            List<String> parts = List.of(line.split("\\|", -1));
            return parts.subList(1, parts.size() - 1).stream().map(String::strip).toList();
        }

        String cell(String row, String column) {
            return row(row, 0).get(place(header, column));
        }

        List<String> row(String beginning, int column) {
            return rows.get(place(rows.stream().map(row -> row.get(column)).toList(), beginning));
        }

        private static int place(List<String> texts, String beginning) {
            int exact = texts.indexOf(beginning);
            if (exact >= 0) {
                return exact;
            }
            for (int i = 0; i < texts.size(); i++) {
                if (texts.get(i).regionMatches(true, 0, beginning, 0, beginning.length())) {
                    return i;
                }
            }
            throw new AssertionError("nothing begins with '" + beginning + "' in " + texts);
        }
    }
}
